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
    twos = amount.reshape(-1, 2)
    total = twos.sum(axis=1)
    score = np.full(len(twos), np.nan)
    np.divide(twos[:, 0] - twos[:, 1], total, out=score, where=total > 0)
    return np.column_stack([score, -score]).ravel()
