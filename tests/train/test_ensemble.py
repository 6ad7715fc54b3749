"""Several taggers as one, and what an encoder learns from them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from labor_signals.errors import TaggerError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.load_tagger import load_model
from labor_signals.tag.tagger import Tagger
from labor_signals.train import start
from labor_signals.train import train_tagger as training
from labor_signals.train.ensemble import ensemble_of
from labor_signals.train.fit import Recipe
from tests.train.conftest import TOY_TAGS, toy_talk


@dataclass
class Constant:
    """Gives each tag the same weight everywhere."""

    weights: dict[str, float]
    name: str = "constant"
    digest: str | None = None
    thresholds: np.ndarray = field(default_factory=lambda: np.array([0.5, 0.5]))

    @property
    def tags(self):
        return tuple(self.weights)

    def predict_proba(self, transcript):
        return np.tile(np.array(list(self.weights.values()), dtype=np.float32), (len(transcript), 1))


TALK = read_transcript(pd.DataFrame({"conversation_id": ["a", "a"], "speaker": ["A", "B"], "text": ["hi", "oh"]}))


def test_several_answer_with_the_mean_of_their_log_odds_tag_by_tag():
    one, other = Constant({"x": 0.2, "y": 0.9}), Constant({"y": 0.5, "x": 0.8})

    found = ensemble_of([one, other]).predict_proba(TALK)

    np.testing.assert_allclose(found, [[0.5, 0.75], [0.5, 0.75]], atol=1e-6)  # odds of 9 and of 1: their mean is 3


def test_shares_count_against_each_other_whatever_their_sum():
    one, other = Constant({"x": 0.9, "y": 0.5}), Constant({"x": 0.5, "y": 0.5})

    found = ensemble_of([one, other], shares=(6, 2)).predict_proba(TALK)

    np.testing.assert_allclose(found[0, 0], 9**0.75 / (1 + 9**0.75), atol=1e-6)


def test_no_tagger_overrules_the_others_with_a_weight_of_0():
    found = ensemble_of([Constant({"x": 0.0}), Constant({"x": 1.0})]).predict_proba(TALK)

    np.testing.assert_allclose(found, 0.5, atol=1e-6)


def test_an_ensemble_is_a_tagger_and_one_alone_stays_itself():
    one = Constant({"x": 0.2})

    assert ensemble_of([one]) is one
    assert isinstance(ensemble_of([one, one]), Tagger)
    assert ensemble_of([one, one]).name == "constant + constant"


def test_taggers_with_other_tags_are_refused():
    with pytest.raises(TaggerError, match="'constant' gives x, y; expected the tags of 'constant': x"):
        ensemble_of([Constant({"x": 0.2}), Constant({"x": 0.2, "y": 0.1})])


def test_an_encoder_learns_from_its_teacher_what_nobody_has_coded(base, trained, tmp_path, monkeypatch):
    monkeypatch.setattr(start, "check_base", lambda _: None)
    coded, uncoded = toy_talk(6, talks=2), toy_talk(7, talks=120)
    uncoded["conversation_id"] = "u" + uncoded["conversation_id"]
    uncoded[list(TOY_TAGS)] = np.nan
    sizes = {"learning_rate": 2e-3, "head_rate": 5e-3, "pieces": 256, "augment": False, "dropout": 0.0}
    recipe = Recipe(epochs=8, teacher=load_model(trained), taught=0.5, disturbed=1, **sizes)

    tagger = training.train_tagger(
        pd.concat([coded, uncoded], ignore_index=True),
        toy_talk(1),
        base=base,
        out=tmp_path / "toy",
        recipe=recipe,
        tags=TOY_TAGS,
    )

    from labor_signals.train.evaluate import evaluate_tagger, f1_of  # noqa: PLC0415

    found = evaluate_tagger(tagger, toy_talk(2))
    assert f1_of(found.counts())[found.tags.index("soothing")] > 0.9
