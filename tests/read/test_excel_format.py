import io
import zipfile

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import excel_format, parquet_format
from labor_signals.read.source import Source

TALK = pd.DataFrame({"speaker": ["Ana", "Ben"], "text": ["NA", "007"], "n": [1, 2]})


def workbook(**sheets):
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return stream.getvalue()


def test_one_sheet_with_the_types_of_its_cells():
    found = Source(given=workbook(talk=TALK))
    assert excel_format.matches(found)
    raw = excel_format.read(found)
    pd.testing.assert_frame_equal(raw.frame, TALK)
    assert (raw.format, raw.notes, raw.places) == ("excel", (), None)


def test_the_first_sheet_with_speaker_and_text_is_read_and_named():
    notes = pd.DataFrame({"remark": ["x"]})
    raw = excel_format.read(Source(given=workbook(about=notes, talk=TALK, more=TALK, empty=pd.DataFrame())))
    assert raw.frame["text"].tolist() == ["NA", "007"]
    assert [(note.kind, note.count) for note in raw.notes] == [("dropped", 2)]
    assert "'talk'" in raw.notes[0].what


def test_blank_rows_are_dropped_with_a_note_and_places_stay():
    blank = pd.DataFrame({"speaker": ["Ana", None, "Ben"], "text": ["hi", None, None]})
    raw = excel_format.read(Source(given=workbook(talk=blank)))
    assert raw.places == [1, 3]
    assert [(note.kind, note.where) for note in raw.notes] == [("dropped", (2,))]
    assert raw.frame["text"].isna().tolist() == [False, True]


def test_names_that_the_user_will_map():
    raw = excel_format.read(Source(given=workbook(talk=TALK.rename(columns={"speaker": "who", "text": "what"}))))
    assert raw.frame.columns.tolist() == ["who", "what", "n"]


def test_an_opendocument_sheet():
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in (["speaker", "text"], ["Ana", "NA"], ["Ben", "007"])
    )
    content = (
        f'<office:document-content xmlns:office="{ns}office:1.0" xmlns:table="{ns}table:1.0" xmlns:text="{ns}text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="talk">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{ns}manifest:1.0"/>')
        archive.writestr("content.xml", content)
    found = Source(given=stream.getvalue())
    assert excel_format.matches(found)
    assert excel_format.read(found).frame["text"].tolist() == ["NA", "007"]


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_truncated_workbook_is_recognised_and_refused(keep):
    whole = workbook(talk=TALK)
    cut = Source(given=whole[: int(len(whole) * keep)])
    assert excel_format.matches(cut)
    with pytest.raises(TranscriptError, match="workbook cannot be read"):
        excel_format.read(cut)


@pytest.mark.parametrize(
    "given", [b"", b"speaker,text\nAna,hi\n", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99]
)
def test_what_is_no_workbook_is_refused(given):
    with pytest.raises(TranscriptError):
        excel_format.read(Source(given=given))


def test_no_row():
    with pytest.raises(TranscriptError, match="no row in any sheet"):
        excel_format.read(Source(given=workbook(talk=TALK.iloc[:0])))


def test_other_zips_and_formats_are_left_alone(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    for given in (stream.getvalue(), b"", b"PAR1", b"Ana: hi"):
        assert not excel_format.matches(Source(given=given))
    assert not excel_format.matches(Source(path=tmp_path))
    assert not parquet_format.matches(Source(given=workbook(talk=TALK)))
