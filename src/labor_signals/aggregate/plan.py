"""How much talk a study needs, by simulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.aggregate_dyads import aggregate_dyads
from labor_signals.aggregate.uncertainty import uncertainty_of
from labor_signals.codebook import TAGS
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS

ASSURANCE: Final = 0.8
_DYADS: Final = 400
_ROWS_AT_ONCE: Final = 500_000

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """What `plan` found.

    Attributes:
        table: One row a length of talk, from the smallest amount to the largest.
    """

    table: pd.DataFrame

    @property
    def utterances(self) -> int | None:
        """Length of one conversation in the smallest amount of talk that suffices; `None` where none does."""
        return self._smallest("utterances")

    @property
    def conversations(self) -> int | None:
        """How many conversations of that length a dyad needs."""
        return self._smallest("conversations")

    def _smallest(self, column: str) -> int | None:
        enough = self.table.loc[self.table["suffices"], column]
        return int(enough.iloc[0]) if len(enough) else None


def plan(
    *,
    rates: tuple[float, float],
    utterances: Sequence[int] = (50, 100, 200, 400, 800),
    conversations: Sequence[int] = (1,),
    half_width: float | None = None,
    power: float | None = None,
    seed: int = 0,
) -> Plan:
    """How many utterances, or conversations, are needed to measure the load asymmetry of one dyad.

    For every length of talk 400 dyads are simulated with the rates that you expect, and scored with the intervals and
    tests of this library at its default settings: those of `report.pairs` for one conversation, those of
    `aggregate_dyads` for several. Shares have a standard error of up to 2.5 %.

    Assumed, so that the answer is the least that usual talk needs: the two alternate strictly; every utterance
    carries labor with its speaker's rate, independently of all others and in every conversation; tags are right. Talk
    with episodes or moods, or a tagger that errs, needs more. Take the rates from a pilot or from published talk.

    Sources: simulation for power: Arnold, Hogan, Colford and Hubbard (2011), BMC Medical Research Methodology 11, 94;
    planning for a width with assurance: Maxwell, Kelley and Rausch (2008), Annual Review of Psychology 59, 537-563.

    Args:
        rates: Expected labor acts for each utterance of the one and of the other, such as `(0.3, 0.15)`.
        utterances: Lengths of a conversation to try, utterances of both together.
        conversations: Numbers of conversations to try.
        half_width: Wanted: half the width of the interval of the load asymmetry (95 %), in at least 80 % of dyads.
        power: Wanted: share of dyads for which the test gives p < 0.05, such as 0.8.
        seed: Of the simulation.

    Returns:
        A `Plan`; its table has `utterances, conversations, load_asymmetry` (planted), `expected_acts` (of both),
        `half_width` (median), `half_width_80` (80 % of intervals are no wider), `power`, `covered` (share of intervals
        that hold the planted value) and `suffices`. Where a talk is too short for an interval, its width counts as
        infinite; where it is too short for a test, nothing is found.

    Raises:
        ValueError: Nothing is wanted, or numbers are out of range, or power is wanted for equal rates.

    Example:
        >>> plan(rates=(0.3, 0.1), power=0.8, utterances=(50, 100, 200)).utterances
        200
    """
    _check(rates, utterances, conversations, (half_width, power))
    cells = sorted(product(utterances, conversations), key=lambda cell: (cell[0] * cell[1], cell[1]))
    table = pd.DataFrame([_row(rates, length=length, talks=talks, seed=seed) for length, talks in cells])
    narrow = table["half_width_80"] <= (np.inf if half_width is None else half_width)
    return Plan(table=table.assign(suffices=narrow & (table["power"] >= (power or 0.0))))


def _row(rates: tuple[float, float], *, length: int, talks: int, seed: int) -> dict[str, float]:
    acts = rates[0] * ((length + 1) // 2), rates[1] * (length // 2)
    planted = (acts[0] - acts[1]) / (acts[0] + acts[1])
    low, high, p = _simulated(rates, length=length, talks=talks, seed=seed)
    half = np.where(np.isnan(low), np.inf, (high - low) / 2)
    return {
        "utterances": length,
        "conversations": talks,
        "load_asymmetry": planted,
        "expected_acts": talks * sum(acts),
        "half_width": float(np.median(half)),
        "half_width_80": float(np.quantile(half, ASSURANCE, method="higher")),
        "power": float((p < 0.05).mean()),
        "covered": float(((low <= planted) & (planted <= high)).mean()),
    }


def _simulated(rates: tuple[float, float], *, length: int, talks: int, seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Ends of the interval, and p, of every dyad."""
    draw = np.random.default_rng([seed, length, talks])
    parts = []
    for begin in range(0, _DYADS, at_once := max(1, _ROWS_AT_ONCE // (length * talks))):
        tagged = _talk(rates, draw, shape=(min(at_once, _DYADS - begin), talks, length))
        if talks == 1:
            sure = uncertainty_of(tagged, amounts=(tagged.labor,), settings=DEFAULT_SETTINGS)[0]
            parts.append(np.vstack([sure.load_low, sure.load_high, sure.load_p])[:, 0::2])
        else:
            table = aggregate_dyads(tagged, dyad="dyad").iloc[0::2]
            parts.append(table[["load_low", "load_high", "load_p"]].to_numpy(np.float64).T)
    low, high, p = np.hstack(parts)
    return low, high, p


def _talk(rates: tuple[float, float], draw: np.random.Generator, *, shape: tuple[int, int, int]) -> TaggedTranscript:
    """Dyads, each with some talks of some length; one begins, then they alternate."""
    dyads, talks, length = shape
    even = np.arange(length) % 2 == 0
    acts = draw.random(shape) < np.where(even, *rates)
    conversation = np.arange(dyads * talks).repeat(length)
    names = {"speaker": np.tile(np.where(even, "one", "two"), dyads * talks), "dyad": conversation // talks}
    codes = dict.fromkeys(TAGS, 0.0) | {TAGS[0]: acts.ravel().astype(np.float64)}
    return TaggedTranscript.from_codes(pd.DataFrame({"conversation_id": conversation} | names | codes))


def _check(
    rates: tuple[float, float],
    utterances: Sequence[int],
    conversations: Sequence[int],
    wanted: tuple[float | None, float | None],
) -> None:
    if len(rates) != 2 or not all(0 <= rate <= 1 for rate in rates) or not any(rates):
        raise ValueError(f"rates are {rates!r}; expected two numbers from 0 to 1, not both 0.")
    if not utterances or not conversations or min(utterances) < 2 or min(conversations) < 1:
        raise ValueError("expected lengths of at least 2 utterances, and at least 1 conversation, to try.")
    if wanted == (None, None):
        raise ValueError("neither half_width nor power is given; expected at least one of them.")
    if not all(number is None or 0 < number < 1 for number in wanted):
        raise ValueError(f"half_width and power are {wanted!r}; expected numbers above 0 and below 1.")
    if wanted[1] is not None and rates[0] == rates[1]:
        raise ValueError(
            "the two rates are equal, so that there is nothing to find; expected different rates for power."
        )
