"""How far off scores may be, given how often a tagger is known to err."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Bounds = tuple[float, float]


def sensitivity_range(pairs: pd.DataFrame, *, recall: Bounds, false_alarm: Bounds) -> pd.DataFrame:
    """The load asymmetries that the counts allow if the tagger errs within stated bounds, for each direction by itself.

    Formula: with recall `r` and false alarms `f` (labor found for each utterance that has none), `L_ij` found in `n_ij`
    utterances stands for `T_ij = (L_ij - f n_ij) / (r - f)` true acts, at least 0. The asymmetry of `T` is largest
    where the tagger is worst for i and best for j (`r` and `f` low for i, high for j), smallest the other way round.
    Range: [-1, 1]. It is no interval: it says what unequal error alone could do, and nothing of chance. With hand codes
    use `correct_with_codes`.
    Source: Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76.

    Args:
        pairs: `report.pairs`: rows in twos, i -> j, then j -> i.
        recall: Lowest and highest recall of labor that is thought possible for either speaker.
        false_alarm: Lowest and highest rate of false labor for each utterance.

    Returns:
        `pairs` with `load_lowest` and `load_highest`; NaN where no true act is left on either side.

    Raises:
        ValueError: The bounds are not ordered within [0, 1], or a false alarm reaches the recall.
    """
    if not 0 <= false_alarm[0] <= false_alarm[1] < recall[0] <= recall[1] <= 1:
        raise ValueError(
            f"recall is {recall}, false_alarm {false_alarm}; expected 0 <= false_alarm low <= high < recall low "
            "<= high <= 1."
        )
    found = pairs["labor"].to_numpy(np.float64)
    utterances = pairs["utterances"].to_numpy(np.float64)
    back = np.arange(len(pairs)) ^ 1
    most = _true_acts(found, utterances, recall[0], false_alarm[0])
    least = _true_acts(found, utterances, recall[1], false_alarm[1])
    with np.errstate(invalid="ignore"):
        highest = (most - least[back]) / (most + least[back])
        lowest = (least - most[back]) / (least + most[back])
    return pairs.assign(load_lowest=lowest, load_highest=highest)


def _true_acts(
    found: npt.NDArray[np.float64], utterances: npt.NDArray[np.float64], recall: float, false_alarm: float
) -> npt.NDArray[np.float64]:
    return np.maximum(0.0, (found - false_alarm * utterances) / (recall - false_alarm))
