import numpy as np
import pytest

from labor_signals.aggregate.emotional_contact import emotional_contact
from labor_signals.aggregate.lumped import lumped
from labor_signals.codebook import TAGS
from tests.aggregate.test_emotional_contact import talk_of


def test_shares_by_hand():
    codes = [[1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 1, 0, 0, 1], [0, 0, 0, 0, 0]]
    table = lumped(talk_of(codes), unit="conversation").iloc[0]
    assert (table.positive, table.negative, table.neutral) == (1 / 2, 1 / 4, 1 / 4)
    assert table.share_withdrawing == 1 / 4
    assert table.reason == "too few utterances for an interval"


def test_probabilities_by_hand():
    row = lumped(talk_of([[0.5, 0, 0.2, 0.5, 0]])).iloc[0]
    assert row.positive == pytest.approx(0.6)
    assert row.negative == pytest.approx(0.4 * 0.5)
    assert row.neutral == pytest.approx(0.4 * 0.5)
    assert row.share_translating == pytest.approx(0.2)


@pytest.mark.parametrize("unit", ["speaker", "conversation"])
def test_three_shares_add_up_to_one_and_lie_within_their_intervals(unit):
    rng = np.random.default_rng(0)
    talk = talk_of(rng.random((400, 5)) ** 3, speakers=("Ana", "Ben", "Cy"), conversation=np.repeat([0, 1], 200))
    table = lumped(talk, unit=unit)
    np.testing.assert_allclose(table.positive + table.negative + table.neutral, 1)
    np.testing.assert_allclose(table.positive + table.negative, emotional_contact(talk, unit=unit).emotional_contact)
    for name in ("positive", "negative", "neutral"):
        assert ((table[f"{name}_low"] < table[name]) & (table[name] < table[f"{name}_high"])).all()


@pytest.mark.parametrize("tag", TAGS)
def test_all_one_tag(tag):
    row = lumped(talk_of([[float(name == tag) for name in TAGS]] * 40), unit="conversation").iloc[0]
    expected = (1, 0, 0) if tag in ("initiating", "soothing", "translating") else (0, 1, 0)
    assert (row.positive, row.negative, row.neutral) == expected
    assert row[f"share_{tag}"] == 1
    assert row.neutral_high < 0.2


def test_all_zero_is_neutral():
    assert lumped(talk_of(np.zeros((2, 5)))).neutral.tolist() == [1, 1]
