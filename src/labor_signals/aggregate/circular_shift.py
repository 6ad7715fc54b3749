"""A test of what follows what that leaves the order within each speaker's own talk as it is."""

from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.blocks import Rows

LEAST_TURNS: Final = 10
_CHUNK: Final = 200_000  # turns taken through one transform: bounds the memory
_ROUND: Final = 9

Values = npt.NDArray[np.float64]


def shifted_products(given: Values, then: Values, count: Rows) -> Values:
    """`S(s) = sum_t given_t * then_(t+s)`, cyclically, for every shift s of every group of turns.

    All shifts are taken, exactly, by a fast Fourier transform: t log t steps for t turns. The loop runs over the
    different lengths of groups, not over groups.

    Args:
        given: (t, A) turns, group after group.
        then: (t, B) what answers each of them.
        count: (g,) turns of each group.

    Returns:
        (t, A, B): where group g begins, its products unshifted; then shifted by 1, and so on.
    """
    found = np.empty((len(given), given.shape[1], then.shape[1]))
    first = np.cumsum(count) - count
    for length in np.unique(count[count > 0]):
        groups = np.flatnonzero(count == length)
        for part in np.array_split(groups, int(np.ceil(len(groups) * length / _CHUNK))):
            rows = first[part][:, np.newaxis] + np.arange(length)
            one, two = np.fft.rfft(given[rows], axis=1), np.fft.rfft(then[rows], axis=1)
            found[rows] = np.fft.irfft(one.conj()[..., np.newaxis] * two[:, :, np.newaxis], n=length, axis=1)
    return found


def shift_p(products: Values, count: Rows) -> tuple[Values, Values]:
    """Two-sided p of the unshifted value among all shifts, and the standard deviation over shifts.

    Under the null, what j does in a turn has nothing to do with what i did in the turn before; each one's own order
    (episodes, moods, habits) is free. Shifting j's turns as a whole against i's keeps both orders, but for one seam.
    Distance is counted from the mean over all shifts, which is what independence would give; ties count half (mid-p).
    Talk in which both drift in the same direction for other reasons also differs from its shifts.

    Source: Lotwick and Silverman (1982), Journal of the Royal Statistical Society B 44, 406-413 (shift on the torus);
    Lancaster (1961), JASA 56, 223-234 (mid-p).

    Args:
        products: (t, ...) from `shifted_products`, or a sum of such.
        count: (g,) shifts of each group.

    Returns:
        (g, ...) p in (0, 1], NaN with fewer than ten turns or where every shift gives the same; and (g, ...) standard
        deviations, 0 where there are no turns.
    """
    shape = (len(count), *products.shape[1:])
    some = count > 0
    first = (np.cumsum(count) - count)[some]
    p, spread = np.full(shape, np.nan), np.zeros(shape)
    if not some.any():
        return p, spread
    turns = count[some].reshape(-1, *[1] * (products.ndim - 1))
    away = products - (np.add.reduceat(products, first) / turns).repeat(count[some], axis=0)
    spread[some] = np.sqrt(np.add.reduceat(away**2, first) / turns)
    away = np.abs(away).round(_ROUND)
    seen = away[first].repeat(count[some], axis=0)
    above = np.add.reduceat(away > seen, first, dtype=np.int64)
    equal = np.add.reduceat(away == seen, first, dtype=np.int64)
    varied = np.add.reduceat(away > 0, first, dtype=np.int64) > 0
    p[some] = np.where(varied & (turns >= LEAST_TURNS), (above + equal / 2) / turns, np.nan)
    return p, spread
