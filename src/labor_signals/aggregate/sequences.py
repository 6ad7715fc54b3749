"""Sequences: what one person's turn carries, given what the other's turn before it carried."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import LEAST_BATCHES, Batches
from labor_signals.aggregate.blocks import Rows, blocks_of
from labor_signals.aggregate.circular_shift import shift_p, shifted_products
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.turns import Turns, batches_of_turns, direction_names, reasons_of, turns_of
from labor_signals.aggregate.yes_no_tables import YesNo, association, association_intervals
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_LAG: Final = 1
TOO_FEW_TURNS: Final = "too few turns for an interval"
NO_TEST: Final = "too few turns for a test, or shifting changes nothing"

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Answered:
    """The turns that are answered, direction after direction.

    Attributes:
        count: (2m,) how many of each direction.
        given: (t, A) what the turn carries.
        then: (t, B) what the answer carries.
        batches: Batches of these turns.
    """

    count: Rows
    given: Weights
    then: Weights
    batches: Batches

    def table(self, given: int, then: int) -> YesNo:
        """(b,) the expected yes/no table of every batch."""
        a, b = self.given[:, given], self.then[:, then]
        both, one, other = (self.batches.sums(weight) for weight in (a * b, a, b))
        total = self.batches.sums(np.ones(len(a)))
        n10, n01 = np.maximum(one - both, 0), np.maximum(other - both, 0)  # rounding
        return YesNo(n11=both, n10=n10, n01=n01, n00=np.maximum(total - both - n10 - n01, 0))


def answered_turns(turns: Turns, given: Weights, then: Weights) -> Answered:
    """Of all turns, those that are answered, with what counts as given and as then."""
    count = np.bincount(turns.direction[turns.answered], minlength=len(turns.count))
    return Answered(
        count=count, given=given[turns.answered], then=then[turns.answered], batches=batches_of_turns(count)
    )


def sequences(tagged: TaggedTranscript, *, settings: Settings = DEFAULT_SETTINGS) -> pd.DataFrame:
    """What follows what, turn upon turn: an expected yes/no table for every conversation, ordered pair and two tags.

    Formula: over i's turns to j that j answers, with `a_t` the probability that i's turn carries the `given` tag and
    `b_t` that j's next turn carries the `then` tag: `n11 = sum a_t b_t`, `n10 = sum a_t (1 - b_t)`, `n01 = sum (1 -
    a_t) b_t`, `n00 = sum (1 - a_t)(1 - b_t)`. Tags are not exclusive, so each two tags have a yes/no table of their
    own. Measures of association with range, sign and source: `association`; intervals: `association_intervals`; `p`:
    `shift_p`, all cyclic shifts of j's turns against i's.

    Returns:
        Long form: `conversation_id, from_speaker` (i, who speaks first), `to_speaker` (j, who answers), `given, then,
        lag` (1 turn), `n11, n10, n01, n00, p_then_given, p_then, difference, difference_low, difference_high,
        log_odds, log_odds_low, log_odds_high, yule_q, adjusted_residual, p`, `chance_sd` (the standard deviation of
        `n11` over shifts; its mean is that of independence), and `reason` why numbers are NaN.
    """
    parts = [_of_block(tagged, exchanges_of(block), settings) for block in blocks_of(tagged)]
    return pd.concat(parts, ignore_index=True)


def _of_block(tagged: TaggedTranscript, talk: Exchanges, settings: Settings) -> pd.DataFrame:
    turns = turns_of(talk)
    answered = answered_turns(turns, turns.probability, turns.answer)
    p, spread = shift_p(shifted_products(answered.given, answered.then, answered.count), answered.count)
    tags = range(len(tagged.tags))
    cells = []
    for given in tags:
        for then in tags:
            parts = answered.table(given, then)
            column = measured(parts, answered.batches, settings)
            cells.append(column | {"p": p[:, given, then], "chance_sd": spread[:, given, then]})
    every, k = pd.Index(tagged.tags), len(tagged.tags)
    directions, width = len(answered.count), k * k
    frame = pd.DataFrame(
        {name: column.repeat(width) for name, column in direction_names(tagged, talk).items()}
        | {
            "given": every.take(np.tile(np.repeat(np.arange(k), k), directions)),
            "then": every.take(np.tile(np.arange(k), directions * k)),
            "lag": np.full(directions * width, _LAG),
        }
        | {name: np.column_stack([cell[name] for cell in cells]).ravel() for name in cells[0]}
    )
    frame["reason"] = _reasons(frame, answered, width)
    return frame


def measured(parts: YesNo, batches: Batches, settings: Settings) -> dict[str, Weights]:
    """The columns of a table's counts, its measures and their intervals, from the tables of batches."""
    cells = parts.totals(batches)
    found = association(cells)
    difference, log_odds = association_intervals(parts, batches, settings)
    return {
        **{"n11": cells.n11, "n10": cells.n10, "n01": cells.n01, "n00": cells.n00},
        **{name: found[name] for name in ("p_then_given", "p_then", "difference")},
        **{"difference_low": difference.low, "difference_high": difference.high},
        **{"log_odds": found["log_odds"], "log_odds_low": log_odds.low, "log_odds_high": log_odds.high},
        **{name: found[name] for name in ("yule_q", "adjusted_residual")},
    }


def _reasons(frame: pd.DataFrame, answered: Answered, width: int) -> pd.Index:
    turns = answered.count.repeat(width)
    few = (answered.batches.count < LEAST_BATCHES).repeat(width)
    return association_reasons(frame, nothing=turns == 0, few=few) if len(frame) else pd.Index([], dtype="str")


def association_reasons(
    frame: pd.DataFrame, *, nothing: npt.NDArray[np.bool_], few: npt.NDArray[np.bool_], few_why: str = TOO_FEW_TURNS
) -> pd.Index:
    """Why numbers of a table of sequences are NaN."""
    n11, n10, n01, n00 = (frame[name].to_numpy() for name in ("n11", "n10", "n01", "n00"))
    given = ~nothing & ((n11 + n10 == 0) | (n01 + n00 == 0))
    then = ~nothing & ((n11 + n01 == 0) | (n10 + n00 == 0))
    no_test = np.isnan(frame["p"].to_numpy()) & ~nothing & ~given & ~then
    return reasons_of(
        {
            "no turn is answered": nothing,
            "the given tag never or always comes": given,
            "the then tag never or always comes": then,
            few_why: few & ~nothing,
            NO_TEST: no_test,
        }
    )
