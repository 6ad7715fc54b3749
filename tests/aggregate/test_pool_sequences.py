import numpy as np
import pytest

from labor_signals.aggregate.pool_sequences import pool_sequences
from labor_signals.aggregate.sequences import sequences
from labor_signals.errors import SettingsError
from tests.aggregate.coded_talk import ben_withdraws, drawn, every_gap_has_a_reason, row, tagged

BID = {"from_speaker": "Ana", "given": "initiating", "then": "withdrawing"}


def test_tables_add_up():
    table = sequences(tagged(drawn(0, conversations=6, turns=40)))
    pooled = pool_sequences(table)
    assert len(pooled) == 2 * 25
    one, parts = (
        row(pooled, **BID),
        table.query("from_speaker == 'Ana' and given == 'initiating' and then == 'withdrawing'"),
    )
    assert one.conversations == 6
    for name in ("n11", "n10", "n01", "n00"):
        assert one[name] == parts[name].sum()
    assert one.p_then_given == pytest.approx(parts.n11.sum() / (parts.n11 + parts.n10).sum())
    assert one.yule_q == pytest.approx(
        (one.n11 * one.n00 - one.n10 * one.n01) / (one.n11 * one.n00 + one.n10 * one.n01)
    )
    every_gap_has_a_reason(pooled)


def test_one_conversation_stays_as_it_is():
    table = sequences(tagged(drawn(0, turns=80)))
    pooled = row(pool_sequences(table), **BID)
    alone = row(table, **BID)
    for name in ("difference", "difference_low", "log_odds_high", "p", "adjusted_residual"):
        assert pooled[name] == pytest.approx(alone[name])


def test_weak_contingency_shows_only_when_pooled():
    def weak(codes, turn, draw):
        if turn % 2 == 1 and codes[turn - 1, 0]:
            codes[turn, 4] = draw.random() < 0.4

    table = sequences(tagged(drawn(2, conversations=60, turns=40, rate=0.2, rule=weak)))
    assert table.query("from_speaker == 'Ana' and given == 'initiating' and then == 'withdrawing'").p.median() > 0.1
    pooled = row(pool_sequences(table), **BID)
    assert pooled.p < 0.001
    assert pooled.log_odds_low > 0


def test_split_and_pooled_equals_whole_within_its_interval():
    frame = drawn(3, turns=240, rate=0.3, rule=ben_withdraws)
    whole = row(sequences(tagged(frame)), **BID)
    parts = sequences(tagged(frame.assign(conversation_id=np.arange(240) // 60)))
    pooled = row(pool_sequences(parts), **BID)
    assert whole.difference_low < pooled.difference < whole.difference_high
    assert whole.log_odds_low < pooled.log_odds < whole.log_odds_high
    assert pooled.n11 == whole.n11


def test_pooled_p_is_flat_under_independence():
    draw = np.random.default_rng(4)
    table = sequences(tagged(drawn(4, conversations=400, turns=40, rate=0.3)))
    table["dyad_id"] = draw.permutation(400)[table.conversation_id] // 8
    pooled = pool_sequences(table, by=["dyad_id", "from_speaker"])
    assert len(pooled) == 50 * 2 * 25
    for level in (0.05, 0.5):
        assert (pooled.p < level).mean() == pytest.approx(level, abs=0.03)
    covered = (pooled.log_odds_low <= 0) & (pooled.log_odds_high >= 0)
    assert 0.92 <= covered[pooled.log_odds_low.notna()].mean() <= 0.98


def test_missing_columns_are_named():
    with pytest.raises(SettingsError, match="dyad_id"):
        pool_sequences(sequences(tagged(drawn(0, turns=20))), by=["dyad_id"])
