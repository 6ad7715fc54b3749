import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.emotional_contact import emotional_contact
from labor_signals.codebook import TAGS


def talk_of(probability, *, speakers=("Ana", "Ben"), conversation="one", **more):
    """Codes (n, 5) as talk that alternates between the speakers."""
    frame = pd.DataFrame(np.asarray(probability, dtype=np.float64).reshape(-1, len(TAGS)), columns=list(TAGS))
    who = [speakers[at % len(speakers)] for at in range(len(frame))]
    return ls.TaggedTranscript.from_codes(frame.assign(conversation_id=conversation, speaker=who, **more))


def test_share_of_a_speaker_by_hand():
    talk = talk_of([[0.5, 0.5, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0.2, 0], [0, 0, 0, 0, 1]])
    table = emotional_contact(talk).set_index("speaker")
    assert table.emotional_contact["Ana"] == pytest.approx((0.75 + 0.2) / 2)
    assert table.emotional_contact["Ben"] == pytest.approx(1 / 2)
    assert table.utterances.tolist() == [2, 2]
    assert table.contact_low.isna().all()
    assert (table.reason == "too few utterances for an interval").all()
    whole = emotional_contact(talk, unit="conversation")
    assert whole.emotional_contact.tolist() == pytest.approx([(0.75 + 0.2 + 1) / 4])
    assert "speaker" not in whole


def test_several_tags_of_one_utterance_count_once():
    assert emotional_contact(talk_of(np.ones((2, 5)))).emotional_contact.tolist() == [1, 1]


@pytest.mark.parametrize(("code", "share"), [(0, 0), (1, 1)])
def test_all_or_nothing_has_a_share_and_an_interval_of_some_width(code, share):
    table = emotional_contact(talk_of(np.full((60, 5), code)))
    assert table.emotional_contact.tolist() == [share, share]
    assert ((table.contact_high - table.contact_low) > 0.01).all()
    assert ((table.contact_low <= share + 0.01) & (table.contact_high >= share - 0.01)).all()
    assert (table.reason == "").all()


def test_every_interval_holds_its_share_and_shrinks_with_more_talk():
    rng = np.random.default_rng(0)
    short, long = (
        emotional_contact(talk_of((rng.random((n, 5)) < 0.1).astype(float)), unit="conversation").iloc[0]
        for n in (60, 2000)
    )
    for row in (short, long):
        assert row.contact_low < row.emotional_contact < row.contact_high
    assert long.contact_high - long.contact_low < (short.contact_high - short.contact_low) / 3


def episodes(rng, *, conversations, n):
    """Contact that comes in episodes, with a long-run share of 0.3 for everybody."""
    state = rng.random(conversations) < 0.5
    said = np.empty((conversations, n))
    for at in range(n):
        state = np.where(rng.random(conversations) < 1 / 8, rng.random(conversations) < 0.5, state)
        said[:, at] = rng.random(conversations) < np.where(state, 0.5, 0.1)
    return said


def test_intervals_cover_the_planted_share_of_talk_in_episodes():
    conversations, n = 1500, 200
    said = episodes(np.random.default_rng(1), conversations=conversations, n=n)
    codes = np.zeros((conversations * n, 5))
    codes[:, 1] = said.ravel()
    talk = talk_of(codes, conversation=np.repeat(np.arange(conversations), n))
    for unit in ("speaker", "conversation"):
        table = emotional_contact(talk, unit=unit)
        covered = ((table.contact_low <= 0.3) & (table.contact_high >= 0.3)).mean()
        assert 0.92 < covered < 0.98


def test_names_and_the_order_of_conversations_change_nothing():
    rng = np.random.default_rng(2)
    codes = rng.random((80, 5))
    first = emotional_contact(talk_of(codes))
    renamed = emotional_contact(talk_of(codes, speakers=("Zoe", "Abe")))
    pd.testing.assert_frame_equal(first.drop(columns="speaker"), renamed.drop(columns="speaker"))
    two = emotional_contact(talk_of(np.vstack([codes, codes]), conversation=[1] * 80 + [0] * 80))
    for _, part in two.groupby("conversation_id"):
        np.testing.assert_allclose(part.contact_low, first.contact_low)


def test_one_speaker_and_thirty_speakers():
    rng = np.random.default_rng(3)
    alone = emotional_contact(talk_of(rng.random((40, 5)), speakers=("Ana",)))
    assert len(alone) == 1
    assert np.isfinite(alone.contact_low).all()
    many = emotional_contact(talk_of(rng.random((300, 5)), speakers=[f"s{at}" for at in range(30)]))
    assert len(many) == 30
    assert many.utterances.eq(10).all()
    assert (many.contact_low <= many.emotional_contact).all()
