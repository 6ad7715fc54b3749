"""The front door: which taggers it takes, and what it checks."""

import json
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from labor_signals.errors import TaggerError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import Transcript
from labor_signals.settings import Settings
from labor_signals.tag.load_tagger import load_tagger
from labor_signals.tag.tag_utterances import tag_utterances

TALK = [("Ana", "I feel so alone in this."), ("Ben", ""), ("Ana", "  "), ("Ben", "Whatever.")]


@pytest.fixture
def talk():
    frame = pd.DataFrame(TALK, columns=["speaker", "text"])
    return read_transcript(frame)


@dataclass
class Fixed:
    """A tagger that returns what it is told to."""

    weights: object
    name: str = "fixed"
    digest: str | None = None
    tags: tuple[str, ...] = ("soothing", "withdrawing", "humming")
    thresholds: object = field(default_factory=lambda: np.array([0.5, 0.5, 0.5]))

    def predict_proba(self, transcript: Transcript) -> object:  # noqa: ARG002
        return self.weights


def test_the_trained_encoder_by_default(talk):
    tagged = tag_utterances(talk)

    assert tagged.provenance.tagger == "labor-minilm-en"
    assert tagged.provenance.tagger_digest == load_tagger().digest[:12]
    assert tagged.evidence.empty


def test_rules_by_name(talk):
    tagged = tag_utterances(talk, tagger="rules", settings=Settings(seed=3))
    assert tagged.frame["tag"].tolist() == ["initiating", "none", "none", "withdrawing"]
    assert tagged.evidence["row"].tolist() == [0, 3]
    assert tagged.labor == ("initiating", "soothing", "translating")
    assert tagged.avoidance == ("deflecting", "withdrawing")
    assert (tagged.provenance.tagger, tagged.provenance.seed) == ("rules", 3)
    assert tagged.provenance.tagger_digest == load_tagger("rules").digest[:12]
    assert tagged.probability.dtype == tagged.thresholds.dtype == np.float32


def test_utterances_without_text_get_zeros_whatever_the_tagger_says(talk):
    tagged = tag_utterances(talk, tagger=Fixed(np.ones((4, 3))))
    assert tagged.probability.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    assert tagged.evidence.empty
    assert list(tagged.evidence.columns) == ["row", "tag", "move", "start", "end", "rule"]


def test_tags_of_the_codebook_keep_their_kind_and_others_have_none(talk):
    tagged = tag_utterances(talk, tagger=Fixed(np.zeros((4, 3))))
    assert (tagged.labor, tagged.avoidance) == (("soothing",), ("withdrawing",))
    assert tagged.provenance.tagger_digest is None


def test_a_tagger_may_name_the_kinds_itself(talk):
    tagger = Fixed(np.zeros((4, 3)))
    tagger.labor = ("humming",)
    assert tag_utterances(talk, tagger=tagger).labor == ("humming",)
    tagger.labor = ("singing",)
    with pytest.raises(TaggerError, match="labor of the tagger names 'singing'; expected only its own tags"):
        tag_utterances(talk, tagger=tagger)


@pytest.mark.parametrize(
    ("weights", "wrong"),
    [
        (np.zeros((3, 3)), r"shape \(3, 3\); expected \(4, 3\)"),
        (np.zeros(4), r"shape \(4,\)"),
        (np.full((4, 3), 1.5), r"outside \[0, 1\], or NaN, for 2 utterances \(rows 1, 4, counted from 1\)"),
        (np.full((4, 3), np.nan), r"outside \[0, 1\], or NaN"),
        (np.full((4, 3), "a"), "type <U1; expected numbers"),
        (None, r"shape \(\)"),
    ],
)
def test_what_a_tagger_returns_is_checked(talk, weights, wrong):
    with pytest.raises(TaggerError, match=wrong):
        tag_utterances(talk, tagger=Fixed(weights))


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        ({"row": [0]}, "lacks tag, move, start, end, rule"),
        ({"row": [4], "tag": ["humming"]}, "an utterance or a tag that there is not; expected rows from 0 to 3"),
        ({"row": [3], "tag": ["singing"]}, "and tags among soothing, withdrawing, humming"),
    ],
)
def test_evidence_is_checked(talk, shown, wrong):
    tagger = Fixed(np.zeros((4, 3)))
    rest = {"move": [""], "start": [0], "end": [1], "rule": [""]} if "tag" in shown else {}
    tagger.predict_with_evidence = lambda _: (tagger.weights, pd.DataFrame(shown | rest))
    with pytest.raises(TaggerError, match=wrong):
        tag_utterances(talk, tagger=tagger)


@pytest.mark.parametrize("thresholds", [[0.5], [0.5, 0.5, 0], [0.5, 0.5, 1.1], [0.5, 0.5, np.nan]])
def test_thresholds_are_checked(talk, thresholds):
    with pytest.raises(TaggerError, match="thresholds of the tagger are"):
        tag_utterances(talk, tagger=Fixed(np.zeros((4, 3)), thresholds=thresholds))


@pytest.mark.parametrize("tags", [(), ("a", "a", "b"), (1, 2, 3)])
def test_names_of_tags_are_checked(talk, tags):
    with pytest.raises(TaggerError, match="expected at least one, each a text of its own"):
        tag_utterances(talk, tagger=Fixed(np.zeros((4, 3)), tags=tags))


def test_something_else_than_a_tagger(talk):
    with pytest.raises(TaggerError, match="tagger is a int without name, digest, tags, thresholds, predict_proba"):
        tag_utterances(talk, tagger=3)


@pytest.mark.parametrize("name", ["best", "no/such/folder", "x" * 5000, "a\0b"])
def test_an_unknown_name_lists_the_known_ones(talk, name):
    with pytest.raises(TaggerError, match="expected one of 'default', 'fast', 'rules', the folder"):
        tag_utterances(talk, tagger=name)


def test_a_folder_of_rules_by_its_path(tmp_path, talk):
    (tmp_path / "my.jsonl").write_text(
        '{"id": "a", "tag": "humming", "pattern": [[{"NORM": "alone"}]], "example": "alone"}'
    )
    assert load_tagger(tmp_path).tags == ("humming",)
    assert tag_utterances(talk, tagger=tmp_path).labor == ()
    assert tag_utterances(talk, tagger=str(tmp_path)).frame["tag"].tolist() == ["humming", "none", "none", "none"]


def test_importing_the_step_loads_no_spacy():
    code = "import sys, labor_signals.tag.tag_utterances; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["default", "fast", "rules"])
def test_taggers_of_the_library_are_loaded_once(name):
    assert load_tagger(name) is load_tagger(name)


def test_evidence_stands_only_behind_tags_that_are_carried(tmp_path):
    rule = {"tag": "soothing", "move": "comfort", "strength": "hint", "example": "x"}
    lines = [json.dumps(rule | {"id": word, "pattern": [[{"NORM": word}]]}) for word in ("hush", "rest")]
    (tmp_path / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")
    tagged = tag_utterances(read_transcript([("A", "Hush."), ("B", "Hush, rest.")]), tagger=tmp_path)
    assert tagged.carried[:, 0].tolist() == [False, True]
    assert tagged.evidence["row"].tolist() == [1, 1]
