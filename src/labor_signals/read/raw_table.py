"""What every format reader hands on: rows as found, before any check."""

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from labor_signals.notes import Note

CANONICAL: Final = (
    "conversation_id",
    "turn",
    "speaker",
    "text",
    "addressee",
    "reply_to",
    "utterance_id",
    "timestamp",
    "start",
    "end",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class RawTable:
    """Rows of a source, one an utterance, in the source's order.

    Attributes:
        frame: Columns of `CANONICAL` mean what they say there; `speaker` and `text` are needed, all others ride
            along as the user's own. `timestamp` may hold strings, datetimes or numbers; `start` and `end` are
            seconds from the start of a recording; `reply_to` points to an `utterance_id`.
        format: Name of the format.
        notes: What the reader dropped or changed.
        place: What `places` counts, for messages: `row`, `line`, `cue`, `message`, `segment`.
        places: Where each row of `frame` stands in the source, counted from 1. `None`: 1, 2, 3 and so on.
    """

    frame: pd.DataFrame
    format: str
    notes: tuple[Note, ...] = ()
    place: str = "row"
    places: list[int] | None = field(default=None)
