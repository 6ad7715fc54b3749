"""Tests against chance that respect the order of talk."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import Batches, Sums

_EXACT_UP_TO: Final = 12
_RANDOM_FLIPS: Final = 4095
_ROUND: Final = 9

Scores = npt.NDArray[np.float64]


def sign_flip_p(contrast: Sums, batches: Batches, *, seed: int) -> Scores:
    """Two-sided p that the contrasts of a pair's batches are as likely the one way as the other.

    Under the null, what the two people do in a batch could as well be exchanged: the contrast of each batch keeps its
    size and changes its sign. All `2^b` assignments of signs are taken where a pair has up to twelve batches, which is
    exact given symmetry, and 4,095 random ones beyond. Ties count half (mid-p), since acts are few and sums are often
    equal.

    A circular shift of the tags against the speakers, the usual way to keep the order, cannot test this: in talk
    that alternates strictly every shift gives one of two values, and the test has no power at all (`docs/measures.md`
    has the simulation). Shifts are used for what follows what.

    Source: Fisher (1935), The Design of Experiments, 21; Lancaster (1961), JASA 56, 223-234 (mid-p).

    Args:
        contrast: (b,) own minus other, of every batch.
        batches: The batches.
        seed: Of the random signs.

    Returns:
        (m,) in (0, 1]; NaN with fewer than five batches, or where all contrasts are 0.
    """
    p: Scores = np.full(len(batches.count), np.nan)
    for count in np.unique(batches.count[batches.count > 4]):
        pairs = np.flatnonzero(batches.count == count)
        values = contrast[batches.first[pairs][:, np.newaxis] + np.arange(count)]
        sums = np.abs(values @ _signs(int(count), seed).T).round(_ROUND)
        seen = sums[:, :1]  # the first assignment changes no sign
        above, equal = (sums > seen).sum(axis=1), (sums == seen).sum(axis=1)
        p[pairs] = np.where((values != 0).any(axis=1), (above + equal / 2) / sums.shape[1], np.nan)
    return p


@cache
def _signs(count: int, seed: int) -> npt.NDArray[np.float64]:
    if count <= _EXACT_UP_TO:  # the sum's size is the same for an assignment and its opposite: half of them are enough
        bits = np.arange(2 ** (count - 1))[:, np.newaxis] >> np.arange(count) & 1
        return np.asarray(1.0 - 2.0 * bits, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, 2, (_RANDOM_FLIPS, count))
    return np.vstack([np.ones(count), 1.0 - 2.0 * drawn])
