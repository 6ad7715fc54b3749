"""What must hold of the rule tagger whatever its rules are."""

import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from labor_signals.codebook import TAGS
from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.conditions import CONDITIONS, SPAN_CONDITIONS
from labor_signals.tag.rule_files import Rule
from labor_signals.tag.rule_tagger import RULES_FOLDER, RuleTagger
from labor_signals.tag.tagger import EvidenceTagger, Tagger
from labor_signals.tag.tokens import tokenize
from tests.tag.invented import EVERYDAY, tag, tag_frame
from tests.tag.test_rules import TAG_RULES

POOL = [
    *(rule.example for rule in TAG_RULES),
    *(text for rule in TAG_RULES for _, text in rule.context),
    *(line for talk in EVERYDAY for line in talk),
]


def _drawn_talk(seed, *, conversations=6, longest=40):
    draw = random.Random(seed)  # noqa: S311
    return pd.DataFrame(
        [
            (number, turn, draw.choice("ABC"[: 2 + number % 2]), draw.choice(POOL))
            for number in range(conversations)
            for turn in range(draw.randint(1, longest))
        ],
        columns=["conversation_id", "turn", "speaker", "text"],
    )


@pytest.mark.parametrize("seed", range(8))
def test_later_turns_never_change_a_tag(rules, seed):
    talk = _drawn_talk(seed)
    whole, _ = rules.predict_with_evidence(read_transcript(talk))
    assert (whole > 0).any(axis=1).mean() > 0.1  # else there would be nothing to change
    draw = random.Random(seed)  # noqa: S311
    cut = {number: draw.randint(0, 40) for number in talk["conversation_id"].unique()}
    kept = (talk["turn"] <= talk["conversation_id"].map(cut)).to_numpy()
    part = rules.predict_proba(read_transcript(talk[kept].reset_index(drop=True)))
    np.testing.assert_array_equal(part, whole[kept])


@pytest.mark.parametrize("seed", range(4))
def test_conversations_never_see_each_other(rules, seed):
    talk = _drawn_talk(seed)
    whole = rules.predict_proba(read_transcript(talk))
    for number, one in talk.groupby("conversation_id"):
        alone = rules.predict_proba(read_transcript(one.reset_index(drop=True)))
        np.testing.assert_array_equal(alone, whole[(talk["conversation_id"] == number).to_numpy()])


def test_rows_may_come_in_any_order(rules):
    talk = _drawn_talk(99)
    shuffled = talk.sample(frac=1, random_state=0)
    weights = rules.predict_proba(read_transcript(talk))
    mixed, evidence = rules.predict_with_evidence(read_transcript(shuffled.reset_index(drop=True)))
    np.testing.assert_array_equal(mixed, weights[shuffled.index])
    for row, start, end in evidence[["row", "start", "end"]].itertuples(index=False):
        assert shuffled["text"].iloc[row][start:end].strip()


def test_speakers_names_do_not_matter(rules):
    talk = _drawn_talk(5)
    renamed = talk.assign(speaker=talk["speaker"].map({"A": "Fine", "B": "whatever", "C": "Ok"}))
    np.testing.assert_array_equal(
        rules.predict_proba(read_transcript(talk)), rules.predict_proba(read_transcript(renamed))
    )


def test_the_same_talk_gives_the_same_numbers(rules):
    talk = read_transcript(_drawn_talk(7))
    first, shown = rules.predict_with_evidence(talk)
    again, shown_again = RuleTagger.built_in().predict_with_evidence(talk)
    np.testing.assert_array_equal(first, again)
    pd.testing.assert_frame_equal(shown, shown_again)


def test_weights_are_float32_between_0_and_1_and_combine_by_noisy_or(rules):
    talk = read_transcript(_drawn_talk(3))
    weights, evidence = rules.predict_with_evidence(talk)
    assert weights.dtype == np.float32
    assert weights.shape == (len(talk), len(TAGS))
    weight = {"strong": 0.9, "weak": 0.6, "hint": 0.3}
    strength = {rule.id: weight[rule.strength] for rule in rules.rules}
    expected = np.zeros(weights.shape)
    for (row, name), fired in evidence.groupby(["row", "tag"]):
        expected[row, TAGS.index(name)] = 1 - np.prod([1 - strength[rule] for rule in fired["rule"].unique()])
    np.testing.assert_allclose(weights, expected, atol=1e-6)


def test_evidence_gives_back_the_words(rules):
    said = "Well, I'm SO sorry I snapped at you 💔, İstanbul or not. I’m right here."
    _, carried, evidence = tag(rules, ["You hurt me. I feel awful.", said])
    words = [said[start:end] for start, end in zip(evidence["start"], evidence["end"], strict=True)]
    assert carried[1] >= {"soothing"}
    assert any(found.startswith("I'm SO sorry I snapped at you") for found in words)
    assert "I’m right here" in words
    assert list(evidence.columns) == ["row", "tag", "move", "start", "end", "rule"]
    assert evidence["rule"].isin([rule.id for rule in rules.rules]).all()


@pytest.mark.parametrize("texts", [["Platform two?"], [""], ["   "]])
def test_without_evidence_the_frame_is_empty_with_the_same_types(rules, texts):
    _, _, nothing = tag(rules, texts)
    _, _, something = tag(rules, ["I feel so alone in this house."])
    assert len(nothing) == 0 < len(something)
    pd.testing.assert_series_equal(nothing.dtypes, something.dtypes)


