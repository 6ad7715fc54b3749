"""Pursue-withdraw: whether one turns away when the other reaches out, more than otherwise."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.blocks import blocks_of
from labor_signals.aggregate.circular_shift import shift_p, shifted_products
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.intervals import Interval
from labor_signals.aggregate.sequences import NO_TEST, Answered, answered_turns
from labor_signals.aggregate.share_interval import difference_interval
from labor_signals.aggregate.turns import any_of, columns_of, direction_names, reasons_of, turns_of
from labor_signals.aggregate.yes_no_tables import association, association_intervals
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

Scores = npt.NDArray[np.float64]


def pursue_withdraw(tagged: TaggedTranscript, *, settings: Settings = DEFAULT_SETTINGS) -> pd.DataFrame:
    """How much more j avoids right after i's initiating than j does anyway, against the reverse.

    Formula: `lift_ij = P(j's next turn avoids | i's turn initiates) - P(j's next turn avoids)` over i's turns to j
    that j answers, on expected counts; a turn avoids with `1 - prod(1 - p)` over the avoidance tags.
    `PW_ij = lift_ij - lift_ji`.
    Range and sign: lift in (-1, 1); `PW` in (-2, 2), positive where i pursues and j withdraws, 0 where it goes both
    ways alike or not at all. A lift is bounded by `1 - P(initiates)`: who bids in every turn leaves no base rate.
    Interval: of a lift `association_intervals`; of `PW` Newcombe's method on both. Test: `shift_p`, j's turns shifted
    as a whole against i's, which moves both directions at once; its null is that neither one's turns depend on the
    other's, whereas the interval is about `PW = 0`.
    Source: Christensen and Heavey (1990), Journal of Personality and Social Psychology 59, 73-81 (demand-withdraw);
    Allison and Liker (1982), Psychological Bulletin 91, 393-403 (conditional against base rate).

    Returns:
        One row a conversation and ordered pair: `conversation_id, from_speaker` (i, who bids), `to_speaker` (j, who
        avoids), `answered_turns, bids` (expected answered turns that initiate), `avoidance_after_bid, avoidance_base,
        lift, lift_low, lift_high, lift_p, pursue_withdraw, pursue_withdraw_low, pursue_withdraw_high,
        pursue_withdraw_p`, `reason`.
    """
    parts = [_of_block(tagged, exchanges_of(block), settings) for block in blocks_of(tagged)]
    return pd.concat(parts, ignore_index=True)


def _of_block(tagged: TaggedTranscript, talk: Exchanges, settings: Settings) -> pd.DataFrame:
    turns = turns_of(talk)
    bid = turns.probability[:, columns_of(tagged, ("initiating",))]
    answered = answered_turns(turns, bid, any_of(turns.answer, columns_of(tagged, tagged.avoidance))[:, np.newaxis])
    parts = answered.table(0, 0)
    cells = parts.totals(answered.batches)
    found = association(cells)
    ends, _ = association_intervals(parts, answered.batches, settings)
    products = shifted_products(answered.given, answered.then, answered.count)[:, 0, 0]
    lift_p, _ = shift_p(products, answered.count)
    based = cells.n01 + cells.n00 > 0
    lift = np.where(based, found["difference"], np.nan)
    lift_p = np.where(based, lift_p, np.nan)
    back = np.arange(len(lift)) ^ 1
    both = difference_interval(lift, lift[back], (ends, Interval(ends.low[back], ends.high[back])))
    bids = cells.n11 + cells.n10
    undefined = np.isnan(lift) | np.isnan(lift[back])
    both_p = np.where(undefined, np.nan, _both_ways_p(products, answered, bids))
    missing = {
        "no turn is answered": answered.count == 0,
        "no bids": (answered.count > 0) & (bids == 0),
        "not defined the other way": ~np.isnan(lift) & np.isnan(lift[back]),
        "every turn a bid: no base rate": ~based & (bids > 0),
        "too few turns for an interval": (np.isnan(both.low) & ~undefined) | (np.isnan(ends.low) & ~np.isnan(lift)),
        NO_TEST: (np.isnan(both_p) & ~undefined) | (np.isnan(lift_p) & ~np.isnan(lift)),
    }
    return pd.DataFrame(
        direction_names(tagged, talk)
        | {"answered_turns": answered.count, "bids": bids}
        | {"avoidance_after_bid": found["p_then_given"], "avoidance_base": found["p_then"]}
        | {"lift": lift, "lift_low": ends.low, "lift_high": ends.high, "lift_p": lift_p}
        | {"pursue_withdraw": lift - lift[back]}
        | {"pursue_withdraw_low": both.low, "pursue_withdraw_high": both.high, "pursue_withdraw_p": both_p}
        | {"reason": reasons_of(missing)}
    )


def _both_ways_p(products: Scores, answered: Answered, bids: Scores) -> Scores:
    """Shift test of `lift_ij - lift_ji`: where j's turns move by s against i's, i's move by -s against j's."""
    count, first = answered.count, np.cumsum(answered.count) - answered.count
    one, two = slice(0, None, 2), slice(1, None, 2)
    known = (bids[one] > 0) & (bids[two] > 0)
    shifts = np.where(known, np.maximum(count[one], count[two]), 0)
    pair = np.repeat(np.arange(len(shifts)), shifts)
    shift = np.arange(len(pair)) - (np.cumsum(shifts) - shifts)[pair]
    there = products[first[one][pair] + shift % count[one][pair]] / bids[one][pair]
    back = products[first[two][pair] + -shift % count[two][pair]] / bids[two][pair]
    p, _ = shift_p(there - back, shifts)
    return p.repeat(2)
