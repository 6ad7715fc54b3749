import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

import labor_signals as ls
from labor_signals.aggregate.adjust_p import adjust_p
from tests.aggregate.coded_talk import drawn, tagged


def pairs(p, **more):
    """One pair a conversation, both ways."""
    count = len(p)
    ways = {"from_speaker": ["Ana", "Ben"] * count, "to_speaker": ["Ben", "Ana"] * count}
    return pd.DataFrame({"conversation_id": np.arange(count).repeat(2), **ways, "load_p": np.repeat(p, 2), **more})


def test_by_hand():
    found = adjust_p(pairs([0.01, 0.02, 0.03, 0.5]), columns=["load_p"]).load_p_adjusted
    assert found.tolist() == pytest.approx([0.04, 0.04, 0.04, 0.04, 0.04, 0.04, 0.5, 0.5])


def test_equals_statsmodels_with_each_pair_counted_once_and_gaps_left_out():
    draw = np.random.default_rng(1)
    p = draw.random(60) ** 3
    p[::7] = np.nan
    table = pairs(p).sample(frac=1, random_state=0)
    found = adjust_p(table, columns=["load_p"]).sort_index().load_p_adjusted.to_numpy()
    expected = np.full(60, np.nan)
    expected[~np.isnan(p)] = multipletests(p[~np.isnan(p)], method="fdr_bh")[1]
    np.testing.assert_allclose(found, expected.repeat(2))


def test_report_tables_and_dyads_can_be_adjusted_and_stay_as_they_are():
    codes = tagged(drawn(5, conversations=6, turns=60))
    asymmetry = ls.aggregate_asymmetry(codes)
    for table in (asymmetry.pairs, asymmetry.pairs_by_tag, asymmetry.dyads()):
        before = table.copy()
        found = adjust_p(table)
        pd.testing.assert_frame_equal(table, before)
        tests = table.load_p.notna().sum() / 2
        assert (found.load_p_adjusted.dropna() >= found.load_p.dropna()).all()
        assert found.load_p_adjusted.min() <= found.load_p.min() * tests
        np.testing.assert_array_equal(found.load_p_adjusted.isna(), found.load_p.isna())


def test_false_discoveries_are_rare_where_nothing_is_there():
    draw = np.random.default_rng(2)
    hits = sum((adjust_p(pairs(draw.random(50)), columns=["load_p"]).load_p_adjusted < 0.05).any() for _ in range(200))
    assert hits <= 22  # 10 expected


def test_no_tests_and_no_rows():
    assert adjust_p(pairs([np.nan]), columns=["load_p"]).load_p_adjusted.isna().all()
    assert adjust_p(pairs([]), columns=["load_p"]).load_p_adjusted.tolist() == []


def test_what_it_refuses():
    table = pairs([0.1, 0.2])
    with pytest.raises(ValueError, match="no column 'rate_p'"):
        adjust_p(table)
    with pytest.raises(ValueError, match="outside"):
        adjust_p(table.assign(load_p=1.2), columns=["load_p"])
    with pytest.raises(ValueError, match="two directions"):
        adjust_p(table.assign(load_p=[0.1, 0.2, 0.3, 0.3]), columns=["load_p"])
    with pytest.raises(ValueError, match="more than once"):
        adjust_p(table.assign(conversation_id=1), columns=["load_p"])
