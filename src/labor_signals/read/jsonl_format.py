"""JSON lines: one object a line, one utterance each."""

import json
from typing import Any, Final

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.frame_from_records import frame_from_records
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

# NaN and the infinities are no JSON, but exporters write them.
_DECODE: Final = json.JSONDecoder(parse_constant=lambda _: None).decode

_Record = dict[str, Any]


def matches(source: Source) -> bool:
    """Whether one of the first lines is a JSON object by itself."""
    if not source.head.lstrip().startswith("{"):
        return False
    return any(isinstance(_decoded(line), dict) for line in source.text.lstrip().split("\n", 5)[:5])


def read(source: Source) -> RawTable:
    """The rows, one an object.

    Raises:
        TranscriptError: A line is no whole JSON object, unless `settings.bad_rows` is `skip`.
    """
    lines = source.text.split("\n")
    numbers = [number for number, line in enumerate(lines, start=1) if line and not line.isspace()]
    if not numbers:
        raise TranscriptError("found no line that is not blank; expected one JSON object a line.")
    filled = [lines[number - 1] for number in numbers]
    records = _all_at_once(filled)
    notes: tuple[Note, ...] = ()
    if records is None:
        records, numbers, notes = _line_by_line(filled, numbers, skip=source.settings.bad_rows == "skip")
    frame, broken = frame_from_records(records)
    return RawTable(frame=frame, format="jsonl", notes=(*source.notes, *notes, *broken), place="line", places=numbers)


def _all_at_once(lines: list[str]) -> list[_Record] | None:
    """All lines as one JSON list, a third faster than each by itself; `None` where any is no object."""
    records = _decoded(f"[{','.join(lines)}]")
    if isinstance(records, list) and len(records) == len(lines) and all(type(item) is dict for item in records):
        return records
    return None


def _line_by_line(
    lines: list[str], numbers: list[int], *, skip: bool
) -> tuple[list[_Record], list[int], tuple[Note, ...]]:
    values = [_decoded(line) for line in lines]
    bad = [number for number, value in zip(numbers, values, strict=True) if not isinstance(value, dict)]
    if bad and not skip:
        last = " It is the last one: the file may break off there." if bad[0] == numbers[-1] else ""
        raise TranscriptError(
            f"line {bad[0]} is no whole JSON object ({len(bad)} such of {len(lines)}); expected one a line.{last} "
            "Repair it, or read with Settings(bad_rows='skip')."
        )
    good = [(value, number) for value, number in zip(values, numbers, strict=True) if isinstance(value, dict)]
    if not good:
        raise TranscriptError(f"none of {len(lines)} lines is a whole JSON object; expected one a line.")
    notes = (Note("dropped", len(bad), "lines that are no whole JSON object", tuple(bad[:5])),) if bad else ()
    return [value for value, _ in good], [number for _, number in good], notes


def _decoded(text: str) -> object:
    """The JSON value, or `None` where there is none."""
    try:
        value: object = _DECODE(text)
    except (ValueError, RecursionError):
        return None
    return value
