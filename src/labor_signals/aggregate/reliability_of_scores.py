"""How far scores can be trusted: halves of a talk, talks of a dyad, and two sets of scores of one talk, compared.

Asymmetries of a pair are entered in both directions, so that it makes no difference who of the two is named first
(double entry: Griffin and Gonzalez 1995, Psychological Bulletin 118, 430-439); n counts pairs once. Means are then 0,
and a tendency that all pairs share, such as mothers who carry more than children, counts as agreement.
Intervals (95 %, or `level`) leave out one pair after another: the jackknife on Fisher's z, with tails of t (Efron and
Tibshirani 1993, An Introduction to the Bootstrap, chapter 11).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import batches_of
from labor_signals.aggregate.blocks import blocks_of
from labor_signals.aggregate.exchanges import exchanges_of
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

SCORES: Final = ("load_asymmetry", "rate_asymmetry")
_WAY: Final = ["conversation_id", "from_speaker", "to_speaker"]
_LEAST: Final = 3
_FACTOR: Final = 1.5

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def intraclass_correlation(ratings: Numbers) -> float:
    """ICC(2,1): absolute agreement of single ratings, targets and raters both drawn at random.

    Formula, for n targets (rows) and k raters or occasions (columns), with the mean squares of a two-way analysis of
    variance of rows (R), columns (C) and error (E): `(MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n)`.
    Range: up to 1; 0 or below where rows differ no more than ratings of one row do; NaN where nothing varies.
    Sources: Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428; ICC(A,1) of McGraw and Wong (1996),
    Psychological Methods 1, 30-46.
    """
    return float(_icc(_icc_sums(np.asarray(ratings, dtype=np.float64)).sum(axis=0)))


def split_half(tagged: TaggedTranscript, *, settings: Settings = DEFAULT_SETTINGS) -> pd.DataFrame:
    """Reliability within conversations: scores of every other batch of a talk against those of the rest.

    The talk of each pair is cut into batches of consecutive utterances, as for intervals; odd and even batches are the
    halves. `correlation` is that of the two halves' scores over pairs, and `reliability`, by Spearman and Brown, what
    it would be for talks of full length: `2r / (1 + r)`. It says how well the scores tell these pairs apart, in talks
    as long as these. Sources: Spearman (1910) and Brown (1910), British Journal of Psychology 3, 271-295 and 296-322.

    Returns:
        One row for the load and one for the rate asymmetry: `score, pairs` (n: pairs of a conversation), `left_out`
        (pairs with no score in one of the halves), `correlation, reliability, reliability_low, reliability_high,
        reason` (why a number is NaN).
    """
    labor = tagged.columns_of(tagged.labor)
    parts = [np.empty((2, 0, 2))]
    for block in blocks_of(tagged):
        talk = exchanges_of(block)
        batches = batches_of(talk, factor=_FACTOR)
        weight, one = talk.probability[:, labor].sum(axis=1, dtype=np.float64), talk.by_one.astype(np.float64)
        half = 2 * batches.pair + (np.arange(len(batches.pair)) - batches.first[batches.pair]) % 2
        own, other, turns, other_turns = (
            np.bincount(half, batches.sums(amount), minlength=2 * len(batches.count)).reshape(-1, 2)
            for amount in (weight * one, weight * (1 - one), one, 1 - one)
        )
        with np.errstate(all="ignore"):  # halves without labor have no score
            rates = own / turns, other / other_turns
            parts.append(np.stack([(a - b) / (a + b) for a, b in ((own, other), rates)]))
    rows = []
    for score, halves in zip(SCORES, np.concatenate(parts, axis=1), strict=True):
        known = halves[np.isfinite(halves).all(axis=1)]
        r, low, high = _estimate(_both_ways(known), _pearson_sums, _pearson, settings.level)
        found = {"score": score, "pairs": len(known), "left_out": len(halves) - len(known), "correlation": r}
        found |= {"reliability": _full_length(r) if r >= 0 else np.nan}
        found |= {"reliability_low": _full_length(low), "reliability_high": _full_length(high)}
        rows.append(found | {"reason": "the halves correlate below 0" if r < 0 else _reason(len(known), r)})
    return pd.DataFrame(rows)


def retest_reliability(
    pairs: pd.DataFrame,
    *,
    dyads: Mapping[Any, Any] | None = None,
    conversations: int = 2,
    columns: Sequence[str] = SCORES,
    level: float = 0.95,
) -> pd.DataFrame:
    """Stability over conversations: ICC(2,1) of the first scores of each dyad, see `intraclass_correlation`.

    Args:
        pairs: `report.pairs`, conversations in the order in which they were held.
        dyads: The dyad of each conversation id. `None`: a dyad is two names, wherever they speak to each other.
        conversations: How many conversations of each dyad to take, at least two; dyads with fewer are left out.
        columns: Asymmetries that stand in `pairs`.
        level: Of the interval.

    Returns:
        One row a score: `score, dyads` (n), `left_out` (dyads with too few scores), `conversations, icc, icc_low,
        icc_high, reason`.

    Raises:
        ValueError: Fewer than two conversations were asked for, or a conversation has no dyad in `dyads`.
    """
    if conversations < 2:
        raise ValueError(f"conversations is {conversations}; expected at least 2.")
    ids = pairs["conversation_id"].map(dyads) if dyads is not None else pd.Series(0, index=pairs.index)
    if ids.isna().any():
        raise ValueError("a conversation has no dyad in dyads; expected one for every conversation_id of pairs.")
    table = pairs.assign(_dyad=ids)
    rows = []
    for column in columns:
        known = table[table[column].notna()]
        keys = known.groupby(["_dyad", "from_speaker", "to_speaker"], sort=False)
        size, place = keys[column].transform("size"), keys.cumcount()
        every = table.groupby(["_dyad", "from_speaker", "to_speaker"]).ngroups // 2
        kept = known[(size >= conversations) & (place < conversations)].assign(_place=place)
        wide = kept.pivot_table(index=["_dyad", "from_speaker", "to_speaker"], columns="_place", values=column)
        icc, low, high = _estimate((wide.to_numpy(np.float64), _pair_codes(wide)), _icc_sums, _icc, level)
        found = {"score": column, "dyads": len(wide) // 2, "left_out": every - len(wide) // 2}
        found |= {"conversations": conversations, "icc": icc, "icc_low": low, "icc_high": high}
        rows.append(found | {"reason": _reason(len(wide) // 2, icc)})
    return pd.DataFrame(rows)


def score_agreement(
    one: pd.DataFrame, two: pd.DataFrame, *, columns: Sequence[str] = SCORES, level: float = 0.95
) -> pd.DataFrame:
    """Agreement of two sets of scores of the same talk, such as those from human codes and from a tagger.

    Correlations ask whether the two order and space the pairs alike; the ICC also asks whether they give the same
    numbers, so that a tagger that finds half of all asymmetry correlates well and agrees poorly.

    Args:
        one: `report.pairs`, both directions of each pair.
        two: Likewise, with the same ids and names.
        columns: Numbers that stand in both: asymmetries, but also `labor` or `avoidance`.
        level: Of the intervals.

    Returns:
        One row a score: `score, pairs` (n), `left_out` (pairs that only one of them has, or has no score for), `icc`
        (ICC(2,1), see `intraclass_correlation`), `icc_low, icc_high, pearson, pearson_low, pearson_high, spearman,
        reason`.
    """
    from scipy.stats import rankdata  # noqa: PLC0415  (costs import time)

    joined = one[[*_WAY, *columns]].merge(two[[*_WAY, *columns]], on=_WAY, how="outer", suffixes=("_one", "_two"))
    rows = []
    for column in columns:
        names = [f"{column}_one", f"{column}_two"]
        known = joined.dropna(subset=names).set_index(_WAY)
        values, pair = known[names].to_numpy(np.float64), _pair_codes(known)
        count = int(pair.max(initial=-1)) + 1
        icc, icc_low, icc_high = _estimate((values, pair), _icc_sums, _icc, level)
        r, low, high = _estimate((values, pair), _pearson_sums, _pearson, level)
        ranks = rankdata(values, axis=0) if count else values
        found = {"score": column, "pairs": count, "left_out": (len(joined) - len(known)) // 2}
        found |= {"icc": icc, "icc_low": icc_low, "icc_high": icc_high}
        found |= {"pearson": r, "pearson_low": low, "pearson_high": high}
        found |= {"spearman": _estimate((ranks, pair), _pearson_sums, _pearson, level)[0]}
        rows.append(found | {"reason": _reason(count, r)})
    return pd.DataFrame(rows)


def _both_ways(values: Numbers) -> tuple[Numbers, Codes]:
    """Rows of one direction, with their opposites, and the pair of each."""
    return np.concatenate([values, -values]), np.tile(np.arange(len(values)), 2)


def _pair_codes(table: pd.DataFrame) -> Codes:
    """The unordered pair of each row, by its index (..., from_speaker, to_speaker)."""
    index = table.index.to_frame(index=False)
    party = pd.factorize(pd.concat([index["from_speaker"], index["to_speaker"]]))[0]
    one, two = party[: len(index)], party[len(index) :]
    keys = pd.DataFrame({"within": pd.factorize(index.iloc[:, 0])[0]})
    keys = keys.assign(lower=np.minimum(one, two), upper=np.maximum(one, two))
    return np.asarray(keys.groupby(list(keys), sort=False).ngroup(), dtype=np.int64)


def _estimate(
    entered: tuple[Numbers, Codes],
    sums_of: Callable[[Numbers], Numbers],
    statistic: Callable[[Numbers], Numbers],
    level: float,
) -> tuple[float, float, float]:
    """A statistic of sums over rows, and its jackknife interval over pairs; NaN with too few pairs."""
    from scipy.special import stdtrit  # noqa: PLC0415  (costs import time)

    values, pair = entered
    count = int(pair.max(initial=-1)) + 1
    if count < _LEAST:
        return np.nan, np.nan, np.nan
    of_row = sums_of(values)
    of_pair = np.column_stack([np.bincount(pair, column, minlength=count) for column in of_row.T])
    total = of_pair.sum(axis=0)
    estimate = float(statistic(total))
    with np.errstate(all="ignore"):
        without = np.arctanh(np.clip(statistic(total - of_pair), -1 + 1e-9, 1 - 1e-9))
        centre = np.arctanh(np.clip(estimate, -1 + 1e-9, 1 - 1e-9))
    error = np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum())
    reach = stdtrit(count - 1, 0.5 + level / 2) * error
    return estimate, float(np.tanh(centre - reach)), float(np.tanh(centre + reach))


def _icc_sums(ratings: Numbers) -> Numbers:
    """(rows, 3 + k) what the ICC needs of each row: 1, its squared sum, its sum of squares, its values."""
    ones = np.ones((len(ratings), 1))
    return np.hstack([ones, ratings.sum(axis=1, keepdims=True) ** 2, (ratings**2).sum(axis=1, keepdims=True), ratings])


def _icc(sums: Numbers) -> Numbers:
    rows, squared, squares, columns = sums[..., 0], sums[..., 1], sums[..., 2], sums[..., 3:]
    count = columns.shape[-1]
    level = columns.sum(axis=-1) ** 2 / (rows * count)
    of_rows, of_columns = squared / count - level, (columns**2).sum(axis=-1) / rows - level
    error = np.maximum(squares - level - of_rows - of_columns, 0) / ((rows - 1) * (count - 1))
    between, across = of_rows / (rows - 1), of_columns / (count - 1)
    with np.errstate(all="ignore"):  # nothing varies: 0 / 0 is NaN, and meant to be
        return np.asarray((between - error) / (between + (count - 1) * error + count * (across - error) / rows))


def _pearson_sums(values: Numbers) -> Numbers:
    x, y = values.T
    return np.column_stack([np.ones(len(x)), x, y, x * x, y * y, x * y])


def _pearson(sums: Numbers) -> Numbers:
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    with np.errstate(all="ignore"):  # nothing varies: 0 / 0 is NaN, and meant to be
        return np.asarray((xy - x * y / n) / np.sqrt((xx - x * x / n) * (yy - y * y / n)))


def _full_length(r: float) -> float:
    """Spearman-Brown of a half's correlation; below 0 it has no meaning as a reliability, and an end is put at 0."""
    return 2 * max(r, 0.0) / (1 + max(r, 0.0)) if not np.isnan(r) else np.nan


def _reason(count: int, estimate: float) -> str:
    if count < _LEAST:
        return f"fewer than {_LEAST} pairs"
    return "the scores do not vary" if np.isnan(estimate) else ""
