"""Silence: how long each lets the other wait, and whose bids stay unanswered; apart from the tags."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import LEAST_BATCHES, Batches, batches_of
from labor_signals.aggregate.blocks import Rows, blocks_of
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.latencies import Latencies, latencies_of
from labor_signals.errors import SettingsError
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_FACTOR: Final = 1.5  # as for the intervals of load
_LEAST_ANSWERS: Final = 6  # of each: the order statistics of fewer do not reach a 95 % interval of a median
_FEW: Final = 100.0  # how strongly the spread of few answers is drawn to that of independent ones
_FEW_BATCHES: Final = 5
_REASONS: Final = (
    "nobody answers in either direction",
    "no answer has a time",
    "one direction has no answer with a time",
    "too few answers for an interval",
)

Values = npt.NDArray[np.float64]


def silence(
    tagged: TaggedTranscript,
    *,
    bid: str = "initiating",
    unanswered_after: float = 10.0,
    settings: Settings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Response latencies and unanswered bids of every ordered pair.

    Formula: an answer of i is an utterance that follows one of j in the talk between the two; its latency runs from the
    end (else the time) of j's to its own start. `latency_asymmetry = ln(median_ij / median_ji)`, with latencies of at
    least 0.1 s (recordings) or 1 s (timestamps). A latency is overlong beyond `unanswered_after` times the pair's
    median over both directions. A bid of i is unanswered where j never speaks to i again (`ended`), or only after that
    long (`late`); bids are expected counts.
    Range and sign: any number; positive where i lets j wait longer; 0.69 is twice as long. Counts are at least 0.
    Interval: order statistics about each median, at ranks set by the block-jackknife variance of the share below it
    (Woodruff 1952, JASA 47, 635-646; Francisco and Fuller 1991), joined by the MOVER rule (Zou and Donner 2008,
    Statistics in Medicine 27, 1693-1702).
    Source: Stivers et al. (2009), PNAS 106, 10587-10592 (latency from the end of the turn before); Templeton et al.
    (2022), PNAS 119, e2116915119.

    Args:
        tagged: The talk with its tags.
        bid: The tag that makes an utterance a bid.
        unanswered_after: In medians of the pair, above 1. Nights and work count as time: choose it for the medium.
        settings: `level` of the interval.

    Returns:
        One row a conversation and ordered pair, in twos; columns in `docs/measures.md`; `reason` says why one is NaN.
        Latencies are those of from_speaker's answers, bids are from_speaker's.

    Raises:
        SettingsError: `bid` is no tag, or `unanswered_after` is not above 1.
    """
    if bid not in tagged.tags:
        raise SettingsError(f"bid is {bid!r}; expected one of the tags {', '.join(tagged.tags)}.")
    if not unanswered_after > 1:
        raise SettingsError(f"unanswered_after is {unanswered_after!r}; expected a number above 1, such as 10.")
    tag, parts = tagged.tags.index(bid), []
    for block in blocks_of(tagged):
        talk = exchanges_of(block)
        parts.append(_of_block(tagged, talk, talk.probability[:, tag].astype(np.float64), unanswered_after, settings))
    return pd.concat(parts, ignore_index=True)


def _of_block(
    tagged: TaggedTranscript, talk: Exchanges, bids: Values, unanswered_after: float, settings: Settings
) -> pd.DataFrame:
    parties, ends = tagged.transcript.parties, np.column_stack([talk.one, talk.two])
    times = latencies_of(talk, tagged.transcript)
    side = 2 * talk.pair + ~talk.by_one  # the row of the table to which an utterance belongs
    timed = np.isfinite(times.seconds)
    limit = unanswered_after * _quantile(_floored(times)[timed], talk.pair[timed], np.full(len(talk.count), 0.5))
    columns: dict[str, Any] = {
        "conversation_id": tagged.transcript.conversations.take(talk.conversation.repeat(2)),
        "from_speaker": parties.take(ends.ravel()),
        "to_speaker": parties.take(ends[:, ::-1].ravel()),
        "answers": np.bincount(side[times.answers], minlength=ends.size),
        "timed_answers": np.bincount(side[timed], minlength=ends.size),
    }
    columns |= _latency_columns(talk, times, side, settings)
    overlong = _floored(times) > limit[talk.pair]
    columns["overlong"] = _known(np.bincount(side[overlong], minlength=ends.size), limit)
    columns |= _bid_columns(times, side, bids, limit)
    return pd.DataFrame(columns | {"reason": _reasons(columns)})


def _latency_columns(talk: Exchanges, times: Latencies, side: Rows, settings: Settings) -> dict[str, Values]:
    count, timed = 2 * len(talk.count), np.isfinite(times.seconds)
    logs, of = np.log(_floored(times)[timed]), side[timed]
    answers = np.bincount(of, minlength=count)
    median = _quantile(logs, of, np.full(count, 0.5))
    low, high, together = _ends(talk, times, side, median, settings.level)
    back = np.arange(count) ^ 1
    with np.errstate(all="ignore"):  # a median that is missing makes all that stands on it NaN, with a reason
        score = median - median[back]
        below = score - _joined(median - low, high[back] - median[back], together)
        above = score + _joined(high - median, median[back] - low[back], together)
        mean = np.bincount(of, weights=logs, minlength=count) / answers
    return {
        "median_latency": _quantile(times.seconds[timed], of, np.full(count, 0.5)),
        "mean_log_latency": mean,
        "latency_asymmetry": score,
        "latency_low": below,
        "latency_high": above,
        "overlaps": np.bincount(side[timed][times.seconds[timed] < 0], minlength=count),
    }


