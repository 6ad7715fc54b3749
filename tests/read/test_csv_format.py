import numpy as np
import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import csv_format, script_format
from labor_signals.read.source import Source
from labor_signals.settings import Settings


def source(text, **settings):
    return Source(given=text if isinstance(text, bytes) else text.encode(), settings=Settings(**settings))


def kinds(raw):
    return [(note.kind, note.count, note.where) for note in raw.notes]


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_the_delimiter_is_told_from_the_content(delimiter):
    frame = pd.DataFrame({"speaker": ["Ana", "Ben"], "text": ["a, b; c| d", 'she said "no"\nand left']})
    found = source(frame.to_csv(index=False, sep=delimiter))
    assert csv_format.matches(found)
    raw = csv_format.read(found)
    pd.testing.assert_frame_equal(raw.frame, frame)
    assert (raw.format, raw.notes, raw.places) == ("csv", (), None)


def test_text_stays_text_and_user_columns_keep_their_types():
    raw = csv_format.read(
        source("Speaker,Message,score,flag,when\n007,NA,1.5,True,\nnull,None,NA,False,\nBen,,2,True,\n")
    )
    assert raw.frame["Speaker"].tolist() == ["007", "null", "Ben"]
    assert raw.frame["Message"].tolist()[:2] == ["NA", "None"]
    assert raw.frame["Message"].isna().tolist() == [False, False, True]
    assert raw.frame["score"].dtype == np.float64
    assert raw.frame["flag"].dtype == np.bool_
    assert raw.notes == ()


def test_names_that_the_user_will_map_stay_text_too():
    raw = csv_format.read(source("who,said,n\nAna,NA,1\nBen,null,2\n"))
    assert raw.frame["said"].tolist() == ["NA", "null"]
    assert raw.frame["n"].dtype == np.int64


def test_line_ends_of_windows_and_the_delimiter_line_of_excel():
    raw = csv_format.read(source('\ufeffsep=;\r\nspeaker;text\r\nAna;"two\r\nlines"\r\nBen;ho\r\n'))
    assert raw.frame["text"].tolist() == ["two\nlines", "ho"]


def test_spaces_after_the_delimiter():
    raw = csv_format.read(source('speaker, text\nAna, "hi, you"\nBen, ho\n'))
    assert raw.frame["text"].tolist() == ["hi, you", "ho"]


@pytest.mark.parametrize("first", ["Ana,hi\n", ""])
def test_a_row_with_too_many_fields_is_named_or_skipped(first):
    text = f"speaker,text\n{first}Ben,secret, talk\nAna,bye\n"
    line = 3 if first else 2
    with pytest.raises(TranscriptError, match=rf"line {line} has more fields than the header \(1 such rows\)") as error:
        csv_format.read(source(text))
    assert "secret" not in str(error.value)
    raw = csv_format.read(source(text, bad_rows="skip"))
    assert raw.frame["text"].tolist()[-1] == "bye"
    assert raw.places == ([1, 3] if first else [2])
    assert kinds(raw) == [("dropped", 1, (line,))]


def test_rows_all_wider_than_the_header_are_not_cut_or_taken_for_an_index():
    with pytest.raises(TranscriptError, match=r"line 2 .*\(2 such rows\)"):
        csv_format.read(source("speaker,text\n0,Ana,hi\n1,Ben,ho\n"))


def test_a_delimiter_at_the_end_of_each_line():
    raw = csv_format.read(source("speaker,text\nAna,hi,\nBen,ho,\n"))
    assert raw.frame["speaker"].tolist() == ["Ana", "Ben"]
    assert raw.notes == ()


def test_a_row_with_too_few_fields_is_kept_with_a_note():
    raw = csv_format.read(source("turn,speaker,text\n1,Ana,hi\n2,Ben\n3,Ana,bye\n"))
    assert raw.frame["text"].isna().tolist() == [False, True, False]
    assert kinds(raw) == [("kept", 1, (3,))]


@pytest.mark.parametrize("end", ["", "\n", "\nBen,ho\nAna,bye\n"])
def test_a_quote_that_is_never_closed_is_named_or_skipped(end):
    text = f'speaker,text\nAna,hi\nBen,"broken off{end}'
    with pytest.raises(TranscriptError, match="line 3 has a quote that is not closed"):
        csv_format.read(source(text))
    raw = csv_format.read(source(text, bad_rows="skip"))
    assert raw.frame["text"].tolist() == ["hi"]
    assert raw.notes[0].count == max(1, end.count("\n"))


def test_a_stray_quote_does_not_glue_rows_together():
    text = 'speaker,text\nAna,"hi\nBen,"ho, ho"\nAna,bye\n'
    with pytest.raises(TranscriptError, match="line 2 has a quote"):
        csv_format.read(source(text))
    raw = csv_format.read(source(text, bad_rows="skip"))
    assert raw.frame["text"].tolist() == ["bye"]
    assert kinds(raw) == [("dropped", 2, (2,))]


def test_a_name_given_to_two_columns_is_noted():
    raw = csv_format.read(source("speaker,text,text\nAna,hi,x\n"))
    assert raw.frame.columns.tolist() == ["speaker", "text", "text.1"]
    assert kinds(raw) == [("changed", 1, ())]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_encodings_with_a_mark(encoding):
    raw = csv_format.read(source('speaker,text,x\nZoë,"ça,\nva",\n'.encode(encoding)))
    assert raw.frame.columns.tolist() == ["speaker", "text", "x"]
    assert raw.frame["text"].tolist() == ["ça,\nva"]
    assert raw.notes == ()


def test_a_latin_1_file_is_read_with_a_note():
    raw = csv_format.read(source(("speaker,text\n" + "Zoë,Ça va très bien\n" * 5).encode("latin-1")))
    assert raw.frame["speaker"].tolist() == ["Zoë"] * 5
    assert [note.kind for note in raw.notes] == ["guessed"]


@pytest.mark.parametrize("given", [b"", b"\n\n", b"speaker,text\n", b"\x00\x01", b'"', b",,,\n1,2,3,4\n"])
def test_no_rows(given):
    with pytest.raises(TranscriptError):
        csv_format.read(source(given))


@pytest.mark.parametrize(
    "text",
    ["Ana: hi, text\nBen: ho, text\n", "Ana,hi\nBen,ho\n", "speaker\ttext\nAna\thi\n", "speaker,text", "{}\n", ""],
)
def test_other_content_is_left_alone(text):
    assert not csv_format.matches(source(text))


def test_a_csv_suffix_is_enough_for_names_that_the_user_will_map(tmp_path):
    path = tmp_path / "talk.csv"
    path.write_text("who,said\nAna,hi\n")
    assert csv_format.matches(Source(path=path))
    assert not csv_format.matches(Source(path=tmp_path))


def test_a_table_is_no_script():
    assert not script_format.matches(source("speaker,text\nAna,well: yes\nBen,no\n"))
