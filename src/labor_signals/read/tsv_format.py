"""TSV: a header, then one utterance a row; tabs between fields, quoted or not."""

import re
from dataclasses import replace
from typing import Final

from labor_signals.notes import Note
from labor_signals.read.delimited import read_delimited
from labor_signals.read.delimited_layout import Layout, header_of, looks_like_table
from labor_signals.read.delimited_rows import delimiters_outside_quotes
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

_LAYOUT: Final = Layout("\t")
_FIELD_OPENS: Final = re.compile(r'(?:^|\t)"', re.MULTILINE)


def matches(source: Source) -> bool:
    """Whether a header with known names is followed by rows that fit it; for a `.tsv` file, any header will do."""
    head = source.head
    if "\t" not in head or "\n" not in head:
        return False
    return looks_like_table(head, _LAYOUT) or (source.suffix == ".tsv" and len(header_of(head, _LAYOUT)) > 1)


def read(source: Source) -> RawTable:
    """The rows of the table.

    Many exporters write TSV with no quoting at all, so that an utterance can begin with a quotation mark that is its
    own. Where quotes do not close at the end of their field, all of them are taken as part of the talk.

    Raises:
        TranscriptError: There is no header or no row, or a row does not fit the header.
    """
    text = source.text
    if not _FIELD_OPENS.search(text) or delimiters_outside_quotes(text.encode(), _LAYOUT) is not None:
        return read_delimited(source, _LAYOUT, name="tsv")
    raw = read_delimited(source, replace(_LAYOUT, quoting=False), name="tsv")
    what = "quotation marks do not enclose whole fields; all were taken as part of the talk"
    return replace(raw, notes=(*raw.notes, Note("guessed", 1, what)))
