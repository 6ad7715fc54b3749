"""Who said what in each conversation, whoever they said it to, cut into batches of the conversation's talk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from labor_signals.aggregate.batches import LEAST_LENGTH, Batches
from labor_signals.aggregate.blocks import Block, blocks_of, stretches
from labor_signals.records import IntArray, TaggedTranscript

_FACTOR: Final = 1.5  # as for the intervals of pairs

Unit = Literal["speaker", "conversation"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Speaking:
    """m units (a conversation's speaker, or the conversation as a whole), with their batches.

    Attributes:
        conversation: (m,) position in `Transcript.conversations`, rising.
        speaker: (m,) position in `Transcript.parties`, or -1 for a whole conversation.
        batches: Batches of the conversation's utterances; a speaker's may be empty. `batches.pair` is the unit.
    """

    conversation: IntArray
    speaker: IntArray
    batches: Batches


def speaking_of(block: Block, *, unit: Unit) -> Speaking:
    """The units of a block. Batches are cut through the conversation, so that those of all its speakers coincide."""
    talk, opens = stretches(block.conversation)
    length = np.diff(np.append(opens, len(talk)))
    of_conversation = np.maximum(
        1, length // np.maximum(LEAST_LENGTH, np.round(_FACTOR * np.sqrt(length))).astype(np.int64)
    )
    within = (np.arange(len(talk)) - opens[talk]) * of_conversation[talk] // length[talk]
    if unit == "conversation":
        group, row = talk, opens
    else:
        key = talk * (int(block.speaker.max(initial=0)) + 1) + block.speaker
        _, row, group = np.unique(key, return_index=True, return_inverse=True)
    count = of_conversation[talk[row]]
    first = np.cumsum(count) - count
    return Speaking(
        conversation=block.conversation[row],
        speaker=block.speaker[row] if unit == "speaker" else np.full(len(row), -1, dtype=np.int32),
        batches=Batches(
            of_row=first[group] + within, pair=np.repeat(np.arange(len(row)), count), first=first, count=count
        ),
    )


def table_of_units(
    tagged: TaggedTranscript, *, unit: Unit, measure: Callable[[Block, Speaking], dict[str, np.ndarray]]
) -> pd.DataFrame:
    """One row a unit: its names, and the columns that `measure` gives for a block, block after block."""
    talk = tagged.transcript
    parts: list[tuple[Speaking, dict[str, np.ndarray]]] = []
    for block in blocks_of(tagged):
        speaking = speaking_of(block, unit=unit)
        parts.append((speaking, measure(block, speaking)))
    conversation = np.concatenate([part.conversation for part, _ in parts])
    names = {"conversation_id": talk.conversations.take(conversation)}
    if unit == "speaker":
        names["speaker"] = talk.parties.take(np.concatenate([part.speaker for part, _ in parts]))
    columns = {name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]}
    return pd.DataFrame(names | columns)
