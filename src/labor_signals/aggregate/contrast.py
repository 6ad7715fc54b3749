"""The normalised difference on which every asymmetry stands."""

import numpy as np
import numpy.typing as npt

Amounts = npt.NDArray[np.float64]


def contrast(amount: Amounts) -> Amounts:
    """(own - other) / (own + other), for rows that stand in twos: i -> j, then j -> i.

    Args:
        amount: (2m,) amounts >= 0, NaN where undefined.

    Returns:
        (2m,) in [-1, 1]; NaN where both amounts are 0 or one is NaN.
    """
    own, other = amount[0::2], amount[1::2]
    score = np.empty(len(amount))
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN, and meant to be
        np.divide(own - other, own + other, out=score[0::2])
    np.negative(score[0::2], out=score[1::2])
    return score
