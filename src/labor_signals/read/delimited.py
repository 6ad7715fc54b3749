"""Text tables (CSV, TSV): pandas reads them; where rows do not fit, a slower pass finds which and why."""

import csv
import io
from typing import Final

import pandas as pd
import pyarrow as pa
from pandas.api.types import is_numeric_dtype

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.column_names import canonical_names
from labor_signals.read.delimited_layout import Layout, first_rows
from labor_signals.read.delimited_rows import SHORT, are_whole, checked_records, problem_notes
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

# Columns that stay strings: "NA" and "None" can be said, "007" can be a name.
_STRINGS: Final = frozenset({"conversation_id", "speaker", "text", "addressee", "reply_to", "utterance_id"})
# What pandas takes for missing in all other columns (its documented defaults).
_MISSING: Final = ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
                   "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"]  # fmt: skip


def read_delimited(source: Source, layout: Layout, *, name: str) -> RawTable:
    """The rows of a text table.

    Raises:
        TranscriptError: There is no header or no row, a quote is never closed, or a row has more fields than the
            header and `settings.bad_rows` is not `skip`.
    """
    text = source.text
    rows = first_rows(text, layout, 2)
    if not rows or not any(rows[0]):
        raise TranscriptError("found no header; expected one line with the columns' names, such as speaker and text.")
    header, width = rows[0], len(rows[0])
    data = _utf8(source)
    notes: tuple[Note, ...] = source.notes
    places: list[int] | None = None
    # pandas takes the first field of all rows for an index where the first row is wider than the header.
    frame = None if len(rows[-1]) > width else _typed(data, header, layout)
    if frame is None or not are_whole(data, frame, layout, width=width):
        records = checked_records(text, layout, width=width)
        notes += problem_notes(records, skip=source.settings.bad_rows == "skip")
        if frame is None or any(record.problem not in ("", SHORT) for record in records):
            good = [(number, r.fields) for number, r in enumerate(records, start=1) if r.problem in ("", SHORT)]
            places = [number for number, _ in good]
            frame = _typed(_rewritten(header, [fields for _, fields in good]), header, Layout(","))
    if frame is None:
        raise TranscriptError("the rows of the table cannot be told apart; expected delimited text with a header.")
    if len(frame) == 0:
        raise TranscriptError("found a header and no usable row; expected at least one utterance.")
    return RawTable(frame=frame, format=name, notes=notes + _name_notes(header), places=places)


def _utf8(source: Source) -> bytes:
    """The table in UTF-8 with plain line ends, without a copy where it is written so."""
    other = source.notes or source.data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00")) or b"\r" in source.data
    return source.text.encode("utf-8", "replace") if other else source.data


def _typed(data: bytes, header: list[str], layout: Layout) -> pd.DataFrame | None:
    """The table with the user's columns typed as pandas does, and the library's own as they are written."""
    names = dict.fromkeys(header)
    meaning = canonical_names(names, {})
    own = [column for column in names if meaning.get(column) in _STRINGS]
    if {"speaker", "text"} <= set(meaning.values()):
        return _by_pandas(data, header, layout, strings=own)
    # The user will say which columns hold speaker and text; until then, any may, except those of numbers.
    frame = _by_pandas(data, header, layout, strings=list(names))
    typed = _by_pandas(data, header, layout, strings=own)
    if frame is None or typed is None:
        return None
    return frame.assign(**{str(c): typed[c] for c in typed.columns if is_numeric_dtype(typed[c].dtype)})


def _by_pandas(data: bytes, header: list[str], layout: Layout, *, strings: list[str]) -> pd.DataFrame | None:
    """The table as pandas reads it, or `None` where a row does not fit the header or a quote stays open."""
    try:
        frame = pd.read_csv(
            io.BytesIO(data),  # does not copy
            sep=layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if layout.quoting else csv.QUOTE_NONE,
            skiprows=layout.skip,
            skipinitialspace=layout.spaced,
            # Straight into Arrow is three times faster than into "str", which pandas checks cell by cell.
            dtype=dict.fromkeys(strings, pd.ArrowDtype(pa.string())),
            keep_default_na=False,
            na_values={column: [""] if column in strings else _MISSING for column in header},
            low_memory=False,
        )
        frame = frame.astype({c: "str" for c in frame.columns if isinstance(frame[c].dtype, pd.ArrowDtype)})
    except (ValueError, OverflowError, pa.ArrowException):
        return None
    return frame if len(frame.columns) == len(header) and frame.index.equals(pd.RangeIndex(len(frame))) else None


def _rewritten(header: list[str], rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    filled = (row + [""] * (len(header) - len(row)) for row in rows)
    csv.writer(stream, lineterminator="\n").writerows([header, *filled])
    return stream.getvalue().encode("utf-8", "replace")


def _name_notes(header: list[str]) -> tuple[Note, ...]:
    again = len(header) - len(set(header))
    if not again:
        return ()
    return (Note("changed", again, "columns with a name that an earlier one has got a number after it"),)
