"""Responsiveness: how one person's bids are answered by the other's next turn."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import LEAST_BATCHES
from labor_signals.aggregate.blocks import blocks_of
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.share_interval import share_interval
from labor_signals.aggregate.turns import (
    any_of,
    batches_of_turns,
    columns_of,
    direction_names,
    reasons_of,
    turns_of,
)
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

ANSWERS: Final = ("engaged", "deflected", "withdrawn", "plain", "unanswered")

Weights = npt.NDArray[np.float64]


def responsiveness(tagged: TaggedTranscript, *, settings: Settings = DEFAULT_SETTINGS) -> pd.DataFrame:
    """How j's next turn answers i's bids (initiating), for every conversation and ordered pair i -> j.

    Formula: a bid is an utterance u of i to j, with weight `w_u` = P(initiating). It is answered by j's next turn: j's
    utterances to i before i speaks again. It is unanswered where the talk ends first, or where i speaks a new bid
    with no utterance of j between; of a turn's bids the last is the one answered, so a turn has `1 - prod(1 - w_u)`
    expected answered bids and `sum(w_u)` minus that unanswered ones. With `a_t` the answered bids of turn t and `p`
    the probability that j's next turn carries a tag: `engaged = sum a_t P(any labor tag)`, `deflected = sum a_t
    P(deflecting)`, `withdrawn = sum a_t P(withdrawing)`, `plain = sum a_t P(no tag at all)`; `share = expected /
    bids`. Tags and utterances are taken as independent given their probabilities.

    Range and sign: counts >= 0; shares in [0, 1]. Tags are not exclusive, so that the shares of engaged, deflected
    and withdrawn may add to more than 1. Intervals: `share_interval`, batches of turns.

    Source: bids, and turning toward, away or against: Driver and Gottman (2004), Family Process 43, 301-314.

    Returns:
        `conversation_id, from_speaker` (who bids), `to_speaker` (who answers), `turns` (i's turns to j), `bids`, then
        for each answer its expected count, `_share`, `_low`, `_high`; `reason` why numbers are NaN.
    """
    parts = [_of_block(tagged, exchanges_of(block), settings) for block in blocks_of(tagged)]
    return pd.concat(parts, ignore_index=True)


def _of_block(tagged: TaggedTranscript, talk: Exchanges, settings: Settings) -> pd.DataFrame:
    turns, directions = turns_of(talk), 2 * len(talk.count)
    batches = batches_of_turns(turns.count)
    bid, deflecting, withdrawing = columns_of(tagged, ("initiating", "deflecting", "withdrawing"))
    bids = turns.expected[:, bid]
    answered = turns.probability[:, bid] * turns.answered
    expected: dict[str, Weights] = {
        "engaged": answered * any_of(turns.answer, columns_of(tagged, tagged.labor)),
        "deflected": answered * turns.answer[:, deflecting],
        "withdrawn": answered * turns.answer[:, withdrawing],
        "plain": answered * (1 - any_of(turns.answer, list(range(len(tagged.tags))))),
        "unanswered": np.maximum(bids - answered, 0),  # rounding
    }
    total = np.bincount(turns.direction, weights=bids, minlength=directions)
    table: dict[str, pd.Index | npt.NDArray[np.generic]] = {**direction_names(tagged, talk)}
    table |= {"turns": turns.count, "bids": total}
    for name in ANSWERS:
        count = np.bincount(turns.direction, weights=expected[name], minlength=directions)
        rest = np.maximum(bids - expected[name], 0)
        ends = share_interval(
            batches.sums(expected[name]), batches.sums(rest), batches, prior=settings.prior, level=settings.level
        )
        with np.errstate(invalid="ignore"):  # no bids: 0 / 0 is NaN, and meant to be
            share = count / total
        table |= {name: count, f"{name}_share": share, f"{name}_low": ends.low, f"{name}_high": ends.high}
    missing = {"no bids": total == 0, "too few turns for an interval": (batches.count < LEAST_BATCHES) & (total > 0)}
    return pd.DataFrame(table | {"reason": reasons_of(missing)})
