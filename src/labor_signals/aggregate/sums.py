"""Expected counts of every tag, summed by ordered pair and by speaker.

Utterances are taken in blocks of whole conversations, small enough that a block's temporaries stay in the cache: on ten
million utterances that is several times faster than one pass over everything, and memory grows with the block.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.records import FloatArray, IntArray, TaggedTranscript

_BLOCK: Final = 100_000
_MOST_PARTIES: Final = 1_000_000  # above this, keys of a block could overflow 64 bits unless renumbered

Counts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class PairSums:
    """Sums over the utterances from one party to another; rows stand in twos: i -> j, then j -> i.

    Attributes:
        conversation: (2m,) position in `Transcript.conversations`.
        source: (2m,) position of the one who speaks in `Transcript.parties`.
        target: (2m,) position of the one spoken to.
        utterances: (2m,) how many utterances.
        weight: (2m, K) expected count of each tag.
    """

    conversation: IntArray
    source: IntArray
    target: IntArray
    utterances: Counts
    weight: Weights


@dataclass(frozen=True, eq=False, kw_only=True)
class SpeakerSums:
    """Sums over all utterances of a speaker in a conversation, whoever they are addressed to.

    Attributes:
        conversation: (m,) position in `Transcript.conversations`.
        speaker: (m,) position in `Transcript.parties`.
        utterances: (m,) how many utterances.
        weight: (m, K) expected count of each tag.
    """

    conversation: IntArray
    speaker: IntArray
    utterances: Counts
    weight: Weights


@dataclass(frozen=True, eq=False, slots=True)
class _Block:
    conversation: IntArray
    speaker: IntArray
    addressee: IntArray
    probability: FloatArray


def sum_by_pair(tagged: TaggedTranscript) -> PairSums:
    """Expected counts for every ordered pair of which one has spoken to the other."""
    parts = [_pairs_of_block(block) for block in _blocks(tagged)]
    return PairSums(
        conversation=np.concatenate([part.conversation for part in parts]),
        source=np.concatenate([part.source for part in parts]),
        target=np.concatenate([part.target for part in parts]),
        utterances=np.concatenate([part.utterances for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
    )


def sum_by_speaker(tagged: TaggedTranscript) -> SpeakerSums:
    """Expected counts for every speaker of every conversation."""
    parts = [_speakers_of_block(block) for block in _blocks(tagged)]
    return SpeakerSums(
        conversation=np.concatenate([part.conversation for part in parts]),
        speaker=np.concatenate([part.speaker for part in parts]),
        utterances=np.concatenate([part.utterances for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
    )


def _blocks(tagged: TaggedTranscript) -> Iterator[_Block]:
    """Stretches of about `_BLOCK` utterances that break between conversations only."""
    talk = tagged.transcript
    conversation, order = talk.conversation, None
    if (conversation[1:] < conversation[:-1]).any():
        order = np.argsort(conversation, kind="stable")
        conversation = conversation[order]
    begin = 0
    while begin < len(conversation):
        end = begin + _BLOCK
        end = len(conversation) if end >= len(conversation) else int(np.searchsorted(conversation, conversation[end], "right"))
        rows = slice(begin, end) if order is None else order[begin:end]
        yield _Block(conversation[begin:end], talk.speaker[rows], talk.addressee[rows], tagged.probability[rows])
        begin = end


def _pairs_of_block(block: _Block) -> PairSums:
    addressed = block.addressee >= 0
    if not addressed.all():
        block = _Block(*(column[addressed] for column in (block.conversation, block.speaker, block.addressee, block.probability)))
    speaker, addressee, names = _renumbered(block.speaker, block.addressee)
    parties = len(names) if names is not None else int(max(speaker.max(initial=0), addressee.max(initial=0))) + 1
    first = int(block.conversation[0]) if len(block.conversation) else 0
    lower, upper = np.minimum(speaker, addressee), np.maximum(speaker, addressee)
    key = ((block.conversation - first).astype(np.int64) * parties + lower) * parties + upper
    group, keys = _groups(key)
    cell = group * 2 + (speaker > addressee)
    low, high = (keys // parties) % parties, keys % parties
    source, target = np.column_stack([low, high]).ravel(), np.column_stack([high, low]).ravel()
    return PairSums(
        conversation=(keys // (parties * parties) + first).astype(np.int32).repeat(2),
        source=(source if names is None else names[source]).astype(np.int32),
        target=(target if names is None else names[target]).astype(np.int32),
        utterances=np.bincount(cell, minlength=2 * len(keys)),
        weight=_weights(cell, block.probability, 2 * len(keys)),
    )


def _speakers_of_block(block: _Block) -> SpeakerSums:
    parties = int(block.speaker.max()) + 1
    first = int(block.conversation[0])
    group, keys = _groups((block.conversation - first).astype(np.int64) * parties + block.speaker)
    return SpeakerSums(
        conversation=(keys // parties + first).astype(np.int32),
        speaker=(keys % parties).astype(np.int32),
        utterances=np.bincount(group, minlength=len(keys)),
        weight=_weights(group, block.probability, len(keys)),
    )


def _groups(key: Counts) -> tuple[Counts, Counts]:
    """The number of the group of every row, and the key of every group, in rising order."""
    order = np.argsort(key)
    ranked = key[order]
    opens = np.ones(len(key), dtype=bool)
    np.not_equal(ranked[1:], ranked[:-1], out=opens[1:])
    group = np.empty(len(key), dtype=np.int64)
    group[order] = np.cumsum(opens) - 1
    return group, ranked[opens]


def _weights(cell: Counts, probability: FloatArray, cells: int) -> Weights:
    return np.column_stack([np.bincount(cell, weights=probability[:, k], minlength=cells) for k in range(probability.shape[1])])


def _renumbered(speaker: IntArray, addressee: IntArray) -> tuple[Counts, Counts, IntArray | None]:
    """Party numbers small enough for a key of 64 bits; `None` for the names where they were so already."""
    if max(speaker.max(initial=0), addressee.max(initial=0)) < _MOST_PARTIES:
        return speaker.astype(np.int64), addressee.astype(np.int64), None
    names, code = np.unique(np.concatenate([speaker, addressee]), return_inverse=True)
    return code[: len(speaker)], code[len(speaker) :], names
