"""What the JSON exports of chat programs have in common: parsing, odd values, names, times."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.said_frame import note
from labor_signals.read.source import Source

# chatpack 0.1 (MIT, Rust) was tried for these exports and for WhatsApp, and left out: it has a wheel for CPython 3.11
# on Linux x86-64 only; it passes over service messages, media and what it cannot read without a word; it hands on
# neither reply ids nor conversations; of WhatsApp's dates it does not know AM/PM after U+202F, "a.m." or ISO, and it
# loses the iPhone's times where the day is over 12. JSON needs no parser of its own: the standard library's serves.

# A parser that stopped this close to the end met the end, not a mistake: "tru" of "true".
_NEAR_THE_END: Final = 6
_PROBE: Final = 50


def json_of(source: Source, expected: str) -> Any:
    """The JSON of the source.

    Raises:
        TranscriptError: It is no JSON, or breaks off; says at which line.
    """
    if source.json is not None:
        return source.json
    text = source.text
    if text.lstrip()[:1] in {"{", "["}:
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            unfinished = error.msg.startswith("Unterminated") or len(text[error.pos :].strip()) < _NEAR_THE_END
            found = "JSON that breaks off" if unfinished else "a mistake in the JSON"
            cure = "The export is not whole" if unfinished else "The file was changed after the export"
            raise TranscriptError(
                f"found {found} at line {error.lineno}, character {error.colno}; expected {expected}. {cure}: "
                "export it again."
            ) from error
        except (ValueError, RecursionError) as error:
            raise TranscriptError(
                f"found JSON with a number too long or lists too deep to be read; expected {expected}. Export it again."
            ) from error
    raise TranscriptError(
        f"found no JSON object; expected {expected}. Name the format that it has, or leave format='auto'."
    )


def messages_in(value: Any) -> list[Any]:
    """The list `messages` of a JSON object; empty where there is none."""
    messages = value.get("messages") if isinstance(value, dict) else None
    return messages if isinstance(messages, list) else []


def first_objects(messages: Sequence[Any]) -> list[dict[str, Any]]:
    """The objects among the first messages, to tell a format by."""
    return [message for message in messages[:_PROBE] if isinstance(message, dict)]


def only_objects(messages: Sequence[Any]) -> tuple[list[tuple[int, dict[str, Any]]], tuple[Note, ...]]:
    """The messages that are JSON objects with their places from 1, and a note on the others."""
    kept = [(place, message) for place, message in enumerate(messages, start=1) if isinstance(message, dict)]
    strange = [place for place, message in enumerate(messages, start=1) if not isinstance(message, dict)]
    return kept, note("dropped", strange, "entries of the list of messages that are no messages")


def text_or_none(value: Any) -> str | None:
    """A name or an id as text: numbers become their digits, anything else nothing."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
        return str(value)
    return None


def told_apart(
    names: Sequence[str | None], ids: Sequence[str | None], places: Sequence[int]
) -> tuple[list[str | None], tuple[Note, ...]]:
    """Names with the account's id added where several accounts have one name, and a note on it."""
    accounts = {(name, account) for name, account in zip(names, ids, strict=True) if name and account}
    shared = {name for name, count in Counter(name for name, _ in accounts).items() if count > 1}
    if not shared:
        return list(names), ()
    apart = [
        f"{name} ({account})" if name in shared and account else name for name, account in zip(names, ids, strict=True)
    ]
    renamed = [place for place, name in zip(places, names, strict=True) if name in shared]
    return apart, note(
        "changed", renamed, "messages of different accounts with one name; the account's id is added to it"
    )


def unix_times(values: Sequence[Any], *, per_second: int) -> pd.Series:
    """Moments in UTC from Unix times; what is none is left as found, for the checks that follow."""
    numbers = pd.Series([number_or_none(value) for value in values], dtype="float64") / per_second
    moments = pd.to_datetime(numbers, unit="s", utc=True, errors="coerce").dt.round("ms")
    unread = (
        [at for at, value in enumerate(values) if value is not None and pd.isna(moments[at])] if moments.hasnans else []
    )
    if not unread:
        return pd.Series(moments)
    mixed = moments.astype(object)
    mixed.iloc[unread] = [f"not a time: {type(values[at]).__name__}" for at in unread]
    return mixed


def number_or_none(value: Any) -> float | None:
    """A finite number, also where it is written as text; anything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
