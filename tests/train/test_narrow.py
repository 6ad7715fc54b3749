"""A model made narrower loses what matters least, and goes on as any other."""

from functools import partial

import numpy as np
import pytest
import torch

from labor_signals.errors import TaggerError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.load_tagger import load_tagger
from labor_signals.tag.packed_model import heads_of
from labor_signals.tag.pieces import load_tokenizer
from labor_signals.train import train_tagger as training
from labor_signals.train.batches import batched, items_of
from labor_signals.train.evaluate import evaluate_tagger, f1_of
from labor_signals.train.fit import Recipe
from labor_signals.train.narrow import narrowed
from labor_signals.train.start import first_model, start_of
from labor_signals.train.talks import talks_of
from tests.train.conftest import TOY_TAGS, toy_talk

LABELS = {"tags": slice(0, len(TOY_TAGS))}
HEADS, NEURONS = 4, 96


@pytest.fixture
def model(trained):
    return first_model(start_of(trained, fast=False), {"tags": TOY_TAGS}, rates={}).eval()


@pytest.fixture
def batches(base):
    return list(batched(items_of(talks_of(toy_talk(3), TOY_TAGS), load_tokenizer(base / "tokenizer.json")), 256))


@torch.inference_mode()
def _answers(model, batches):
    return torch.cat([model(batch.inputs)["tags"][batch.real] for batch in batches])


def test_neurons_that_nothing_depends_on_are_cut_first(model, batches):
    for layer in model.encoder.encoder.layer:
        layer.output.dense.weight.data[:, [5, 17, 40]] = 0
    before = _answers(model, batches)

    narrow = narrowed(model, batches, labels=LABELS, heads=HEADS, neurons=NEURONS - 3)

    assert narrow.encoder.encoder.layer[0].output.dense.in_features == NEURONS - 3
    torch.testing.assert_close(_answers(narrow.eval(), batches), before, atol=1e-5, rtol=1e-5)


def test_heads_that_nothing_depends_on_are_cut_first(model, batches):
    size = model.encoder.encoder.layer[0].attention.self.attention_head_size
    weights = []
    for layer in model.encoder.encoder.layer:
        layer.attention.output.dense.weight.data[:, size : 2 * size] = 0
        weights.append(layer.attention.self.query.weight.data.clone().unflatten(0, (HEADS, size)))

    narrow = narrowed(model, batches, labels=LABELS, heads=HEADS - 1, neurons=NEURONS)

    assert heads_of(narrow.encoder) == len(narrow.turn_bias) == HEADS - 1
    for layer, wide in zip(narrow.encoder.encoder.layer, weights, strict=True):
        torch.testing.assert_close(layer.attention.self.query.weight, wide[[0, 2, 3]].flatten(0, 1))


@pytest.fixture(scope="module")
def narrow_tagger(trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("narrow") / "toy"
    recipe = Recipe(epochs=8, learning_rate=2e-3, head_rate=5e-3, pieces=256, augment=False, dropout=0.0, narrow=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("labor_signals.train.fit.bf16_pays", lambda: False)
        patch.setattr(training, "narrowed", partial(narrowed, heads=2, neurons=64))
        training.train_tagger(toy_talk(0, talks=120), toy_talk(1), base=trained, out=out, recipe=recipe, tags=TOY_TAGS)
    return out


def test_a_narrow_tagger_is_written_and_read_as_any_other(narrow_tagger):
    tagger = load_tagger(narrow_tagger)
    found = evaluate_tagger(tagger, toy_talk(2))

    assert f1_of(found.counts())[found.tags.index("soothing")] > 0.95
    talk = read_transcript(toy_talk(2)[["conversation_id", "speaker", "text"]])
    through_torch = load_tagger(narrow_tagger, device="cpu").predict_proba(talk)
    assert np.abs(tagger.predict_proba(talk) - through_torch).mean() < 0.05


@pytest.mark.parametrize(
    ("which", "message"), [("base", "found the base encoder"), ("narrow", "narrower before, to 2")]
)
def test_only_a_wide_tagger_can_be_made_narrower(base, narrow_tagger, tmp_path, monkeypatch, which, message):
    monkeypatch.setattr("labor_signals.train.start.check_base", lambda _: None)
    with pytest.raises(TaggerError, match=message):
        training.train_tagger(
            toy_talk(0, talks=2),
            toy_talk(1),
            base=base if which == "base" else narrow_tagger,
            out=tmp_path / "x",
            recipe=Recipe(narrow=True),
            tags=TOY_TAGS,
        )
