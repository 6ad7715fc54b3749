"""Each condition on small talk whose cues are given, not found."""

import numpy as np
import pytest

from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.conditions import CONDITIONS, Talk

CUES = ("feeling", "complaint", "tension", "bid", "asked")


def holds(name, speakers, *, texts=None, conversations=None, **cues):
    """The rows where a condition holds; `cues` gives, for each cue, the rows that hold it."""
    texts = texts or ["word"] * len(speakers)
    ids = conversations or [0] * len(speakers)
    transcript = read_transcript(
        [
            {"conversation_id": one, "speaker": speaker, "text": text}
            for one, speaker, text in zip(ids, speakers, texts, strict=True)
        ]
    )
    marked = {cue: np.isin(np.arange(len(speakers)), cues.get(cue, [])) for cue in CUES}
    return np.flatnonzero(CONDITIONS[name].holds(Talk.of(transcript, cues=marked))).tolist()


@pytest.mark.parametrize("cue", ["feeling", "complaint", "bid"])
def test_after_feeling_reaches_back_four_turns(cue):
    assert holds("after_feeling", "ABABABAB", **{cue: [0]}) == [1, 3]
    assert holds("after_feeling", "AABBAABB", **{cue: [1]}) == [2, 3, 6, 7]


def test_what_one_said_oneself_is_nothing_to_respond_to():
    assert holds("after_feeling", "AAAA", feeling=[0]) == []
    assert holds("after_distress", "ABA", feeling=[1]) == [2]


def test_any_other_speaker_will_do():
    assert holds("after_distress", "ABCAB", feeling=[0]) == [1, 2, 4]


def test_conversations_are_apart():
    assert holds("after_feeling", "ABAB", conversations=[0, 0, 1, 1], feeling=[1]) == []
    assert holds("answers_bid", "ABAB", conversations=[0, 0, 1, 1], bid=[1, 2]) == [3]


def test_answers_look_at_the_whole_turn_before_and_no_further():
    assert holds("answers_bid", "AABBAB", bid=[0]) == [2, 3]
    assert holds("answers_complaint", "ABAB", complaint=[0], bid=[1]) == [1]
    assert holds("answers_distress", "ABAB", feeling=[1], bid=[0]) == [2]
    assert holds("answers_check_in", "ABA", asked=[0]) == [1]
    assert holds("answers_call", "ABAB", feeling=[0], asked=[1], complaint=[2]) == [2, 3]


def test_unasked_is_the_reverse():
    assert holds("unasked", "ABA", asked=[0]) == [0, 2]


def test_tension_counts_ones_own_and_within_the_turn():
    assert holds("after_tension", "AAB", tension=[0]) == [1, 2]
    assert holds("after_tension", "ABAB", complaint=[1]) == [2, 3]
    assert holds("after_complaint", "ABAB", complaint=[1]) == [2]
    assert holds("in_feeling_talk", "ABAAAA", feeling=[3]) == [4, 5]


def test_a_feeling_is_new_until_it_is_told():
    assert holds("new_feeling", "ABAB", feeling=[0]) == [0, 1, 3]
    assert holds("new_feeling", "AAAB", feeling=[1]) == [0, 1, 3]
    assert holds("new_feeling", "ABABABABA", feeling=[0]) == [0, 1, 3, 5, 6, 7, 8]


def test_length_is_counted_in_words():
    texts = ["I don’t know, ok?", "I do not know it.", "", "one " * 12, "one " * 13]
    assert holds("short", "ABABA", texts=texts) == [0, 2]
    assert holds("brief", "ABABA", texts=texts) == [0, 1, 2, 3]


def test_place_in_the_conversation():
    assert holds("not_first", "ABBA", conversations=[0, 0, 1, 1]) == [1, 3]
    assert holds("speaker_changed", "ABBB", conversations=[0, 0, 0, 1]) == [1]


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_says_what_it_is_and_looks_only_back(name):
    assert CONDITIONS[name].holds.__doc__
    draw = np.random.default_rng(sum(map(ord, name)))
    for _ in range(20):
        n = int(draw.integers(1, 30))
        speakers, ids = draw.choice(list("ABC"), n).tolist(), np.sort(draw.integers(0, 3, n)).tolist()
        cues = {cue: np.flatnonzero(draw.random(n) < 0.2).tolist() for cue in CUES}
        cut = int(draw.integers(0, n)) + 1
        whole = holds(name, speakers, conversations=ids, **cues)
        part = holds(name, speakers[:cut], conversations=ids[:cut], **cues)
        assert part == [row for row in whole if row < cut]


def test_long_is_twenty_five_words():
    assert holds("long", "AB", texts=["one " * 24, "one " * 25]) == [1]


def test_a_long_turn_is_one_of_twenty_words_however_it_is_cut():
    texts = ["one " * 10, "one " * 10, "mm", "one " * 19, "mm"]
    assert holds("answers_long", "AABAB", texts=texts) == [2]
    assert holds("answers_long", "AABAB", texts=texts, conversations=[0, 0, 1, 1, 1]) == []


def test_greetings_are_over_after_four_turns_of_this_conversation():
    assert holds("under_way", "ABABAB") == [4, 5]
    assert holds("under_way", "AABABBA") == [6]
    assert holds("under_way", "ABABABABA", conversations=[0] * 4 + [1] * 5) == [8]


def test_no_utterances_at_all():
    talk = Talk(*(np.zeros(0, dtype=np.int32) for _ in range(3)), dict.fromkeys(CUES, np.zeros(0, dtype=np.bool_)))
    assert [len(condition.holds(talk)) for condition in CONDITIONS.values()] == [0] * len(CONDITIONS)
