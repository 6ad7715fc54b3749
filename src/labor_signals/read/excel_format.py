"""Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods, read by calamine."""

import io
import zipfile
from typing import Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.column_names import canonical_names
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIRST_PARTS: Final = (b"[Content_Types].xml", b"docProps/", b"_rels/", b"xl/", b"mimetypeapplication/vnd.oasis")
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def matches(source: Source) -> bool:
    """Whether the bytes are a workbook; other Office files and zips are none."""
    if source.is_folder:
        return False
    if source.magic.startswith(_OLD_OFFICE):
        return True
    if not source.magic.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = set(archive.namelist())
            return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or (
                "mimetype" in names and archive.read("mimetype").strip() == _ODS
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        # A workbook that breaks off has lost the list of its parts, but not the start of the first one.
        return source.suffix in {".xlsx", ".xlsm", ".xlsb", ".ods"} or source.magic[30:].startswith(_FIRST_PARTS)


def read(source: Source) -> RawTable:
    """The rows of the first sheet that has columns for speaker and text.

    Raises:
        TranscriptError: The workbook cannot be read, or holds no row.
    """
    sheets = {name: sheet for name, sheet in _sheets(source).items() if len(sheet)}
    if not sheets:
        raise TranscriptError(
            "found no row in any sheet of the workbook; expected a header and at least one utterance."
        )
    name = next((name for name, sheet in sheets.items() if _has_talk(sheet)), next(iter(sheets)))
    blank = sheets[name].isna().all(axis=1).to_numpy()
    notes: tuple[Note, ...] = ()
    if len(sheets) > 1:
        notes += (Note("dropped", len(sheets) - 1, f"sheets with rows other than {name!r}, the one that was read"),)
    if blank.any():
        where = tuple((blank.nonzero()[0][:5] + 1).tolist())
        notes += (Note("dropped", int(blank.sum()), "blank rows of the sheet", where),)
    frame = sheets[name][~blank].reset_index(drop=True).infer_objects()
    places = ((~blank).nonzero()[0] + 1).tolist() if blank.any() else None
    return RawTable(frame=frame, format="excel", notes=notes, places=places)


def _sheets(source: Source) -> dict[str, pd.DataFrame]:
    try:
        return pd.read_excel(
            io.BytesIO(source.data),
            sheet_name=None,
            engine="calamine",
            dtype=object,  # cells carry their types; text such as "NA" or "007" stays text
            keep_default_na=False,
            na_values=[""],
        )
    except BaseException as error:
        # calamine is written in Rust, whose panics reach Python outside of Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise TranscriptError(
            f"the workbook cannot be read ({type(error).__name__}); expected a whole .xlsx, .xlsb, .xls or .ods file "
            "without a password. Open it in a spreadsheet program and save it again, or save the sheet as CSV."
        ) from error


def _has_talk(sheet: pd.DataFrame) -> bool:
    return {"speaker", "text"} <= set(canonical_names([str(name) for name in sheet.columns], {}).values())
