"""Disturbed talk keeps its form, and is what a teacher is asked about."""

import numpy as np
import pandas as pd
import pytest

from labor_signals.train import train_tagger as training
from labor_signals.train.disturb import EXCHANGED, disturbed, similar_words
from labor_signals.train.static_net import StaticRecipe
from tests.train.conftest import TOY_TAGS, toy_talk
from tests.train.test_teach import Teacher

COLUMNS = ["conversation_id", "speaker", "text"]


@pytest.fixture(scope="module")
def talk():
    return toy_talk(5, talks=200, filler=9)[COLUMNS]


def test_similar_words_are_those_whose_vectors_point_the_same_way():
    vectors = np.array([[1, 0], [2, 0.1], [0, 1], [0, 3], [5, 5], [1, 1]], dtype=np.float32)
    vocabulary = {"warm": 0, "hot": 1, "cold": 2, "icy": 3, "##ly": 4, "?": 5}

    found = similar_words(vectors, vocabulary)

    assert set(found) == {"warm", "hot", "cold", "icy"}
    assert [found[word][0] for word in ("warm", "hot", "cold", "icy")] == ["hot", "warm", "icy", "cold"]
    assert all(word not in near for word, near in found.items())


def test_disturbed_talk_has_the_same_turns_under_other_ids(talk):
    found = disturbed(talk, {}, np.random.default_rng(0))

    assert found.columns.tolist() == COLUMNS
    assert found["speaker"].tolist() == talk["speaker"].tolist()
    assert not set(found["conversation_id"]) & set(talk["conversation_id"])
    assert (pd.factorize(found["conversation_id"])[0] == pd.factorize(talk["conversation_id"])[0]).all()


def test_some_words_are_exchanged_or_lost_and_some_turns_come_from_elsewhere(talk):
    plain = talk.assign(text=["Rain " * 20] * len(talk))
    words = disturbed(plain, {"rain": ["snow"]}, np.random.default_rng(0))["text"].str.count("Snow") / 20

    assert words.mean() == pytest.approx(0.9 * np.mean(EXCHANGED), abs=0.02)
    turns = disturbed(talk.assign(text=np.arange(len(talk)).astype(str)), {}, np.random.default_rng(0))["text"]
    foreign = (turns.to_numpy() != np.arange(len(talk)).astype(str)).reshape(200, -1).mean(1)
    assert (foreign == 0).mean() > 0.25
    assert foreign.mean() == pytest.approx(0.15, abs=0.03)


def test_what_is_drawn_hangs_on_the_generator_alone(talk):
    one, same, other = (disturbed(talk, {"rain": ["bus"]}, np.random.default_rng(seed)) for seed in (1, 1, 2))

    pd.testing.assert_frame_equal(one, same)
    assert one["text"].tolist() != other["text"].tolist()


@pytest.mark.parametrize(("share", "variants"), [(2, 10), (1.4, 7), (0.1, 1)])
def test_the_fast_tier_learns_from_disturbed_talk_what_its_teacher_makes_of_it(
    base, tmp_path, monkeypatch, share, variants
):
    learnt = []
    fit = training.fit_static
    monkeypatch.setattr("labor_signals.train.start.check_base", lambda _: None)
    monkeypatch.setattr(
        training, "fit_static", lambda talks, *rest, **more: learnt.extend(talks) or fit(talks, *rest, **more)
    )
    coded = toy_talk(6, talks=5)

    recipe = StaticRecipe(epochs=1, teacher=Teacher(), taught=0.4, disturbed=share)
    training.train_tagger(coded, toy_talk(1), base=base, out=tmp_path / "fast", recipe=recipe, tags=TOY_TAGS)

    assert len(learnt) == 5 + variants
    assert len({talk.name for talk in learnt}) == len(learnt)
    soothing = TOY_TAGS.index("soothing")
    for talk in learnt[5:]:
        assert "disturbed" in talk.name
        assert talk.targets[:, soothing].tolist() == [float(len(text.split()) >= 3) for text in talk.texts]
