"""Measures over talk give the same whatever the size of the blocks that they go through."""

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate import blocks
from labor_signals.aggregate.containment import containment
from labor_signals.aggregate.emotional_contact import emotional_contact
from labor_signals.aggregate.inequality import inequality
from labor_signals.aggregate.lumped import lumped
from labor_signals.aggregate.silence import silence
from labor_signals.aggregate.trajectory import trajectory
from labor_signals.codebook import TAGS

MEASURES = {
    "contact": emotional_contact,
    "lumped": lumped,
    "inequality": inequality,
    "windows": lambda talk: trajectory(talk)[0],
    "slopes": lambda talk: trajectory(talk)[1],
    "conversations": lambda talk: trajectory(talk, over="conversations")[0],
    "dyads": lambda talk: trajectory(talk, over="conversations")[1],
    "silence": silence,
    "containment": lambda talk: containment(talk, hedges=np.arange(len(talk.transcript)) % 3),
}


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("size", [1, 150])
def test_block_size_changes_nothing(name, size, monkeypatch):
    rng = np.random.default_rng(0)
    n = 600
    frame = pd.DataFrame(rng.random((n, len(TAGS))), columns=list(TAGS)).assign(
        conversation_id=rng.integers(0, 6, n),  # rows of conversations stand mixed
        speaker=rng.choice(["Ana", "Ben", "Cy"], n),
        start=np.arange(n) * 2.0,
        text="some words to be counted",
    )
    talk = ls.TaggedTranscript.from_codes(frame)
    whole = MEASURES[name](talk)
    monkeypatch.setattr(blocks, "_BLOCK", size)
    assert len(list(blocks.blocks_of(talk))) > 1
    pd.testing.assert_frame_equal(MEASURES[name](talk), whole)
