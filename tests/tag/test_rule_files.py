"""A researcher's own rules: what is taken, and what is said about the rest."""

import json
import re

import pytest

from labor_signals.errors import TaggerError
from labor_signals.tag.rule_tagger import RuleTagger
from tests.tag.invented import tag

GOOD = {
    "id": "soothing.hush.01",
    "tag": "soothing",
    "move": "comfort",
    "pattern": [[{"NORM": "hush"}, {"IS_PUNCT": True, "OP": "?"}, {"NORM": "now"}]],
    "example": "Hush now.",
    "not": "Hush money.",
}


def own_rules(folder, *lines, words=None):
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "mine.jsonl").write_text(text, encoding="utf-8")
    if words is not None:
        (folder / "words.json").write_text(words if isinstance(words, str) else json.dumps(words), encoding="utf-8")
    return RuleTagger.from_folder(folder)


def test_own_rules_tag(tmp_path):
    tagger = own_rules(tmp_path, GOOD, "", GOOD | {"id": "grace.01", "tag": "grace", "pattern": [[{"NORM": "grace"}]]})
    assert tagger.tags == ("soothing", "grace")
    assert tag(tagger, ["Hush, now.", "I feel alone.", "What grace!"])[1] == [{"soothing"}, set(), {"grace"}]


def test_own_rules_use_the_librarys_cues_and_lists_unless_they_bring_their_own(tmp_path):
    rule = GOOD | {"when": ["after_distress"], "pattern": [[{"NORM": {"IN": "$hushes"}}]]}
    tagger = own_rules(tmp_path, rule, words={"hushes": ["hush", "okay"]})
    assert tag(tagger, ["I feel so lonely.", "Hush."], ["Loud!", "Hush."])[1] == [set(), {"soothing"}, set(), set()]
    cue = {"id": "c", "tag": "cues.feeling", "pattern": [[{"NORM": "loud"}]], "example": "Loud!"}
    tagger = own_rules(tmp_path, rule, cue)
    assert tag(tagger, ["I feel so lonely.", "Hush."], ["Loud!", "Okay."])[1] == [set(), set(), set(), {"soothing"}]
    own_rules(tmp_path, GOOD | {"pattern": [[{"NORM": {"IN": "$feelings"}}]]})


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "not JSON"),
        ("[]", "found a list; expected a JSON object"),
        ({"id": "x"}, "lacks example, pattern, tag"),
        (GOOD | {"strenght": "weak"}, "has unknown strenght"),
        (GOOD | {"strength": "so so"}, "expected 'strong', 'weak' or 'hint'"),
        (GOOD | {"id": ""}, "id is ''; expected some text"),
        (GOOD | {"tag": 3}, "tag is 3; expected some text"),
        (GOOD | {"move": "apologize"}, "one of comfort, validate, apologise"),
        (GOOD | {"when": ["after_lunch"]}, "condition 'after_lunch' is unknown; expected one of after_complaint"),
        (GOOD | {"when": "short"}, "expected a list of condition names"),
        (GOOD | {"context": [["you"]]}, "context is not a list of [speaker, text]"),
        (GOOD | {"pattern": []}, "pattern is not a list of token patterns"),
        (GOOD | {"pattern": [{"NORM": "hush"}]}, "pattern is not a list of token patterns"),
        (GOOD | {"pattern": [["hush"]]}, "a token is a str"),
        (GOOD | {"pattern": [[{"NORM": "so", "OP": "*"}]]}, "OP is '*'; expected '?'"),
        (GOOD | {"pattern": [[{"NORM": "so", "OP": "+"}]]}, "OP is '+'"),
        (GOOD | {"pattern": [[{"NORM": "so", "OP": "{2,}"}]]}, "OP is '{2,}'"),
        (GOOD | {"pattern": [[{"NORM": "so", "OP": "{1,90}"}]]}, "m up to 12"),
        (GOOD | {"pattern": [[{"NORM": "so", "OP": "?"}]]}, "every token of a pattern is optional"),
        (GOOD | {"pattern": [[{"NORM": {"IN": "$hushs"}}]]}, "word list '$hushs' is unknown; expected one of $"),
        (GOOD | {"pattern": [[{"NORM": "don't"}]]}, '"don\'t" is read as 2 tokens (do not)'),
        (GOOD | {"pattern": [[{"NROM": "hush"}]]}, "not in the syntax of spaCy's Matcher"),
        (GOOD | {"pattern": [[{"LOWER": {"REGEX": "("}}]]}, "not in the syntax of spaCy's Matcher"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_line_is_named(tmp_path, line, wrong):
    if isinstance(line, dict) and line.get("id") == GOOD["id"]:
        line = line | {"id": "another"}
    with pytest.raises(TaggerError, match=r"^mine\.jsonl, line 3: ") as caught:
        own_rules(tmp_path, GOOD, "", line)
    assert wrong in str(caught.value)


def test_an_id_is_used_once(tmp_path):
    with pytest.raises(
        TaggerError, match=r"mine\.jsonl, line 2: id 'soothing\.hush\.01' is used already in mine\.jsonl, line 1"
    ):
        own_rules(tmp_path, GOOD, GOOD)


def test_cues_cannot_wait_for_cues(tmp_path):
    cue = {"id": "c", "tag": "cues.feeling", "pattern": [[{"NORM": "loud"}]], "example": "Loud!", "when": ["short"]}
    with pytest.raises(
        TaggerError, match=r"line 2: a cue asks for short; expected, for cues, only whole, at_start, at_end"
    ):
        own_rules(tmp_path, GOOD | {"when": ["after_distress"]}, cue)


@pytest.mark.parametrize("words", ["{", "[]", '{"a": "b"}', '{"a": [1]}'])
def test_word_lists_are_lists_of_words(tmp_path, words):
    with pytest.raises(TaggerError, match=r"^words\.json: "):
        own_rules(tmp_path, GOOD, words=words)


def test_a_folder_without_rules(tmp_path):
    with pytest.raises(TaggerError, match=re.escape("expected files named *.jsonl")):
        RuleTagger.from_folder(tmp_path)
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(TaggerError, match="found no rule that speaks for a tag"):
        RuleTagger.from_folder(tmp_path)


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "mine.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TaggerError, match=r"^mine\.jsonl: cannot be read as UTF-8"):
        RuleTagger.from_folder(tmp_path)
