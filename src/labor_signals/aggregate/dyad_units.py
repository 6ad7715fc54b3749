"""All talk of each dyad, cut into the units that may count as independent: conversations, or batches of them."""

from dataclasses import asdict, dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import Batches, batches_of
from labor_signals.aggregate.blocks import blocks_of, stretches
from labor_signals.aggregate.exchanges import exchanges_of
from labor_signals.aggregate.intervals import Sides, sides_of
from labor_signals.errors import TranscriptError
from labor_signals.records import TaggedTranscript

LEAST_CONVERSATIONS: Final = 5
DYAD: Final = "dyad_id"
_FACTOR: Final = 1.5
_AMOUNTS: Final = tuple(part.name for part in fields(Sides))

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class DyadUnits:
    """The dyads of a transcript, g of them, and their u units.

    Attributes:
        units: The units; `pair` is the number of their dyad.
        sides: (u,) what the two did in each unit.
        dyad: (g,) code of the column that names the dyad, -1 without one.
        one: (g,) position in `Transcript.parties`.
        two: (g,) likewise.
        conversations: (g,) how many conversations the dyad has.
        by_conversation: (g,) whether its units are conversations.
        labels: Values of the column that names the dyad.
    """

    units: Batches
    sides: Sides
    dyad: Codes
    one: Codes
    two: Codes
    conversations: Codes
    by_conversation: npt.NDArray[np.bool_]
    labels: pd.Index

    def names(self, tagged: TaggedTranscript) -> dict[str, pd.Index]:
        """`dyad_id`, `from_speaker` and `to_speaker` of two rows a dyad, one each way."""
        parties = tagged.transcript.parties
        one, two = parties.take(self.one), parties.take(self.two)
        ids = self.labels.take(self.dyad) if len(self.labels) else one + " & " + two
        ways = [np.column_stack([one, two]).ravel(), np.column_stack([two, one]).ravel()]
        return {"dyad_id": ids.repeat(2), "from_speaker": pd.Index(ways[0]), "to_speaker": pd.Index(ways[1])}


def dyad_units(tagged: TaggedTranscript, *, dyad: str | None) -> DyadUnits:
    """See `aggregate_dyads`.

    Raises:
        TranscriptError: There is no column of that name, or it is missing or changes within a conversation.
    """
    talks = len(tagged.transcript.conversations)
    code, labels = codes_of_dyads(tagged, dyad) if dyad is not None else (np.full(talks, -1), pd.Index([]))
    table = _batch_table(tagged, code).sort_values(["dyad", "one", "two"], kind="stable", ignore_index=True)
    groups = table.groupby(["dyad", "one", "two"], sort=False)
    group: Codes = np.asarray(groups.ngroup(), dtype=np.int64)
    conversations: Codes = np.asarray(groups["conversation"].nunique(), dtype=np.int64)
    by_conversation = conversations >= LEAST_CONVERSATIONS
    # a batch is its own unit, unless its dyad has conversations enough: then all of one conversation are
    batch = np.where(by_conversation[group], -1, np.arange(len(table)))
    opens = (
        pd.DataFrame({"group": group, "conversation": table["conversation"], "batch": batch}).diff().ne(0).any(axis=1)
    )
    unit = np.cumsum(opens.to_numpy(np.bool_)) - 1
    amounts = table[list(_AMOUNTS)].groupby(unit).sum()
    of_unit: Codes = group[opens.to_numpy(np.bool_)]
    first = stretches(of_unit)[1]
    keys = table.loc[~groups.cumcount().astype(bool), ["dyad", "one", "two"]]
    return DyadUnits(
        units=Batches(of_row=unit, pair=of_unit, first=first, count=np.diff(np.append(first, len(of_unit)))),
        sides=Sides(**{name: amounts[name].to_numpy(np.float64) for name in _AMOUNTS}),
        dyad=keys["dyad"].to_numpy(),
        one=keys["one"].to_numpy(),
        two=keys["two"].to_numpy(),
        conversations=conversations,
        by_conversation=by_conversation,
        labels=labels,
    )


def dyad_column(tagged: TaggedTranscript, dyad: str | None) -> str | None:
    """The column that names the dyad: the one asked for, else `dyad_id` where there is one."""
    return DYAD if dyad is None and DYAD in tagged.transcript.extra.columns else dyad


def codes_of_dyads(tagged: TaggedTranscript, dyad: str | None, *, kind: str = "dyad") -> tuple[Codes, pd.Index]:
    """(conversations,) code of the dyad of each conversation, and the dyads; each a dyad of its own without a column.

    Args:
        tagged: The talk with its tags.
        dyad: The column.
        kind: What it names, for errors to say.

    Raises:
        TranscriptError: There is no column of that name, or it is missing or changes within a conversation.
    """
    talk = tagged.transcript
    if dyad is None:
        return np.arange(len(talk.conversations)), talk.conversations
    if dyad not in talk.extra.columns:
        found = ", ".join(map(repr, talk.extra.columns)) or "none"
        raise TranscriptError(f"found no column {dyad!r} that names the {kind}; columns of your own are: {found}.")
    of_row, labels = pd.factorize(talk.extra[dyad])
    if missing := int((of_row < 0).sum()):
        raise TranscriptError(
            f"column {dyad!r} is missing in {missing:,} rows; expected one {kind} for each conversation. Fill it in, "
            "or drop the column."
        )
    code = np.full(len(talk.conversations), -1, dtype=np.int64)
    code[talk.conversation] = of_row
    if changing := len(np.unique(talk.conversation[code[talk.conversation] != of_row])):
        raise TranscriptError(
            f"column {dyad!r} changes within {changing:,} conversations; expected one {kind} for each. Correct it, or "
            "drop the column."
        )
    return code, pd.Index(labels)


def _batch_table(tagged: TaggedTranscript, code: Codes) -> pd.DataFrame:
    labor = tagged.columns_of(tagged.labor)
    parts = []
    for block in blocks_of(tagged):
        talk = exchanges_of(block)
        batches = batches_of(talk, factor=_FACTOR)
        pair = batches.pair
        columns = {"dyad": code[talk.conversation[pair]], "one": talk.one[pair], "two": talk.two[pair]}
        sides = sides_of(talk.by_one, talk.probability[:, labor], batches)
        parts.append(pd.DataFrame(columns | {"conversation": talk.conversation[pair]} | asdict(sides)))
    return pd.concat(parts, ignore_index=True)
