import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, spearmanr

import labor_signals as ls
from labor_signals.aggregate.reliability_of_scores import (
    intraclass_correlation,
    retest_reliability,
    score_agreement,
    split_half,
)
from labor_signals.codebook import TAGS
from tests.aggregate.coded_talk import degenerate, drawn, every_gap_has_a_reason, renamed, row, tagged

# Shrout and Fleiss (1979), table 2: six targets, four judges
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def dyads(seed, *, conversations=1, count=40, turns=60, spread=0.25, names=("Ana", "Ben")):
    """Dyads of which each has rates of its own, the same in all its conversations."""
    draw = np.random.default_rng(seed)
    parts = []
    for number in range(count):
        lean = np.clip(draw.normal(0, spread), -0.28, 0.28)
        for talk in range(conversations):
            even = np.arange(turns) % 2 == 0
            acts = draw.random(turns) < np.where(even, 0.3 + lean, 0.3 - lean)
            part = pd.DataFrame({"conversation_id": f"{number}-{talk}", "speaker": np.where(even, *names)})
            parts.append(part.assign(**dict.fromkeys(TAGS, 0.0)).assign(soothing=acts.astype(float)))
    return pd.concat(parts, ignore_index=True)


def pairs_of(frame):
    return ls.aggregate_asymmetry(tagged(frame)).pairs


def of_dyad(pairs):
    return {name: name.split("-")[0] for name in pairs.conversation_id}


def test_icc_of_the_textbook():
    assert intraclass_correlation(SHROUT_FLEISS) == pytest.approx(0.290, abs=5e-4)


def test_icc_of_equal_ratings_of_constant_ones_and_of_a_shift():
    column = np.arange(6.0)
    assert intraclass_correlation(np.column_stack([column, column])) == pytest.approx(1)
    assert np.isnan(intraclass_correlation(np.ones((5, 3))))
    assert intraclass_correlation(np.column_stack([column, column + 10])) < 0.2


def test_split_half_by_hand():
    # 16 utterances are 2 batches of 8: the halves are the first and the second eight
    frame = dyads(1, count=12, turns=16)
    found = row(split_half(tagged(frame)), score="load_asymmetry")
    frame["half"] = frame.groupby("conversation_id").cumcount() // 8
    acts = frame.pivot_table(index="conversation_id", columns=["half", "speaker"], values="soothing", aggfunc="sum")
    score = pd.DataFrame({half: (acts[half].Ana - acts[half].Ben) / acts[half].sum(axis=1) for half in (0, 1)}).dropna()
    both = pd.concat([score, -score])
    r = pearsonr(both[0], both[1])[0]
    assert (found.pairs, found.left_out) == (len(score), 12 - len(score))
    assert found.correlation == pytest.approx(r)
    assert found.reliability == pytest.approx(2 * r / (1 + r))


def test_split_half_foresees_how_well_scores_of_another_talk_agree():
    frame = dyads(2, count=300, conversations=2)
    first = frame.conversation_id.str.endswith("-0")
    foreseen = split_half(tagged(frame[first])).reliability
    pairs = pairs_of(frame)
    seen = retest_reliability(pairs, dyads=of_dyad(pairs)).icc
    np.testing.assert_allclose(foreseen, seen, atol=0.08)
    assert (foreseen > 0.6).all()


def test_nothing_stable_gives_nothing_and_intervals_hold_zero():
    hits = []
    for seed in range(30):
        frame = dyads(seed, count=20, conversations=2, spread=0.0, turns=40)
        pairs = pairs_of(frame)
        found = retest_reliability(pairs, dyads=of_dyad(pairs)).iloc[0]
        hits.append(found.icc_low <= 0 <= found.icc_high)
    assert np.mean(hits) > 0.8


def test_retest_equals_the_icc_of_scores_entered_both_ways_and_counts_dyads():
    frame = dyads(3, count=10, conversations=3)
    frame = frame[frame.conversation_id != "4-2"]
    pairs = pairs_of(frame)
    found = row(retest_reliability(pairs, dyads=of_dyad(pairs), conversations=3), score="load_asymmetry")
    wide = pairs[pairs.from_speaker == "Ana"].load_asymmetry.to_numpy()
    wide = np.delete(wide, [12, 13]).reshape(9, 3)
    assert found.icc == pytest.approx(intraclass_correlation(np.vstack([wide, -wide])))
    assert (found.dyads, found.left_out, found.conversations) == (9, 1, 3)
    assert found.icc_low < found.icc < found.icc_high


def test_agreement_with_itself_is_one_and_with_its_half_correlates_only():
    pairs = pairs_of(dyads(4))
    same = score_agreement(pairs, pairs.sample(frac=1, random_state=0))
    np.testing.assert_allclose(same[["icc", "pearson", "spearman"]], 1)
    half = score_agreement(pairs, pairs.assign(load_asymmetry=pairs.load_asymmetry / 2), columns=["load_asymmetry"])
    assert half.pearson.item() == pytest.approx(1)
    assert half.icc.item() < 0.85


def test_agreement_equals_scipy_and_counts_what_only_one_has():
    one, two = pairs_of(dyads(5)), pairs_of(dyads(6, count=43))
    found = score_agreement(one, two, columns=["load_asymmetry", "labor"]).set_index("score")
    names = ["conversation_id", "from_speaker", "to_speaker"]
    both = one.merge(two, on=names)
    for name in found.index:
        x, y = both[f"{name}_x"], both[f"{name}_y"]
        assert found.pearson[name] == pytest.approx(pearsonr(x, y)[0])
        assert found.spearman[name] == pytest.approx(spearmanr(x, y)[0])
        assert found.icc[name] == pytest.approx(intraclass_correlation(np.column_stack([x, y])))
    assert found.pairs.tolist() == [40, 40]
    assert found.left_out.tolist() == [3, 3]


def test_names_make_no_difference():
    frame = dyads(7, conversations=2)
    for names in ({"Ana": "Ben", "Ben": "Ana"}, {"Ana": "Zoe", "Ben": "Ida"}):
        other = renamed(frame, names)
        pd.testing.assert_frame_equal(split_half(tagged(frame)), split_half(tagged(other)))
        pairs, others = pairs_of(frame), pairs_of(other)
        pd.testing.assert_frame_equal(
            retest_reliability(pairs, dyads=of_dyad(pairs)), retest_reliability(others, dyads=of_dyad(others))
        )


def test_degenerate_talk_has_reasons():
    for codes in degenerate().values():
        pairs = ls.aggregate_asymmetry(codes).pairs
        for table in (split_half(codes), retest_reliability(pairs), score_agreement(pairs, pairs)):
            every_gap_has_a_reason(table)
            assert len(table) == 2
    with pytest.raises(ValueError, match="at least 2"):
        retest_reliability(pairs_of(drawn(1, turns=20)), conversations=1)
    with pytest.raises(ValueError, match="no dyad"):
        retest_reliability(pairs_of(drawn(1, turns=20)), dyads={})
