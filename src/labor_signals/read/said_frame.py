"""From lists of values to the frame of a `RawTable`, and notes on places: shared by the readers of exports."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import pandas as pd

from labor_signals.notes import Note
from labor_signals.read.frame_from_records import frame_from_records

_SHOWN: Final = 10


class SaidFrame(NamedTuple):
    """A frame, and what had to be changed to make it."""

    frame: pd.DataFrame
    notes: tuple[Note, ...]


def said_frame(columns: Mapping[str, Sequence[Any] | pd.Series]) -> SaidFrame:
    """A frame of columns of one length, whatever broken Unicode they hold."""
    try:
        return SaidFrame(pd.DataFrame(dict(columns)), ())
    except UnicodeEncodeError:
        rows = zip(*columns.values(), strict=True)
        return SaidFrame(*frame_from_records([dict(zip(columns, row, strict=True)) for row in rows]))


def note(kind: Literal["dropped", "kept", "changed", "guessed"], places: Sequence[int], what: str) -> tuple[Note, ...]:
    """A note on these places, or none where there are no places."""
    return (Note(kind, len(places), what, tuple(places[:_SHOWN])),) if places else ()
