"""Load asymmetry: who does more of the work."""

from labor_signals.aggregate.contrast import Amounts, contrast


def load_asymmetry(labor: Amounts) -> Amounts:
    """How unequally labor is shared between two people.

    Formula: `A_ij = (L_ij - L_ji) / (L_ij + L_ji)`, where `L_ij` is the sum over i's utterances addressed to j of the
    probabilities of the labor tags (or of one tag).
    Range and sign: [-1, 1]; positive where i carries more, 0 where both carry the same, 1 where i carries all.
    Source: the normalised difference of counts, as in the laterality quotient of Oldfield (1971), Neuropsychologia
    9, 97-113; on expected counts here.

    Args:
        labor: (2m,) `L`, rows in twos: i -> j, then j -> i.

    Returns:
        (2m,) NaN where neither does any.
    """
    return contrast(labor)
