import numpy as np
import torch

from labor_signals.tag.pieces import load_tokenizer
from labor_signals.train.batches import batched, items_of
from labor_signals.train.talks import talks_of
from tests.train.conftest import TOY_TAGS, toy_talk

MASK = 7


def test_hiding_spares_the_first_pieces_and_hides_its_share(base):
    talks = talks_of(toy_talk(1, talks=20), TOY_TAGS)
    (batch,) = batched(items_of(talks, load_tokenizer(base / "tokenizer.json")), 1_000_000)
    hidden = batch.hiding(0.4, MASK, np.random.default_rng(0))
    changed, inside = hidden.inputs.ids != batch.inputs.ids, batch.inputs.place > 0

    assert (hidden.inputs.ids[changed] == MASK).all()
    assert not changed[~inside].any()
    assert 0.35 < changed[inside].float().mean() < 0.45
    assert torch.equal(hidden.targets, batch.targets)
    assert batch.hiding(0.0, MASK, np.random.default_rng(0)) is batch
