import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labor_signals as ls
from labor_signals.aggregate import blocks, sums
from labor_signals.codebook import TAGS


def coded(rows, **more):
    """Rows of (conversation, speaker, tags) as a frame of human codes."""
    frame = pd.DataFrame(
        [{"conversation_id": c, "speaker": s, **{tag: int(tag in tags.split()) for tag in TAGS}} for c, s, tags in rows]
    )
    return ls.TaggedTranscript.from_codes(frame.assign(**more))


TALK = [
    ("one", "Ana", "initiating"),
    ("one", "Ben", "deflecting"),
    ("one", "Ana", "translating soothing"),
    ("one", "Ben", ""),
    ("one", "Ana", ""),
    ("one", "Ben", "soothing withdrawing"),
]


def row(table, **where):
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_load_and_rate_of_a_pair_by_hand():
    pairs = ls.aggregate_asymmetry(coded(TALK)).pairs
    ana = row(pairs, from_speaker="Ana")
    assert (ana.utterances, ana.labor, ana.avoidance) == (3, 3, 0)
    assert ana.load_asymmetry == pytest.approx((3 - 1) / (3 + 1))
    assert ana.rate_asymmetry == pytest.approx((3 / 3 - 1 / 3) / (3 / 3 + 1 / 3))
    assert ana.avoidance_asymmetry == -1
    ben = row(pairs, from_speaker="Ben")
    assert ben.load_asymmetry == -ana.load_asymmetry
    assert list(ana.index[:3]) == ["conversation_id", "from_speaker", "to_speaker"]


def test_rate_differs_from_load_where_one_talks_more():
    rows = [
        ("one", "Ana", "soothing"),
        ("one", "Ana", ""),
        ("one", "Ana", ""),
        ("one", "Ana", ""),
        ("one", "Ben", "soothing"),
    ]
    ana = row(ls.aggregate_asymmetry(coded(rows)).pairs, from_speaker="Ana")
    assert ana.load_asymmetry == 0
    assert ana.rate_asymmetry == pytest.approx((1 / 4 - 1) / (1 / 4 + 1))


def test_by_tag_in_long_form():
    by_tag = ls.aggregate_asymmetry(coded(TALK)).pairs_by_tag
    assert len(by_tag) == 2 * len(TAGS)
    soothing = row(by_tag, from_speaker="Ana", tag="soothing")
    assert (soothing.expected, soothing.load_asymmetry) == (1, 0)
    assert row(by_tag, from_speaker="Ben", tag="translating").load_asymmetry == -1


def test_speakers_table():
    speakers = ls.aggregate_asymmetry(coded(TALK)).speakers
    ana = row(speakers, speaker="Ana")
    assert ana.labor_share == pytest.approx(3 / 4)
    assert ana.utterance_share == pytest.approx(1 / 2)
    assert ana.labor_rate == pytest.approx(1)
    assert row(speakers, speaker="Ben").withdrawing == 1


def test_short_talk_gets_no_interval_and_says_so():
    pairs = ls.aggregate_asymmetry(coded(TALK)).pairs
    for name in ("load_low", "load_high", "load_p", "rate_low", "rate_high", "rate_p"):
        assert pairs[name].isna().all()
    assert (pairs.reason == "too few utterances for an interval; too few utterances for a test").all()
    assert (pairs.verdict == "not enough evidence").all()


def test_undefined_scores_say_why():
    silent = ls.aggregate_asymmetry(coded([("one", "Ana", ""), ("one", "Ben", "")])).pairs
    assert silent.load_asymmetry.isna().all()
    assert silent.reason.str.startswith("no labor in either direction; no avoidance in either direction").all()
    one_way = coded([("one", "Ana", "soothing"), ("one", "Ana", "")], addressee="Ben")
    pair = row(ls.aggregate_asymmetry(one_way).pairs, from_speaker="Ana")
    assert pair.load_asymmetry == 1
    assert np.isnan(pair.rate_asymmetry)
    assert "one direction has no utterances" in pair.reason


def test_one_speaker_alone_has_no_pair():
    asymmetry = ls.aggregate_asymmetry(coded([("one", "Ana", "soothing")]))
    assert len(asymmetry.pairs) == 0
    assert len(asymmetry.pairs_by_tag) == 0
    assert len(asymmetry.speakers) == 1


