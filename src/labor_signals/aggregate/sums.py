"""Expected counts of every tag, summed by ordered pair and by speaker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.blocks import Block, blocks_of, stretches
from labor_signals.records import FloatArray, IntArray, TaggedTranscript

_WIDEST: Final = 1_000_000  # parties of one conversation further apart than this could overflow a key of 64 bits
_DENSE: Final = 16

Counts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sums:
    """Sums over utterances; one row a conversation and speaker, or a conversation and ordered pair.

    Attributes:
        conversation: (m,) position in `Transcript.conversations`.
        speaker: (m,) position of the one who speaks in `Transcript.parties`.
        addressee: (m,) position of the one spoken to; empty for sums by speaker.
        utterances: (m,) how many utterances.
        weight: (K, m) expected count of each tag.
    """

    conversation: IntArray
    speaker: IntArray
    addressee: IntArray
    utterances: Counts
    weight: Weights


def sum_by_pair(tagged: TaggedTranscript) -> Sums:
    """Expected counts for every ordered pair of which one has spoken to the other.

    Rows stand in twos: i -> j, then j -> i, which has zeros where j never spoke to i.
    """
    return _over_blocks(tagged, _pairs_of_block)


def sum_by_speaker(tagged: TaggedTranscript) -> Sums:
    """Expected counts for every speaker of every conversation, whoever they speak to."""
    return _over_blocks(tagged, _speakers_of_block)


def total_of(tagged: TaggedTranscript, sums: Sums, kind: tuple[str, ...]) -> Weights:
    """(m,) expected count of all tags of a kind together."""
    total: Weights = sums.weight[tagged.columns_of(kind)].sum(axis=0)
    return total


def _over_blocks(tagged: TaggedTranscript, sums_of: Callable[[Block], Sums]) -> Sums:
    parts = [sums_of(block) for block in blocks_of(tagged)]
    return Sums(
        conversation=np.concatenate([part.conversation for part in parts]),
        speaker=np.concatenate([part.speaker for part in parts]),
        addressee=np.concatenate([part.addressee for part in parts]),
        utterances=np.concatenate([part.utterances for part in parts]),
        weight=np.concatenate([part.weight for part in parts], axis=1),
    )


def _pairs_of_block(block: Block) -> Sums:
    conversation, probability = block.conversation, block.probability
    speaker, addressee = block.speaker, block.addressee
    addressed = addressee >= 0
    if not addressed.all():
        conversation, probability = conversation[addressed], probability[addressed]
        speaker, addressee = speaker[addressed], addressee[addressed]
    lower, upper = np.minimum(speaker, addressee), np.maximum(speaker, addressee)
    talk, first_row = stretches(conversation)
    least = np.minimum.reduceat(lower, first_row)[talk] if len(lower) else lower
    one, two = lower - least, upper - least
    width = int(two.max(initial=0)) + 1
    if width > _WIDEST:
        names, code = np.unique(np.concatenate([one, two]), return_inverse=True)
        one, two = np.split(code.astype(np.int32), 2)
        width = len(names)
    group, row = _groups((talk * width + one) * width + two, bound=len(first_row) * width**2)
    direction = group * 2 + (speaker > addressee)
    ends = np.column_stack([lower[row], upper[row]])
    return Sums(
        conversation=conversation[row].repeat(2),
        speaker=ends.ravel(),
        addressee=ends[:, ::-1].ravel(),
        utterances=np.bincount(direction, minlength=2 * len(row)),
        weight=_weights(direction, probability, 2 * len(row)),
    )


def _speakers_of_block(block: Block) -> Sums:
    talk, first_row = stretches(block.conversation)
    local = block.speaker - np.minimum.reduceat(block.speaker, first_row)[talk]
    width = int(local.max()) + 1
    group, row = _groups(talk * width + local, bound=len(first_row) * width)
    return Sums(
        conversation=block.conversation[row],
        speaker=block.speaker[row],
        addressee=np.empty(0, dtype=np.int32),
        utterances=np.bincount(group, minlength=len(row)),
        weight=_weights(group, block.probability, len(row)),
    )


def _groups(key: Counts, *, bound: int) -> tuple[Counts, Counts]:
    """The number of each row's group, and a row of each group, in the order of the keys, which are below `bound`."""
    if bound <= _DENSE * len(key):  # few enough possible keys to count through all of them: no sort
        there = np.zeros(bound, dtype=bool)
        there[key] = True
        number = np.cumsum(there)
        group = number[key] - 1
        row = np.empty(int(number[-1]) if len(number) else 0, dtype=np.int64)
        row[group] = np.arange(len(key))
        return group, row
    order = np.argsort(key)
    group = np.empty(len(key), dtype=np.int64)
    group[order], first = stretches(key[order])
    return group, order[first]


def _weights(cell: Counts, probability: FloatArray, cells: int) -> Weights:
    return np.stack([np.bincount(cell, weights=tag, minlength=cells) for tag in probability.T])
