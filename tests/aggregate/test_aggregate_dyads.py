import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.aggregate_dyads import aggregate_dyads
from labor_signals.codebook import TAGS
from tests.aggregate.test_aggregate_asymmetry import coded, row


def simulated(rates, *, dyads, conversations, length=30, spread=0.0, seed=0):
    """Dyads whose rates vary from conversation to conversation by a factor exp(N(0, spread)) of their own."""
    generator = np.random.default_rng(seed)
    talks = dyads * conversations
    one = np.tile(np.arange(length) % 2 == 0, talks)
    factor = np.exp(generator.normal(0, spread, (talks, 2)) - spread**2 / 2).repeat(length, axis=0)
    rate = np.where(one, rates[0] * factor[:, 0], rates[1] * factor[:, 1])
    frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(talks), length)})
    frame["couple"] = frame.conversation_id // conversations
    frame["speaker"] = np.where(one, "Ana", "Ben")
    for tag in TAGS:
        frame[tag] = 0.0
    frame["soothing"] = (generator.random(len(frame)) < rate).astype(float)
    return ls.TaggedTranscript.from_codes(frame)


def test_pooled_scores_are_those_of_the_sums():
    talk = [
        ("one", "Ana", "soothing"),
        ("one", "Ben", ""),
        ("two", "Ana", ""),
        ("two", "Ben", "soothing"),
        ("two", "Ana", "soothing"),
    ]
    ana = row(aggregate_dyads(coded(talk)), from_speaker="Ana")
    assert (ana.conversations, ana.utterances, ana.labor) == (2, 3, 2)
    assert ana.load_asymmetry == pytest.approx(1 / 3)
    assert ana.rate_asymmetry == pytest.approx((2 / 3 - 1 / 2) / (2 / 3 + 1 / 2))
    assert ana.dyad_id == "Ana & Ben"


def test_one_conversation_split_in_two_gives_the_same_as_whole():
    rows = [
        ("c", s, "soothing" if i % 3 == 0 or (s == "Ana" and i % 4) else "") for i, s in enumerate(["Ana", "Ben"] * 40)
    ]
    whole = row(ls.aggregate_asymmetry(coded(rows)).pairs, from_speaker="Ana")
    halves = [("h1", *r[1:]) for r in rows[:40]] + [("h2", *r[1:]) for r in rows[40:]]
    split = row(aggregate_dyads(coded(halves)), from_speaker="Ana")
    assert split.load_asymmetry == pytest.approx(whole.load_asymmetry)
    assert whole.load_low < split.load_asymmetry < whole.load_high
    assert split.load_low == pytest.approx(whole.load_low, abs=0.15)
    assert split.units == "batches of utterances"


def test_dyads_by_a_column_of_the_users():
    found = aggregate_dyads(simulated((0.5, 0.2), dyads=3, conversations=6), dyad="couple")
    assert found.dyad_id.tolist() == [0, 0, 1, 1, 2, 2]
    assert (found.units == "conversations").all()
    assert (found.load_low == -found.load_high.to_numpy()[np.arange(6) ^ 1]).all()
    with pytest.raises(ls.TranscriptError, match="'nobody'"):
        aggregate_dyads(simulated((0.5, 0.2), dyads=1, conversations=2), dyad="nobody")


def test_a_dyad_that_changes_within_a_conversation_is_refused():
    tagged = coded([("c", "Ana", ""), ("c", "Ben", "")], couple=[1, 2])
    with pytest.raises(ls.TranscriptError, match=r"changes within \d+ conversations; .* Correct it"):
        aggregate_dyads(tagged, dyad="couple")
    with pytest.raises(ls.TranscriptError, match=r"missing in 1 rows; .* Fill it in"):
        aggregate_dyads(coded([("c", "Ana", ""), ("c", "Ben", "")], couple=[1, None]), dyad="couple")


@pytest.mark.parametrize("conversations", [6, 12])
def test_intervals_over_conversations_cover_what_was_planted(conversations):
    tagged = simulated((0.4, 0.2), dyads=300, conversations=conversations, spread=0.5)
    found = aggregate_dyads(tagged, dyad="couple").iloc[::2]
    for measure in ("load", "rate"):
        inside = (found[f"{measure}_low"] <= 1 / 3) & (found[f"{measure}_high"] >= 1 / 3)
        assert 0.91 <= inside.mean() <= 0.985


def test_p_values_over_conversations_are_flat():
    found = aggregate_dyads(simulated((0.3, 0.3), dyads=400, conversations=8, spread=0.5), dyad="couple").iloc[::2]
    assert 0.02 <= (found.load_p < 0.05).mean() <= 0.08
    assert 0.42 <= (found.load_p < 0.5).mean() <= 0.58


def test_nothing_to_score():
    found = aggregate_dyads(coded([("c", "Ana", ""), ("c", "Ben", "")]))
    assert (found.reason == "no labor in either direction").all()
    assert found.load_asymmetry.isna().all()
    assert len(aggregate_dyads(coded([("c", "Ana", "soothing")]))) == 0


def test_pairs_carry_the_dyad_where_it_is_given():
    frame = simulated((0.5, 0.2), dyads=2, conversations=2).frame
    codes = frame[["conversation_id", "speaker", *TAGS]].assign(dyad_id=frame.conversation_id.astype(int) // 2)
    pairs = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(codes)).pairs
    assert list(pairs.columns[:4]) == ["conversation_id", "dyad_id", "from_speaker", "to_speaker"]
    assert pairs.dyad_id.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    with pytest.raises(ls.TranscriptError, match=r"changes within \d+ conversations; .* Correct it"):
        ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(codes.assign(dyad_id=range(len(codes)))))


def test_tags_that_are_not_certain_widen_the_interval_of_a_dyad():
    sure = simulated((0.5, 0.2), dyads=1, conversations=8).frame
    codes = sure[["conversation_id", "speaker", *TAGS]]
    unsure = codes.assign(soothing=0.2 + 0.6 * codes.soothing)
    found = row(aggregate_dyads(ls.TaggedTranscript.from_codes(unsure)), from_speaker="Ana")
    narrow = row(aggregate_dyads(_nearly(unsure)), from_speaker="Ana")
    assert found.load_asymmetry == pytest.approx(narrow.load_asymmetry, abs=0.01)
    assert found.load_low < narrow.load_low < narrow.load_high < found.load_high


def _nearly(codes):
    """The same sums from certain codes: an utterance of weight w becomes ten, of which 10 w carry the tag."""
    copies = codes.loc[codes.index.repeat(10)].reset_index(drop=True)
    place = np.tile(np.arange(10), len(codes))
    return ls.TaggedTranscript.from_codes(
        copies.assign(soothing=(place < (copies.soothing * 10).round()).astype(float))
    )


def test_doubt_of_tags_widens_the_interval_also_where_all_conversations_are_alike():
    talk = pd.DataFrame({"conversation_id": np.repeat(range(6), 12), "speaker": ["Ana", "Ben"] * 36})
    codes = talk.assign(**dict.fromkeys(TAGS, 0.0)).assign(soothing=np.where(talk.speaker == "Ana", 0.5, 0.37))
    found = row(aggregate_dyads(ls.TaggedTranscript.from_codes(codes)), from_speaker="Ana")
    assert found.load_low < found.load_asymmetry < found.load_high
    assert found.rate_low < found.rate_asymmetry < found.rate_high
