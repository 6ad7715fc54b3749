import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import labor_signals as ls
from labor_signals.codebook import TAGS
from labor_signals.report.actor_partner import actor_partner_table
from labor_signals.report.build_report import build_report
from tests.aggregate.coded_talk import coded, degenerate, drawn, every_gap_has_a_reason, renamed, tagged


def table_of(codes):
    asymmetry = ls.aggregate_asymmetry(codes)
    return actor_partner_table(asymmetry.pairs, asymmetry.pairs_by_tag)


def test_by_hand():
    table = table_of(coded([("Ben", "i s"), ("Ana", "w"), ("Ben", "s"), ("Ana", "")]))
    ben, ana = table.iloc[0], table.iloc[1]
    assert (ben.actor, ben.partner, ben.role) == ("Ben", "Ana", "second")
    assert table.pair_id.tolist() == ["Ana & Ben"] * 2
    assert (ben.actor_initiating, ben.actor_soothing, ben.partner_withdrawing, ben.partner_soothing) == (1, 2, 1, 0)
    assert (ben.actor_labor, ben.actor_labor_rate, ben.partner_labor_rate) == (3, 1.5, 0)
    assert (ana.actor_avoidance_rate, ana.partner_labor) == (0.5, 3)
    assert (ana.actor_utterances, ana.partner_utterances) == (2, 2)


def test_the_partners_columns_are_the_actors_of_the_other_row():
    table = table_of(tagged(drawn(1, conversations=5, turns=30)))
    other = table.iloc[np.arange(len(table)) ^ 1].reset_index(drop=True)
    for name in (*TAGS, "labor", "avoidance", "utterances", "labor_rate", "avoidance_rate"):
        pd.testing.assert_series_equal(table[f"actor_{name}"], other[f"partner_{name}"], check_names=False)
    pd.testing.assert_series_equal(table.pair_id, other.pair_id)
    assert (table.role != other.role).all()
    assert table.pair_id.nunique() == 1


def test_renaming_changes_names_only():
    frame = drawn(2, turns=40)
    before, after = table_of(tagged(frame)), table_of(tagged(renamed(frame, {"Ana": "Zoe", "Ben": "Ida"})))
    numbers = before.select_dtypes("number").columns
    pd.testing.assert_frame_equal(before[numbers], after[numbers])
    assert after.pair_id.tolist() == ["Ida & Zoe"] * 2


def test_pair_ids_cannot_be_confused_by_an_ampersand():
    frame = drawn(3, conversations=2, turns=4)
    first = frame.conversation_id == 0
    names = np.where(
        first, frame.speaker.map({"Ana": "A & B", "Ben": "C"}), frame.speaker.map({"Ana": "A", "Ben": "B & C"})
    )
    assert table_of(tagged(frame.assign(speaker=names))).pair_id.nunique() == 2


def test_degenerate_talk():
    for codes in degenerate().values():
        table = table_of(codes)
        every_gap_has_a_reason(table)
        assert len(table) == len(ls.aggregate_asymmetry(codes).pairs)


def test_a_gee_takes_it_as_it_is():
    table = table_of(tagged(drawn(4, conversations=40, turns=40)))
    model = sm.GEE.from_formula(
        "actor_labor ~ partner_withdrawing",
        groups="conversation_id",
        data=table,
        family=sm.families.Poisson(),
        offset=np.log(table.actor_utterances),
    )
    assert abs(model.fit().params["partner_withdrawing"]) < 0.2  # nothing was planted


def test_reached_from_the_report_and_refuses_tables_that_do_not_fit():
    codes = tagged(drawn(5, conversations=2, turns=20))
    report = build_report(codes, ls.aggregate_asymmetry(codes))
    pd.testing.assert_frame_equal(report.actor_partner(), table_of(codes))
    for pairs, by_tag in (
        (report.pairs.iloc[1:], report.pairs_by_tag),
        (report.pairs.sort_values("from_speaker"), report.pairs_by_tag),
        (report.pairs, report.pairs_by_tag.iloc[5:]),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            actor_partner_table(pairs, by_tag)
