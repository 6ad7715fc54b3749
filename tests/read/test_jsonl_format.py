import json

import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import jsonl_format
from labor_signals.read.source import Source
from labor_signals.settings import Settings

ROWS = [
    {"speaker": "Ana", "text": "hi\u2028there", "human": {"codes": ["greeting"]}},
    {"speaker": "Ben", "text": "null", "human": {}},
]
LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)


def source(text, **settings):
    return Source(given=text if isinstance(text, bytes) else text.encode(), settings=Settings(**settings))


def test_one_object_a_line_with_nested_columns_untouched():
    found = source(f"\n{LINES}\n\n")
    raw = jsonl_format.read(found)
    assert jsonl_format.matches(found)
    assert raw.frame.to_dict("records") == ROWS
    assert (raw.format, raw.place, raw.places, raw.notes) == ("jsonl", "line", [2, 3], ())


def test_nan_is_missing():
    raw = jsonl_format.read(source('{"speaker": "Ana", "text": NaN}\n{"speaker": "Ben", "text": "x"}'))
    assert raw.frame["text"].isna().tolist() == [True, False]


def test_a_truncated_last_line_is_named_or_skipped():
    cut = LINES + '\n{"speaker": "Ana", "text": "secr'
    with pytest.raises(TranscriptError, match=r"line 3 is no whole JSON object.*may break off") as error:
        jsonl_format.read(source(cut))
    assert "secr" not in str(error.value)
    raw = jsonl_format.read(source(cut, bad_rows="skip"))
    assert raw.frame.to_dict("records") == ROWS
    assert [(note.kind, note.count, note.where) for note in raw.notes] == [("dropped", 1, (3,))]


@pytest.mark.parametrize("bad", ["oops", "17", '["Ana", "hi"]', '{"a": 1}, {"b": 2}', '{"a": 1} {"b": 2}', "[" * 9_999])
def test_a_bad_line_in_the_middle_is_named_or_skipped(bad):
    text = LINES.replace("\n", f"\n{bad}\n")
    with pytest.raises(TranscriptError, match=r"^line 2 is no whole JSON object \(1 such of 3\)"):
        jsonl_format.read(source(text))
    assert jsonl_format.read(source(text, bad_rows="skip")).places == [1, 3]


def test_a_bad_first_line_does_not_hide_the_format():
    assert jsonl_format.matches(source('{"speaker": \n' + LINES))


def test_half_a_surrogate_pair_is_replaced_with_a_note():
    raw = jsonl_format.read(source(r'{"speaker": "Ana", "text": "\ud83d", "n": 1}'))
    assert raw.frame["text"].tolist() == ["?"]
    assert raw.frame["n"].dtype == "int64"
    assert raw.notes[0].kind == "changed"


@pytest.mark.parametrize("given", ["", "\n\n", "Ana: hi", "[1]\n[2]", b"\xff\xfe\x00", b"\x00"])
def test_no_records(given):
    with pytest.raises(TranscriptError):
        jsonl_format.read(source(given, bad_rows="skip"))
    assert not jsonl_format.matches(source(given))


def test_a_latin_1_file_is_read_with_a_note():
    text = '{"speaker": "Zoë", "text": "Ça va très bien, à bientôt"}\n' * 5
    raw = jsonl_format.read(source(text.encode("latin-1")))
    assert raw.frame["speaker"].tolist() == ["Zoë"] * 5
    assert [note.kind for note in raw.notes] == ["guessed"]
