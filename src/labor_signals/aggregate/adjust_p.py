"""p values of many pairs, adjusted for how many there are."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

_WAYS: Final = ("from_speaker", "to_speaker")
_TEST: Final = ("conversation_id", "dyad_id", "tag")

Numbers = npt.NDArray[np.float64]


def adjust_p(table: pd.DataFrame, *, columns: Sequence[str] = ("load_p", "rate_p")) -> pd.DataFrame:
    """Adjusts the p values of a corpus so that the false discovery rate is controlled.

    Of a hundred pairs that share the work evenly, five have p < 0.05. Where all pairs with an adjusted p below 0.05 are
    called uneven, at most 5 % of these calls are wrong on average.

    Formula: of m tests with `p_(1) <= ... <= p_(m)`, `adjusted_(i) = min over j >= i of min(1, p_(j) * m / j)`. Each
    unordered pair is one test although it stands twice: both its rows have the same p. NaN is no test and does not
    count. Each column is a family of its own; in a table by tag, all its pairs and tags together are one family.
    Range: from p to 1.
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300. It holds for
    independent tests and for those that depend positively on each other (Benjamini and Yekutieli 2001).

    Args:
        table: A table with `from_speaker` and `to_speaker`, such as `report.pairs`, `report.pairs_by_tag` or
            `asymmetry.dyads()`. `conversation_id`, `dyad_id` and `tag` tell tests apart where they are there.
        columns: Columns of p values that are the same in both directions.

    Returns:
        A copy with `<column>_adjusted` for each of the columns.

    Raises:
        ValueError: A column is missing or holds something else than p values, a pair stands more than once each way, or
            its two directions have different p values (then each is a test of its own, which this is not for).

    Example:
        >>> import pandas as pd
        >>> pairs = {"from_speaker": ["a", "b", "a", "c"], "to_speaker": ["b", "a", "c", "a"]}
        >>> table = pd.DataFrame(pairs | {"load_p": [0.01, 0.01, 0.04, 0.04]})
        >>> adjust_p(table, columns=["load_p"]).load_p_adjusted.tolist()
        [0.02, 0.02, 0.04, 0.04]
    """
    if missing := [name for name in (*_WAYS, *columns) if name not in table.columns]:
        raise ValueError(f"found no column {', '.join(map(repr, missing))}; expected a table of pairs with p values.")
    test = _tests(table)
    first = ~pd.Series(test).duplicated().to_numpy()
    added = {f"{name}_adjusted": _adjusted(table[name].to_numpy(np.float64), test, first, name) for name in columns}
    return table.assign(**added)


def _tests(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """(n,) the number of the test of each row, counted from 0 by first appearance."""
    count = len(table)
    party = pd.factorize(pd.concat([table[name] for name in _WAYS]), use_na_sentinel=False)[0]
    one, two = party[:count], party[count:]
    names = [name for name in _TEST if name in table.columns]
    keys = pd.DataFrame({name: pd.factorize(table[name], use_na_sentinel=False)[0] for name in names})
    keys = keys.assign(lower=np.minimum(one, two), upper=np.maximum(one, two))
    if keys.assign(forward=one < two).duplicated().any():
        raise ValueError(
            "a pair stands more than once in one direction; expected one row for each direction of a pair"
            f"{' within ' + ', '.join(map(repr, names)) if names else ''}. Adjust such tables part by part."
        )
    return np.asarray(keys.groupby(list(keys.columns), sort=False).ngroup(), dtype=np.int64)


def _adjusted(p: Numbers, test: npt.NDArray[np.int64], first: npt.NDArray[np.bool_], name: str) -> Numbers:
    from scipy.stats import false_discovery_control  # noqa: PLC0415  (costs import time)

    if ((p < 0) | (p > 1)).any():
        raise ValueError(f"column {name!r} holds numbers outside [0, 1]; expected p values.")
    of_test = p[first]
    if not np.array_equal(of_test[test], p, equal_nan=True):
        raise ValueError(
            f"column {name!r} differs between the two directions of a pair; expected a test that is the same both ways."
        )
    known = ~np.isnan(of_test)
    adjusted = np.full(len(of_test), np.nan)
    if known.any():
        adjusted[known] = false_discovery_control(of_test[known], method="bh")
    return adjusted[test]
