import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.compare_roles import COLUMNS, compare_roles
from tests.aggregate.coded_talk import tagged as with_roles
from tests.aggregate.test_aggregate_dyads import simulated


def corpus(dyads, rates=(0.4, 0.2), *, spread=0.5, length=20, seed=0):
    """Talks of helpers and callers under names of their own; each dyad has its own rates."""
    generator = np.random.default_rng(seed)
    factor = np.exp(generator.normal(0, spread, (dyads, 2)) - spread**2 / 2).repeat(length, axis=0)
    one = np.tile(np.arange(length) % 2 == 0, dyads)
    talk = np.repeat(np.arange(dyads), length)
    frame = pd.DataFrame({"conversation_id": talk, "role": np.where(one, "helper", "caller")})
    # who is called what has nothing to do with the role
    swapped = talk % 2 == 1
    frame["speaker"] = np.where(one == swapped, "Ana", "Ben")
    frame["soothing"] = generator.random(len(frame)) < np.where(one, rates[0] * factor[:, 0], rates[1] * factor[:, 1])
    for tag in ("initiating", "translating", "deflecting", "withdrawing"):
        frame[tag] = 0.0
    return frame.assign(soothing=frame["soothing"].astype(float))


def helper(found):
    return found[found.from_role == "helper"].iloc[0]


def test_the_score_is_the_mean_of_the_dyads_scores():
    frame = corpus(30)
    tagged = with_roles(frame)
    found = compare_roles(tagged, role="role")
    assert tuple(found.columns) == COLUMNS
    sums = frame.groupby(["conversation_id", "role"]).soothing.sum().unstack()
    scores = ((sums.helper - sums.caller) / (sums.helper + sums.caller)).dropna()
    one = helper(found)
    assert (one.dyads, one.scored) == (30, len(scores))
    assert one.load_asymmetry == pytest.approx(scores.mean())
    assert one.above == pytest.approx(((scores > 0) + (scores == 0) / 2).mean())
    assert one.load_low < one.load_asymmetry < one.load_high
    other = found[found.from_role == "caller"].iloc[0]
    assert (other.load_low, other.load_high) == (-one.load_high, -one.load_low)
    assert other.load_p == one.load_p < 0.01


def test_names_play_no_part():
    frame = corpus(20)
    renamed = frame.assign(speaker=frame.speaker + "-" + frame.conversation_id.astype(str))
    pd.testing.assert_frame_equal(
        compare_roles(with_roles(frame), role="role"), compare_roles(with_roles(renamed), role="role")
    )


