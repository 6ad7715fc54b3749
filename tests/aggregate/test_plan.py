import numpy as np
import pandas as pd
import pytest

from labor_signals.aggregate.plan import plan


def test_more_talk_gives_narrower_intervals_and_more_power_and_covers():
    found = plan(rates=(0.3, 0.15), utterances=(60, 120, 240), half_width=0.3)
    table = found.table
    assert table.half_width.is_monotonic_decreasing
    assert table.power.is_monotonic_increasing
    assert table.covered.between(0.91, 0.995).all()
    np.testing.assert_allclose(table.load_asymmetry, 1 / 3)
    np.testing.assert_allclose(table.expected_acts, [13.5, 27, 54])
    assert (table.half_width <= table.half_width_80).all()


def test_the_smallest_that_suffices():
    found = plan(rates=(0.3, 0.1), utterances=(200, 50, 100), power=0.8)
    assert found.table.utterances.tolist() == [50, 100, 200]
    assert found.table.suffices.tolist() == (found.table.power >= 0.8).tolist()
    assert (found.utterances, found.conversations) == (200, 1)
    both = plan(rates=(0.3, 0.1), utterances=(200, 50, 400), power=0.8, half_width=0.25)
    assert both.utterances == 400
    none = plan(rates=(0.3, 0.25), utterances=(20, 40), power=0.8)
    assert (none.utterances, none.conversations) == (None, None)


def test_the_power_is_that_of_the_published_simulation():
    # docs/measures.md: 200 utterances, planted 1/3, about 60 expected acts: 0.81
    found = plan(rates=(0.4, 0.2), utterances=(200,), power=0.5).table
    assert found.expected_acts.item() == pytest.approx(60)
    assert found.power.item() == pytest.approx(0.81, abs=0.06)


def test_equal_rates_are_found_unequal_at_the_level_of_the_test_only():
    table = plan(rates=(0.3, 0.3), utterances=(100,), half_width=0.5).table
    assert table.power.item() < 0.09


def test_several_conversations():
    table = plan(rates=(0.3, 0.15), utterances=(40,), conversations=(1, 3, 8), half_width=0.3).table
    assert table.conversations.tolist() == [1, 3, 8]
    assert table.half_width.is_monotonic_decreasing
    assert table.covered.between(0.89, 0.995).all()


def test_talk_too_short_for_anything():
    table = plan(rates=(0.3, 0.1), utterances=(2,), power=0.8).table
    assert np.isinf(table.half_width.item())
    assert table.power.item() == 0


def test_the_seed_decides():
    once, again, other = (plan(rates=(0.3, 0.2), utterances=(30,), half_width=0.3, seed=s).table for s in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    assert not once.equals(other)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rates": (0, 0), "power": 0.8}, "not both 0"),
        ({"rates": (1.2, 0), "power": 0.8}, "from 0 to 1"),
        ({"rates": (0.2, 0.1)}, "neither"),
        ({"rates": (0.2, 0.1), "power": 1.5}, "below 1"),
        ({"rates": (0.2, 0.2), "power": 0.8}, "nothing to find"),
        ({"rates": (0.2, 0.1), "power": 0.8, "utterances": ()}, "at least 2"),
    ],
)
def test_what_it_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        plan(**wrong)
