"""Prompted labor: work that answers the other's work, against work that opens it; and how episodic it is."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.blocks import blocks_of
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.share_interval import share_interval
from labor_signals.aggregate.turns import any_of, batches_of_turns, columns_of, direction_names, reasons_of, turns_of
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_LEAST_ACTS = 3

Scores = npt.NDArray[np.float64]


def prompted_labor(tagged: TaggedTranscript, *, settings: Settings = DEFAULT_SETTINGS) -> pd.DataFrame:
    """How much of i's labor toward j answers labor of j's, and how episodic i's labor is.

    Formula: `prompted = sum over i's turns of L_t P(j's turn directly before carries any labor tag)`, with `L_t` the
    expected labor of the turn; `opened` is the rest of `L_ij`, a first turn's labor among it; `prompted_share =
    prompted / L_ij`. `prompted_base` is what the share would be if i's labor came anywhere: the mean of that
    probability over i's turns.
    Burstiness, on hard acts (utterances that carry a labor tag by its threshold): with m the mean and s the standard
    deviation of the n intervals between i's acts, in utterances of the two, and `r = s / m`: `B = (r - 1) / (r + 1)`
    and, for few acts, `B_n = (sqrt(n+1) r - sqrt(n-1)) / ((sqrt(n+1) - 2) r + sqrt(n-1))`.

    Range and sign: shares in [0, 1]; `B` and `B_n` in [-1, 1]: -1 evenly spaced, 0 as at random in continuous time, 1
    all at once. Talk moves in whole utterances, which puts acts at random below 0 where they are dense: with a share
    p of utterances `r` is `sqrt(1 - p)`. `B_n` is 0 where `r^2` is what random acts have on average; with few acts
    its own mean is a little below 0 (simulated in continuous time: -0.11 for two intervals, -0.05 for five, -0.015
    for thirty). Interval of the share: `share_interval`, batches of turns.

    Source: Goh and Barabasi (2008), Europhysics Letters 81, 48002; Kim and Jo (2016), Physical Review E 94, 032311
    (`B_n`).

    Returns:
        One row a conversation and ordered pair: `conversation_id, from_speaker` (i), `to_speaker` (j), `labor,
        prompted, opened, prompted_share, prompted_low, prompted_high, prompted_base, acts` (hard), `burstiness,
        burstiness_n`, `reason`.
    """
    parts = [_of_block(tagged, exchanges_of(block), settings) for block in blocks_of(tagged)]
    return pd.concat(parts, ignore_index=True)


def _of_block(tagged: TaggedTranscript, talk: Exchanges, settings: Settings) -> pd.DataFrame:
    turns, columns = turns_of(talk), columns_of(tagged, tagged.labor)
    batches = batches_of_turns(turns.count)
    labor, prompt = turns.expected[:, columns].sum(axis=1), any_of(turns.before, columns)
    prompted, opened = (batches.sums(labor * share) for share in (prompt, 1 - prompt))
    ends = share_interval(prompted, opened, batches, prior=settings.prior, level=settings.level)
    answers, opens = batches.totals(prompted), batches.totals(opened)
    with np.errstate(invalid="ignore"):  # no labor, no turns: 0 / 0 is NaN, and meant to be
        share = answers / (answers + opens)
        base = batches.totals(batches.sums(prompt)) / turns.count
    acts, plain, corrected = _burstiness(tagged, talk, columns)
    missing = {
        "no turns": turns.count == 0,
        "no labor": (turns.count > 0) & (answers + opens == 0),
        "too few turns for an interval": np.isnan(ends.low) & (answers + opens > 0),
        "fewer than three acts for burstiness": acts < _LEAST_ACTS,
    }
    return pd.DataFrame(
        direction_names(tagged, talk)
        | {"labor": answers + opens, "prompted": answers, "opened": opens, "prompted_share": share}
        | {"prompted_low": ends.low, "prompted_high": ends.high, "prompted_base": base}
        | {"acts": acts, "burstiness": plain, "burstiness_n": corrected, "reason": reasons_of(missing)}
    )


def _burstiness(
    tagged: TaggedTranscript, talk: Exchanges, columns: list[int]
) -> tuple[npt.NDArray[np.int64], Scores, Scores]:
    """(2m,) hard acts, burstiness, and burstiness for few acts."""
    hard = np.flatnonzero((talk.probability[:, columns] >= tagged.thresholds[columns]).any(axis=1))
    direction = (2 * talk.pair + ~talk.by_one)[hard]
    order = np.argsort(direction, kind="stable")
    direction, place = direction[order], talk.place[hard][order]
    acts = np.bincount(direction, minlength=2 * len(talk.count))
    same = direction[1:] == direction[:-1]
    interval, whose = np.diff(place)[same].astype(np.float64), direction[1:][same]
    n = np.maximum(acts - 1, 0)
    with np.errstate(all="ignore"):
        mean = np.bincount(whose, weights=interval, minlength=len(acts)) / n
        spread = np.sqrt(np.bincount(whose, weights=(interval - mean[whose]) ** 2, minlength=len(acts)) / n)
        ratio, wide, narrow = spread / mean, np.sqrt(n + 1.0), np.sqrt(np.maximum(n - 1.0, 0))
        plain = (ratio - 1) / (ratio + 1)
        corrected = (wide * ratio - narrow) / ((wide - 2) * ratio + narrow)
    known = acts >= _LEAST_ACTS
    return acts, np.where(known, plain, np.nan), np.where(known, corrected, np.nan)
