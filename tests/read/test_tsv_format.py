import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import csv_format, tsv_format
from labor_signals.read.source import Source
from labor_signals.settings import Settings


def source(text, **settings):
    return Source(given=text if isinstance(text, bytes) else text.encode(), settings=Settings(**settings))


def test_quoted_as_pandas_writes_it():
    frame = pd.DataFrame(
        {"speaker": ["Ana", "Ben", "Ana"], "text": ["tab\there", 'say "no"\nnow', "NA"], "n": [1, 2, 3]}
    )
    found = source(frame.to_csv(index=False, sep="\t"))
    assert tsv_format.matches(found)
    assert not csv_format.matches(found)
    raw = tsv_format.read(found)
    pd.testing.assert_frame_equal(raw.frame, frame)
    assert (raw.format, raw.notes) == ("tsv", ())


def test_quotation_marks_of_the_talk_itself_stay():
    raw = tsv_format.read(source('speaker\ttext\nAna\t"No," she said.\nBen\t"open\nAna\tdone"\n'))
    assert raw.frame["text"].tolist() == ['"No," she said.', '"open', 'done"']
    assert [note.kind for note in raw.notes] == ["guessed"]


def test_a_row_with_too_many_fields_is_named_or_skipped():
    text = "speaker\ttext\nAna\thi\nBen\ta\tb\n"
    with pytest.raises(TranscriptError, match="line 3 has more fields"):
        tsv_format.read(source(text))
    assert tsv_format.read(source(text, bad_rows="skip")).places == [1]


def test_a_row_that_breaks_off_is_kept_with_a_note():
    raw = tsv_format.read(source("turn\tspeaker\ttext\n1\tAna\thi\n2\tBe"))
    assert raw.frame["text"].isna().tolist() == [False, True]
    assert [(note.kind, note.where) for note in raw.notes] == [("kept", (3,))]


@pytest.mark.parametrize("given", [b"", b"speaker\ttext\n", b"\x00\t\n"])
def test_no_rows(given):
    with pytest.raises(TranscriptError):
        tsv_format.read(source(given))


def test_a_latin_1_file_is_read_with_a_note():
    raw = tsv_format.read(source(("speaker\ttext\n" + "Zoë\tÇa va très bien\n" * 5).encode("latin-1")))
    assert raw.frame["speaker"].tolist() == ["Zoë"] * 5
    assert [note.kind for note in raw.notes] == ["guessed"]


@pytest.mark.parametrize("text", ["Ana:\thi\nBen:\tho\n", "speaker,text\nAna,hi\n", ""])
def test_other_content_is_left_alone(text):
    assert not tsv_format.matches(source(text))
