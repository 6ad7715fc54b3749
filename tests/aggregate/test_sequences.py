import numpy as np
import pandas as pd
import pytest
from scipy import stats

from labor_signals.aggregate.batches import Batches
from labor_signals.aggregate.circular_shift import shift_p, shifted_products
from labor_signals.aggregate.sequences import sequences
from labor_signals.aggregate.yes_no_tables import YesNo, association
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


def test_measures_of_a_table_by_hand():
    found = association(
        YesNo(
            **{
                name: np.array([float(n)])
                for name, n in zip(("n11", "n10", "n01", "n00"), (30, 20, 10, 40), strict=True)
            }
        )
    )
    found = {name: value[0] for name, value in found.items()}
    assert found["p_then_given"] == pytest.approx(30 / 50)
    assert found["p_then"] == pytest.approx(40 / 100)
    assert found["difference"] == pytest.approx(0.2)
    assert found["yule_q"] == pytest.approx((1200 - 200) / (1200 + 200))
    assert found["log_odds"] == pytest.approx(np.log(30.5 * 40.5 / (20.5 * 10.5)))
    assert found["adjusted_residual"] == pytest.approx((30 - 20) / np.sqrt(20 * 0.5 * 0.6))


def test_adjusted_residual_squared_is_chi_square():
    cells = np.array([[13.0, 7.0], [21.0, 59.0]])
    (n11, n10), (n01, n00) = cells[:, :, np.newaxis]
    found = association(YesNo(n11=n11, n10=n10, n01=n01, n00=n00))["adjusted_residual"][0]
    assert found**2 == pytest.approx(stats.chi2_contingency(cells, correction=False).statistic)


def test_table_of_a_talk_by_hand():
    rows = [
        ("Ben", "s"),
        ("Ana", "i"),
        ("Ana", ""),
        ("Ben", "w"),
        ("Ana", ""),
        ("Ben", "w"),
        ("Ana", "i"),
        ("Ben", ""),
        ("Ana", "i"),
    ]
    cell = row(sequences(coded(rows)), from_speaker="Ana", given="initiating", then="withdrawing")
    assert (cell.n11, cell.n10, cell.n01, cell.n00) == (1, 1, 1, 0)
    assert cell.difference == pytest.approx(1 / 2 - 2 / 3)
    back = row(sequences(coded(rows)), from_speaker="Ben", given="withdrawing", then="initiating")
    assert (back.n11, back.n10, back.n01, back.n00) == (1, 1, 2, 0)


def test_expected_table_is_the_sum_of_products():
    frame = drawn(0, turns=41)
    tags = frame.columns[:5]
    frame[tags] = np.random.default_rng(0).random((41, 5)).astype("float32")
    cell = row(sequences(tagged(frame)), from_speaker="Ana", given="soothing", then="deflecting")
    a, b = frame.soothing[0:40:2].to_numpy(), frame.deflecting[1:40:2].to_numpy()
    seen = [cell.n11, cell.n10, cell.n01, cell.n00]
    np.testing.assert_allclose(
        seen, [(a * b).sum(), (a * (1 - b)).sum(), ((1 - a) * b).sum(), ((1 - a) * (1 - b)).sum()], rtol=1e-5
    )


def test_shifts_equal_rolling_by_hand():
    draw = np.random.default_rng(0)
    count = np.array([7, 0, 12, 7])
    given, then = draw.random((26, 2)), draw.random((26, 3))
    found = shifted_products(given, then, count)
    for first, length in ((0, 7), (7, 12), (19, 7)):
        rows = slice(first, first + length)
        plain = [given[rows].T @ np.roll(then[rows], -shift, axis=0) for shift in range(length)]
        np.testing.assert_allclose(found[rows], plain, atol=1e-12)


def test_shift_p_by_hand():
    values = np.array([9.0, 5, 4, 4, 4, 4, 4, 4, 1, 1])  # mean 4; the furthest of ten
    p, spread = shift_p(values, np.array([10]))
    assert p == pytest.approx([0.5 / 10])
    assert spread == pytest.approx([values.std()])
    p, _ = shift_p(np.array([4.0, 9, 5, 4, 4, 4, 4, 4, 1, 1]), np.array([10]))
    assert p == pytest.approx([(4 + 6 / 2) / 10])
    assert np.isnan(shift_p(np.ones(12), np.array([12]))[0]).all()


def test_planted_contingency_is_found_one_way_only():
    table = sequences(tagged(drawn(0, turns=200, rate=0.3, rule=ben_withdraws)))
    there = row(table, from_speaker="Ana", given="initiating", then="withdrawing")
    assert there.p < 0.02
    assert there.difference_low > 0.2
    assert there.log_odds_low > 1
    assert there.yule_q > 0.8
    back = row(table, from_speaker="Ben", given="initiating", then="withdrawing")
    assert back.difference_low < 0 < back.difference_high


def test_intervals_cover_and_p_is_flat_under_independence():
    def moody(codes, turn, draw):  # each one's own turns hang together, but do not answer the other
        if turn > 1 and draw.random() < 0.6:
            codes[turn] = codes[turn - 2]

    table = sequences(tagged(drawn(1, conversations=300, turns=160, rate=0.3, rule=moody)))
    table = table[table.reason == ""]
    assert len(table) > 14_000
    assert 0.92 <= ((table.log_odds_low <= 0) & (table.log_odds_high >= 0)).mean() <= 0.98
    assert 0.92 <= ((table.difference_low <= 0) & (table.difference_high >= 0)).mean() <= 0.98
    for level in (0.05, 0.2, 0.5, 0.8):
        assert (table.p < level).mean() == pytest.approx(level, abs=0.03)


def test_names_do_not_matter():
    frame = drawn(1, turns=60)
    one = sequences(tagged(frame))
    other = sequences(tagged(renamed(frame, {"Ana": "Zoe", "Ben": "Abe"})))
    pd.testing.assert_frame_equal(one.iloc[:, 3:], other.iloc[:, 3:])


@pytest.mark.parametrize("name", degenerate())
def test_degenerate_talk_has_reasons(name):
    every_gap_has_a_reason(sequences(degenerate()[name]))


def test_batches_are_those_of_whole_turns():
    cells = YesNo(**{name: np.array([1.0, 2, 3]) for name in ("n11", "n10", "n01", "n00")})
    batches = Batches(of_row=np.arange(3), pair=np.array([0, 0, 1]), first=np.array([0, 2]), count=np.array([2, 1]))
    assert list(cells.totals(batches).n11) == [3, 3]