def _joined(own: Values, other: Values, together: Values) -> Values:
    """The distance of an end of a difference from those of its two sides (MOVER, with their correlation)."""
    return np.sqrt(own**2 + other**2 - 2 * together * own * other)


def _ends(talk: Exchanges, times: Latencies, side: Rows, median: Values, level: float) -> tuple[Values, Values, Values]:
    """(2m,) ends of an interval for each median log latency, NaN with too few answers, and how the two go together."""
    from scipy.special import stdtrit  # noqa: PLC0415  (costs import time)

    timed, batches = np.isfinite(times.seconds), batches_of(talk, factor=_FACTOR)
    logs = np.log(_floored(times)[timed])
    low, high = np.full(len(median), np.nan), np.full(len(median), np.nan)
    errors: list[Values] = []
    for own in (0, 1):
        mine = side[timed] % 2 == own
        rows, values = np.flatnonzero(timed)[mine], logs[mine]
        middle = median[own::2][talk.pair[rows]]
        # a latency equal to the median is half below it
        below = np.where(values < middle, 1.0, np.where(values == middle, 0.5, 0.0))
        answers, errors_of_batches = _share_errors(below - 0.5, rows, batches)
        errors.append(errors_of_batches)
        freedom, few = batches.count - 1.0, _FEW / (answers + 1)
        with np.errstate(all="ignore"):
            seen = batches.totals(errors_of_batches**2) * batches.count / freedom
            error = np.sqrt((few * 0.25 / answers + freedom * seen) / (few + freedom))
            reach = stdtrit(few + freedom, 0.5 + level / 2) * error
        known = (answers >= _LEAST_ANSWERS) & (batches.count >= LEAST_BATCHES)
        for ends, at in ((low, 0.5 - reach), (high, 0.5 + reach)):
            found = _quantile(values, talk.pair[rows], np.clip(at, 0, 1))
            ends[own::2] = np.where(known, found, np.nan)
    with np.errstate(all="ignore"):
        squares = batches.totals(errors[0] ** 2) * batches.totals(errors[1] ** 2)
        together = batches.totals(errors[0] * errors[1]) / np.sqrt(squares)
    # a correlation from few batches is drawn to none
    return low, high, (np.nan_to_num(together) * batches.count / (batches.count + _FEW_BATCHES)).repeat(2)


def _share_errors(centred: Values, rows: Rows, batches: Batches) -> tuple[Values, Values]:
    """(m,) numbers of values, and (b,) what each batch adds to the error of the share below the median."""
    weight, each = np.zeros(len(batches.of_row)), np.zeros(len(batches.of_row))
    weight[rows], each[rows] = centred, 1
    sums, counts = batches.sums(weight), batches.sums(each)
    answers = batches.totals(counts)
    with np.errstate(all="ignore"):
        score = sums - counts * (batches.totals(sums) / answers)[batches.pair]
        return answers, np.nan_to_num(score / answers[batches.pair])


def _bid_columns(times: Latencies, side: Rows, bids: Values, limit: Values) -> dict[str, Values]:
    count = 2 * len(limit)

    def total(which: npt.NDArray[np.bool_]) -> Values:
        return np.bincount(side[which], weights=bids[which], minlength=count).astype(np.float64)

    answered = times.answer >= 0
    ended, late = total(~answered), _known(total(times.waited > limit[side // 2]), limit)
    return {
        "bids": total(np.ones(len(side), dtype=bool)),
        "ended_bids": ended,
        "late_bids": late,
        "untimed_bids": total(answered & np.isnan(times.waited)),
        "unanswered_bids": ended + late,
        "unanswered_after": limit.repeat(2),
    }


def _reasons(columns: dict[str, Any]) -> npt.NDArray[np.object_]:
    timed = columns["timed_answers"]
    back = np.arange(len(timed)) ^ 1
    answers = columns["answers"] + columns["answers"][back]
    why = np.select(
        [answers == 0, timed + timed[back] == 0, timed * timed[back] == 0, np.isnan(columns["latency_low"])],
        range(1, 5),
        default=0,
    )
    return np.asarray(np.array(["", *_REASONS], dtype=object)[why])


def _floored(times: Latencies) -> Values:
    return np.asarray(np.maximum(times.seconds, times.floor), dtype=np.float64)


def _known(counts: npt.NDArray[np.number], limit: Values) -> Values:
    """Counts that need a limit, NaN where the pair has none."""
    return np.where(np.isfinite(limit.repeat(2)), counts, np.nan)


def _quantile(values: Values, group: Rows, share: Values) -> Values:
    """(g,) a quantile of the values of each group, between order statistics (type 7); NaN without values."""
    order = np.lexsort((values, group))
    values, size = np.append(values[order], np.nan), np.bincount(group, minlength=len(share))
    first = np.cumsum(size) - size
    place = np.nan_to_num(share, nan=0.5) * np.maximum(size - 1, 0)
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, np.maximum(size - 1, 0))
    a, b = (values[np.minimum(first + at, len(values) - 1)] for at in (lower, upper))
    return np.where(size > 0, a + (place - lower) * (b - a), np.nan)
