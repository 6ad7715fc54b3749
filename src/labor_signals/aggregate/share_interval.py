"""An interval for the share of utterances that are of some kind, honest about the order of talk."""

from typing import Final

import numpy as np

from labor_signals.aggregate.batches import Batches, Sums
from labor_signals.aggregate.intervals import Interval

LEAST_BATCHES: Final = 3
_LEAST_DISPERSION: Final = 0.1
_FEW: Final = 10.0  # as in `asymmetry_interval`


def jackknife_share_interval(hits: Sums, utterances: Sums, batches: Batches, *, prior: float, level: float) -> Interval:
    """An interval for `S / n`, the expected share of a unit's n utterances that are of some kind.

    The share has a Beta posterior `Beta(S/f + a, (n - S)/f + a)`. `a` is the prior (0.5: Jeffreys), `f` the dispersion:
    the block-jackknife variance of `log(S / (n - S))` over that of n independent utterances, `1/S + 1/(n - S)`, drawn
    to 1 where there are few utterances of either kind. Tails are those of a t distribution with as many degrees of
    freedom as `f` has.

    Sources: as `asymmetry_interval` (Brown, Cai and DasGupta 2001; Kuensch 1989; McCullagh and Nelder 1989, 4.5).

    Args:
        hits: (b,) expected number of such utterances, of each batch.
        utterances: (b,) number of utterances.
        batches: The batches of m units.
        prior: `a`, above 0.
        level: Such as 0.95.

    Returns:
        (m,) ends in [0, 1]; NaN with fewer than three batches.
    """
    from scipy.special import betaincinv, ndtr, stdtrit  # noqa: PLC0415  (costs import time)

    misses = np.maximum(utterances - hits, 0)  # sums of single-precision weights can pass the count by a hair
    total = batches.totals(hits), batches.totals(misses)
    one, two = (total[side][batches.pair] - part + prior for side, part in enumerate((hits, misses)))
    independent = 1 / (total[0] + prior) + 1 / (total[1] + prior)
    seen = jackknife_variance(np.log(np.maximum(one, prior) / np.maximum(two, prior)), batches) / independent
    weight, freedom = _FEW / (np.minimum(*total) + 1), batches.count - 1.0
    dispersion = np.maximum((weight + freedom * seen) / (weight + freedom), _LEAST_DISPERSION)
    tail = ndtr(-stdtrit(weight + freedom, 0.5 + level / 2))
    shapes = total[0] / dispersion + prior, total[1] / dispersion + prior
    known = batches.count >= LEAST_BATCHES
    low, high = (np.where(known, betaincinv(*shapes, q), np.nan) for q in (tail, 1 - tail))
    return Interval(low, high)


def jackknife_variance(left_out: Sums, batches: Batches) -> Sums:
    """(m,) delete-one-batch variance of a score, from its (b,) values without each batch."""
    mean = batches.totals(left_out) / batches.count
    spread = batches.totals((left_out - mean[batches.pair]) ** 2)
    return np.asarray((batches.count - 1) / batches.count * spread, dtype=np.float64)
