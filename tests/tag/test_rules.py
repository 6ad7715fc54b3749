"""Each rule against the words that come with it, and all of them against everyday talk."""

import re
from collections import Counter

import pyarrow as pa
import pytest

from labor_signals.codebook import CODEBOOK
from labor_signals.tag.conditions import CONDITIONS, SPAN_CONDITIONS
from labor_signals.tag.cues import CUES, count_cues
from labor_signals.tag.rule_files import read_rules, read_words
from labor_signals.tag.rule_matches import RuleMatcher
from labor_signals.tag.rule_tagger import CUES_FOLDER, RULES_FOLDER
from tests.tag.invented import EVERYDAY, tag

NAMES = (*CONDITIONS, *SPAN_CONDITIONS)
TAG_RULES = read_rules(RULES_FOLDER, conditions=NAMES)
CUE_RULES = read_rules(CUES_FOLDER, conditions=SPAN_CONDITIONS, words=read_words(RULES_FOLDER))


def _fired(rules, said):
    """For each (rule, context, text), whether the rule fires on the text; all in one pass."""
    conversations = [[*context, ("me", text)] for _, context, text in said]
    transcript, _, evidence = tag(rules, *conversations)
    last = [number for number in range(len(transcript)) if number + 1 == len(transcript) or
            transcript.conversation[number + 1] != transcript.conversation[number]]  # fmt: skip
    fired = set(zip(evidence["row"], evidence["rule"], strict=True))
    return [rule.id for (rule, *_), row in zip(said, last, strict=True) if (row, rule.id) in fired]


def test_every_rule_fires_on_its_example_in_context(rules):
    assert _fired(rules, [(rule, rule.context, rule.example) for rule in TAG_RULES]) == [rule.id for rule in TAG_RULES]


def test_no_rule_fires_on_its_near_miss(rules):
    said = [(rule, rule.near_miss_context, rule.near_miss) for rule in TAG_RULES]
    assert all(text for *_, text in said)
    assert _fired(rules, said) == []


def test_every_cue_is_found_in_its_example_and_not_in_its_near_miss():
    matcher = RuleMatcher(CUE_RULES)
    found = {(rule, row) for rule, row in zip(*_where(matcher, [rule.example for rule in CUE_RULES]), strict=True)}
    missed = [rule.id for number, rule in enumerate(CUE_RULES) if (number, number) not in found]
    found = {(rule, row) for rule, row in zip(*_where(matcher, [rule.near_miss for rule in CUE_RULES]), strict=True)}
    wrong = [rule.id for number, rule in enumerate(CUE_RULES) if (number, number) in found]
    assert (missed, wrong) == ([], [])


def _where(matcher, texts):
    matches = matcher.find(pa.chunked_array([texts]))
    return matches.rule.tolist(), matches.row.tolist()


@pytest.mark.parametrize(
    "spoil",
    [
        str.lower,
        str.upper,
        lambda text: text.replace("'", "’"),
        lambda text: re.sub(r"[.,!?;:]", "", text).lower(),
        lambda text: f"  {text}  ",
    ],
    ids=["lower case", "upper case", "curly apostrophes", "speech to text", "spaces"],
)
def test_rules_survive_the_loss_of_case_and_punctuation(rules, spoil):
    said = [
        (rule, [(who, spoil(text)) for who, text in rule.context], spoil(rule.example))
        for rule in TAG_RULES
        if any(map(str.isalnum, rule.example))
    ]
    assert _fired(rules, said) == [rule.id for rule, *_ in said]


def test_nearly_all_rules_survive_the_loss_of_apostrophes(rules):
    """`we're`, `we'll` and `i'll` cannot be told from other words without their apostrophe; all else can."""
    ambiguous = re.compile(r"\b(we're|we'll|i'll|he'll|she'll)\b", re.IGNORECASE)
    said = [
        (rule, [(who, text.replace("'", "")) for who, text in rule.context], rule.example.replace("'", ""))
        for rule in TAG_RULES
        if not ambiguous.search(" ".join([rule.example, *(text for _, text in rule.context)]))
    ]
    assert len(said) > 200
    assert _fired(rules, said) == [rule.id for rule, *_ in said]


def test_every_tag_has_forty_rules_and_every_move_has_some():
    assert min(Counter(rule.tag for rule in TAG_RULES).values()) >= 40
    assert {(rule.tag, rule.move) for rule in TAG_RULES} == {(tag.name, move) for tag in CODEBOOK for move in tag.moves}


def test_everyday_talk_carries_no_tag(rules):
    transcript, carried, _ = tag(rules, *EVERYDAY)
    assert len(transcript) >= 60
    assert [text for text, tags in zip(transcript.text.to_pylist(), carried, strict=True) if tags] == []


@pytest.mark.parametrize("cue", CUES)
def test_every_cue_can_be_counted(rules, cue):
    examples = [rule.example for rule in CUE_RULES if rule.tag == f"cues.{cue}"]
    transcript, _, _ = tag(rules, examples)
    assert (count_cues(transcript, cue) >= 1).all()
