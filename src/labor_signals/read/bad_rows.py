"""Rows that cannot be used, and what is said about them."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note

_SHOWN: Final = 10

Mask = npt.NDArray[np.bool_]


@dataclass(eq=False, kw_only=True)
class Problems:
    """Collects what is wrong with the rows of one source while it is read.

    Attributes:
        place: What a place counts: `row`, `line`, `cue`.
        places: Where each row stands in the source, counted from 1; `None`: 1, 2, 3 and so on.
        skip: Whether bad rows are dropped with a note, instead of ending the reading.
        notes: The notes so far.
    """

    place: str
    places: list[int] | None
    skip: bool
    notes: list[Note] = field(default_factory=list)
    _dropped: Mask | None = None
    _kept: npt.NDArray[np.int64] | None = None

    def bad(self, rows: Mask, found: str, expected: str) -> None:
        """Raises over the rows marked, or marks them to be dropped where the user asked for that.

        Raises:
            TranscriptError: A row is bad and `skip` is not set.
        """
        if not rows.any():
            return
        if not self.skip:
            raise TranscriptError(
                f"found {found} in {self._counted(rows)}; expected {expected}. Mend the source, or drop such rows "
                "with Settings(bad_rows='skip'): they are then counted in the notes."
            )
        new = rows if self._dropped is None else rows & ~self._dropped
        self.note("dropped", new, found)
        self._dropped = rows if self._dropped is None else rows | self._dropped

    def note(self, kind: Literal["dropped", "kept", "changed", "guessed"], rows: Mask, what: str) -> None:
        """Writes down what happened to the rows marked, if any."""
        if rows.any():
            self.notes.append(Note(kind, int(rows.sum()), what, self._first(rows)))

    def drop_bad(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows that were not found bad.

        Raises:
            TranscriptError: None is left.
        """
        if self._dropped is None:
            return frame
        if self._dropped.all():
            raise TranscriptError(
                f"no utterance is left: all {len(frame):,} rows were bad. {' '.join(map(str, self.notes))}"
            )
        self._kept = np.flatnonzero(~self._dropped)
        self._dropped = None
        return frame.iloc[self._kept].reset_index(drop=True)

    def _first(self, rows: Mask) -> tuple[int, ...]:
        positions = np.flatnonzero(rows)[:_SHOWN]
        if self._kept is not None:
            positions = self._kept[positions]
        return tuple(int(at) + 1 if self.places is None else self.places[at] for at in positions)

    def _counted(self, rows: Mask) -> str:
        count, first = int(rows.sum()), self._first(rows)
        listed = ", ".join(map(str, first)) + (", ..." if count > len(first) else "")
        return f"{self.place} {listed}" if count == 1 else f"{count:,} {self.place}s ({listed})"
