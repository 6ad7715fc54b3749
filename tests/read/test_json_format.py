import json
import math

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import json_format
from labor_signals.read.source import Source
from labor_signals.settings import Settings

TALK = [{"speaker": "Ana", "text": "hi"}, {"speaker": "Ben", "text": "None", "own": [1]}]


def source(value, **settings):
    given = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Source(given=given, settings=Settings(**settings))


def test_a_list_of_records():
    raw = json_format.read(source(TALK))
    assert json_format.matches(source(TALK))
    assert raw.frame["text"].tolist() == ["hi", "None"]
    assert raw.frame["own"].iloc[1] == [1]
    assert (raw.format, raw.place, raw.notes) == ("json", "record", ())


@pytest.mark.parametrize("key", ["utterances", "messages", "turns", "data", "anything"])
def test_an_object_around_one_list_says_what_it_leaves_out(key):
    value = {"title": "x", "tags": ["a"], key: TALK}
    raw = json_format.read(source(value))
    assert json_format.matches(source(value))
    assert raw.frame["speaker"].tolist() == ["Ana", "Ben"]
    assert [(note.kind, note.count) for note in raw.notes] == [("dropped", 2)]


def test_the_list_with_talk_is_told_from_others():
    raw = json_format.read(source({"people": [{"id": 1}], "turns": TALK}))
    assert raw.frame["text"].tolist() == ["hi", "None"]


def test_two_lists_of_talk_are_not_guessed_between():
    with pytest.raises(TranscriptError, match="2 lists of records, 2 with speaker and text"):
        json_format.read(source({"a": TALK, "b": TALK}))


def test_the_conversation_of_the_object_is_that_of_its_records():
    raw = json_format.read(source({"conversation_id": "c7", "turns": TALK}))
    assert raw.frame["conversation_id"].tolist() == ["c7", "c7"]
    assert raw.notes == ()


@pytest.mark.parametrize("orient", ["list", "dict"])
def test_columns_as_pandas_writes_them(orient):
    frame = pd.DataFrame({"speaker": ["Ana", "Ben"], "text": ["hi", "NA"]})
    found = source(frame.to_dict("list") if orient == "list" else frame.to_json().encode())
    assert json_format.matches(found)
    pd.testing.assert_frame_equal(json_format.read(found).frame, frame)


def test_nan_is_missing():
    raw = json_format.read(source([{"speaker": "Ana", "text": math.nan}, *TALK]))
    assert raw.frame["text"].isna().tolist() == [True, False, False]


def test_an_entry_that_is_no_record_is_named_or_skipped():
    value = [TALK[0], "secret", TALK[1]]
    with pytest.raises(TranscriptError, match=r"record 2 is no JSON object \(1 such of 3\)"):
        json_format.read(source(value))
    raw = json_format.read(source(value, bad_rows="skip"))
    assert raw.places == [1, 3]
    assert raw.notes[0].where == (2,)


def test_a_truncated_file_is_recognised_and_says_where_it_ends():
    whole = json.dumps(TALK, indent=1)
    for cut in (whole[:-3], whole[:30], json.dumps({"turns": TALK}, indent=1)[:-20]):
        assert json_format.matches(source(cut.encode()))
        with pytest.raises(TranscriptError, match="breaks off after"):
            json_format.read(source(cut.encode()))


def test_a_fault_in_the_middle_says_its_line():
    with pytest.raises(TranscriptError, match="goes wrong at line 2"):
        json_format.read(source(b'[{"speaker": "Ana"},\n{"speaker" "Ben"},\n{}]'))


@pytest.mark.parametrize("given", [b"[]", b"{}", b"", b"Ana: hi", b"[1, 2]", b"\xff\x00\x01", b"[" * 100_000])
def test_no_records(given):
    with pytest.raises(TranscriptError):
        json_format.read(source(given))


@pytest.mark.parametrize(
    "given",
    [b'{"speaker": "Ana", "text": "hi"}\n{"speaker": "Ben", "text": "ho"}\n', b'{"speaker": "Ana", "text": "hi"}',
     b"Ana: hi", b"[12/03/2024, 10:11] Ana: hi", b'{"a": 1}', b""],
)  # fmt: skip
def test_other_formats_are_left_alone(given):
    assert not json_format.matches(source(given))


def test_a_latin_1_file_is_read_with_a_note():
    given = json.dumps([{"speaker": "Zoë", "text": "Ça va très bien, à bientôt"}] * 5, ensure_ascii=False)
    raw = json_format.read(source(given.encode("latin-1")))
    assert raw.frame["speaker"].tolist() == ["Zoë"] * 5
    assert [note.kind for note in raw.notes] == ["guessed"]