def test_conversations_of_one_dyad_count_once():
    frame = corpus(24).assign(couple=lambda f: f.conversation_id // 4)
    found = helper(compare_roles(with_roles(frame), role="role", dyad="couple"))
    assert (found.dyads, found.scored) == (6, 6)
    sums = frame.groupby(["couple", "role"]).soothing.sum().unstack()
    assert found.load_asymmetry == pytest.approx(((sums.helper - sums.caller) / (sums.helper + sums.caller)).mean())


def test_without_a_difference_p_is_flat_and_the_interval_covers_0():
    found = [helper(compare_roles(with_roles(corpus(40, (0.3, 0.3), seed=seed)), role="role")) for seed in range(200)]
    covered = np.mean([one.load_low <= 0 <= one.load_high for one in found])
    assert 0.90 <= covered <= 0.99
    assert 0.01 <= np.mean([one.load_p < 0.05 for one in found]) <= 0.10


def helped_by_few(seed, *, helpers=12, each=6):
    """Callers of whom several share a helper, each of whom does more or less than callers."""
    frame = corpus(helpers * each, (0.3, 0.3), spread=0.0, seed=seed)
    factor = np.exp(np.random.default_rng([seed, 1]).normal(0, 0.6, helpers))
    name = frame.conversation_id // each
    chance = np.where(frame.role == "helper", 0.3 * factor[name], 0.3)
    acts = np.random.default_rng([seed, 2]).random(len(frame)) < chance
    return frame.assign(soothing=acts.astype(float), helper=name)


def test_dyads_that_share_a_helper_are_not_independent():
    covered, alone = [], []
    for seed in range(100):
        tagged = with_roles(helped_by_few(seed))
        together, apart = (helper(compare_roles(tagged, role="role", cluster=name)) for name in ("helper", None))
        assert together.load_asymmetry == apart.load_asymmetry
        assert (together.dyads, together.scored) == (apart.dyads, apart.scored)
        covered.append(together.load_low <= 0 <= together.load_high)
        alone.append(apart.load_low <= 0 <= apart.load_high)
    assert np.mean(covered) >= 0.88
    assert np.mean(alone) < np.mean(covered) - 0.1


def test_a_cluster_that_changes_within_a_dyad_is_refused():
    frame = corpus(24).assign(couple=lambda f: f.conversation_id // 4, helper=lambda f: f.conversation_id % 3)
    with pytest.raises(ls.TranscriptError, match="changes between the conversations of 6 dyads"):
        compare_roles(with_roles(frame), role="role", dyad="couple", cluster="helper")


@pytest.mark.parametrize(
    ("helpers", "message"),
    [
        (lambda f: f.turn.map({0: "x"}), "expected one cluster for each conversation"),
        (lambda f: f.turn.astype(str), "expected one cluster for each. Correct"),
    ],
)
def test_an_error_of_the_cluster_speaks_of_the_cluster(helpers, message):
    frame = corpus(6)
    frame["turn"] = frame.groupby("conversation_id").cumcount()

    with pytest.raises(ls.TranscriptError, match=message):
        compare_roles(with_roles(frame.assign(helper=helpers)), role="role", cluster="helper")


def test_few_clusters_give_a_score_without_an_interval():
    one = helper(
        compare_roles(with_roles(corpus(20).assign(town=lambda f: f.conversation_id % 4)), role="role", cluster="town")
    )
    assert (one.dyads, np.isnan(one.load_low)) == (20, True)
    assert one.load_asymmetry > 0


def test_few_dyads_give_a_score_without_an_interval():
    one = helper(compare_roles(with_roles(corpus(3)), role="role"))
    assert not np.isnan(one.load_asymmetry)
    assert np.isnan([one.load_low, one.load_high, one.load_p]).all()
    assert one.reason == "fewer than 5 dyads, or clusters of them, with a score: no interval"


def test_talk_without_labor_has_no_score_and_says_so():
    one = helper(compare_roles(with_roles(corpus(8).assign(soothing=0.0)), role="role"))
    assert (one.dyads, one.scored) == (8, 0)
    assert np.isnan(one.load_asymmetry)
    assert one.reason


def test_speakers_may_be_roles_themselves():
    tagged = simulated((0.5, 0.2), dyads=4, conversations=5)
    found = compare_roles(tagged, role="speaker")
    assert found[["from_role", "to_role", "dyads"]].values.tolist() == [["Ana", "Ben", 20], ["Ben", "Ana", 20]]


def test_talk_within_one_role_is_left_out():
    found = compare_roles(with_roles(corpus(6).assign(role="helper")), role="role")
    assert found.empty
    assert tuple(found.columns) == COLUMNS


def test_a_role_that_is_missing_in_some_rows_is_that_of_the_others():
    frame = corpus(10)
    gaps = frame.assign(role=frame.role.mask(frame.index % 3 == 0))
    pd.testing.assert_frame_equal(
        compare_roles(with_roles(frame), role="role"), compare_roles(with_roles(gaps), role="role")
    )
    assert compare_roles(with_roles(frame.assign(role=np.nan)), role="role").empty


def test_roles_may_be_numbers_and_more_than_two():
    frame = corpus(9).assign(role=lambda f: np.where(f.role == "helper", 1, 2 + f.conversation_id % 2))
    found = compare_roles(with_roles(frame), role="role")
    assert found[["from_role", "to_role", "dyads"]].values.tolist() == [[1, 2, 5], [2, 1, 5], [1, 3, 4], [3, 1, 4]]


def test_equal_work_in_every_dyad_has_no_test_and_says_so():
    rows = [(talk, who) for talk in range(6) for who in ("Ana", "Ben") * 3]
    frame = pd.DataFrame(rows, columns=["conversation_id", "speaker"]).assign(**dict.fromkeys(ls.TAGS, 0.0))
    one = compare_roles(with_roles(frame.assign(soothing=1.0)), role="speaker").iloc[0]
    assert (one.load_asymmetry, one.load_low, one.load_high, one.above) == (0, 0, 0, 0.5)
    assert np.isnan(one.load_p)
    assert one.reason == "all scores are 0: no test"


def test_one_who_never_speaks_counts_where_names_are_roles():
    frame = pd.DataFrame({"conversation_id": range(6), "speaker": "Ana", "addressee": "Ben"})
    frame = frame.assign(**dict.fromkeys(ls.TAGS, 0.0)).assign(soothing=1.0)
    one = compare_roles(with_roles(frame), role="speaker").iloc[0]
    assert (one.from_role, one.dyads, one.load_asymmetry) == ("Ana", 6, 1.0)
    assert np.isnan(one.rate_asymmetry)
    assert one.reason == "fewer than 5 dyads, or clusters of them, with a score: no interval"


def test_what_cannot_be_is_refused():
    frame = corpus(6)
    with pytest.raises(ls.TranscriptError, match="no column 'part'"):
        compare_roles(with_roles(frame), role="part")
    changing = frame.assign(role=np.where(frame.index == 2, "caller", frame.role))
    with pytest.raises(ls.TranscriptError, match="1 speakers have more than one role"):
        compare_roles(with_roles(changing), role="role")