def test_tags_depend_on_what_was_said_before(rules):
    assert tag(rules, ["Can we talk about us?", "k"])[1][1] == {"withdrawing"}
    assert tag(rules, ["Shall I lock the door?", "k"])[1][1] == set()
    assert tag(rules, ["What's wrong?", "I feel so lonely."])[1][1] == set()
    assert tag(rules, ["How are you?", "I feel so lonely."])[1][1] == {"initiating"}


def test_a_feeling_told_on_is_not_opened_again(rules):
    talk = ["I've been so miserable.", "Oh no, I'm so sorry to hear that.", "I'm heartbroken over it."]
    assert [("initiating" in tags) for tags in tag(rules, talk)[1]] == [True, False, False]


@pytest.mark.parametrize(
    "text",
    ["!" * 100_000, "'s" * 50_000, "I'm so sorry " * 7_000, "every time i cry " * 5_800, "a" * 100_000, "((" * 50_000],
    ids=lambda text: text[:12],
)
def test_the_longest_utterance_ends(rules, text):
    transcript, _, evidence = tag(rules, [text, "You never listen to me."])
    assert len(transcript) == 2
    assert (evidence["end"] <= len(text)).all()


def test_it_can_be_sent_to_another_process_and_shared_by_threads(rules):
    talk = read_transcript(_drawn_talk(11))
    expected = rules.predict_proba(talk)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(rules)).predict_proba(talk), expected)  # noqa: S301
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(rules.predict_proba, [talk] * 4):
            np.testing.assert_array_equal(found, expected)


def test_many_batches_give_what_one_gives(rules, monkeypatch):
    talk = read_transcript(_drawn_talk(13))
    expected = rules.predict_proba(talk)
    monkeypatch.setattr("labor_signals.tag.rule_matches.BATCH", 7)
    np.testing.assert_array_equal(rules.predict_proba(talk), expected)


def test_the_quick_look_hides_no_match(rules):
    """What it lets through is all that spaCy's Matcher finds when it is asked for every rule."""
    matcher = rules._matcher
    matches = matcher.find(pa.chunked_array([POOL]))
    found = set(zip(matches.row, matches.rule, matches.start, matches.end, strict=True))
    expected = set()
    for row, text in enumerate(POOL):
        doc = tokenize(matcher._nlp, text, known=matcher._quick_look.words)
        for number, one in enumerate(matcher._matchers):
            for _, first, stop in one(doc):
                last = doc[stop - 1]
                expected.add((row, number, doc[first].idx, last.idx + len(last)))
    whole = {number for number, rule in enumerate(rules.rules) if "whole" in rule.when}
    assert found <= expected
    # A rule for whole utterances is not looked for in longer ones.
    assert {match for match in expected - found if match[1] not in whole} == set()


def test_it_follows_the_protocols(rules):
    assert isinstance(rules, Tagger)
    assert isinstance(rules, EvidenceTagger)
    assert rules.tags == TAGS
    assert rules.thresholds.tolist() == [0.5] * 5


def test_the_digest_follows_the_files(tmp_path, rules):
    for path in RULES_FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    copy = RuleTagger.from_folder(tmp_path)
    assert copy.digest == rules.digest
    assert len(copy.digest) == 64
    with (tmp_path / "soothing.jsonl").open("a") as file:
        file.write("\n")
    assert RuleTagger.from_folder(tmp_path).digest != rules.digest


def test_users_frames_are_not_changed(rules):
    talk = _drawn_talk(17)
    before = talk.copy(deep=True)
    tag_frame(rules, talk)
    pd.testing.assert_frame_equal(talk, before)


def test_rules_know_every_condition_that_exists():
    """A condition that no rule uses is one that nobody has tried."""
    names = {*CONDITIONS, *SPAN_CONDITIONS}
    used = {name for rule in TAG_RULES for name in rule.when}
    assert names - used <= {"not_first", "speaker_changed"}


def _rule(**changes):
    values = {
        "move": "",
        "when": (),
        "strength": "hint",
        "example": "x",
        "context": (),
        "near_miss": None,
        "near_miss_context": (),
        "place": "here",
    }
    return Rule(**{**values, **changes})


def test_one_hint_carries_nothing_and_two_carry_a_tag():
    rules = [_rule(id=word, tag="soothing", patterns=([{"NORM": word}],)) for word in ("hush", "rest")]
    _, carried, evidence = tag(RuleTagger(rules, digest=None), ["Hush.", "Hush, rest.", "Hush, hush."])
    assert carried == [set(), {"soothing"}, set()]
    assert list(evidence["row"]) == [0, 1, 1, 2, 2]


def test_what_two_hints_open_is_a_bid_and_one_hint_is_none():
    rules = [_rule(id=word, tag="initiating", patterns=([{"NORM": word}],)) for word in ("hush", "rest")]
    answer = _rule(id="mm", tag="withdrawing", patterns=([{"NORM": "mm"}],), when=("answers_bid",), strength="weak")
    tagger = RuleTagger([*rules, answer], digest=None)
    assert tag(tagger, ["Hush, rest.", "Mm."], ["Hush.", "Mm."])[1] == [{"initiating"}, {"withdrawing"}, set(), set()]


def test_plain_rules_match_as_the_matcher_does(rules):
    by_matcher = RuleTagger(rules.rules, digest=None)
    quick = by_matcher._matcher._quick_look
    assert 30 < sum(quick.exact) < len(quick.exact)
    quick.exact = [False] * len(quick.exact)
    texts = random.Random(1).choices(POOL, k=500)  # noqa: S311
    talk = read_transcript(pd.DataFrame({"conversation_id": 0, "speaker": ["A", "B"] * 250, "text": texts}))
    pd.testing.assert_frame_equal(rules.evidence(talk), by_matcher.evidence(talk))
