"""Known truth: what is planted in simulated talk is found. The full study is benchmarks/statistics.py."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import labor_signals as ls
from labor_signals.aggregate.batches import Batches
from labor_signals.aggregate.chance import sign_flip_p
from labor_signals.aggregate.verdict import verdicts
from labor_signals.codebook import TAGS
from tests.aggregate.test_aggregate_asymmetry import coded, frame_of, row, talks


def simulated(rates, *, conversations=400, length=100, seed=0):
    """Strictly alternating talk in which the two speakers soothe at the rates given."""
    generator = np.random.default_rng(seed)
    one = np.tile(np.arange(length) % 2 == 0, conversations)
    frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(conversations), length)})
    frame["speaker"] = np.where(one, "Ana", "Ben")
    for tag in TAGS:
        frame[tag] = 0.0
    frame["soothing"] = (generator.random(len(frame)) < np.where(one, *rates)).astype(float)
    pairs = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame)).pairs
    return pairs[pairs.from_speaker == "Ana"]


@pytest.mark.parametrize("rates", [(0.4, 0.4), (0.4, 0.2), (0.6, 0.2)])
def test_intervals_cover_what_was_planted(rates):
    found = simulated(rates)
    planted = (rates[0] - rates[1]) / sum(rates)
    for measure in ("load", "rate"):
        inside = (found[f"{measure}_low"] <= planted) & (planted <= found[f"{measure}_high"])
        assert 0.92 <= inside.mean() <= 0.99  # 400 conversations: 0.95 within two standard errors, and a little above


def test_p_values_are_flat_without_a_difference_and_small_with_one():
    null = simulated((0.4, 0.4), length=400).load_p  # batches enough that p is not a matter of a few steps
    assert 0.02 <= (null < 0.05).mean() <= 0.08
    assert 0.40 <= (null < 0.5).mean() <= 0.60
    assert (simulated((0.6, 0.2)).load_p < 0.05).mean() > 0.9


def test_verdicts_name_the_one_who_carries_and_seldom_err():
    assert (simulated((0.6, 0.2)).verdict == "carried by Ana").mean() > 0.9
    assert (simulated((0.4, 0.4)).verdict.str.startswith("carried")).mean() < 0.08
    assert (simulated((0.5, 0.5), length=800, conversations=50).verdict == "shared").mean() > 0.9


def test_no_direction_from_fewer_than_twenty_acts():
    found = row(
        ls.aggregate_asymmetry(coded([("c", "Ana", "soothing"), ("c", "Ben", "")] * 19)).pairs, from_speaker="Ana"
    )
    assert found.load_low > 0
    assert found.verdict == "not enough evidence"
    found = row(
        ls.aggregate_asymmetry(coded([("c", "Ana", "soothing"), ("c", "Ben", "")] * 20)).pairs, from_speaker="Ana"
    )
    assert found.verdict == "carried by Ana"


def test_verdict_by_hand():
    names = (pd.Index(list("AAAAA")), pd.Index(list("BBBBB")))
    low, high = np.array([0.1, -0.9, -0.2, -0.2, np.nan]), np.array([0.9, -0.1, 0.2, 0.6, np.nan])
    got = verdicts(names, acts=np.array([20.0, 20, 20, 20, 99]), low=low, high=high, margin=1 / 3)
    few = "not enough evidence"
    assert got.tolist() == ["carried by A", "carried by B", "shared", few, few]


def test_intervals_of_the_two_directions_mirror_each_other():
    pairs = ls.aggregate_asymmetry(coded([("c", "Ana", "soothing"), ("c", "Ben", ""), ("c", "Ana", "")] * 30)).pairs
    ana, ben = row(pairs, from_speaker="Ana"), row(pairs, from_speaker="Ben")
    for measure in ("load", "rate"):
        assert ana[f"{measure}_low"] == -ben[f"{measure}_high"]
        assert ana[f"{measure}_p"] == ben[f"{measure}_p"]


@given(talks)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_missing_has_a_reason_and_ends_are_in_order(rows):
    pairs = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame_of(rows))).pairs
    numbers = pairs.drop(columns=["conversation_id", "from_speaker", "to_speaker", "verdict", "reason"])
    assert (pairs.reason[numbers.isna().any(axis=1)] != "").all()
    known = pairs.dropna(subset=["load_low"])
    assert ((known.load_low <= known.load_high) & (known.load_low >= -1) & (known.load_high <= 1)).all()


def test_a_wider_level_and_a_stronger_prior_do_what_they_say():
    tagged = coded(
        [("c", "Ana", "soothing"), ("c", "Ben", ""), ("c", "Ana", "soothing"), ("c", "Ben", "soothing")] * 12
    )
    plain = row(ls.aggregate_asymmetry(tagged).pairs, from_speaker="Ana")
    wide = row(ls.aggregate_asymmetry(tagged, settings=ls.Settings(level=0.99)).pairs, from_speaker="Ana")
    strong = row(ls.aggregate_asymmetry(tagged, settings=ls.Settings(prior=50)).pairs, from_speaker="Ana")
    assert wide.load_low < plain.load_low < plain.load_high < wide.load_high
    assert strong.load_high < plain.load_high


def test_sign_flips_by_hand():
    """Six batches that all go the same way: only 2 of 64 assignments are as far out, and ties count half."""
    batches = Batches(of_row=np.arange(6), pair=np.zeros(6, dtype=int), first=np.array([0]), count=np.array([6]))
    assert sign_flip_p(np.ones(6), batches, seed=0)[0] == pytest.approx((2 / 64) / 2)
    assert np.isnan(sign_flip_p(np.zeros(6), batches, seed=0)[0])
    # one batch alone: |sum| is the same for every assignment
    assert sign_flip_p(np.array([1.0, 0, 0, 0, 0, 0]), batches, seed=0)[0] == pytest.approx(0.5)


def test_random_signs_are_seeded():
    tagged = coded([("c", s, "soothing" if i % 3 else "") for i, s in enumerate("AB" * 300)])
    first, again = (ls.aggregate_asymmetry(tagged, settings=ls.Settings(seed=3)).pairs.load_p for _ in range(2))
    assert first.equals(again)


@pytest.mark.parametrize("length", [40, 200])
def test_doubtful_tags_widen_the_interval_by_their_draw(length):
    """Twenty draws of the tags: the interval of the weights is as wide as draws and intervals together, about."""
    generator = np.random.default_rng(length)
    weight = generator.beta(2, 2, length)
    frame = pd.DataFrame({"conversation_id": 0, "speaker": ["Ana", "Ben"] * (length // 2)})
    frame = frame.assign(**dict.fromkeys(TAGS, 0.0))
    doubtful = row(
        ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame.assign(soothing=weight))).pairs, from_speaker="Ana"
    )
    drawn = [frame.assign(soothing=(generator.random(length) < weight).astype(float)) for _ in range(20)]
    widths = []
    for codes in drawn:
        one = row(ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(codes)).pairs, from_speaker="Ana")
        widths.append(one.load_high - one.load_low)
    assert doubtful.load_high - doubtful.load_low == pytest.approx(np.mean(widths), rel=0.3)
