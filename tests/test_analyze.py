import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.codebook import TAGS
from tests.talk import CORPORA, CORPUS_NAMES, NO_CORPORA, OWN_NAMES, own_talk

needs_corpora = pytest.mark.skipif(not CORPUS_NAMES, reason=NO_CORPORA)


def test_the_columns_that_the_design_promises():
    report = ls.analyze(own_talk("kitchen_table"))
    promised = ["conversation_id", "turn", "speaker", "text", "addressee", "tag", "tags", *(f"p_{tag}" for tag in TAGS)]
    assert [name for name in report.utterances if name in promised] == promised
    assert list(report.pairs) == [
        "conversation_id",
        "from_speaker",
        "to_speaker",
        "utterances",
        "labor",
        "avoidance",
        "load_asymmetry",
        "load_low",
        "load_high",
        "load_p",
        "rate_asymmetry",
        "rate_low",
        "rate_high",
        "rate_p",
        "avoidance_asymmetry",
        "verdict",
        "reason",
    ]


@pytest.mark.parametrize("name", OWN_NAMES)
def test_every_row_comes_back_in_order(name):
    talk = own_talk(name)
    utterances = ls.analyze(talk).utterances
    assert utterances.speaker.tolist() == talk.speaker.tolist()
    assert utterances.text.tolist() == talk.text.fillna("").tolist()
    empty = utterances.text.str.strip() == ""
    assert (utterances.tag[empty] == "none").all()


@pytest.mark.parametrize("name", OWN_NAMES)
def test_later_turns_never_change_a_tag(name):
    talk = own_talk(name)
    whole = ls.analyze(talk).tagged.probability
    for end in range(1, len(talk), 7):
        np.testing.assert_allclose(ls.analyze(talk.head(end)).tagged.probability, whole[:end], atol=1e-4)


def test_conversations_do_not_touch_each_other():
    talks = [own_talk(name)[["conversation_id", "speaker", "text"]] for name in OWN_NAMES]
    apart = np.concatenate([ls.analyze(talk).tagged.probability for talk in talks])
    np.testing.assert_array_equal(ls.analyze(pd.concat(talks)).tagged.probability, apart)


def test_renaming_speakers_changes_no_tag():
    talk = own_talk("kitchen_table")
    renamed = talk.assign(speaker=talk.speaker.map({name: f"Q{i}" for i, name in enumerate(talk.speaker.unique())}))
    np.testing.assert_array_equal(ls.analyze(talk).tagged.probability, ls.analyze(renamed).tagged.probability)


def test_the_shipped_conversation_has_one_carrier():
    talk = own_talk("kitchen_table")
    pairs = ls.analyze(talk).pairs.set_index("from_speaker")
    assert pairs.load_asymmetry["Maya"] > 0.5
    assert pairs.avoidance_asymmetry["Dan"] > 0.5


def test_everyday_talk_is_left_alone():
    utterances = ls.analyze(own_talk("lift_rota")).utterances
    assert (utterances.tag != "none").mean() < 0.1


@needs_corpora
@pytest.mark.parametrize("name", CORPUS_NAMES)
def test_public_corpora_go_through_whole(name):
    path = CORPORA / f"{name}.jsonl"
    with path.open(encoding="utf-8") as lines:
        ids = [json.loads(line)["utterance_id"] for line in lines]
    report = ls.analyze(path, tagger="fast")
    same = report.utterances.utterance_id.tolist() == ids  # no text of the corpora in a failure message
    assert same
    assert report.utterances[[f"p_{tag}" for tag in TAGS]].notna().all(axis=None)
    spoken = report.pairs[report.pairs.utterances > 0]
    assert spoken.utterances.sum() == report.utterances.addressee.notna().sum()


def test_one_command_as_a_module():
    out = subprocess.run(
        [sys.executable, "-m", "labor_signals", "--version"], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == f"labor-signals {ls.__version__}"
