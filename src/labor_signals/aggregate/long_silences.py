"""Long silences: gaps in the talk that are much longer than this conversation's gaps usually are."""

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.blocks import Block, Rows, stretches
from labor_signals.records import Transcript

LEAST_GAPS = 5


def long_silences(
    talk: Transcript, block: Block, *, factor: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which utterances break a long silence, and which conversations have the times to tell.

    The gap before an utterance is its start minus the end of the utterance before (its start, where no end is known),
    or the difference of timestamps where there are no starts. It is long where it exceeds `factor` times the median
    of the conversation's gaps above 0; fewer than five of these tell nothing.

    Returns:
        (n,) in the order of the block; and (n,) whether the utterance's conversation has enough gaps.
    """
    conversation, first = stretches(block.conversation)
    gap = _gaps(talk, block.row)
    gap[first] = np.nan
    median, gaps = _medians(np.where(gap > 0, gap, np.nan), conversation, len(first))
    timed = (gaps >= LEAST_GAPS)[conversation]
    with np.errstate(invalid="ignore"):  # an unknown gap is not a long one
        return timed & (gap > factor * median[conversation]), timed


def _gaps(talk: Transcript, row: Rows) -> npt.NDArray[np.float64]:
    start, end = talk.start[row], talk.end[row]
    before = np.where(np.isnan(end), start, end)
    seconds = start - np.append(np.nan, before[:-1])
    stamp = talk.timestamp[row].astype("datetime64[ns]")
    passed = np.append(np.timedelta64("NaT", "ns"), np.diff(stamp)) / np.timedelta64(1, "s")
    return np.asarray(np.where(np.isnan(seconds), passed, seconds), dtype=np.float64)


def _medians(values: npt.NDArray[np.float64], group: Rows, groups: int) -> tuple[npt.NDArray[np.float64], Rows]:
    """The median of each group's known values, NaN where there are none, and how many there are."""
    known = ~np.isnan(values)
    held, whose = values[known], group[known]
    held = held[np.lexsort((held, whose))]
    count = np.bincount(whose, minlength=groups)
    first = np.cumsum(count) - count
    median, some = np.full(groups, np.nan), count > 0
    low, high = (first + (count - 1) // 2)[some], (first + count // 2)[some]
    median[some] = (held[low] + held[high]) / 2
    return median, count