def test_three_speakers_go_by_addressee():
    rows = [("one", "Ana", "soothing"), ("one", "Ben", ""), ("one", "Cy", "initiating"), ("one", "Ana", "soothing")]
    tagged = coded(rows, addressee=["Ben", "Cy", "Ana", "Cy"])
    pairs = ls.aggregate_asymmetry(tagged).pairs
    assert len(pairs) == 6
    assert row(pairs, from_speaker="Ana", to_speaker="Cy").load_asymmetry == 0
    assert row(pairs, from_speaker="Ana", to_speaker="Ben").load_asymmetry == 1


talks = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3), st.tuples(*[st.floats(0, 1, width=32) for _ in TAGS])),
    min_size=1,
    max_size=60,
)


def frame_of(rows):
    frame = pd.DataFrame([p for _, _, p in rows], columns=list(TAGS))
    return frame.assign(conversation_id=[c for c, _, _ in rows], speaker=[f"s{s}" for _, s, _ in rows])


@given(talks)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_sums_equal_a_plain_groupby(rows):
    tagged = ls.TaggedTranscript.from_codes(frame_of(rows))
    pairs = ls.aggregate_asymmetry(tagged).pairs
    utterances = tagged.frame.dropna(subset="addressee")
    utterances["labor"] = utterances[["p_initiating", "p_soothing", "p_translating"]].sum(axis=1)
    plain = utterances.groupby(["conversation_id", "speaker", "addressee"]).labor.agg(["sum", "count"])
    spoken = pairs[pairs.utterances > 0].set_index(["conversation_id", "from_speaker", "to_speaker"])
    assert len(spoken) == len(plain)
    joined = spoken.join(plain.rename_axis(spoken.index.names))
    np.testing.assert_allclose(joined.labor, joined["sum"], rtol=1e-5, atol=1e-6)
    assert (joined.utterances == joined["count"]).all()


@given(talks)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_block_size_and_grouping_method_change_nothing(rows):
    tagged = ls.TaggedTranscript.from_codes(frame_of(rows))
    whole = ls.aggregate_asymmetry(tagged)
    for module, name, value in ((blocks, "_BLOCK", 3), (sums, "_DENSE", 0), (sums, "_WIDEST", 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, value)
            again = ls.aggregate_asymmetry(tagged)
        pd.testing.assert_frame_equal(again.pairs, whole.pairs)
        pd.testing.assert_frame_equal(again.speakers, whole.speakers)


@given(talks)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_swapping_two_names_flips_every_sign_and_renaming_changes_nothing(rows):
    frame = frame_of(rows).query("speaker in ['s0', 's1']")
    if frame.empty:
        return
    score = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame)).pairs
    swapped = frame.assign(speaker=frame.speaker.map({"s0": "s1", "s1": "s0"}))
    other = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(swapped)).pairs
    keys = ["conversation_id", "from_speaker", "to_speaker"]
    both = score.merge(other, on=keys, suffixes=("", "_swapped"))
    assert len(both) == len(score)
    for name in ("load_asymmetry", "rate_asymmetry", "avoidance_asymmetry"):
        np.testing.assert_allclose(both[name], -both[f"{name}_swapped"], atol=1e-9)


def test_untagged_turns_leave_load_alone():
    before = ls.aggregate_asymmetry(coded(TALK)).pairs
    after = ls.aggregate_asymmetry(coded(TALK + [("one", "Ben", "")] * 20)).pairs
    assert list(before.load_asymmetry) == list(after.load_asymmetry)
    assert list(before.rate_asymmetry) != list(after.rate_asymmetry)


def test_order_of_rows_of_different_conversations_does_not_matter():
    two = TALK + [("two", s, t) for _, s, t in TALK[::-1]]
    mixed = two[::2] + two[1::2]
    sort = ["conversation_id", "from_speaker"]
    first = ls.aggregate_asymmetry(coded(two)).pairs.sort_values(sort, ignore_index=True)
    second = ls.aggregate_asymmetry(coded(mixed)).pairs.sort_values(sort, ignore_index=True)
    pd.testing.assert_frame_equal(first, second)
