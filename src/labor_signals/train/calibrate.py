"""From outputs of a model to probabilities, and from probabilities to thresholds: on validation data, tag by tag."""

from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from labor_signals.records import FloatArray

PRECISIONS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LEAST_FOUND: Final = 5
"""A precision counts as reached only where at least so many utterances lie above the threshold."""
NEVER: Final = 1.0
LEAST: Final = 1e-5
_UNSHRUNK: Final = 1e6


def fit_scaling(logits: FloatArray, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Platt scaling: (K,) scale and (K,) offset such that sigmoid(scale * logit + offset) is calibrated.

    Args:
        logits: (n, K) outputs of the model.
        targets: (n, K) codes from 0 to 1; a doubtful one counts by halves on both sides.
    """
    scale, offset = [], []
    for column in range(logits.shape[1]):
        both = np.concatenate([logits[:, [column]]] * 2)
        yes = np.repeat([1, 0], len(logits))
        weight = np.concatenate([targets[:, column], 1 - targets[:, column]])
        fitted = LogisticRegression(C=_UNSHRUNK).fit(both, yes, sample_weight=weight)
        scale.append(float(fitted.coef_[0, 0]))
        offset.append(float(fitted.intercept_[0]))
    return np.array(scale, np.float32), np.array(offset, np.float32)


def sure(targets: FloatArray) -> npt.NDArray[np.bool_]:
    """(n, K) where coders were sure: doubtful codes count neither way."""
    known: npt.NDArray[np.bool_] = (targets <= 0.25) | (targets >= 0.75)
    return known


def best_f1(probability: FloatArray, targets: FloatArray) -> FloatArray:
    """(K,) thresholds of the highest expected F1: half of the highest F1 that any threshold reaches on these data.

    So it is where probabilities are calibrated. The threshold that is best on the data themselves depends far more on
    chance: drawn anew from half of the validation conversations, it varies five times as much.

    Source: Lipton, Elkan and Naryanaswamy (2014), arXiv:1402.1892.
    """
    return np.array(
        [_highest_f1(*_ranked(probability[:, k], targets[:, k])) / 2 for k in range(probability.shape[1])], np.float32
    ).clip(LEAST)


def of_precision(probability: FloatArray, targets: FloatArray, precision: float) -> FloatArray:
    """(K,) lowest thresholds from which on a tag has at least this precision; 1 where it never has."""
    found = []
    for k in range(probability.shape[1]):
        weights, yes = _ranked(probability[:, k], targets[:, k])
        reached = np.cumsum(yes) / np.arange(1, len(yes) + 1) >= precision
        reached[: LEAST_FOUND - 1] = False
        reached &= _borders(weights)
        last = np.flatnonzero(reached)
        found.append(_between(weights, int(last[-1])) if len(last) else NEVER)
    return np.array(found, np.float32)


def expected_calibration_error(probability: FloatArray, targets: FloatArray, *, bins: int = 10) -> FloatArray:
    """(K,) mean distance of probability and frequency over equally filled bins, weighted by size (Naeini 2015)."""
    errors = []
    for k in range(probability.shape[1]):
        order = np.argsort(probability[:, k], kind="stable")
        parts = np.array_split(order, bins)
        errors.append(
            sum(len(part) * abs(probability[part, k].mean() - targets[part, k].mean()) for part in parts) / len(order)
        )
    return np.array(errors, np.float32)


def _ranked(weights: FloatArray, targets: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Weights of the surely coded utterances from the highest down, and whether they carry the tag."""
    known = sure(targets)
    order = np.argsort(-weights[known], kind="stable")
    return weights[known][order], targets[known][order] > 0.5


def _highest_f1(weights: FloatArray, yes: npt.NDArray[np.bool_]) -> float:
    right, found = np.cumsum(yes), np.arange(1, len(yes) + 1)
    f1 = np.where(_borders(weights), 2 * right / (found + max(1, yes.sum())), 0.0)
    return float(f1.max())


def _borders(weights: FloatArray) -> npt.NDArray[np.bool_]:
    """Where a threshold can part: equal weights are told apart by none, so that only the last of them is a border."""
    return np.append(np.diff(weights) != 0, True)


def _between(weights: FloatArray, last: int) -> float:
    """A threshold below the weight in this place and above the next."""
    below = weights[last + 1] if last + 1 < len(weights) else 0.0
    return float(np.clip((weights[last] + below) / 2, LEAST, 1.0))
