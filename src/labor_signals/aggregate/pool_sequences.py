"""Sequences pooled over conversations: yes/no tables added up, measures taken anew."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from labor_signals.aggregate.batches import LEAST_BATCHES, Batches
from labor_signals.aggregate.blocks import Rows
from labor_signals.aggregate.sequences import association_reasons, measured
from labor_signals.aggregate.yes_no_tables import YesNo
from labor_signals.errors import SettingsError
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_CELLS: Final = ("n11", "n10", "n01", "n00")
_PAIR: Final = ("given", "then", "lag")
_ENDS: Final = ("difference_low", "difference_high", "log_odds_low", "log_odds_high", "p")
_NAMES: Final = ("from_speaker", "to_speaker")


def pool_sequences(
    table: pd.DataFrame, *, by: Sequence[str] = _NAMES, settings: Settings = DEFAULT_SETTINGS
) -> pd.DataFrame:
    """Adds up the yes/no tables of several conversations and takes the measures anew.

    Formula: as `sequences`, on summed `n11, n10, n01, n00`. Conversations stand for independent observations in the
    intervals, in place of batches of turns. `p` stays within conversations: `z = sum (n11 - e) / sqrt(sum chance_sd^2)`
    against the standard normal, with `e` what independence gives in each conversation and `chance_sd` from all its
    shifts (the sum of independent permutation statistics: Mielke and Berry 2007, Permutation Methods). The measures
    themselves are those of the summed table, and so also hold what sets conversations apart from one another. One
    conversation alone keeps its own intervals and p.

    Args:
        table: From `sequences`, with columns of your own (such as `dyad_id`) where `by` names them.
        by: What is pooled together, besides `given`, `then` and `lag`. Without a speaker's column among them, both
            directions are pooled.
        settings: `level` and `prior` of the intervals.

    Returns:
        One row a combination of `by`, `given`, `then` and `lag`, in the order of first appearance, with the columns of
        `sequences` and `conversations`, how many had an answered turn.

    Raises:
        SettingsError: A column of `by` is missing.
    """
    from scipy.special import ndtr  # noqa: PLC0415  (costs import time)

    keys = list(dict.fromkeys([*by, *_PAIR]))
    missing = [name for name in (*keys, *_CELLS, *_ENDS, "chance_sd") if name not in table]
    if missing:
        raise SettingsError(f"columns {missing} are missing; pass the table of sequences, with the columns of `by`.")
    table = table.reset_index(drop=True)
    group: Rows = np.asarray(table.groupby(keys, sort=False, dropna=False).ngroup(), dtype=np.int64)
    parts, batches, groups = _conversations(table, group)
    names = table.loc[np.unique(group, return_index=True)[1], keys].reset_index(drop=True)
    columns = measured(parts, batches, settings)
    given, then, total = parts.n11 + parts.n10, parts.n11 + parts.n01, parts.n11 + parts.n10 + parts.n01 + parts.n00
    surplus = batches.totals(parts.n11 - given * then / np.maximum(total, 1e-300))
    spread = np.sqrt(np.bincount(group, weights=table["chance_sd"] ** 2, minlength=groups))
    with np.errstate(all="ignore"):
        columns["p"] = np.where(spread > 0, 2 * ndtr(-np.abs(surplus) / spread), np.nan)
    columns["chance_sd"] = spread
    pooled = names.assign(conversations=batches.count, **columns)
    _keep_single(pooled, table, group)
    few = np.isnan(pooled["difference_low"].to_numpy()) & (batches.count < LEAST_BATCHES)
    pooled["reason"] = association_reasons(
        pooled, nothing=batches.count == 0, few=few, few_why="fewer than three conversations for an interval"
    )
    return pooled


def _conversations(table: pd.DataFrame, group: Rows) -> tuple[YesNo, Batches, int]:
    """The yes/no tables of conversations, in place of batches: summed over the rows of one conversation."""
    groups = int(group.max(initial=-1)) + 1
    talked = table[list(_CELLS)].sum(axis=1).to_numpy() > 0
    whose = table["conversation_id"] if "conversation_id" in table else pd.Series(table.index)
    held = table.loc[talked, list(_CELLS)].groupby([group[talked], whose[talked]], sort=True, dropna=False).sum()
    pair = held.index.get_level_values(0).to_numpy(dtype=np.int64)
    count = np.bincount(pair, minlength=groups)
    parts = YesNo(**{name: held[name].to_numpy(dtype=np.float64) for name in _CELLS})
    return parts, Batches(of_row=np.arange(len(pair)), pair=pair, first=np.cumsum(count) - count, count=count), groups


def _keep_single(pooled: pd.DataFrame, table: pd.DataFrame, group: Rows) -> None:
    """Groups of one row keep its ends and p, which are exact."""
    alone = np.flatnonzero(np.bincount(group, minlength=len(pooled)) == 1)
    row = np.zeros(len(pooled), dtype=np.int64)
    row[group] = np.arange(len(group))
    for name in _ENDS:
        pooled.loc[alone, name] = table[name].to_numpy()[row[alone]]
