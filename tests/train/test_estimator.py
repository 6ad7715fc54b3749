import gc
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, cross_val_score

from labor_signals.tag.model_folder import sha256_of
from labor_signals.train.estimator import TaggerClassifier
from tests.train.conftest import TOY_TAGS, toy_talk


@pytest.fixture
def classifier(base, monkeypatch):
    monkeypatch.setattr("labor_signals.train.start.BASE_SHA256", sha256_of(base / "model.safetensors"))
    monkeypatch.setattr("labor_signals.train.train_tagger.VECTOR_WIDTH", 16)
    return TaggerClassifier(base, tags=TOY_TAGS, fast=True, epochs=60)


def test_cross_validation_by_conversation(classifier):
    talk = toy_talk(0, talks=160)
    scores = cross_val_score(
        classifier, talk, talk[list(TOY_TAGS)].to_numpy(), groups=talk["conversation_id"], cv=GroupKFold(2)
    )

    assert scores.mean() > 0.7  # without context it would be 0.66 at best


def test_probabilities_and_predictions(classifier):
    talk = toy_talk(0, talks=50)
    fitted = classifier.fit(talk, talk[list(TOY_TAGS)])

    assert fitted.predict_proba(talk).shape == (len(talk), 2)
    assert set(np.unique(fitted.predict(talk))) <= {0, 1}
    assert list(fitted.classes_) == list(TOY_TAGS)


def test_pickle_takes_the_model_along(classifier):
    talk = toy_talk(0, talks=50)
    fitted = classifier.fit(talk, talk[list(TOY_TAGS)])
    expected, folder, kept = fitted.predict_proba(talk), fitted.tagger_.folder, pickle.dumps(fitted)
    del fitted.tagger_, fitted._folder
    gc.collect()

    assert not folder.exists()
    np.testing.assert_array_equal(pickle.loads(kept).predict_proba(talk), expected)  # noqa: S301


def test_pickle_of_an_unfitted_one(classifier):
    assert pickle.loads(pickle.dumps(clone(classifier))).get_params() == classifier.get_params()  # noqa: S301
