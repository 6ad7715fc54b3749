"""How a text table is written, told from its header."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from labor_signals.read.column_names import canonical_names

_LOOKED_AT: Final = 200_000  # characters, for the header and the first rows


class Records(Protocol):
    """What `csv.reader` makes, which has no public name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written: its delimiter, whether `"` quotes fields, how many lines stand before its header."""

    delimiter: str
    quoting: bool = True
    skip: int = 0
    spaced: bool = False

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> Records:
        """A reader of records in this layout."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoting else csv.QUOTE_NONE,
            strict=strict,
            skipinitialspace=self.spaced,
        )


def header_of(text: str, layout: Layout) -> list[str]:
    """The names in the first line that is not blank, empty where they cannot be told."""
    return next(iter(first_rows(text, layout, 1)), [])


def first_rows(text: str, layout: Layout, count: int) -> list[list[str]]:
    """The first records, the header among them, as far as they can be told; blank lines are none."""
    lines = text[:_LOOKED_AT].split("\n")[layout.skip :]
    try:
        rows = layout.reader(line + "\n" for line in lines)
        return list(islice((fields for fields in rows if not is_blank(fields)), count))
    except csv.Error:
        return []


def is_blank(fields: list[str]) -> bool:
    """Whether a record is a blank line, which pandas too leaves out."""
    return not fields or (len(fields) == 1 and not fields[0].strip())


def known_names(header: list[str]) -> set[str]:
    """The canonical names that stand for columns of the header."""
    return set(canonical_names(header, {}).values())


def looks_like_table(head: str, layout: Layout) -> bool:
    """Whether a header with names for speaker or text is followed by records as wide as itself."""
    header = header_of(head, layout)
    known = known_names(header) & {"speaker", "text"}
    if len(header) < 2 or not known or any(len(name) > 60 or ":" in name for name in header):
        return False
    if len(known) == 2:
        return True
    widths = [len(fields) for fields in first_rows(head, layout, 4)]
    return len(widths) > 1 and set(widths) == {len(header)}
