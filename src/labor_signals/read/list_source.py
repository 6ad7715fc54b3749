"""Talk given as a Python list: pairs of (speaker, text), or dicts."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, cast

from labor_signals.errors import TranscriptError
from labor_signals.read.frame_from_records import frame_from_records
from labor_signals.read.raw_table import RawTable

_EXPECTED = "expected a list of (speaker, text) pairs, or a list of dicts with 'speaker' and 'text'"


def table_from_list(items: Sequence[object]) -> RawTable:
    """The rows of a list.

    Raises:
        TranscriptError: The list is empty, mixes pairs with dicts, or holds something else; names the item.
    """
    if len(items) == 0:
        raise TranscriptError(f"found an empty list; {_EXPECTED}.")
    kinds = [_kind(item) for item in items]
    wrong = next((number for number, kind in enumerate(kinds, start=1) if kind != kinds[0] or kind == ""), None)
    if wrong is not None:
        before = f" after {kinds[0]}s" if wrong > 1 else ""
        raise TranscriptError(f"item {wrong} is {_described(items[wrong - 1])}{before}; {_EXPECTED}, all of one kind.")
    if kinds[0] == "dict":
        records = cast("Sequence[Mapping[str, Any]]", items)
    else:
        records = [{"speaker": speaker, "text": text} for speaker, text in cast("Sequence[tuple[str, str]]", items)]
    frame, notes = frame_from_records(records)
    return RawTable(frame=frame, format="list", notes=notes, place="item")


def _kind(item: object) -> str:
    if isinstance(item, Mapping):
        return "dict"
    is_pair = isinstance(item, tuple | list) and len(item) == 2 and all(_is_value(value) for value in item)
    return "pair" if is_pair else ""


def _is_value(value: object) -> bool:
    return value is None or isinstance(value, str | Real)


def _described(item: object) -> str:
    if isinstance(item, tuple | list):
        kinds = ", ".join(type(value).__name__ for value in item[:4]) or "empty"
        return f"a {type(item).__name__} of {len(item)} ({kinds})"
    return f"a {type(item).__name__}"
