import numpy as np
import pandas as pd
import pytest

from labor_signals.aggregate.prompted_labor import prompted_labor
from tests.aggregate.coded_talk import coded, degenerate, drawn, every_gap_has_a_reason, renamed, row, tagged


def test_prompted_and_opened_by_hand():
    rows = [
        ("Ana", "i"),
        ("Ben", "s"),
        ("Ben", "s t"),
        ("Ana", "w"),
        ("Ben", "t"),
        ("Ana", "i"),
        ("Ben", ""),
        ("Ana", "s"),
    ]
    table = prompted_labor(coded(rows))
    ben, ana = row(table, from_speaker="Ben"), row(table, from_speaker="Ana")
    assert (ben.labor, ben.prompted, ben.opened) == (4, 3, 1)
    assert ben.prompted_share == pytest.approx(3 / 4)
    assert ben.prompted_base == pytest.approx(2 / 3)
    assert (ana.prompted, ana.opened) == (1, 2)
    assert ana.prompted_base == pytest.approx(2 / 4)  # her first turn answers nothing


def test_probabilities_by_hand():
    frame = pd.DataFrame({"speaker": ["Ana", "Ana", "Ben"], "initiating": [0.5, 0.2, 0.4], "soothing": [0.0, 0.5, 0.3]})
    ben = row(
        prompted_labor(tagged(frame.assign(translating=0.0, deflecting=0.0, withdrawing=0.0))), from_speaker="Ben"
    )
    assert ben.prompted == pytest.approx(0.7 * (1 - 0.5 * 0.8 * 0.5))
    assert ben.labor == pytest.approx(0.7)


def test_burstiness_by_hand():
    where = (0, 2, 4, 20, 22)
    rows = [("Ana" if turn % 2 == 0 else "Ben", "i" if turn in where else "") for turn in range(30)]
    ana = row(prompted_labor(coded(rows)), from_speaker="Ana")
    gaps = np.array([2, 2, 16, 2])
    ratio = gaps.std() / gaps.mean()
    assert ana.acts == 5
    assert ana.burstiness == pytest.approx((ratio - 1) / (ratio + 1))
    n = 4
    expected = (np.sqrt(n + 1) * ratio - np.sqrt(n - 1)) / ((np.sqrt(n + 1) - 2) * ratio + np.sqrt(n - 1))
    assert ana.burstiness_n == pytest.approx(expected)


def test_burstiness_of_even_spacing_and_of_acts_at_random():
    even = [("Ana", "s" if turn % 6 == 0 else "") if turn % 2 == 0 else ("Ben", "") for turn in range(60)]
    ana = row(prompted_labor(coded(even)), from_speaker="Ana")
    assert (ana.burstiness, ana.burstiness_n) == (-1, -1)
    rare = prompted_labor(tagged(drawn(0, conversations=60, turns=4000, rate=0.003)))  # about 18 acts each
    assert rare.burstiness_n.mean() == pytest.approx(0, abs=0.05)
    assert abs(rare.burstiness_n.mean()) < abs(rare.burstiness.mean())


def test_planted_share_is_covered():
    def answers(codes, turn, draw):
        if turn % 2 == 1:
            codes[turn, :3] = draw.random(3) < (0.5 if codes[turn - 1, :3].any() else 0.1)

    table = prompted_labor(tagged(drawn(1, conversations=300, turns=240, rate=0.2, rule=answers)))
    base = 1 - 0.8**3
    truth = 0.5 * base / (0.5 * base + 0.1 * (1 - base))
    ben = table[table.from_speaker == "Ben"]
    assert ben.prompted_share.mean() == pytest.approx(truth, abs=0.02)
    assert 0.91 <= ((ben.prompted_low <= truth) & (ben.prompted_high >= truth)).mean() <= 0.99
    assert ben.prompted_base.mean() == pytest.approx(base, abs=0.02)


def test_names_do_not_matter():
    frame = drawn(2, turns=80)
    one = prompted_labor(tagged(frame))
    other = prompted_labor(tagged(renamed(frame, {"Ana": "Zoe", "Ben": "Abe"})))
    pd.testing.assert_frame_equal(one.iloc[:, 3:], other.iloc[:, 3:])
    swapped = row(prompted_labor(tagged(renamed(frame, {"Ana": "Ben", "Ben": "Ana"}))), from_speaker="Ben")
    assert swapped.prompted_share == row(one, from_speaker="Ana").prompted_share


@pytest.mark.parametrize("name", degenerate())
def test_degenerate_talk_has_reasons(name):
    every_gap_has_a_reason(prompted_labor(degenerate()[name]))
