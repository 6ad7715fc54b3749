"""The slope of a share over the windows of many series at once, with an error that allows for the order of windows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import PRIOR_ACTS
from labor_signals.aggregate.blocks import Rows

LEAST_WINDOWS: Final = 3
_LEAST: Final = 0.1  # of the variance of independent acts
_STRONGEST: Final = 0.9
_ROUND: Final = 1e-12

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Slopes:
    """One entry a series; NaN with fewer than three windows of weight above 0, or all at one position.

    Attributes:
        windows: (s,) how many windows have weight.
        slope: (s,) change of the share from position 0 to position 1.
        error: (s,) its standard error.
        p: (s,) two-sided test of no slope.
        reach: (s,) half-width of its interval.
    """

    windows: Rows
    slope: Values
    error: Values
    p: Values
    reach: Values


def slopes(own: Values, other: Values, position: Values, series: Rows, *, level: float) -> Slopes:
    """Weighted least squares of the share `own / (own + other)` on position in every series, weighted by its acts.

    The variance of the slope is the largest of three: the classical one; that of Newey and West (1987), Econometrica
    55, 703-708 (HAC, Bartlett kernel, `floor(4 * (K/100)^(2/9))` lags, corrected by `K / (K - 2)`), which allows for
    the order of windows but is too small where they are few; and the classical one for rests that follow an AR(1),
    times `(1 + r) / (1 - r)`, with r their first autocorrelation corrected for the `2/K` by which taking out a line
    lowers it (Bayley and Hammersley 1946). Where there are few acts it is drawn to that of independent acts, and it is
    never below a tenth of that: windows that happen to lie on a line prove nothing. Tails are those of t with K - 2
    degrees, and more where few acts have drawn it.

    Args:
        own: (w,) acts of the one.
        other: (w,) acts of the other; a window without acts is left out.
        position: (w,) from 0 to 1.
        series: (w,) number of the series from 0, rising; windows stand in time within it.
        level: Of the interval, such as 0.95.
    """
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415  (costs import time)

    count = int(series[-1]) + 1 if len(series) else 0

    def total(values: Values) -> Values:
        return np.bincount(series, weights=values, minlength=count).astype(np.float64)

    weight = own + other
    windows = np.bincount(series, weights=weight > 0, minlength=count).astype(np.int64)
    with np.errstate(all="ignore"):  # undefined slopes are NaN, and meant to be
        weights = total(weight)
        mean = total(own) / weights
        x = position - (total(weight * position) / weights)[series]
        y = np.where(weight > 0, own / weight, 0.0) - mean[series]
        spread = total(weight * x**2)
        slope = total(weight * x * y) / spread
        slope = np.where(np.abs(slope) < _ROUND, 0.0, slope)
        rest = np.where(weight > 0, y - slope[series] * x, 0.0)
        freedom = np.maximum(windows - 2, 1).astype(np.float64)
        classical = total(weight * rest**2) / freedom / spread
        robust = _long_run(weight * x * rest, series, windows) * windows / freedom / spread**2
        seen = np.fmax(np.fmax(classical, robust), classical * _drift(np.sqrt(weight) * rest, series, windows))
        share = (total(own) + 0.5) / (weights + 1)
        few = PRIOR_ACTS / (np.minimum(total(own), total(other)) + 1)
        independent = share * (1 - share) / spread
        error = np.sqrt(np.maximum((few * independent + freedom * seen) / (few + freedom), _LEAST * independent))
        known = (windows >= LEAST_WINDOWS) & (spread > _ROUND * weights)
        freedom = freedom + few
        found = slope, error, 2 * stdtr(freedom, -np.abs(slope) / error), stdtrit(freedom, 0.5 + level / 2) * error
    return Slopes(windows, *(np.where(known, values, np.nan) for values in found))


def _long_run(score: Values, series: Rows, windows: Rows) -> Values:
    """(s,) the Newey-West sum of products of scores at all lags."""
    lags = np.floor(4 * (windows / 100) ** (2 / 9)).astype(np.int64)
    summed = np.bincount(series, weights=score**2, minlength=len(windows)).astype(np.float64)
    for lag in range(1, int(lags.max(initial=0)) + 1):
        kernel = np.maximum(0, 1 - lag / (lags + 1))
        summed += 2 * kernel * _products(score, series, lag, len(windows))
    return summed


def _drift(rest: Values, series: Rows, windows: Rows) -> Values:
    """(s,) by how much an AR(1) with the autocorrelation of the rests raises the variance of a slow contrast."""
    squares = np.bincount(series, weights=rest**2, minlength=len(windows))
    follows = _products(rest, series, 1, len(windows)) / squares + 2 / np.maximum(windows, 1)
    follows = np.clip(np.nan_to_num(follows), 0, _STRONGEST)
    return np.asarray((1 + follows) / (1 - follows), dtype=np.float64)


def _products(values: Values, series: Rows, lag: int, count: int) -> Values:
    same = series[lag:] == series[:-lag]
    product = np.where(same, values[lag:] * values[:-lag], 0.0)
    return np.bincount(series[lag:], weights=product, minlength=count).astype(np.float64)
