"""Intervals for a share of expected counts that respect the order of talk, and for a difference of two shares."""

from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import LEAST_BATCHES, PRIOR_ACTS, Batches, Sums
from labor_signals.aggregate.intervals import Interval

_LEAST_DISPERSION: Final = 0.1

Scores = npt.NDArray[np.float64]


def share_interval(yes: Sums, no: Sums, batches: Batches, *, prior: float, level: float) -> Interval:
    """An interval for the share `q = Y / (Y + N)` of every group of batches.

    `q` has a Beta posterior `Beta(Y/f + a, N/f + a)`, with `a` the prior. `f` is the design effect of talk that comes
    in episodes: the variance of `q` between batches (linearised, that is, from `y_b - q (y_b + n_b)`) over `q(1-q) /
    (Y + N)`, drawn to 1 where one side has few acts. Tails are those of a t distribution with the freedom of `f`.

    Sources: Korn and Graubard (1998), Survey Methodology 24, 193-201 (effective sample size); Brown, Cai and DasGupta
    (2001), Statistical Science 16, 101-133 (Jeffreys interval, its ends at 0 and 1 where nothing, or all, is yes).

    Args:
        yes: (b,) expected yes of every batch.
        no: (b,) expected no.
        batches: The batches; only `pair` and `count` are used.
        prior: `a`, above 0.
        level: Such as 0.95.

    Returns:
        (m,) in [0, 1]; NaN with fewer than three batches, or with nothing to share.
    """
    from scipy.special import betaincinv, ndtr, stdtrit  # noqa: PLC0415  (costs import time)

    ones, zeros = batches.totals(yes), batches.totals(no)
    total = ones + zeros
    with np.errstate(all="ignore"):
        share = ones / total
        spread = batches.totals((yes - share[batches.pair] * (yes + no)) ** 2) * batches.count / (batches.count - 1)
        seen = np.where(ones * zeros > 0, spread / (total * share * (1 - share)), 1.0)
        dispersion, freedom = drawn_dispersion(seen, batches, acts=np.minimum(ones, zeros))
        tail = ndtr(-stdtrit(freedom, 0.5 + level / 2))
        low, high = (betaincinv(ones / dispersion + prior, zeros / dispersion + prior, q) for q in (tail, 1 - tail))
        low, high = np.where(ones > 0, np.minimum(low, share), 0.0), np.where(zeros > 0, np.maximum(high, share), 1.0)
    known = (batches.count >= LEAST_BATCHES) & (total > 0)
    return Interval(np.where(known, low, np.nan), np.where(known, high, np.nan))


def drawn_dispersion(seen: Scores, batches: Batches, *, acts: Scores) -> tuple[Scores, Scores]:
    """The dispersion between batches, drawn to 1 (independent turns) where acts are few, and its freedom."""
    freedom, weight = batches.count - 1.0, PRIOR_ACTS / (acts + 1)
    return np.maximum((weight + freedom * seen) / (weight + freedom), _LEAST_DISPERSION), weight + freedom


def difference_interval(one: Scores, two: Scores, ends: tuple[Interval, Interval]) -> Interval:
    """An interval for `one - two` from the intervals of both, which are taken as independent.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10; Zou and Donner (2008), Statistics in
    Medicine 27, 1693-1702 (MOVER).
    """
    first, second = ends
    difference = one - two
    return Interval(
        difference - np.hypot(one - first.low, second.high - two),
        difference + np.hypot(first.high - one, two - second.low),
    )
