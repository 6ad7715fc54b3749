"""Utterances in blocks of whole conversations, in talk order, so small that a block's temporaries stay in the cache.

On ten million utterances that is several times faster than one pass over everything, and memory grows with the block.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.records import FloatArray, IntArray, TaggedTranscript

_BLOCK: Final = 100_000

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Whole conversations, one after another, in talk order; n utterances.

    Attributes:
        row: (n,) position in the transcript.
        conversation: (n,) as in `Transcript`, rising.
        speaker: (n,) as in `Transcript`.
        addressee: (n,) as in `Transcript`.
        probability: (n, K) as in `TaggedTranscript`.
    """

    row: Rows
    conversation: IntArray
    speaker: IntArray
    addressee: IntArray
    probability: FloatArray


def blocks_of(tagged: TaggedTranscript) -> Iterator[Block]:
    """Stretches of about a hundred thousand utterances that break between conversations only."""
    talk = tagged.transcript
    order, conversation = talk.talk_order, talk.conversation
    if order is not None:
        conversation = conversation[order]
    begin, count = 0, len(conversation)
    while begin < count:
        end = count
        if begin + _BLOCK < count:
            end = int(np.searchsorted(conversation, conversation[begin + _BLOCK], "right"))
        rows = slice(begin, end) if order is None else order[begin:end]
        yield Block(
            np.arange(begin, end) if order is None else order[begin:end],
            conversation[begin:end],
            talk.speaker[rows],
            talk.addressee[rows],
            tagged.probability[rows],
        )
        begin = end


def stretches(code: npt.NDArray[np.signedinteger]) -> tuple[Rows, Rows]:
    """The number of each row's stretch of equal codes, and the first row of each stretch."""
    opens = np.ones(len(code), dtype=bool)
    np.not_equal(code[1:], code[:-1], out=opens[1:])
    return np.cumsum(opens) - 1, np.flatnonzero(opens)
