"""Turns in the talk between two people: runs of one's utterances to the other, each answered by the next run."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import LEAST_LENGTH, Batches
from labor_signals.aggregate.blocks import Rows, stretches
from labor_signals.aggregate.exchanges import Exchanges
from labor_signals.errors import TaggerError
from labor_signals.records import TaggedTranscript

_BATCH_FACTOR: Final = 1.5  # as for the intervals of load and rate: longer batches, each of which stands for itself

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Turns:
    """t turns; those of one direction (i to j in one conversation) stand together, in talk order.

    Directions stand in the order of the rows of `sum_by_pair`: one -> two, then two -> one, pair after pair. Turns of
    the two alternate, so that only the last turn of a pair has no answer, and only the first answers nothing.

    Attributes:
        direction: (t,) number of the direction, rising.
        count: (2m,) turns of each direction.
        expected: (t, K) expected count of each tag: the sum over the turn's utterances.
        probability: (t, K) that the turn carries the tag at all: `1 - prod(1 - p_u)` over its utterances.
        answered: (t,) whether the other speaks next.
        answer: (t, K) `probability` of the other's next turn, 0 where there is none.
        before: (t, K) `probability` of the other's turn directly before, 0 where there is none.
        follows: (t,) whether there is a turn directly before.
    """

    direction: Rows
    count: Rows
    expected: Weights
    probability: Weights
    answered: npt.NDArray[np.bool_]
    answer: Weights
    before: Weights
    follows: npt.NDArray[np.bool_]


def turns_of(talk: Exchanges) -> Turns:
    """The turns of all pairs of a block; utterances of a turn are taken as independent given their probabilities."""
    direction = 2 * talk.pair + ~talk.by_one
    _, first = stretches(direction)
    probability = talk.probability.astype(np.float64)
    expected = np.add.reduceat(probability, first) if len(first) else probability
    carries = 1 - np.multiply.reduceat(1 - probability, first) if len(first) else probability
    turn_direction, pair = direction[first], talk.pair[first]
    same = pair[1:] == pair[:-1]
    answered, follows = np.append(same, False)[: len(first)], np.append(False, same)[: len(first)]
    answer, before = np.zeros_like(carries), np.zeros_like(carries)
    answer[:-1], before[1:] = carries[1:], carries[:-1]
    answer[~answered], before[~follows] = 0, 0
    order = np.argsort(turn_direction, kind="stable")
    return Turns(
        direction=turn_direction[order],
        count=np.bincount(turn_direction, minlength=2 * len(talk.count)),
        expected=expected[order],
        probability=carries[order],
        answered=answered[order],
        answer=answer[order],
        before=before[order],
        follows=follows[order],
    )


def batches_of_turns(count: Rows) -> Batches:
    """Cuts the turns of every direction into batches, as `batches_of` does with the utterances of a pair."""
    length = np.maximum(LEAST_LENGTH, np.round(_BATCH_FACTOR * np.sqrt(count))).astype(np.int64)
    batches = np.maximum(1, count // length)
    direction = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(direction)) - (np.cumsum(count) - count)[direction]
    first = np.cumsum(batches) - batches
    return Batches(
        of_row=first[direction] + place * batches[direction] // count[direction],
        pair=np.repeat(np.arange(len(count)), batches),
        first=first,
        count=batches,
    )


def any_of(probability: Weights, columns: list[int]) -> Weights:
    """The probability of at least one of some tags, which are taken as independent given their probabilities."""
    found: Weights = 1 - np.prod(1 - probability[:, columns], axis=1)
    return found


def columns_of(tagged: TaggedTranscript, names: tuple[str, ...]) -> list[int]:
    """Where the tags stand in `TaggedTranscript.probability`."""
    missing = [name for name in names if name not in tagged.tags]
    if missing:
        raise TaggerError(f"the tags {missing} are missing; this measure needs {names}, the tagger has {tagged.tags}.")
    return tagged.columns_of(names)


def direction_names(tagged: TaggedTranscript, talk: Exchanges) -> dict[str, pd.Index]:
    """The columns that name each direction: rows in twos, i -> j, then j -> i."""
    ends = np.column_stack([talk.one, talk.two])
    parties = tagged.transcript.parties
    return {
        "conversation_id": tagged.transcript.conversations.take(talk.conversation.repeat(2)),
        "from_speaker": parties.take(ends.ravel()),
        "to_speaker": parties.take(ends[:, ::-1].ravel()),
    }


def reasons_of(missing: dict[str, npt.NDArray[np.bool_]]) -> pd.Index:
    """Why numbers of a row are NaN, joined by `; `, empty where none is."""
    every = [
        "; ".join(reason for bit, reason in enumerate(missing) if code >> bit & 1) for code in range(1 << len(missing))
    ]
    bits = 1 << np.arange(len(missing))
    return pd.Index(every, dtype="str").take(bits @ np.array(list(missing.values()), dtype=np.int64))
