import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labor_signals.tag.packing import (
    CHUNK_PIECES,
    CONTEXT_UTTERANCE_PIECES,
    CONTEXT_UTTERANCES,
    FIRST_PIECE,
    SPEAKERS,
    Chunk,
    pack_chunk,
    plan_chunks,
)
from labor_signals.tag.pieces import UTTERANCE_PIECES, plain_text, shortened

LENGTHS = st.lists(st.integers(1, UTTERANCE_PIECES), max_size=60)
POSITIONS_OF_THE_ENCODER = 512


@given(LENGTHS)
def test_every_utterance_is_tagged_in_exactly_one_chunk(lengths):
    chunks = plan_chunks(lengths)

    assert [place for chunk in chunks for place in range(chunk.first, chunk.end)] == list(range(len(lengths)))


@given(LENGTHS)
def test_every_utterance_keeps_five_turns_of_context_where_they_exist(lengths):
    for chunk in plan_chunks(lengths):
        assert chunk.first - chunk.begin >= min(CONTEXT_UTTERANCES, chunk.first)


@given(LENGTHS, LENGTHS)
def test_later_talk_moves_no_chunk(lengths, later):
    before, after = plan_chunks(lengths), plan_chunks(lengths + later)

    starts = [(chunk.begin, chunk.first) for chunk in before]
    assert [(chunk.begin, chunk.first) for chunk in after][: len(starts)] == starts


@given(LENGTHS)
def test_chunks_fit_the_encoder(lengths):
    pieces, speakers = [[7] * (length - 1) for length in lengths], [0] * len(lengths)
    for chunk in plan_chunks(lengths):
        assert len(pack_chunk(chunk, pieces, speakers).ids) <= POSITIONS_OF_THE_ENCODER


def test_a_long_conversation_is_cut_where_it_no_longer_fits():
    chunks = plan_chunks([50] * 20)

    assert len(chunks) > 1
    assert chunks[0].end * 50 < CHUNK_PIECES


def test_an_empty_conversation_has_no_chunk():
    assert plan_chunks([]) == []


def test_a_chunk_is_pieces_in_blocks():
    packed = pack_chunk(Chunk(0, 0, 3), [[11, 12], [], [13]], ["ann", "bob", "ann"])

    assert packed.ids.tolist() == [FIRST_PIECE, 11, 12, FIRST_PIECE, FIRST_PIECE, 13]
    assert packed.block.tolist() == [0, 0, 0, 1, 2, 2]
    assert packed.place.tolist() == [0, 1, 2, 0, 0, 1]
    assert packed.speaker.tolist() == [0, 0, 0, 1, 0, 0]
    assert packed.shares() @ np.ones(6) == pytest.approx(np.ones(3))
    assert packed.firsts() @ packed.ids == pytest.approx([FIRST_PIECE] * 3)


def test_speakers_names_play_no_part():
    pieces = [[5], [6], [7]]

    one, other = (pack_chunk(Chunk(0, 0, 3), pieces, names) for names in ([4, 9, 4], [1, 0, 1]))

    assert (one.speaker == other.speaker).all()


def test_many_speakers_share_the_last_number():
    packed = pack_chunk(Chunk(0, 0, 12), [[5]] * 12, list(range(12)))

    assert packed.speaker.max() == SPEAKERS - 1


def test_context_is_cut_and_what_is_tagged_is_not():
    packed = pack_chunk(Chunk(0, 1, 2), [[5] * 100, [6] * 100], [0, 1])

    assert (packed.block == 0).sum() == CONTEXT_UTTERANCE_PIECES
    assert (packed.block == 1).sum() == 101
    assert (packed.context, packed.utterances) == (1, 2)


def test_a_long_text_keeps_its_beginning_and_its_end():
    assert shortened(list(range(10)), limit=4, head=3) == [0, 1, 2, 9]
    assert shortened([1, 2, 3], limit=4, head=3) == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("it’s “fine”…", 'it\'s "fine"...'),
        ("plain", "plain"),
        ("ok 👍🏽", "ok  thumbs up sign "),
        ("❤️", " heavy black heart "),
        ("señor", "señor"),
        ("It's fine. ", "It's fine"),
        ("It's fine...", "It's fine..."),
        ("fine?.", "fine?."),
        (".", ""),
    ],
)
def test_text_is_read_with_emoji_and_signs_spelled_out_and_without_its_last_full_stop(text, plain):
    assert plain_text(text) == plain
