from dataclasses import replace

import numpy as np
import pytest

from labor_signals.train.augment import augmented, swap_gender, with_names
from labor_signals.train.talks import Talk

TEXTS = ("Anna, he said sorry.", "Did he?", "He did, and his mother too.", "Okay.", "Well.", "Yes.", "No, Ben.", "Hm!")
TALK = Talk("t", TEXTS, (0, 1) * 4, ("Anna", "Ben Smith"), np.arange(16, dtype=np.float32).reshape(8, 2))


@pytest.mark.parametrize("seed", range(40))
def test_targets_go_with_their_texts(seed):
    # texts that no change touches tell where a conversation was cut
    talk = replace(TALK, texts=tuple("abcdefgh"), names=("Anna", "Ben"))
    varied = augmented(talk, np.random.default_rng(seed))

    begin = len(talk) - len(varied)
    assert varied.texts == talk.texts[begin:]
    assert varied.speakers == talk.speakers[begin:]
    np.testing.assert_array_equal(varied.targets, talk.targets[begin:])


def test_some_variants_differ_and_the_original_stays():
    texts = {augmented(TALK, np.random.default_rng(seed)).texts[-2] for seed in range(60)}

    assert len(texts) > 2
    assert TALK.texts == TEXTS


@pytest.mark.parametrize(
    ("text", "swapped"),
    [("He saw her", "She saw him"), ("my Dad", "my Mum"), ("the men", "the women"), ("here, other", "here, other")],
)
def test_gendered_words_change_sides(text, swapped):
    assert swap_gender(text) == swapped


def test_names_are_replaced_as_words():
    assert with_names({"Ann": "Kofi"})("Ann, Anna and Ann's") == "Kofi, Anna and Kofi's"
    assert with_names({})("as it was") == "as it was"
