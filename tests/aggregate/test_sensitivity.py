import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.sensitivity import sensitivity_range
from tests.aggregate.test_aggregate_asymmetry import coded

PAIRS = pd.DataFrame({"labor": [12.0, 6.0], "utterances": [40, 40]})


def test_a_perfect_tagger_leaves_the_score_alone():
    got = sensitivity_range(PAIRS, recall=(1, 1), false_alarm=(0, 0))
    assert got.load_lowest.tolist() == got.load_highest.tolist() == pytest.approx([1 / 3, -1 / 3])


def test_bounds_by_hand():
    got = sensitivity_range(PAIRS, recall=(0.4, 0.8), false_alarm=(0, 0.05)).iloc[0]
    most, least_back = 12 / 0.4, (6 - 2) / 0.75
    least, most_back = (12 - 2) / 0.75, 6 / 0.4
    assert got.load_highest == pytest.approx((most - least_back) / (most + least_back))
    assert got.load_lowest == pytest.approx((least - most_back) / (least + most_back))
    assert got.load_lowest < 0 < 1 / 3 < got.load_highest  # such a tagger cannot tell who carries more


def test_the_two_directions_mirror_each_other_and_hold_the_score_between():
    pairs = ls.aggregate_asymmetry(
        coded([("c", "Ana", "soothing"), ("c", "Ben", ""), ("c", "Ben", "initiating")] * 9)
    ).pairs
    got = sensitivity_range(pairs, recall=(0.5, 0.9), false_alarm=(0.0, 0.02))
    assert got.load_lowest[0] == -got.load_highest[1]
    assert (got.load_lowest <= got.load_asymmetry).all()
    assert (got.load_asymmetry <= got.load_highest).all()


def test_it_holds_the_truth_wherever_the_tagger_errs_within_the_bounds():
    generator = np.random.default_rng(0)
    true = generator.binomial(400, 0.3, (500, 2))
    hits, false = generator.binomial(true, [0.8, 0.5]), generator.binomial(400 - true, 0.02)
    within = ((hits / true >= 0.4) & (hits / true <= 0.9) & (false / (400 - true) <= 0.05)).all(axis=1)
    assert within.sum() > 400
    pairs = pd.DataFrame({"labor": (hits + false)[within].ravel().astype(float), "utterances": 400})
    got = sensitivity_range(pairs, recall=(0.4, 0.9), false_alarm=(0.0, 0.05)).iloc[::2]
    truth = ((true[:, 0] - true[:, 1]) / true.sum(axis=1))[within]
    assert ((got.load_lowest <= truth) & (truth <= got.load_highest)).all()


def test_nothing_left_is_not_a_number():
    nothing = pd.DataFrame({"labor": [0.0, 0.0], "utterances": [5, 5]})
    assert sensitivity_range(nothing, recall=(0.5, 0.9), false_alarm=(0, 0.1)).load_lowest.isna().all()


@pytest.mark.parametrize("wrong", [{"recall": (0.9, 0.5)}, {"false_alarm": (0.2, 0.6)}, {"recall": (0.5, 1.5)}])
def test_impossible_bounds_are_refused(wrong):
    with pytest.raises(ValueError, match="expected 0 <="):
        sensitivity_range(PAIRS, **({"recall": (0.5, 0.9), "false_alarm": (0.0, 0.1)} | wrong))
