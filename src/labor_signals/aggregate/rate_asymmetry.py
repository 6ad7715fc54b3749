"""Rate asymmetry: who does more of the work for each utterance."""

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.contrast import Amounts, contrast


def rate_asymmetry(labor: Amounts, *, utterances: npt.NDArray[np.int64]) -> Amounts:
    """Load asymmetry for each utterance, so that talking much is not mistaken for carrying much.

    Formula: `R_ij = (L_ij/n_ij - L_ji/n_ji) / (L_ij/n_ij + L_ji/n_ji)`, with `n_ij` the number of i's utterances
    addressed to j.
    Range and sign: [-1, 1]; positive where i's utterances carry more labor each.
    Source: as load asymmetry (Oldfield 1971), on rates.

    Args:
        labor: (2m,) `L`, rows in twos: i -> j, then j -> i.
        utterances: (2m,) `n`.

    Returns:
        (2m,) NaN where neither does any, or one of them said nothing to the other.
    """
    with np.errstate(invalid="ignore"):  # nothing said: 0 / 0 is NaN, and meant to be
        return contrast(labor / utterances)
