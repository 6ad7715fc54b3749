"""The talk of pairs cut into windows in time: stretches of one conversation, or one conversation after another."""

from dataclasses import dataclass, fields
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import Batches, Sums
from labor_signals.aggregate.blocks import Rows, blocks_of, stretches
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.records import IntArray, TaggedTranscript, Transcript

_Time = TypeVar("_Time", np.datetime64, np.float64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Windows:
    """w windows of many series, series after series, in time within each.

    Attributes:
        series: (w,) number of the series, rising: a pair in a conversation, or a pair over its conversations.
        number: (w,) place of the window in its series, from 0.
        position: (w,) the same from 0, the first, to 1, the last: evenly, or by date.
        conversation: (w,) position in `Transcript.conversations`.
        one: (w,) position in `Transcript.parties`.
        two: (w,) likewise.
        first_turn: (w,) turn of its first utterance between the two.
        last_turn: (w,) turn of its last.
        timestamp: (w,) earliest time in it, NaT where there is none.
        start: (w,) earliest second of the recording, NaN where there is none.
        turns: (w, 2) utterances of the one and of the two.
        labor: (w, 2) labor of the one and of the two.
        dated: (w,) whether `position` goes by date.
    """

    series: Rows
    number: Rows
    position: npt.NDArray[np.float64]
    conversation: IntArray
    one: IntArray
    two: IntArray
    first_turn: npt.NDArray[np.int64]
    last_turn: npt.NDArray[np.int64]
    timestamp: npt.NDArray[np.datetime64]
    start: npt.NDArray[np.float64]
    turns: Sums
    labor: Sums
    dated: npt.NDArray[np.bool_]

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """Parts one after another, as they are."""
        return cls(
            **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)}
        )

    def taken(self, order: Rows, **changed: npt.NDArray[np.generic]) -> "Windows":
        """Some windows in some order, with some columns replaced."""
        same = {name.name: getattr(self, name.name)[order] for name in fields(self) if name.name not in changed}
        return Windows(**same | changed)


def windows_in_talk(tagged: TaggedTranscript, *, width: float) -> Windows:
    """Cuts the talk of every pair of n utterances into `n // width` windows of nearly equal length, at least one."""
    labor = tagged.columns_of(tagged.labor)
    parts, series = [], 0
    for block in blocks_of(tagged):
        talk = exchanges_of(block)
        parts.append(_windows(talk, tagged.transcript, talk.probability[:, labor].sum(axis=1), width, series))
        series += len(talk.count)
    return Windows.joined(parts)


def _windows(
    talk: Exchanges, transcript: Transcript, weight: npt.NDArray[np.float32], width: float, series: int
) -> Windows:
    count = np.maximum(1, talk.count // width).astype(np.int64)
    first = np.cumsum(count) - count
    pair = np.repeat(np.arange(len(count)), count)
    of_row = first[talk.pair] + talk.place * count[talk.pair] // talk.count[talk.pair]
    cut = Batches(of_row=of_row, pair=pair, first=first, count=count)
    _, opens = stretches(of_row)
    closes = np.append(opens, len(of_row))[1:] - 1
    number = np.arange(len(pair)) - first[pair]
    sides = talk.by_one, ~talk.by_one
    return Windows(
        series=series + pair,
        number=number,
        position=number / np.maximum(count[pair] - 1, 1),
        conversation=talk.conversation[pair],
        one=talk.one[pair],
        two=talk.two[pair],
        first_turn=transcript.turn[talk.row[opens]],
        last_turn=transcript.turn[talk.row[closes]],
        timestamp=_earliest(transcript.timestamp[talk.row], opens),
        start=_earliest(transcript.start[talk.row], opens),
        turns=np.column_stack([cut.sums(side) for side in sides]),
        labor=np.column_stack([cut.sums(weight * side) for side in sides]),
        dated=np.zeros(len(pair), dtype=bool),
    )


def _earliest(times: npt.NDArray[_Time], opens: Rows) -> npt.NDArray[_Time]:
    return np.fmin.reduceat(times, opens) if len(opens) else times  # fmin passes over missing times


def conversations_in_time(tagged: TaggedTranscript, *, dyad: npt.NDArray[np.integer]) -> Windows:
    """One window a conversation, in the order of its dates; in the order of the transcript where a date is missing.

    Args:
        tagged: The talk with its tags.
        dyad: (c,) number of the dyad of each conversation: what two people say in its conversations is one series.
    """
    whole = windows_in_talk(tagged, width=np.inf)
    of_window = dyad[whole.conversation]
    order = np.lexsort((whole.conversation, whole.two, whole.one, of_window))
    opens = np.ones(len(order), dtype=bool)
    for column in (of_window[order], whole.one[order], whole.two[order]):
        opens[1:] &= column[1:] == column[:-1]
    opens[1:] = ~opens[1:]
    series, first = stretches(np.cumsum(opens))
    count = np.diff(np.append(first, len(series)))[series]
    missing = np.isnat(whole.timestamp[order])
    dated = (np.bincount(series, weights=missing, minlength=len(first)) == 0)[series]
    seconds = whole.timestamp[order].astype("datetime64[us]").astype(np.int64) / 1e6
    time = np.where(dated, seconds, np.arange(len(order), dtype=np.float64))
    within = np.lexsort((time, series))
    order, time = order[within], time[within]  # dates of a series are permuted inside it: `series` stays
    span = time[first + np.diff(np.append(first, len(series))) - 1][series] - time[first][series]
    number = np.arange(len(series)) - first[series]
    even = number / np.maximum(count - 1, 1)
    dated &= span > 0
    position = np.where(dated, (time - time[first][series]) / np.where(span > 0, span, 1), even)
    return whole.taken(order, series=series, number=number, position=position, dated=dated)
