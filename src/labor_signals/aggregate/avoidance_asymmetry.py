"""Avoidance asymmetry: who turns away from the work more."""

from labor_signals.aggregate.contrast import Amounts, contrast


def avoidance_asymmetry(avoidance: Amounts) -> Amounts:
    """How unequally deflecting and withdrawing are shared between two people.

    Formula: `V_ij = (D_ij - D_ji) / (D_ij + D_ji)`, where `D_ij` is the sum over i's utterances addressed to j of the
    probabilities of the avoidance tags.
    Range and sign: [-1, 1]; positive where i avoids more.
    Source: as load asymmetry (Oldfield 1971), on the avoidance tags.

    Args:
        avoidance: (2m,) `D`, rows in twos: i -> j, then j -> i.

    Returns:
        (2m,) NaN where neither avoids.
    """
    return contrast(avoidance)
