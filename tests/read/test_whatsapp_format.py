import io
import zipfile

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import whatsapp_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import Settings

IPHONE = (
    "[12/03/2024, 21:05:13] Ana: \u200eMessages and calls are end-to-end encrypted. Only people in it.\r\n"
    "[13/03/2024, 21:05:14] Ana: Are you ok?\r\nYou left: early\r\n"
    "\u200e[13/03/2024, 21:06:00] Ben: \u200eimage omitted\r\n"
    "[13/03/2024, 21:06:30] Ben: look at this \u200e<attached: 00000003-PHOTO.jpg>\r\n"
    "[13/03/2024, 21:07:00] Ben: Fine \u200e<This message was edited>\r\n"
    "[13/03/2024, 21:08:00] Ana: \u200eThis message was deleted.\r\n"
)

ANDROID = (
    "3/13/24, 9:05\u202fPM - Messages and calls are end-to-end encrypted. Tap to learn more.\n"
    '3/13/24, 9:05\u202fPM - Ana created group "us: two"\n'
    "3/13/24, 9:06\u202fPM - Ana: hello\nsecond line\n\nfourth line\n"
    "3/13/24, 9:07\u202fPM - Ben: <Media omitted>\n"
    "3/13/24, 9:08\u202fPM - Ben: IMG-20240313-WA0001.jpg (file attached)\nour kitchen\n"
    "3/14/24, 12:01\u202fAM - Ana: \n"
    "3/14/24, 12:30\u202fPM - +49 170 1234567 left\n"
)


def read(text: str, **settings: bool) -> RawTable:
    return whatsapp_format.read(Source(given=text.encode(), settings=Settings(**settings)))


def rows(table: RawTable) -> list[tuple[str, str]]:
    return list(zip(table.frame["speaker"], table.frame["text"], strict=True))


def times(table: RawTable) -> list[str]:
    return [str(moment) for moment in table.frame["timestamp"]]


def noted(table: RawTable) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(note.kind, note.count, note.where) for note in table.notes]


def test_iphone_export() -> None:
    table = read(IPHONE)
    assert rows(table) == [
        ("Ana", "Are you ok?\nYou left: early"),
        ("Ben", ""),
        ("Ben", "look at this"),
        ("Ben", "Fine"),
        ("Ana", ""),
    ]
    assert times(table)[0] == "2024-03-13 21:05:14"
    assert table.places == [2, 4, 5, 6, 7]
    assert noted(table) == [
        ("dropped", 1, (1,)),
        ("kept", 1, (4,)),
        ("kept", 1, (7,)),
        ("changed", 1, (5,)),
        ("changed", 1, (6,)),
    ]


def test_android_export() -> None:
    table = read(ANDROID)
    assert rows(table) == [
        ("Ana", "hello\nsecond line\n\nfourth line"),
        ("Ben", ""),
        ("Ben", "our kitchen"),
        ("Ana", ""),
    ]
    assert times(table) == ["2024-03-13 21:06:00", "2024-03-13 21:07:00", "2024-03-13 21:08:00", "2024-03-14 00:01:00"]
    assert isinstance(table.frame["timestamp"].dtype, type(pd.Series([pd.Timestamp(0)]).dtype))
    assert noted(table) == [("dropped", 3, (1, 2, 11)), ("kept", 1, (7,)), ("changed", 1, (8,))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12.03.24, 21:05 - Ana: hallo", "2024-03-12 21:05:00"),
        ("[12.03.24, 21:05:13] Ana: hallo", "2024-03-12 21:05:13"),
        ("2024-03-12, 21:05 - Ana: hi", "2024-03-12 21:05:00"),
        ("2024/03/12 21:05 - Ana: hi", "2024-03-12 21:05:00"),
        ("13/03/2024, 9:05 p.\u00a0m. - Ana: hola", "2024-03-13 21:05:00"),
        ("13/03/2024, 12:05 a. m. - Ana: hola", "2024-03-13 00:05:00"),
        ("13/03/2024, 12:05 pm - Ana: hi", "2024-03-13 12:05:00"),
        ("13/03/2024 à 21:05 - Ana: salut", "2024-03-13 21:05:00"),
        ("[13.3.2024 klo 21.05.09] Ana: moi", "2024-03-13 21:05:09"),
        ("[2024/3/13 下午9:05:09] Ana: hi", "2024-03-13 21:05:09"),
        ("13\u200f/3\u200f/2024, 9:05 م - Ana: hi", "2024-03-13 21:05:00"),
    ],
)
def test_every_way_to_write_a_moment(line: str, expected: str) -> None:
    assert whatsapp_format.matches(Source(given=line.encode()))
    table = read(line)
    assert times(table) == [expected]
    assert table.frame["speaker"].tolist() == ["Ana"]


