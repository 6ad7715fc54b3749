"""Interval and test for every score of every pair, computed block by block."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import Batches, batches_of
from labor_signals.aggregate.blocks import blocks_of
from labor_signals.aggregate.chance import sign_flip_p
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.intervals import asymmetry_interval, sides_of
from labor_signals.records import FloatArray, TaggedTranscript
from labor_signals.settings import Settings

# Longer batches for the interval, where each stands for itself; shorter ones for the test, where there must be enough.
_INTERVAL_FACTOR: Final = 1.5
_TEST_FACTOR: Final = 1.25

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Uncertainty:
    """How sure the load and rate asymmetry of one amount are; rows in twos, as in `sum_by_pair`.

    Attributes:
        load_low: (2m,) lower end of the interval of the load asymmetry.
        load_high: (2m,) upper end.
        load_p: (2m,) test of the load against equal shares.
        rate_low: (2m,) lower end of the interval of the rate asymmetry.
        rate_high: (2m,) upper end.
        rate_p: (2m,) test of the rate against equal rates.
    """

    load_low: Scores
    load_high: Scores
    load_p: Scores
    rate_low: Scores
    rate_high: Scores
    rate_p: Scores


def uncertainty_of(
    tagged: TaggedTranscript, *, amounts: tuple[tuple[str, ...], ...], settings: Settings
) -> list[Uncertainty]:
    """Interval and test for each amount.

    Args:
        tagged: The talk with its tags.
        amounts: Groups of tags that are added up, such as `(("initiating", "soothing"), ("soothing",))`.
        settings: `level`, `prior`, `seed`.

    Returns:
        One `Uncertainty` an amount.
    """
    columns = [tagged.columns_of(amount) for amount in amounts]
    parts: list[list[npt.NDArray[np.float64]]] = [[] for _ in amounts]
    for block in blocks_of(tagged):
        talk = exchanges_of(block)
        long, short = batches_of(talk, factor=_INTERVAL_FACTOR), batches_of(talk, factor=_TEST_FACTOR)
        for part, column in zip(parts, columns, strict=True):
            chance = talk.probability[:, column]
            part.append(np.vstack([*_intervals(talk, chance, long, settings), *_tests(talk, chance, short, settings)]))
    return [_both_ways(np.hstack(part)) for part in parts]


def _intervals(talk: Exchanges, chance: FloatArray, batches: Batches, settings: Settings) -> list[Scores]:
    sides = sides_of(talk.by_one, chance, batches)
    found = [
        asymmetry_interval(sides, batches, by_turn=by_turn, prior=settings.prior, level=settings.level)
        for by_turn in (False, True)
    ]
    return [end for interval in found for end in (interval.low, interval.high)]


def _tests(talk: Exchanges, chance: FloatArray, batches: Batches, settings: Settings) -> list[Scores]:
    sides = sides_of(talk.by_one, chance, batches)
    turns, other_turns = batches.totals(sides.own_turns), batches.totals(sides.other_turns)
    with np.errstate(all="ignore"):
        common = batches.totals(sides.own + sides.other) / (turns + other_turns)
        # against the common rate, so that it does not matter who happened to speak more in a batch
        own = (sides.own - common[batches.pair] * sides.own_turns) / turns[batches.pair]
        other = (sides.other - common[batches.pair] * sides.other_turns) / other_turns[batches.pair]
    load = sign_flip_p(sides.own - sides.other, batches, seed=settings.seed)
    rate = sign_flip_p(np.nan_to_num(own - other), batches, seed=settings.seed)
    return [load, np.where((turns > 0) & (other_turns > 0), rate, np.nan)]


def _both_ways(rows: npt.NDArray[np.float64]) -> Uncertainty:
    """From one row a pair to two: what is above 0 one way is below it the other way."""
    low, high, rate_low, rate_high, load_p, rate_p = rows
    return Uncertainty(
        load_low=np.column_stack([low, -high]).ravel(),
        load_high=np.column_stack([high, -low]).ravel(),
        load_p=load_p.repeat(2),
        rate_low=np.column_stack([rate_low, -rate_high]).ravel(),
        rate_high=np.column_stack([rate_high, -rate_low]).ravel(),
        rate_p=rate_p.repeat(2),
    )
