"""The words behind a tag, found by leaving them out."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.errors import LaborSignalsError, SettingsError, TaggerError
from labor_signals.records import Transcript, no_evidence
from labor_signals.tag import occlusion
from labor_signals.tag.occlusion import UTTERANCES_AT_ONCE, WINDOWS, find_evidence

TAGS = ("soothing", "withdrawing")
WORTH = ({"sorry": 3.0, "dear": 1.0, "so": 0.2}, {"whatever": 3.0, "fine": 1.0})
FLOOR = -1.0  # log-odds of a text that says nothing in particular


@dataclass
class Weighing:
    """Adds up what words are worth, and half of what they are worth in the utterance before."""

    name: str = "weighing"
    digest: str | None = "ab" * 32
    tags: tuple[str, ...] = TAGS
    thresholds: np.ndarray = field(default_factory=lambda: np.array([0.5, 0.5], dtype=np.float32))
    seen: list[Transcript] = field(default_factory=list)

    def predict_proba(self, transcript: Transcript) -> np.ndarray:
        self.seen.append(transcript)
        own = np.array([[_worth(text, words) for words in WORTH] for text in transcript.text.to_pylist()])
        own = own.reshape(-1, len(TAGS))
        order = np.arange(len(transcript)) if transcript.talk_order is None else transcript.talk_order
        before = np.zeros_like(own)
        together = transcript.conversation[order][1:] == transcript.conversation[order][:-1]
        before[order[1:][together]] = own[order[:-1][together]]
        return 1 / (1 + np.exp(-(FLOOR + own + before / 2)))


def _worth(text: str | None, words: dict[str, float]) -> float:
    return sum(words.get(word.strip(".,!").lower(), 0.0) for word in (text or "").split())


def evidence_of(talk, tagger=None, **choices):
    """What is pointed at: (row, tag, words)."""
    tagger = tagger or Weighing()
    transcript = ls.read_transcript(talk)
    found = find_evidence(ls.tag_utterances(transcript, tagger=tagger), tagger=tagger, **choices).evidence
    texts = transcript.text.to_pylist()
    return [(one.row, one.tag, texts[one.row][one.start : one.end]) for one in found.itertuples()]


def test_the_planted_word_is_found():
    assert evidence_of([("A", "It broke."), ("B", "Oh no, sorry! What now?")]) == [(1, "soothing", "sorry!")]


def test_the_table_looks_as_that_of_any_tagger():
    tagger = Weighing()
    tagged = ls.tag_utterances(ls.read_transcript([("A", " sorry ")]), tagger=tagger)
    found = find_evidence(tagged, tagger=tagger)

    assert found.evidence.to_dict("records") == [
        {"row": 0, "tag": "soothing", "move": "", "start": 1, "end": 6, "rule": "occlusion"}
    ]
    assert found.evidence.dtypes.equals(no_evidence().dtypes)
    assert tagged.evidence.empty
    assert found.probability is tagged.probability
    assert found.provenance == tagged.provenance


def test_words_of_the_context_are_not_pointed_at():
    # the second utterance carries its tag only because of the one before, and no word of its own is behind it
    assert evidence_of([("A", "sorry"), ("B", "the bus came")]) == [(0, "soothing", "sorry")]


def test_the_talk_before_is_read_and_conversations_stay_apart():
    talk = pd.DataFrame(
        {"conversation_id": ["x", "y", "x"], "speaker": ["A", "C", "B"], "text": ["dear so so", "sorry", "dear me"]}
    )
    # tagged with what was said just before in its conversation: nothing else would lift it over the threshold
    assert evidence_of(talk, rows=[2]) == [(2, "soothing", "dear")]


def test_utterances_in_another_order_than_they_were_said():
    talk = pd.DataFrame({"speaker": list("BAB"), "text": ["bye now", "sorry dear", "it broke"], "turn": [3, 2, 1]})
    assert evidence_of(talk) == [(1, "soothing", "sorry dear")]


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_utterances_without_text_have_none(text):
    assert evidence_of([("A", text), ("B", "sorry")]) == [(1, "soothing", "sorry")]
    assert evidence_of([("A", text)]) == []


def test_an_utterance_of_one_word_is_its_evidence():
    assert evidence_of([("A", "Whatever.")]) == [(0, "withdrawing", "Whatever.")]
    # as there is no tag without text, even where the tagger would give one because of the talk before
    assert evidence_of([("A", "so sorry"), ("B", "bus")], rows=[1]) == [(1, "soothing", "bus")]


def test_two_tags_have_words_of_their_own():
    assert evidence_of([("A", "whatever, I am sorry")]) == [
        (0, "withdrawing", "whatever,"),
        (0, "soothing", "sorry"),
    ]


def test_neighbours_are_one_span_and_others_are_not():
    assert evidence_of([("A", "my dear, sorry, it is dear")]) == [
        (0, "soothing", "dear, sorry,"),
        (0, "soothing", "dear"),
    ]


def test_no_more_words_than_asked_for_and_none_that_are_worth_little():
    talk = [("A", "so dear is it, sorry and so dear again")]
    assert evidence_of(talk, most=1) == [(0, "soothing", "sorry")]
    assert evidence_of(talk, most=2) == [(0, "soothing", "dear"), (0, "soothing", "sorry")]
    assert evidence_of(talk, least=2.0) == [(0, "soothing", "sorry")]
    assert evidence_of(talk, most=9, least=0.1) == [
        (0, "soothing", "so dear"),
        (0, "soothing", "sorry"),
        (0, "soothing", "so dear"),
    ]


def test_later_talk_changes_nothing():
    talk = [("A", "it broke"), ("B", "sorry, dear"), ("A", "fine, whatever"), ("B", "so sorry")]
    whole = evidence_of(talk)

    for length in range(1, len(talk)):
        assert evidence_of(talk[:length]) == [found for found in whole if found[0] < length]


def test_no_more_talk_is_read_than_up_to_the_utterance():
    tagger = Weighing()
    evidence_of([("A", "one"), ("B", "two"), ("A", "sorry dear")], tagger, context=1)
    variants = tagger.seen[-1]

    assert variants.text.to_pylist() == ["two", "sorry dear", "two", "dear", "two", "sorry"]
    assert variants.conversation.tolist() == [0, 0, 1, 1, 2, 2]
    assert variants.turn.tolist() == [0, 1, 0, 1, 0, 1]
    assert [variants.parties[speaker] for speaker in variants.speaker[:2]] == ["B", "A"]


def test_many_are_tagged_at_once_but_not_too_many():
    tagger = Weighing()
    talk = [("AB"[turn % 2], "sorry " + "word " * 19) for turn in range(60)]
    found = evidence_of(talk, tagger)
    sizes = [len(seen) for seen in tagger.seen[1:]]

    assert found == [(row, "soothing", "sorry") for row in range(60)]
    assert max(sizes) <= UTTERANCES_AT_ONCE
    assert len(sizes) == -(-sum(sizes) // UTTERANCES_AT_ONCE)


def test_long_utterances_are_masked_some_words_at_a_time():
    tagger = Weighing()
    text = "word " * 100 + "sorry dear " + "word " * 90
    assert evidence_of([("A", text)], tagger) == [(0, "soothing", "word sorry dear")]
    assert len(tagger.seen[-1]) == 1 + WINDOWS


def test_only_the_rows_asked_for():
    talk = [("A", "sorry"), ("B", "oh whatever"), ("A", "dear, sorry"), ("B", "the bus came")]
    assert evidence_of(talk, rows=[2, 0, 2]) == [(0, "soothing", "sorry"), (2, "soothing", "dear, sorry")]
    assert evidence_of(talk, rows=np.array([1])) == [(1, "withdrawing", "whatever")]
    assert evidence_of(talk, rows=[]) == []


def test_evidence_of_other_rows_stays():
    tagger = Weighing()
    tagged = ls.tag_utterances(ls.read_transcript([("A", "sorry"), ("B", "so sorry")]), tagger=tagger)
    second = find_evidence(tagged, tagger=tagger, rows=[1])
    both = find_evidence(second, tagger=tagger, rows=[0])

    pd.testing.assert_frame_equal(both.evidence, find_evidence(tagged, tagger=tagger).evidence)
    pd.testing.assert_frame_equal(find_evidence(both, tagger=tagger).evidence, both.evidence)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([0, 2], "1 of the 2 rows are not in the transcript; expected 0 to 1"),
        ([-1], "1 of the 1 rows are not in the transcript"),
        ([True, False], "type bool; expected positions"),
        ([0.5], "type float64; expected positions"),
    ],
)
def test_unknown_rows_are_refused(rows, message):
    with pytest.raises(TaggerError, match=message) as caught:
        evidence_of([("A", "sorry"), ("B", "whatever")], rows=rows)
    assert "sorry" not in str(caught.value)


@pytest.mark.parametrize("choices", [{"most": 0}, {"least": -1.0}, {"least": float("nan")}, {"context": -1}])
def test_choices_out_of_range_are_refused(choices):
    with pytest.raises(SettingsError, match="expected 1, 0 and 0 or more"):
        evidence_of([("A", "sorry")], **choices)


def test_a_tagger_of_ones_own_must_be_passed():
    tagged = ls.tag_utterances(ls.read_transcript([("A", "sorry")]), tagger=Weighing())
    with pytest.raises(TaggerError, match="by 'weighing', which does not come with the library; expected tagger="):
        find_evidence(tagged)


@pytest.mark.parametrize(
    "other", [Weighing(name="other"), Weighing(digest="cd" * 32), Weighing(digest=None), Weighing(tags=TAGS[::-1])]
)
def test_another_tagger_than_gave_the_tags_is_refused(other):
    tagged = ls.tag_utterances(ls.read_transcript([("A", "sorry")]), tagger=Weighing())
    with pytest.raises(TaggerError, match="expected the tagger that gave the tags"):
        find_evidence(tagged, tagger=other)


def test_what_is_no_tagger_is_refused():
    tagged = ls.tag_utterances(ls.read_transcript([("A", "sorry")]), tagger=Weighing())
    with pytest.raises(TaggerError, match="tagger is a object; expected an object with the members"):
        find_evidence(tagged, tagger=object())
    with pytest.raises(LaborSignalsError, match="neither a known name nor a folder"):
        find_evidence(tagged, tagger="nowhere")


@pytest.mark.parametrize(
    ("by", "name"), [("labor-minilm-en", "default"), ("labor-static-en", "fast"), ("rules", "rules")]
)
def test_taggers_that_come_with_the_library_are_loaded_by_name(monkeypatch, by, name):
    tagger = Weighing(name=by)
    asked = []
    monkeypatch.setattr(occlusion, "load_tagger", lambda name: asked.append(name) or tagger)
    tagged = ls.tag_utterances(ls.read_transcript([("A", "so sorry")]), tagger=tagger)

    assert find_evidence(tagged).evidence["start"].tolist() == [3]
    assert asked == [name]


def test_the_page_marks_the_words():
    tagger = Weighing()
    report = ls.analyze([("Ana", "it <b>broke</b>"), ("Ben", "oh <i>dear,</i> sorry! So <sorry")], tagger=tagger)
    assert "<mark" not in report.to_html()
    page = replace(report, tagged=find_evidence(report.tagged, tagger=tagger)).to_html()

    assert page.count("<mark") == 1
    assert 'title="soothing">sorry!</mark>' in page


def test_with_the_rules_that_come_with_the_library(rules):
    talk = ls.read_transcript([("Ana", "I feel so alone in this."), ("Ben", "Okay. Whatever you say.")])
    tagged = ls.tag_utterances(talk, tagger=rules)
    found = find_evidence(tagged, tagger=rules, rows=[1])

    assert found.evidence.query("row == 1")[["tag", "start", "end", "rule"]].to_numpy().tolist() == [
        ["withdrawing", 6, 18, "occlusion"]
    ]
    pd.testing.assert_frame_equal(found.evidence.query("row == 0"), tagged.evidence.query("row == 0"))
