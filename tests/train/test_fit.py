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
