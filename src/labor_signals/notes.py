"""What reading did to a source besides reading it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Note:
    """Something that reading dropped, kept with doubt, changed or guessed: nothing happens silently.

    Attributes:
        kind: What happened to the places.
        count: How many of them.
        what: What and why, in plain words, without quoting talk.
        where: The first few of them, as row, line or cue numbers counted from 1.
    """

    kind: Literal["dropped", "kept", "changed", "guessed"]
    count: int
    what: str
    where: tuple[int, ...] = ()

    def __str__(self) -> str:
        places = f" (at {', '.join(map(str, self.where))}{', ...' if self.count > len(self.where) else ''})"
        return f"{self.kind} {self.count}: {self.what}{places if self.where else ''}"
