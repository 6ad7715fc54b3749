import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.inequality import inequality
from labor_signals.codebook import TAGS
from tests.aggregate.test_emotional_contact import talk_of


def talk_with(labor, *, names=None):
    """One conversation in which the k-th speaker does labor[k] soothing acts, and says one thing more."""
    names = names or [f"s{k}" for k in range(len(labor))]
    who = [name for name, acts in zip(names, labor, strict=True) for _ in range(acts + 1)]
    acts = [float(at < acts) for acts in labor for at in range(acts + 1)]
    frame = pd.DataFrame(dict.fromkeys(TAGS, 0.0), index=range(len(who))).assign(speaker=who, soothing=acts)
    return ls.TaggedTranscript.from_codes(frame)


def plain_gini(values):
    """Half the relative mean difference over all ordered pairs, as textbooks define it."""
    values = np.asarray(values, dtype=float)
    return np.abs(np.subtract.outer(values, values)).sum() / (2 * len(values) ** 2 * values.mean())


@pytest.mark.parametrize(
    ("labor", "gini"),
    [((1, 2, 3, 4), 1 / 4), ((1, 1, 1), 0), ((0, 0, 0, 8), 3 / 4), ((1, 2, 3, 4, 5), 4 / 15), ((10, 30), 1 / 4)],
)
def test_textbook_examples(labor, gini):
    row = inequality(talk_with(labor)).iloc[0]
    n = len(labor)
    assert row.gini_uncorrected == pytest.approx(gini)
    assert row.gini == pytest.approx(gini * n / (n - 1))
    assert (row.speakers, row.labor, row.reason) == (n, sum(labor), "")


def test_any_talk_equals_the_plain_definition():
    rng = np.random.default_rng(0)
    for n in (2, 3, 7, 30):
        labor = rng.integers(0, 9, n)
        labor[0] = 4
        assert inequality(talk_with(labor)).gini_uncorrected[0] == pytest.approx(plain_gini(labor))


def test_entropy_by_hand():
    shares = np.array([0.5, 0.25, 0.25])
    by_hand = -(shares * np.log2(shares)).sum() / np.log2(3)
    assert by_hand == pytest.approx(1.5 / np.log2(3))
    assert inequality(talk_with((2, 1, 1))).entropy[0] == pytest.approx(by_hand)
    assert inequality(talk_with((2, 2, 2))).entropy[0] == pytest.approx(1)
    assert inequality(talk_with((0, 5, 0))).entropy[0] == 0


def test_gini_of_two_is_the_size_of_their_load_asymmetry():
    talk = talk_with((3, 5))
    assert inequality(talk).gini[0] == pytest.approx(ls.aggregate_asymmetry(talk).pairs.load_asymmetry.abs().max())


def test_undefined_scores_say_why():
    alone, silent = (inequality(talk_with(labor)).iloc[0] for labor in ((3,), (0, 0, 0)))
    assert alone.reason == "one speaker only"
    assert silent.reason == "no labor in this conversation"
    for row in (alone, silent):
        assert np.isnan([row.gini, row.gini_uncorrected, row.entropy]).all()


def test_names_and_their_order_change_nothing():
    first = inequality(talk_with((5, 1, 2)))
    other = inequality(talk_with((1, 2, 5), names=["z", "a", "m"]))
    pd.testing.assert_frame_equal(first, other)


def test_thirty_speakers_in_several_conversations():
    rng = np.random.default_rng(1)
    ids = np.repeat(["b", "a", "c"], 300)
    talk = talk_of(rng.random((900, 5)), speakers=[f"s{k}" for k in range(30)], conversation=ids)
    table = inequality(talk)
    assert table.conversation_id.tolist() == ["b", "a", "c"]
    assert table.speakers.tolist() == [30, 30, 30]
    assert ((table.gini > 0) & (table.gini < 0.3)).all()
    by_hand = talk.frame.query("conversation_id == 'a'").groupby("speaker")
    labor = by_hand[["p_initiating", "p_soothing", "p_translating"]].sum().sum(axis=1)
    assert table.gini_uncorrected[1] == pytest.approx(plain_gini(labor), rel=1e-4)
