import pytest
import torch

from labor_signals.errors import TaggerError
from labor_signals.train.evaluate import evaluate_tagger, f1_of
from labor_signals.train.fit import Recipe
from labor_signals.train.start import first_model, start_of
from labor_signals.train.static_net import StaticRecipe
from labor_signals.train.train_tagger import train_tagger
from tests.train.conftest import TOY_TAGS, toy_talk

LITTLE = Recipe(epochs=1, learning_rate=1e-4, head_rate=1e-3, pieces=256, augment=False)


def test_a_tagger_is_trained_on_from_what_it_knows(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("labor_signals.train.fit.bf16_pays", lambda: False)
    few = toy_talk(8, talks=6)

    tagger = train_tagger(few, toy_talk(1), base=trained, out=tmp_path / "on", recipe=LITTLE, tags=TOY_TAGS)

    found = evaluate_tagger(tagger, toy_talk(2))
    assert f1_of(found.counts())[found.tags.index("soothing")] > 0.95


def test_other_tags_get_a_head_of_their_own(trained):
    rates = {"tags": torch.tensor([0.25])}
    kept, other = (
        first_model(start_of(trained, fast=False), {"tags": tags}, rates=rates).state_dict()
        for tags in (TOY_TAGS, ("thanking",))
    )

    assert other["heads.tags.weight"].shape[0] == 1
    assert torch.sigmoid(other["heads.tags.bias"]).item() == pytest.approx(0.25)
    encoder = [name for name in kept if not name.startswith("heads.")]
    assert all(torch.equal(kept[name], other[name]) for name in encoder)


def test_new_tasks_beside_the_tags_begin_at_their_rates(trained):
    model = first_model(
        start_of(trained, fast=False), {"tags": TOY_TAGS, "acts": ("advising",)}, rates={"acts": torch.tensor([0.1])}
    )

    assert torch.sigmoid(model.heads["acts"].bias).item() == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("tags", "narrow", "message"),
    [(("thanking",), False, "fitted to other tags or to none"), (TOY_TAGS, True, "to be made narrower")],
)
def test_a_mean_with_weights_that_are_not_fitted_is_refused(trained, tmp_path, tags, narrow, message):
    talk = toy_talk(0, talks=2).rename(columns={"soothing": tags[0]})
    with pytest.raises(TaggerError, match=message):
        train_tagger(talk, talk, base=trained, out=tmp_path / "x", recipe=Recipe(soup=True, narrow=narrow), tags=tags)


def test_the_fast_tier_begins_with_the_base_alone(trained, tmp_path):
    with pytest.raises(TaggerError, match=r"found no model\.safetensors"):
        train_tagger(
            toy_talk(0, talks=2), toy_talk(1), base=trained, out=tmp_path / "x", recipe=StaticRecipe(), tags=TOY_TAGS
        )


def test_a_changed_tagger_is_refused(trained, tmp_path):
    copied = tmp_path / "copied"
    copied.mkdir()
    for path in trained.iterdir():
        (copied / path.name).write_bytes(path.read_bytes())
    weights = copied / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])

    with pytest.raises(TaggerError, match="SHA-256"):
        start_of(copied, fast=False)
