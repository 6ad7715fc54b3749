"""A conversation cut into chunks, each of which the encoder reads in one pass.

A chunk is one row of word pieces; speakers are numbered by order of appearance in the chunk, so that names play no
part. A piece sees its own utterance and earlier ones only (`block`), so that later talk never changes a tag. Where a
chunk begins depends on the earlier talk alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.records import FloatArray
from labor_signals.tag.pieces import shortened

CHUNK_PIECES: Final = 448
CONTEXT_UTTERANCES: Final = 5
CONTEXT_PIECES: Final = 96
"""A later chunk begins with the last five utterances before it, and with more as long as they fit into this."""
CONTEXT_UTTERANCE_PIECES: Final = 40
"""Utterances repeated as context are cut to this, the first piece included."""
FIRST_PIECE: Final = 101
"""[CLS] of the vocabulary, with which every utterance begins."""
SPEAKERS: Final = 8
"""So many speakers are told apart; further ones count as the last."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Utterances that are read together: `begin` to `first` are context, `first` to `end` are tagged here."""

    begin: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class PackedChunk:
    """One chunk as arrays.

    Attributes:
        ids: (T,) word pieces.
        block: (T,) which utterance of the chunk a piece belongs to, from 0.
        place: (T,) place of a piece in its utterance, from 0.
        speaker: (T,) number of the speaker, by order of appearance.
        context: How many of the chunk's utterances are context only.
        utterances: How many utterances the chunk holds, context included.
    """

    ids: npt.NDArray[np.int64]
    block: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    speaker: npt.NDArray[np.int64]
    context: int
    utterances: int

    def members(self) -> FloatArray:
        """(U, T) 1 at the pieces of each utterance, else 0."""
        found: FloatArray = (self.block[None, :] == np.arange(self.utterances)[:, None]).astype(np.float32)
        return found

    def shares(self) -> FloatArray:
        """(U, T) 1 / length at the pieces of each utterance, else 0."""
        member = self.members()
        found: FloatArray = member / member.sum(axis=1, keepdims=True)
        return found

    def firsts(self) -> FloatArray:
        """(U, T) 1 at the first piece of each utterance, else 0."""
        found = np.zeros((self.utterances, len(self.ids)), dtype=np.float32)
        found[np.arange(self.utterances), np.flatnonzero(self.place == 0)] = 1
        return found


def groups_of_like_length(
    lengths: Sequence[int], pieces: int, *, order: npt.NDArray[np.int64] | None = None
) -> list[list[int]]:
    """Places of chunks that are run together: at most so many padded pieces a group, or a single chunk.

    Args:
        lengths: Pieces of each chunk.
        pieces: What a group may hold, padding included.
        order: In which order to take the chunks; from the shortest to the longest by default.
    """
    groups: list[list[int]] = []
    longest = 0
    for place in (np.argsort(lengths, kind="stable") if order is None else order).tolist():
        longest = max(longest, lengths[place])
        if not groups or longest * (len(groups[-1]) + 1) > pieces:
            groups.append([])
            longest = lengths[place]
        groups[-1].append(place)
    return groups


def plan_chunks(lengths: Sequence[int]) -> list[Chunk]:
    """Cuts a conversation, given the number of pieces of each utterance, its first one included."""
    chunks, begin, first, total = [], 0, 0, 0
    for place, length in enumerate(lengths):
        if place > first and total + length > CHUNK_PIECES:
            chunks.append(Chunk(begin, first, place))
            begin, first = _context_of(place, lengths), place
            total = sum(min(before, CONTEXT_UTTERANCE_PIECES) for before in lengths[begin:place])
        total += length
    if lengths:
        chunks.append(Chunk(begin, first, len(lengths)))
    return chunks


def _context_of(place: int, lengths: Sequence[int]) -> int:
    """Where the context of an utterance begins."""
    begin, total = place, 0
    while begin > 0:
        total += min(lengths[begin - 1], CONTEXT_UTTERANCE_PIECES)
        if place - begin >= CONTEXT_UTTERANCES and total > CONTEXT_PIECES:
            break
        begin -= 1
    return begin


def pack_chunk(chunk: Chunk, pieces: Sequence[Sequence[int]], speakers: Sequence[int]) -> PackedChunk:
    """The arrays of one chunk of a conversation, given the pieces (without the first) and speaker of each utterance."""
    ids: list[int] = []
    lengths, numbers, known = [], [], dict[int, int]()
    for place in range(chunk.begin, chunk.end):
        said = list(pieces[place])
        if place < chunk.first:
            said = shortened(said, CONTEXT_UTTERANCE_PIECES - 1, CONTEXT_UTTERANCE_PIECES // 2)
        ids += [FIRST_PIECE, *said]
        lengths.append(1 + len(said))
        numbers.append(known.setdefault(speakers[place], min(len(known), SPEAKERS - 1)))
    starts = np.cumsum([0, *lengths[:-1]])
    return PackedChunk(
        ids=np.array(ids, dtype=np.int64),
        block=np.repeat(np.arange(len(lengths)), lengths),
        place=np.arange(len(ids)) - np.repeat(starts, lengths),
        speaker=np.repeat(np.array(numbers, dtype=np.int64), lengths),
        context=chunk.first - chunk.begin,
        utterances=chunk.end - chunk.begin,
    )
