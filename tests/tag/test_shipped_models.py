"""What the models that ship with the library promise, on our own conversations."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.tag.tagger import Tagger
from tests.talk import OWN_NAMES, own_talk

SHIPPED = ("default", "fast")
SAME = 1e-4


def _weights(talk, name):
    return ls.load_tagger(name).predict_proba(ls.read_transcript(talk))


def _long_talk():
    """All our conversations as one, longer than any chunk."""
    parts = [own_talk(name)[["speaker", "text"]] for name in OWN_NAMES]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("name", SHIPPED)
def test_they_keep_the_protocol(name):
    tagger = ls.load_tagger(name)

    assert isinstance(tagger, Tagger)
    assert tuple(tagger.tags) == ls.TAGS
    assert ((tagger.thresholds > 0) & (tagger.thresholds < 1)).all()


@pytest.mark.parametrize("name", SHIPPED)
def test_later_talk_changes_no_weight_of_a_long_conversation(name):
    talk = _long_talk()
    whole = _weights(talk, name)
    for end in (1, 2, 17, 60, len(talk) - 1):
        np.testing.assert_allclose(_weights(talk.head(end), name), whole[:end], atol=SAME)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_conversation_always_gets_the_same_weights(name):
    talks = [own_talk(part)[["speaker", "text"]].assign(conversation_id=part) for part in OWN_NAMES]
    together = _weights(pd.concat(talks), name)
    backwards = _weights(pd.concat(talks[::-1]), name)
    apart = [_weights(talk, name) for talk in talks]

    np.testing.assert_array_equal(together, np.concatenate(apart))
    np.testing.assert_array_equal(backwards, np.concatenate(apart[::-1]))


@pytest.mark.parametrize("name", SHIPPED)
def test_interleaved_conversations_are_told_apart(name):
    one, two = (own_talk(part)[["speaker", "text"]].head(6).assign(conversation_id=part) for part in OWN_NAMES[:2])
    mixed = pd.concat([one, two]).assign(turn=[*range(6), *range(6)]).sort_values("turn", kind="stable")
    weights = _weights(mixed, name)

    np.testing.assert_array_equal(weights[::2], _weights(one, name))
    np.testing.assert_array_equal(weights[1::2], _weights(two, name))


@pytest.mark.parametrize("name", SHIPPED)
def test_context_counts(name):
    """The same words answer a bid in one place and a question of fact in the other."""
    bid, fact = "I feel so alone in this house. Do you even want me here?", "Is the shop on the corner open today?"
    after_bid, after_fact = (_weights([("A", before), ("B", "I don't know.")], name)[1] for before in (bid, fact))
    avoids = [ls.TAGS.index(tag) for tag in ("deflecting", "withdrawing")]

    assert after_bid[avoids].max() > after_fact[avoids].max()


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "😀" * 300, "word " * 5000, "\x00", "ﷺ" * 100, "a" * 20_000])
@pytest.mark.parametrize("name", SHIPPED)
def test_odd_texts_are_tagged_like_any_other(name, text):
    weights = _weights(pd.DataFrame({"speaker": ["A", "B", "A"], "text": ["Hello.", text, "You there?"]}), name)

    assert np.isfinite(weights).all()
    assert ((weights >= 0) & (weights <= 1)).all()


def test_neither_torch_nor_transformers_is_loaded():
    code = (
        "import sys, labor_signals as ls; "
        "talk = [('A', 'Are you all right?'), ('B', 'Leave me alone.')]; "
        "[ls.analyze(talk, tagger=name) for name in ('default', 'fast')]; "
        "print([name for name in ('torch', 'transformers', 'sklearn', 'spacy') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_users_own_tiny_numbers_stay():
    code = (
        "import numpy as np, labor_signals as ls\n"
        "ls.load_tagger('default').predict_proba(ls.read_transcript([('A', 'Hello.')]))\n"
        "assert np.array([5e-324])[0] * 1 > 0\n"
        "assert (np.full(100, 1e-310) * 0.5 > 0).all()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_it_runs_on_in_a_process_that_was_forked_off():
    code = (
        "import os, labor_signals as ls\n"
        "tagger, talk = ls.load_tagger('default', threads=1), ls.read_transcript([('A', 'Hello.')])\n"
        "tagger.predict_proba(talk)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    tagger.predict_proba(talk)\n"
        "    os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=60)
