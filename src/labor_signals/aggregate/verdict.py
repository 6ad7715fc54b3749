"""In words, what the evidence allows to say, and nothing more."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

LEAST_ACTS: Final = 20.0
SHARED: Final = "shared"
TOO_LITTLE: Final = "not enough evidence"


def verdicts(
    names: tuple[pd.Index, pd.Index],
    *,
    acts: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    margin: float,
) -> npt.NDArray[np.object_]:
    """`carried by X`, `shared` or `not enough evidence`, for each pair.

    Carried by somebody: at least 20 expected labor acts, and the interval of the load asymmetry leaves 0 out. Shared:
    at least 20, and the whole interval lies within `margin` of 0 (an equivalence test: Schuirmann 1987). All else is
    not enough evidence.

    Args:
        names: Of the one who speaks and of the one spoken to, of each pair.
        acts: Expected labor acts of both together.
        low: Lower end of the load asymmetry's interval, NaN where there is none.
        high: Its upper end.
        margin: The largest asymmetry that still counts as shared; 1/3: one does up to twice as much as the other.
    """
    enough = acts >= LEAST_ACTS
    verdict = np.full(len(acts), TOO_LITTLE, dtype=object)
    verdict[enough & (low >= -margin) & (high <= margin)] = SHARED
    for name, clear in zip(names, (enough & (low > 0), enough & (high < 0)), strict=True):
        verdict[clear] = [f"carried by {who}" for who in name[clear]]
    return verdict
