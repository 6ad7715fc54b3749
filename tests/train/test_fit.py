from types import SimpleNamespace

import numpy as np
import pytest
import torch

from labor_signals.tag.packed_model import PackedModel, base_encoder
from labor_signals.tag.pieces import load_tokenizer
from labor_signals.train import fit
from labor_signals.train.talks import talks_of
from tests.train.conftest import TOY_TAGS, toy_talk


@pytest.mark.parametrize("half", [False, True])
def test_the_loss_falls_in_full_and_in_half_precision(base, monkeypatch, half):
    monkeypatch.setattr(fit, "bf16_pays", lambda: half)
    torch.manual_seed(0)
    model = PackedModel(base_encoder(base), {"tags": len(TOY_TAGS)})
    losses = []
    fit.fit(
        model,
        talks_of(toy_talk(0, talks=40), TOY_TAGS),
        load_tokenizer(base / "tokenizer.json"),
        labels={"tags": slice(0, len(TOY_TAGS))},
        recipe=fit.Recipe(epochs=5, learning_rate=2e-3, head_rate=5e-3, pieces=256, hidden=0.05),
        after_epoch=lambda _, loss, __: losses.append(loss),
    )

    assert np.isfinite(losses).all()
    assert losses[-1] < 0.9 * losses[0]


def test_a_soup_is_the_mean_of_the_first_weights_and_of_those_after_each_epoch(base, monkeypatch):
    monkeypatch.setattr(fit, "bf16_pays", lambda: False)
    epochs = []
    models = {}
    for soup in (False, True):
        torch.manual_seed(0)
        models[soup] = PackedModel(base_encoder(base), {"tags": len(TOY_TAGS)})
        first = models[soup].heads["tags"].weight.detach().clone()
        models[soup] = fit.fit(
            models[soup],
            talks_of(toy_talk(0, talks=6), TOY_TAGS),
            load_tokenizer(base / "tokenizer.json"),
            labels={"tags": slice(0, len(TOY_TAGS))},
            recipe=fit.Recipe(epochs=2, pieces=256, soup=soup),
            after_epoch=lambda _, __, kept: epochs.append(kept.heads["tags"].weight.detach().clone()),
        )
    one, two = epochs[:2]

    torch.testing.assert_close(epochs[2], (first + one) / 2)
    torch.testing.assert_close(models[True].heads["tags"].weight, (first + one + two) / 3)


def test_labels_that_were_not_coded_cost_nothing():
    batch = SimpleNamespace(real=torch.tensor([[True, True]]), targets=torch.tensor([[[1.0, torch.nan], [0.0, 0.0]]]))
    logits = {"a": torch.zeros((1, 2, 1)), "b": torch.zeros((1, 2, 1), requires_grad=True)}

    loss = fit.loss_of(logits, batch, {"a": slice(0, 1), "b": slice(1, 2)}, {"a": 1.0, "b": 1.0})
    loss.backward()

    assert loss.item() == pytest.approx(1.5 * np.log(2))
    assert logits["b"].grad.flatten().tolist() == [0.0, 0.25]