def test_dates_that_could_be_either_ask_for_day_first() -> None:
    text = "03/04/24, 21:05 - Ana: hi\n05/04/24, 21:06 - Ben: ho\n"
    with pytest.raises(TranscriptError, match="day_first"):
        read(text)
    assert times(read(text, day_first=True))[0] == "2024-04-03 21:05:00"
    assert times(read(text, day_first=False))[0] == "2024-03-04 21:05:00"


def test_order_of_messages_decides_where_one_reading_goes_back_in_time() -> None:
    assert times(read("30/04/24, 21:05 - Ana: hi\n05/04/24, 21:06 - Ben: ho\n"))[0] == "2024-04-30 21:05:00"
    assert times(read("09/04/24, 21:05 - Ana: hi\n01/05/24, 21:06 - Ben: ho\n"))[1] == "2024-05-01 21:06:00"
    assert times(read("04/09/24, 21:05 - Ana: hi\n05/01/24, 21:06 - Ben: ho\n"))[1] == "2024-05-01 21:06:00"


def test_dates_that_are_the_same_both_ways_need_no_telling() -> None:
    assert times(read("03/03/24, 21:05 - Ana: hi\n04/04/24, 21:06 - Ben: ho\n"))[1] == "2024-04-04 21:06:00"


def test_both_ways_in_one_file_is_an_error() -> None:
    with pytest.raises(TranscriptError, match="one way throughout"):
        read("13/04/24, 21:05 - Ana: hi\n04/14/24, 21:06 - Ben: ho\n")


def test_date_that_no_calendar_has_is_left_for_the_checks_that_follow() -> None:
    table = read("31/02/24, 21:05 - Ana: hi\n01/03/24, 21:06 - Ben: ho\n")
    assert table.frame["timestamp"].tolist() == ["31/02/24", pd.Timestamp("2024-03-01 21:06")]


def test_line_of_the_other_style_is_talk() -> None:
    text = "13/04/24, 21:05 - Ana: she wrote\n[12/04/24, 20:00:00] Cy: go\n13/04/24, 21:06 - Ben: wow\n"
    assert rows(read(text)) == [("Ana", "she wrote\n[12/04/24, 20:00:00] Cy: go"), ("Ben", "wow")]


def test_rest_of_a_message_that_was_cut_off_is_dropped_with_a_note() -> None:
    table = read("the end of something\n\n13/04/24, 21:05 - Ana: hi\n")
    assert noted(table) == [("dropped", 1, (1,))]
    assert table.places == [3]


def test_poll_keeps_its_question() -> None:
    table = read("[13/03/2024, 21:05:14] Ana: \u200ePOLL:\nWhere?\n\u200eOPTION: here (1 vote)\n")
    assert table.frame["text"].tolist() == ["POLL:\nWhere?\n\u200eOPTION: here (1 vote)"]


def zipped(**files: str) -> Source:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return Source(given=packed.getvalue())


def test_zip_with_a_chat_reads_like_the_chat() -> None:
    source = zipped(_chat__txt=IPHONE, notes__txt="x", photo__jpg="y")
    assert whatsapp_format.matches(source)
    assert rows(whatsapp_format.read(source)) == rows(read(IPHONE))
    assert rows(whatsapp_format.read(zipped(**{"WhatsApp Chat with Ben.txt": ANDROID}))) == rows(read(ANDROID))


@pytest.mark.parametrize("shift", ["", "x"])
def test_long_chat_in_a_zip_is_told_whatever_character_its_first_part_ends_in(shift: str) -> None:
    source = zipped(_chat__txt=f"13/04/24, 21:05 - Ana: {shift}hi\n13/04/24, 21:06 - Ben: {'é' * 200_000}\n")
    assert whatsapp_format.matches(source)


def test_zip_bomb_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatsapp_format, "_LARGEST", 1000)
    with pytest.raises(TranscriptError, match="over 1,000 bytes"):
        whatsapp_format.read(zipped(_chat__txt=IPHONE + "x" * 1000))


def test_zip_without_one_chat_or_broken_is_an_error() -> None:
    two = zipped(a__txt=IPHONE, b__txt=IPHONE)
    with pytest.raises(TranscriptError, match="found 2 text files"):
        whatsapp_format.read(two)
    assert not whatsapp_format.matches(two)
    broken = Source(given=(zipped(_chat__txt=IPHONE).data)[:60])
    assert not whatsapp_format.matches(broken)
    with pytest.raises(TranscriptError, match="cannot be unpacked"):
        whatsapp_format.read(broken)


def test_other_text_is_no_chat() -> None:
    for text in ("", "Ana: hi\nBen: ho\n", "12/03/24, 21:05 - nobody spoke\n"):
        assert not whatsapp_format.matches(Source(given=text.encode()))
        with pytest.raises(TranscriptError, match="found no message"):
            read(text)
