"""Whether the rows of a text table are whole: a quick check over bytes, and a slow one that names the lines."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.delimited_layout import Layout, is_blank

SHORT: Final = "fewer fields than the header; the missing ones are empty"
LONG: Final = "more fields than the header"
OPEN: Final = "a quote that is not closed where its field ends, which runs over the lines after it"
HUGE: Final = "a field of over 131,072 characters, which is mostly a quote that is never closed"
_QUOTE: Final = ord('"')


@dataclass(frozen=True, slots=True)
class Record:
    """A record on `lines` physical lines from `line` on, or what is wrong with it."""

    line: int
    lines: int
    fields: list[str]
    problem: str = ""


def are_whole(data: bytes, frame: pd.DataFrame, layout: Layout, *, width: int) -> bool:
    """Whether no row of the frame can be short or glued to the next by a stray quote.

    pandas fills short rows and follows stray quotes without a word. Short rows leave the last cell empty, and glued
    ones leave a line end in a cell; where neither is found, nothing else is looked at.
    """
    last_empty = len(frame) > 0 and frame.iloc[:, width - 1].isna().any()
    strings = (column for _, column in frame.items() if pd.api.types.is_string_dtype(column.dtype))
    if not last_empty and not any(column.str.contains("\n", regex=False).any() for column in strings):
        return True
    for _ in range(layout.skip):
        data = data.partition(b"\n")[2]
    delimiters = delimiters_outside_quotes(data, layout)
    return delimiters == (len(frame) + 1) * (width - 1)


def delimiters_outside_quotes(data: bytes, layout: Layout) -> int | None:
    """How many delimiters part fields, or `None` where a quote opens or closes inside a field or stays open."""
    delimiter = layout.delimiter.encode()
    if len(delimiter) > 1 or layout.spaced:
        return None
    if not layout.quoting or b'"' not in data:
        return data.count(delimiter)
    byte = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(byte == _QUOTE)
    if len(quotes) % 2:
        return None
    opening, closing = quotes[0::2], quotes[1::2]
    edges = np.frombuffer(delimiter + b'\n\r"', dtype=np.uint8)
    inside_ends = np.minimum(closing + 1, len(byte) - 1)
    sound = np.isin(byte[np.maximum(opening - 1, 0)], edges) | (opening == 0)
    sound &= np.isin(byte[inside_ends], edges) | (closing == len(byte) - 1)
    if not sound.all():
        return None
    places = np.flatnonzero(byte == delimiter[0])
    # An odd number of quotes before a delimiter puts it inside a quoted field.
    return int((np.searchsorted(quotes, places) % 2 == 0).sum())


def checked_records(text: str, layout: Layout, *, width: int) -> list[Record]:
    """All records after the header, each with its problem, if it has one."""
    return [_judged(record, width) for record in islice(_records(text, layout), 1, None)]


def problem_notes(records: list[Record], *, skip: bool) -> tuple[Note, ...]:
    """What is wrong with records, as notes.

    Raises:
        TranscriptError: A record is more than just short, and `skip` is not set.
    """
    notes: list[Note] = []
    for what in (OPEN, HUGE, LONG, SHORT):
        found = [record for record in records if record.problem == what]
        where = tuple(record.line for record in found[:5])
        if found and what == SHORT:
            notes.append(Note("kept", len(found), f"lines with {what}", where))
        elif found and skip:
            notes.append(Note("dropped", sum(record.lines for record in found), f"lines with {what}", where))
        elif found:
            raise TranscriptError(
                f"line {where[0]} has {what} ({len(found)} such rows); expected rows as wide as the header, with "
                "quotes closed. Check whether the file is whole, or read with Settings(bad_rows='skip')."
            )
    return tuple(notes)


def _judged(record: Record, width: int) -> Record:
    if record.problem or len(record.fields) == width:
        return record
    if len(record.fields) < width:
        return replace(record, problem=SHORT)
    if any(record.fields[width:]):
        return replace(record, problem=LONG)
    # Delimiters at the end of each line, as some exporters write them.
    return replace(record, fields=record.fields[:width])


def _records(text: str, layout: Layout) -> Iterator[Record]:
    """Record by record, blank lines left out; a quote that glues lines together is found, not followed."""
    lines = text.removesuffix("\n").split("\n")
    reader = layout.reader((line + "\n" for line in islice(lines, layout.skip, None)), strict=True)
    while True:
        before = reader.line_num + layout.skip
        problem = ""
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fields, problem = [], HUGE if "limit" in str(error) else OPEN
        count = reader.line_num + layout.skip - before
        if problem == OPEN and count == 1 and '"' in lines[before]:
            # `"so" she said`: odd, but on one line. The last line is one too, whose quote may be open all the same.
            loose = _loosely(lines[before], layout)
            fields, problem = (loose, "") if loose is not None else ([], OPEN)
        if problem or not is_blank(fields):
            yield Record(before + 1, max(count, 1), fields, problem)


def _loosely(line: str, layout: Layout) -> list[str] | None:
    """The fields of a line by itself, `None` where its quotes stay open."""
    reader = layout.reader(iter([line, "\0"]))
    fields = next(reader, [])
    return None if reader.line_num > 1 else fields
