"""The talk between two people, pair after pair: what every measure on the order of talk looks at."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.blocks import Block, Rows, stretches
from labor_signals.records import FloatArray, IntArray


@dataclass(frozen=True, eq=False, kw_only=True)
class Exchanges:
    """n utterances that one of a pair addressed to the other: m pairs one after another, each in talk order.

    Pairs stand in the order of `sum_by_pair`; `one` is the party of its first row of two, `two` of its second.

    Attributes:
        row: (n,) position in the transcript.
        pair: (n,) number of the pair, rising.
        by_one: (n,) whether `one` speaks.
        probability: (n, K) as in `TaggedTranscript`.
        first: (m,) where each pair begins.
        count: (m,) how many utterances it has.
        conversation: (m,) position in `Transcript.conversations`.
        one: (m,) position in `Transcript.parties`.
        two: (m,) position in `Transcript.parties`.
    """

    row: Rows
    pair: Rows
    by_one: npt.NDArray[np.bool_]
    probability: FloatArray
    first: Rows
    count: Rows
    conversation: IntArray
    one: IntArray
    two: IntArray

    @property
    def place(self) -> Rows:
        """(n,) the place of each utterance in the talk of its pair, counted from 0."""
        return np.arange(len(self.pair)) - self.first[self.pair]


def exchanges_of(block: Block) -> Exchanges:
    """The utterances of a block that are addressed to somebody, grouped by unordered pair."""
    addressed = np.flatnonzero(block.addressee >= 0)
    conversation = block.conversation[addressed]
    speaker, addressee = block.speaker[addressed], block.addressee[addressed]
    lower, upper = np.minimum(speaker, addressee), np.maximum(speaker, addressee)
    order = np.lexsort((upper, lower, conversation))  # stable: talk order within the pair
    conversation, lower, upper = conversation[order], lower[order], upper[order]
    opens = np.ones(len(order), dtype=bool)
    for column in (conversation, lower, upper):
        opens[1:] &= column[1:] == column[:-1]
    opens[1:] = ~opens[1:]
    pair, first = stretches(np.cumsum(opens))
    return Exchanges(
        row=block.row[addressed[order]],
        pair=pair,
        by_one=speaker[order] == lower,
        probability=block.probability[addressed[order]],
        first=first,
        count=np.diff(np.append(first, len(pair))),
        conversation=conversation[first],
        one=lower[first],
        two=upper[first],
    )
