"""A tagger that misses half of one side's labor looks like an asymmetry; a few hundred hand codes take it away."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.correct_with_codes import correct_with_codes
from labor_signals.codebook import LABOR_TAGS, TAGS


def wrong_tagger(seed, *, conversations=60, length=40, rates=(0.3, 0.3), missed=(0.1, 0.5), false=0.05):
    """Talk with known codes, and the same talk as a tagger sees it that errs more for the second speaker."""
    generator = np.random.default_rng(seed)
    one = np.tile(np.arange(length) % 2 == 0, conversations)
    true = generator.random(len(one)) < np.where(one, *rates)
    seen = np.where(true, generator.random(len(one)) >= np.where(one, *missed), generator.random(len(one)) < false)
    frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(conversations), length)})
    frame["turn"] = np.tile(np.arange(length), conversations)
    frame["speaker"] = np.where(one, "Ana", "Ben")
    for tag in TAGS:
        frame[tag] = 0.0
    talk = ls.TaggedTranscript.from_codes(frame.assign(soothing=seen.astype(float)))
    codes = frame.assign(soothing=true.astype(float)).sample(400, random_state=seed)
    return talk, codes[["conversation_id", "turn", *LABOR_TAGS]]


def test_corrected_intervals_hold_where_naive_ones_fail():
    corrected = naive = 0
    for seed in range(120):
        talk, codes = wrong_tagger(seed)
        row = correct_with_codes(talk, codes).iloc[0]
        corrected += row.load_low <= 0 <= row.load_high
        naive += abs(row.load_asymmetry_tagger) < 0.1
    assert corrected / 120 >= 0.9
    assert naive / 120 < 0.2


def test_it_is_narrower_than_the_codes_alone_with_a_good_tagger():
    talk, codes = wrong_tagger(1, missed=(0.02, 0.02), false=0.01)
    with_tagger = correct_with_codes(talk, codes).iloc[0]
    blind = dataclasses.replace(talk, probability=np.zeros_like(talk.probability))
    alone = correct_with_codes(blind, codes).iloc[0]
    assert with_tagger.load_high - with_tagger.load_low < 0.8 * (alone.load_high - alone.load_low)
    assert alone.tagger_weight == 0
    assert with_tagger.tagger_weight > 0.7


def test_it_agrees_with_the_authors_formula():
    """The mean by hand: mean(Y) + l (mean_all(w) - mean_sample(w)), l by the formula of PPI++ for a mean."""
    talk, codes = wrong_tagger(2)
    row = correct_with_codes(talk, codes).iloc[0]
    every = talk.frame[talk.frame.speaker == "Ana"]
    sample = every.merge(codes, on=["conversation_id", "turn"], suffixes=("_seen", ""))
    y, f, n, count = sample.soothing, sample.p_soothing.astype(float), len(sample), len(every)
    tuned = np.cov(y, f)[0, 1] / (f.var() * (1 + n / count))
    assert row.labor_rate == pytest.approx(y.mean() + tuned * (every.p_soothing.mean() - f.mean()), rel=1e-6)
    assert row.tagger_weight == pytest.approx(tuned)


def test_the_two_ways_mirror_each_other_and_roles_work():
    talk, codes = wrong_tagger(3)
    two = correct_with_codes(talk, codes)
    assert two.load_low[0] == pytest.approx(-two.load_high[1])
    assert two.rate_asymmetry[0] == pytest.approx(-two.rate_asymmetry[1])
    roles = talk.frame.assign(role=np.where(talk.frame.speaker == "Ana", "helper", "seeker"))
    for tag in TAGS:
        roles[tag] = talk.frame[f"p_{tag}"]
    by_role = correct_with_codes(
        ls.TaggedTranscript.from_codes(roles[["conversation_id", "turn", "speaker", "role", *TAGS]]), codes, by="role"
    )
    assert by_role.load_asymmetry.tolist() == pytest.approx(two.load_asymmetry.tolist())
    assert by_role.from_group.tolist() == ["helper", "seeker"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda codes: codes.drop(columns="turn"), "'turn'"),
        (lambda codes: codes.assign(turn=codes.turn + 1000), "does not have"),
        (lambda codes: codes.assign(soothing=2), "from 0 to 1"),
        (lambda codes: codes.head(30), "at least 20 of each"),
        (lambda codes: pd.concat([codes, codes.head(1)]), "unique pairs"),
    ],
)
def test_codes_that_do_not_fit_are_refused(change, message):
    talk, codes = wrong_tagger(4)
    with pytest.raises(ls.TranscriptError, match=message):
        correct_with_codes(talk, change(codes))


def test_a_group_without_labor_in_its_codes_has_no_score_and_a_reason():
    talk, codes = wrong_tagger(3)
    of_ben = codes["turn"] % 2 == 1
    blind = dataclasses.replace(talk, probability=np.zeros_like(talk.probability))
    found = correct_with_codes(blind, codes.assign(soothing=codes["soothing"].where(~of_ben, 0.0)))
    assert found["labor_rate"].tolist()[1] == 0
    assert (
        found[["load_asymmetry", "load_low", "load_high", "rate_asymmetry", "rate_low", "rate_high"]].isna().all(None)
    )
    assert found["reason"].str.contains("no labor").all()
    assert (correct_with_codes(talk, codes)["reason"] == "").all()
