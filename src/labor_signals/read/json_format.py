"""One JSON value: a list of records, an object around such a list, or a dict of columns."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, TypeGuard

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read import jsonl_format
from labor_signals.read.column_names import canonical_names
from labor_signals.read.frame_from_records import frame_from_records
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

_EXPECTED = (
    'expected a list of records such as [{"speaker": ..., "text": ...}], an object with one such list, '
    "or an object of columns"
)
# How a list of objects, or an object spread over lines, begins; a JSON line closes its first object on line 1.
_OPENING: Final = re.compile(r'\s*(\[\s*[{\]]|\{\s*("|\}))')


def matches(source: Source) -> bool:
    """Whether the content is JSON with records or columns in it, or JSON that breaks off."""
    value = source.json
    if value is None:
        return bool(_OPENING.match(source.head)) and not jsonl_format.matches(source)
    return isinstance(value, list) or bool(_record_lists(value)) or _is_columns(value)


def read(source: Source) -> RawTable:
    """The rows, one a record.

    Raises:
        TranscriptError: The content is no JSON, breaks off, or holds no list of records.
    """
    value = source.json
    if value is None:
        raise TranscriptError(f"found no whole JSON value: {_where_it_breaks(source.text)}; {_EXPECTED}.")
    notes: tuple[Note, ...] = ()
    if isinstance(value, dict) and not _record_lists(value) and _is_columns(value):
        records = _records_of_columns(value)
    elif isinstance(value, dict):
        records, notes = _records_of_object(value)
    else:
        records = value
    places: list[int] | None = None
    bad = [number for number, record in enumerate(records, start=1) if not isinstance(record, dict)]
    if bad:
        if source.settings.bad_rows != "skip":
            raise TranscriptError(
                f"record {bad[0]} is no JSON object ({len(bad)} such of {len(records)}); {_EXPECTED}."
            )
        notes += (Note("dropped", len(bad), "entries of the list that are no JSON object", tuple(bad[:5])),)
        places = [number for number, record in enumerate(records, start=1) if isinstance(record, dict)]
        records = [record for record in records if isinstance(record, dict)]
    if not records:
        raise TranscriptError(f"found no record in the JSON; {_EXPECTED}.")
    frame, broken = frame_from_records(records)
    return RawTable(frame=frame, format="json", notes=(*source.notes, *notes, *broken), place="record", places=places)


def _record_lists(value: object) -> list[str]:
    """The keys of an object under which a list of records stands."""
    if not isinstance(value, dict):
        return []
    return [key for key, inner in value.items() if isinstance(inner, list) and inner and isinstance(inner[0], dict)]


def _records_of_object(value: dict[str, Any]) -> tuple[list[Any], tuple[Note, ...]]:
    keys = _record_lists(value)
    talk = [key for key in keys if _has_talk(value[key])]
    if len(talk) != 1 and len(keys) != 1:
        raise TranscriptError(
            f"found an object with {len(keys)} lists of records, {len(talk)} with speaker and text; {_EXPECTED}."
        )
    key = (talk or keys)[0]
    records = value[key]
    beside = [name for name in value if name != key]
    conversation = value.get("conversation_id")
    if isinstance(conversation, str | int) and not any("conversation_id" in r for r in records if isinstance(r, dict)):
        beside.remove("conversation_id")
        records = [{"conversation_id": conversation, **r} if isinstance(r, dict) else r for r in records]
    if not beside:
        return records, ()
    return records, (Note("dropped", len(beside), "entries of the JSON object beside its list of utterances"),)


def _has_talk(records: Sequence[Any]) -> bool:
    names = dict.fromkeys(str(name) for record in records[:50] if isinstance(record, dict) for name in record)
    return {"speaker", "text"} <= set(canonical_names(names, {}).values())


def _is_columns(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether this is a frame written column by column, as lists or, as pandas does, as dicts by row label."""
    if not isinstance(value, dict) or len(value) < 2:
        return False
    columns = list(value.values())
    kind, length = type(columns[0]), len(columns[0]) if isinstance(columns[0], list | dict) else 0
    if length == 0 or not all(type(column) is kind and len(column) == length for column in columns):
        return False
    return kind is list or all(column.keys() == columns[0].keys() for column in columns)


def _records_of_columns(value: dict[str, Any]) -> list[dict[str, Any]]:
    columns = [
        column if isinstance(column, list) else list(pd.Series(column, dtype=object)) for column in value.values()
    ]
    return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]


def _where_it_breaks(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            return f"it breaks off after {text.count(chr(10)) + 1} lines; the file may be truncated"
        return f"it goes wrong at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError):
        return "a number or the nesting in it is too large"
    return "it is empty"
