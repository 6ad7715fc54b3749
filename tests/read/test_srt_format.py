import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import srt_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

TALK = """1
00:00:01,000 --> 00:00:02,500
Ana: Did you eat?

2
00:00:02,500 --> 00:00:04,000
>> BEN: Not yet.

3
00:00:04.000 --> 00:00:06.000
- Ana: {\\an8}There is soup.
- BEN: <i>Thanks</i>,
you are kind.

4
00:00:06,000 --> 00:00:07,000
[Ana]: Any time.
"""


def read(text: str) -> RawTable:
    return srt_format.read(Source(given=text.encode()))


def rows(table: RawTable) -> list[tuple[str, str]]:
    return list(zip(table.frame["speaker"], table.frame["text"], strict=True))


def test_every_way_to_write_a_name_comes_off() -> None:
    table = read(TALK)
    assert rows(table) == [
        ("Ana", "Did you eat?"),
        ("BEN", "Not yet."),
        ("Ana", "There is soup."),
        ("BEN", "Thanks, you are kind."),
        ("Ana", "Any time."),
    ]
    assert table.places == [1, 2, 3, 3, 4]
    assert table.frame["start"].tolist() == [1.0, 2.5, 4.0, 4.0, 6.0]
    assert table.notes == ()


def test_second_line_opens_a_turn_only_with_a_name_that_opens_a_cue() -> None:
    table = read(
        "1\n00:00:01,000 --> 00:00:02,000\nAna: one\nMy point: two\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nBen: x\nAna: y\n"
    )
    assert rows(table) == [("Ana", "one My point: two"), ("Ben", "x"), ("Ana", "y")]


def test_doubtful_names_among_unnamed_cues_are_marked_as_guesses() -> None:
    said = [
        "Ana: one",
        "Ben: two",
        "Ana: three",
        "four",
        "Cy: five",
        "Ben: six",
        "Listen: no",
        "Torres, Di: x",
        "Torres, Di: y",
    ]
    text = "\n".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{words}\n" for n, words in enumerate(said, start=1))
    table = read(text)
    assert table.frame["speaker"].tolist() == [
        "Ana",
        "Ben",
        "Ana",
        "Ana",
        "Cy",
        "Ben",
        "Ben",
        "Torres, Di",
        "Torres, Di",
    ]
    assert table.frame["text"].tolist()[6] == "Listen: no"
    assert [(note.kind, note.count, note.where) for note in table.notes] == [
        ("guessed", 2, (4, 7)),
        ("guessed", 1, (5,)),
        ("guessed", 1, (7,)),
    ]


def test_first_number_may_be_missing() -> None:
    assert rows(read("00:00:01,000 --> 00:00:02,000\nAna: hi\n")) == [("Ana", "hi")]


def test_cue_without_text_is_dropped_with_a_note() -> None:
    table = read("1\n00:00:01,000 --> 00:00:02,000\nAna: hi\n\n2\n00:00:03,000 --> 00:00:04,000\n\n")
    assert [(note.kind, note.count) for note in table.notes] == [("dropped", 1)]


@pytest.mark.parametrize("text", ["", "1\n2\n3", "1\nnot a time --> x\nAna: hi"])
def test_file_that_is_no_srt_is_an_error(text: str) -> None:
    with pytest.raises(TranscriptError):
        read(text)


def test_it_is_told_by_its_times() -> None:
    assert srt_format.matches(Source(given=TALK.encode()))
    assert srt_format.matches(Source(given=TALK.encode("utf-16")))
    assert not srt_format.matches(Source(given=b"1\nAna: at 10:00 --> 11:00\n"))
