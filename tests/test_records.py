import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.codebook import LABOR_TAGS, TAGS
from labor_signals.errors import TaggerError
from labor_signals.notes import Note
from labor_signals.provenance import stamp
from labor_signals.records import TaggedTranscript, no_evidence

TALK = [("Ana", "hello"), ("Ben", "hello"), ("Ana", "what's wrong?")]


def tagged(probability, source=TALK):
    return TaggedTranscript(
        transcript=ls.read_transcript(source),
        labor=LABOR_TAGS,
        avoidance=(),
        probability=np.asarray(probability, dtype=np.float32),
        thresholds=np.array([0.5, 0.5, 0.2, 0.5, 0.5], dtype=np.float32),
        evidence=no_evidence(),
        provenance=stamp("test", tagger_digest=None, settings=ls.Settings()),
    )


def test_columns_cannot_be_changed_in_place():
    talk = ls.read_transcript(TALK)
    with pytest.raises(ValueError, match="read-only"):
        talk.speaker[0] = 1
    with pytest.raises(AttributeError):
        talk.speaker = None


def test_primary_is_the_tag_highest_above_its_own_threshold():
    got = tagged([[0.9, 0.1, 0.39, 0, 0], [0.6, 0.1, 0.39, 0, 0], [0.4, 0.4, 0.1, 0, 0]])
    assert got.frame.tag.tolist() == ["translating" if 0.39 / 0.2 > 0.9 / 0.5 else "initiating", "translating", "none"]
    assert got.frame.tags.tolist() == ["initiating|translating", "initiating|translating", "none"]


@pytest.mark.parametrize("wrong", [np.zeros((2, 5)), np.zeros((3, 4)), np.full((3, 5), np.nan), np.full((3, 5), 1.1)])
def test_probabilities_are_checked(wrong):
    with pytest.raises(TaggerError, match="expected"):
        tagged(wrong)


def test_user_columns_ride_along_and_never_hide_ours():
    frame = pd.DataFrame(TALK, columns=["speaker", "text"], index=[7, 8, 9]).assign(
        tag=["mine", "mine", "mine"], p_soothing=[1, 2, 3], nested=[{"a": 1}, None, [1, 2]]
    )
    utterances = tagged(np.zeros((3, 5)), frame).frame
    assert utterances.tag.tolist() == ["none"] * 3
    assert utterances.tag_input.tolist() == ["mine"] * 3
    assert utterances.p_soothing_input.tolist() == [1, 2, 3]
    assert utterances.nested.tolist() == [{"a": 1}, None, [1, 2]]
    assert list(frame.columns) == ["speaker", "text", "tag", "p_soothing", "nested"]


def test_talk_order_is_none_where_rows_stand_in_order():
    assert ls.read_transcript(TALK).talk_order is None
    frame = pd.DataFrame(TALK, columns=["speaker", "text"]).assign(turn=[2, 0, 1])
    talk = ls.read_transcript(frame)
    assert talk.talk_order.tolist() == [1, 2, 0]
    assert talk.frame.text.tolist() == [text for _, text in TALK]


def test_notes_read_as_sentences():
    assert str(Note("dropped", 12, "no speaker", (1, 2))) == "dropped 12: no speaker (at 1, 2, ...)"
    assert str(Note("guessed", 1, "the encoding")) == "guessed 1: the encoding"


def test_codebook_matches_the_tags_of_the_tables():
    assert TAGS == ("initiating", "soothing", "translating", "deflecting", "withdrawing")
    assert [column for column in tagged(np.zeros((3, 5))).frame if column.startswith("p_")] == [
        f"p_{tag}" for tag in TAGS
    ]
