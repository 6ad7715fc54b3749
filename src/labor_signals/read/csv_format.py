"""CSV: a header, then one utterance a row; comma, semicolon or pipe between fields."""

import re
from typing import Final

from labor_signals.read.delimited import read_delimited
from labor_signals.read.delimited_layout import Layout, header_of, known_names, looks_like_table
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

_DELIMITERS: Final = (",", ";", "|")
_SEP_LINE: Final = re.compile(r"sep=(.)[ \t]*\n")  # with which Excel is told the delimiter


def matches(source: Source) -> bool:
    """Whether a header with known names is followed by rows that fit it; for a `.csv` file, any header will do."""
    head = source.head
    if "\n" not in head:
        return False
    layout = _layout(head, _DELIMITERS)
    return looks_like_table(head, layout) or (source.suffix == ".csv" and len(header_of(head, layout)) > 1)


def read(source: Source) -> RawTable:
    """The rows of the table.

    Raises:
        TranscriptError: There is no header or no row, or a row does not fit the header.
    """
    return read_delimited(source, _layout(source.text, (*_DELIMITERS, "\t")), name="csv")


def _layout(text: str, delimiters: tuple[str, ...]) -> Layout:
    """The delimiter under which the header shows most known names, or else most names."""
    told = _SEP_LINE.match(text)
    skip = 1 if told else 0
    if told and told[1] in (*delimiters, "\t"):
        delimiters = (told[1],)
    headers = {delimiter: header_of(text, Layout(delimiter, skip=skip)) for delimiter in delimiters}
    best = max(delimiters, key=lambda delimiter: (len(known_names(headers[delimiter])), len(headers[delimiter])))
    spaced = len(headers[best]) > 1 and all(name.startswith(" ") for name in headers[best][1:])
    return Layout(best, skip=skip, spaced=spaced)
