"""Yes/no tables of what follows what: their measures of association, and how sure these are."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import LEAST_BATCHES, Batches
from labor_signals.aggregate.intervals import Interval
from labor_signals.aggregate.share_interval import difference_interval, drawn_dispersion, share_interval
from labor_signals.settings import Settings

_HALDANE: Final = 0.5

Cells = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class YesNo:
    """Expected counts of 2 x 2 tables, any number of them.

    Attributes:
        n11: Given, and then.
        n10: Given, and not then.
        n01: Not given, and then.
        n00: Neither.
    """

    n11: Cells
    n10: Cells
    n01: Cells
    n00: Cells

    def totals(self, batches: Batches) -> "YesNo":
        """Tables of batches, added up by group."""
        return YesNo(**{cell.name: batches.totals(getattr(self, cell.name)) for cell in fields(self)})


def association(cells: YesNo) -> dict[str, Cells]:
    """How strongly the one goes with the other.

    - `p_then_given`: `P(b|a) = n11 / (n11 + n10)`, in [0, 1].
    - `p_then`: `P(b) = (n11 + n01) / N`.
    - `difference`: `P(b|a) - P(b)`, in (-1, 1); positive where b follows a more often than it comes anyway.
    - `log_odds`: `log((n11 + .5)(n00 + .5) / ((n10 + .5)(n01 + .5)))`, any number (Haldane 1956, Annals of Human
      Genetics 20, 309-311: 0.5 in every cell, so that it is finite).
    - `yule_q`: `(n11 n00 - n10 n01) / (n11 n00 + n10 n01)`, in [-1, 1] (Yule 1912, JRSS 75, 579-652).
    - `adjusted_residual`: `(n11 - e) / sqrt(e (1 - P(a)) (1 - P(b)))` with `e = N P(a) P(b)`: about a standard normal
      for independent turns coded 0 or 1 (Haberman 1973, Biometrics 29, 205-220; Allison and Liker 1982, Psychological
      Bulletin 91, 393-403; Bakeman and Quera 2011, Sequential Analysis and Observational Methods). Turns are not
      independent, and probabilities vary less than codes: take it as a size, and the shift test as the test.

    All are NaN where a margin that they divide by is 0.
    """
    given, then = cells.n11 + cells.n10, cells.n11 + cells.n01
    total = given + cells.n01 + cells.n00
    with np.errstate(all="ignore"):  # 0 / 0 is NaN, and meant to be
        share_given, share = given / total, then / total
        varied = _varied(cells)
        log_odds = _log(cells.n11) + _log(cells.n00) - _log(cells.n10) - _log(cells.n01)
        chance = given * share
        same, crossed = cells.n11 * cells.n00, cells.n10 * cells.n01
        return {
            "p_then_given": cells.n11 / given,
            "p_then": share,
            "difference": cells.n11 / given - share,
            "log_odds": np.where(varied, log_odds, np.nan),
            "yule_q": np.where(varied, (same - crossed) / (same + crossed), np.nan),
            "adjusted_residual": np.where(
                varied, (cells.n11 - chance) / np.sqrt(chance * (1 - share_given) * (1 - share)), np.nan
            ),
        }


def association_intervals(parts: YesNo, batches: Batches, settings: Settings) -> tuple[Interval, Interval]:
    """Intervals for the difference and for the log odds ratio, from the tables of batches.

    Difference: `P(b|a) - P(b) = (1 - P(a)) (P(b|a) - P(b|not a))`; both shares get a `share_interval`, which are joined
    by Newcombe's method (`difference_interval`); `P(a)` is taken as it is.
    Log odds: `+- t sqrt(f W)`, with Woolf's variance `W`, the sum of `1 / (n + .5)` over the four cells (Woolf 1955,
    Annals of Human Genetics 19, 251-253; Gart 1966, Biometrika 53, 611-614), and `f` the linearised variance between
    batches over `W`, drawn to 1 where a cell has few.

    Returns:
        (m,) ends; NaN with fewer than three batches, or where the given tag, for the log odds also the other, never
        or always comes.
    """
    from scipy.special import stdtrit  # noqa: PLC0415  (costs import time)

    cells = parts.totals(batches)
    given, other = cells.n11 + cells.n10, cells.n01 + cells.n00
    options = {"prior": settings.prior, "level": settings.level}
    ends = (
        share_interval(parts.n11, parts.n10, batches, **options),
        share_interval(parts.n01, parts.n00, batches, **options),
    )
    with np.errstate(all="ignore"):
        shares = difference_interval(cells.n11 / given, cells.n01 / other, ends)
        rest = other / (given + other)
        difference = Interval(shares.low * rest, shares.high * rest)
        signs = np.array([1, -1, -1, 1])[:, np.newaxis]
        table, by_batch = (np.stack([t.n11, t.n10, t.n01, t.n00]) for t in (cells, parts))
        pull = (signs * by_batch / (table + _HALDANE)[:, batches.pair]).sum(axis=0)
        woolf = (1 / (table + _HALDANE)).sum(axis=0)
        middle = (batches.totals(pull) / batches.count)[batches.pair]
        spread = batches.totals((pull - middle) ** 2) * batches.count / (batches.count - 1)
        dispersion, freedom = drawn_dispersion(spread / woolf, batches, acts=table.min(axis=0))
        reach = stdtrit(freedom, 0.5 + settings.level / 2) * np.sqrt(dispersion * woolf)
    log_odds = association(cells)["log_odds"]
    reach = np.where(batches.count >= LEAST_BATCHES, reach, np.nan)
    return difference, Interval(log_odds - reach, log_odds + reach)


def _varied(cells: YesNo) -> npt.NDArray[np.bool_]:
    """Whether both, given and then, come sometimes and sometimes not."""
    margins = (cells.n11 + cells.n10, cells.n01 + cells.n00, cells.n11 + cells.n01, cells.n10 + cells.n00)
    varied: npt.NDArray[np.bool_] = np.min(margins, axis=0) > 0
    return varied


def _log(cell: Cells) -> Cells:
    logarithm: Cells = np.log(cell + _HALDANE)
    return logarithm
