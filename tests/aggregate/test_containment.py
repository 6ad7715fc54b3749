import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.containment import containment
from labor_signals.codebook import TAGS
from labor_signals.errors import TranscriptError


def talk_of(soothing, words, *, speakers=("Ana", "Ben"), **more):
    n = len(soothing)
    frame = pd.DataFrame(0.0, index=range(n), columns=list(TAGS)).assign(soothing=np.asarray(soothing, dtype=float))
    text = [" ".join(["word"] * count) for count in words]
    who = [speakers[at % len(speakers)] for at in range(n)]
    return ls.TaggedTranscript.from_codes(frame.assign(speaker=who, text=text, **more))


def test_difference_by_hand():
    talk = talk_of([1, 0, 0, 0, 0.5], [20, 5, 10, 5, 20])
    ana = containment(talk, hedges=[4, 1, 1, 0, 2]).set_index("speaker").loc["Ana"]
    # labor: 20 + 10 words with 4 + 1 hedges; elsewhere: 10 + 10 words with 1 + 1
    assert (ana.words, ana.hedges, ana.labor_words) == (50, 7, 30)
    assert ana.hedge_rate_labor == pytest.approx(10 * 5 / 30)
    assert ana.hedge_rate_other == pytest.approx(10 * 2 / 20)
    assert ana.containment == pytest.approx(10 * (5 / 30 - 2 / 20))
    assert ana.reason == "too few utterances for an interval"


def test_too_few_words_of_a_kind_say_so():
    hedges = np.ones(40)
    for soothing, reason in ((0, "too few words in labor acts"), (1, "too few words outside labor acts")):
        table = containment(talk_of([soothing] * 40, [8] * 40), hedges=hedges)
        assert (table.reason == reason).all()
        assert table[["containment", "containment_low", "containment_high"]].isna().all(axis=None)
        assert table[["hedge_rate_labor", "hedge_rate_other"]].notna().sum(axis=1).eq(1).all()
    assert (containment(talk_of([1, 0], [0, 0]), hedges=[0, 0]).reason == "too few words in labor acts").all()


def test_talk_without_hedges_has_no_false_certainty():
    row = containment(talk_of([1, 1, 0, 0] * 20, [8] * 80), hedges=np.zeros(80)).iloc[0]
    assert row.containment == 0
    assert row.containment_low < -0.01 < 0.01 < row.containment_high


@pytest.mark.parametrize("n", [60, 300])
def test_intervals_cover_the_planted_difference(n):
    rng = np.random.default_rng(n)
    talks = 500
    size = talks * n
    mood = np.exp(np.repeat(rng.normal(0, 0.3, size // 10), 10) - 0.045)  # some stretches hold more hedges
    soothing, words = (rng.random(size) < 0.35).astype(float), rng.integers(4, 15, size)
    hedges = rng.poisson(words / 10 * np.where(soothing > 0, 0.9, 0.5) * mood)
    table = containment(talk_of(soothing, words, conversation_id=np.repeat(np.arange(talks), n)), hedges=hedges)
    assert table.containment.mean() == pytest.approx(0.4, abs=0.03)
    covered = (table.containment_low <= 0.4) & (table.containment_high >= 0.4)
    assert 0.925 < covered.mean() < 0.98, covered.mean()


def test_names_and_the_order_of_rows_of_conversations_change_nothing():
    rng = np.random.default_rng(3)
    soothing, words, hedges = rng.random(80), rng.integers(4, 15, 80), rng.poisson(1, 80)
    first = containment(talk_of(soothing, words), hedges=hedges)
    renamed = containment(talk_of(soothing, words, speakers=("Zoe", "Abe")), hedges=hedges)
    pd.testing.assert_frame_equal(first.drop(columns="speaker"), renamed.drop(columns="speaker"))
    twice = talk_of(
        soothing.repeat(2), words.repeat(2), speakers=("Ana", "Ana", "Ben", "Ben"), conversation_id=["x", "y"] * 80
    )
    mixed = containment(twice, hedges=hedges.repeat(2))
    for _, part in mixed.groupby("conversation_id"):
        np.testing.assert_allclose(part.containment, first.containment)
        np.testing.assert_allclose(part.containment_low, first.containment_low)


def test_thirty_speakers():
    rng = np.random.default_rng(4)
    talk = talk_of(rng.random(600), rng.integers(4, 15, 600), speakers=[f"s{at}" for at in range(30)])
    table = containment(talk, hedges=rng.poisson(1, 600))
    assert len(table) == 30
    assert (table.containment_low < table.containment).all()


@pytest.mark.parametrize("hedges", [[1], [1, -1], [1, np.nan], [[1], [1]]])
def test_wrong_counts_say_what_to_do(hedges):
    with pytest.raises(TranscriptError, match="one number of 0 or more for each utterance"):
        containment(talk_of([1, 0], [3, 3]), hedges=hedges)
