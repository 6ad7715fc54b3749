import numpy as np
import pandas as pd
import pytest

from labor_signals.aggregate.pursue_withdraw import pursue_withdraw
from tests.aggregate.coded_talk import (
    ben_withdraws,
    coded,
    degenerate,
    drawn,
    every_gap_has_a_reason,
    renamed,
    row,
    tagged,
)


def test_lift_by_hand():
    rows = [
        ("Ana", "i"),
        ("Ben", "w"),
        ("Ana", ""),
        ("Ben", "d i"),
        ("Ana", "i"),
        ("Ben", ""),
        ("Ana", ""),
        ("Ben", ""),
    ]
    table = pursue_withdraw(coded(rows))
    ana, ben = row(table, from_speaker="Ana"), row(table, from_speaker="Ben")
    assert (ana.answered_turns, ana.bids) == (4, 2)
    assert ana.avoidance_after_bid == pytest.approx(1 / 2)
    assert ana.avoidance_base == pytest.approx(2 / 4)
    assert (ben.avoidance_after_bid, ben.avoidance_base) == (0, 0)
    assert ana.pursue_withdraw == pytest.approx(ana.lift - ben.lift)
    assert ben.pursue_withdraw == -ana.pursue_withdraw


def test_planted_withdrawal_is_found():
    table = pursue_withdraw(tagged(drawn(0, turns=300, rate=0.15, rule=ben_withdraws)))
    ana = row(table, from_speaker="Ana")
    assert ana.pursue_withdraw_low > 0
    assert ana.pursue_withdraw_p < 0.02
    assert ana.lift_p < 0.02
    ben = row(table, from_speaker="Ben")
    assert ben.lift_low < 0 < ben.lift_high
    assert (ben.pursue_withdraw_low, ben.pursue_withdraw_high) == (-ana.pursue_withdraw_high, -ana.pursue_withdraw_low)


def test_both_withdrawing_alike_is_no_asymmetry():
    def both(codes, turn, draw):
        codes[turn, 4] = draw.random() < (0.8 if codes[turn - 1, 0] else 0.1)

    table = pursue_withdraw(tagged(drawn(1, conversations=200, turns=200, rate=0.15, rule=both)))
    ana = table[table.from_speaker == "Ana"]
    assert (ana.lift_low > 0).mean() > 0.9
    covered = (ana.pursue_withdraw_low <= 0) & (ana.pursue_withdraw_high >= 0)
    assert 0.91 <= covered.mean() <= 0.99


def test_interval_and_p_under_independence():
    def moody(codes, turn, draw):
        if turn > 1 and draw.random() < 0.6:
            codes[turn] = codes[turn - 2]

    table = pursue_withdraw(tagged(drawn(2, conversations=600, turns=200, rate=0.2, rule=moody)))
    ana = table[(table.from_speaker == "Ana") & (table.reason == "")]
    covered = (ana.pursue_withdraw_low <= 0) & (ana.pursue_withdraw_high >= 0)
    assert 0.91 <= covered.mean() <= 0.99
    for level in (0.05, 0.5):
        assert (ana.pursue_withdraw_p < level).mean() == pytest.approx(level, abs=0.05)
        assert (ana.lift_p < level).mean() == pytest.approx(level, abs=0.05)


def test_swapping_names_flips_the_sign():
    frame = drawn(3, turns=80, rule=ben_withdraws)
    one = row(pursue_withdraw(tagged(frame)), from_speaker="Ana")
    other = row(pursue_withdraw(tagged(renamed(frame, {"Ana": "Ben", "Ben": "Ana"}))), from_speaker="Ana")
    assert one.pursue_withdraw == -other.pursue_withdraw
    assert one.pursue_withdraw_low == -other.pursue_withdraw_high
    assert one.pursue_withdraw_p == other.pursue_withdraw_p
    anew = pursue_withdraw(tagged(renamed(frame, {"Ana": "Zoe", "Ben": "Abe"})))
    pd.testing.assert_frame_equal(pursue_withdraw(tagged(frame)).iloc[:, 3:], anew.iloc[:, 3:])


def test_one_direction_alone_is_not_compared():
    rows = [("Ana", "i" if turn % 4 else "") if turn % 2 == 0 else ("Ben", "w") for turn in range(60)]
    ana = row(pursue_withdraw(coded(rows)), from_speaker="Ana")
    assert ana.lift == 0
    assert np.isnan(ana.pursue_withdraw)
    assert "not defined the other way" in ana.reason


@pytest.mark.parametrize("name", degenerate())
def test_degenerate_talk_has_reasons(name):
    every_gap_has_a_reason(pursue_withdraw(degenerate()[name]))
