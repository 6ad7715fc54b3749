"""Bootstrap over units that are independent of each other: conversations of a dyad, dyads of a corpus."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import Batches

_RESAMPLES: Final = 2_000
_GROUPS_AT_ONCE: Final = 1_000

Scores = npt.NDArray[np.float64]


def bootstrap_interval(
    columns: tuple[Scores, ...], units: Batches, *, score: Callable[..., Scores], level: float, seed: int
) -> tuple[Scores, Scores]:
    """Expanded percentile interval of a score of sums, for every group of units.

    Percentiles of a plain bootstrap are too narrow for few units, by `sqrt((c - 1) / c)` and by their normal tails; so
    those are taken that a t interval of `c` units would need.

    Source: Hesterberg (2015), The American Statistician 69, 371-386 (expanded percentile).

    Args:
        columns: (u,) amounts of every unit.
        units: The units, grouped by dyad.
        score: From resampled sums of the columns, each (resamples, groups), to the score.
        level: Such as 0.95.
        seed: Of the resampling, which groups with the same number of units share.

    Returns:
        (g,) lower and upper ends; NaN for groups of one unit, and where most resamples give no score.
    """
    low, high = np.full(len(units.count), np.nan), np.full(len(units.count), np.nan)
    for groups, weights, tail in _draws(units, level=level, seed=seed):
        places = units.first[groups][:, np.newaxis] + np.arange(weights.shape[1])
        with np.errstate(all="ignore"):
            scores = score(*(weights @ column[places].T for column in columns))
        known = np.isfinite(scores).mean(axis=0) > 0.5
        if known.any():
            low[groups[known]], high[groups[known]] = np.nanquantile(scores[:, known], (tail, 1 - tail), axis=0)
    return low, high


def _draws(units: Batches, *, level: float, seed: int) -> Iterator[tuple[npt.NDArray[np.intp], Scores, float]]:
    """Groups with equally many units, how often each unit is drawn in each resample, and the tail to cut off."""
    from scipy.special import ndtr, stdtrit  # noqa: PLC0415  (costs import time)

    for count in np.unique(units.count[units.count > 1]):
        generator = np.random.default_rng([seed, int(count)])
        weights = generator.multinomial(count, np.full(count, 1 / count), size=_RESAMPLES).astype(np.float64)
        tail = float(ndtr(-np.sqrt(count / (count - 1)) * stdtrit(count - 1, 0.5 + level / 2)))
        groups = np.flatnonzero(units.count == count)
        for begin in range(0, len(groups), _GROUPS_AT_ONCE):
            yield groups[begin : begin + _GROUPS_AT_ONCE], weights, tail
