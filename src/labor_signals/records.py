"""The values that flow from step to step: frozen, column-wise, checked when made.

    source --read--> Transcript --tag--> TaggedTranscript --aggregate--> Asymmetry --report--> Report

A column holds one entry an utterance, in input order. Conversations and parties (speakers and addressees) are held once
each, and utterances point to them by position, so that ten million utterances are a handful of arrays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from labor_signals.codebook import TAGS
from labor_signals.errors import TaggerError, TranscriptError
from labor_signals.notes import Note
from labor_signals.provenance import Provenance

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Transcript:
    """What was said, by whom, to whom. Made by `read_transcript`; n utterances, in input order.

    Attributes:
        conversations: Conversation ids, each once, in order of first appearance.
        parties: Names of speakers and addressees, each once, in order of first appearance.
        conversation: (n,) position in `conversations`.
        speaker: (n,) position in `parties`.
        addressee: (n,) position in `parties`, -1 where nobody is known to be spoken to.
        addressee_guessed: (n,) whether the addressee was inferred from who spoke before, not given or certain.
        turn: (n,) the number that orders utterances within their conversation.
        text: (n,) the words, as an Arrow string column.
        timestamp: (n,) when it was said, NaT where unknown; in UTC if `timezone` is set.
        timezone: `UTC` where the source or the settings gave a zone, else `None`: wall-clock times as written.
        start: (n,) seconds from the start of a recording, NaN where unknown.
        end: (n,) likewise, the end of the utterance.
        extra: (n rows) the user's own columns, never read.
        notes: What reading dropped, changed or guessed.
        format: The format that the source was read as.
    """

    conversations: pd.Index
    parties: pd.Index
    conversation: IntArray
    speaker: IntArray
    addressee: IntArray
    addressee_guessed: npt.NDArray[np.bool_]
    turn: npt.NDArray[np.int64]
    text: pa.ChunkedArray
    timestamp: npt.NDArray[np.datetime64]
    timezone: str | None
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    extra: pd.DataFrame
    notes: tuple[Note, ...] = ()
    format: str = "dataframe"

    def __post_init__(self) -> None:
        n = len(self.conversation)
        for name in (
            "speaker",
            "addressee",
            "addressee_guessed",
            "turn",
            "text",
            "timestamp",
            "start",
            "end",
            "extra",
        ):
            if len(getattr(self, name)) != n:
                raise TranscriptError(f"column {name!r} has {len(getattr(self, name))} entries; expected {n}.")
        for name in (
            "conversation",
            "speaker",
            "addressee",
            "addressee_guessed",
            "turn",
            "timestamp",
            "start",
            "end",
        ):
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.conversation)

    def __repr__(self) -> str:
        counts = f"{len(self):,} utterances, {len(self.conversations):,} conversations, {len(self.parties):,} parties"
        return f"Transcript({counts}, format={self.format!r})"

    @cached_property
    def talk_order(self) -> npt.NDArray[np.int64] | None:
        """The positions that put utterances in talk order, conversation after conversation.

        `None` where they stand so already, which is the usual case and costs no copy.
        """
        same = self.conversation[1:] == self.conversation[:-1]
        ordered = np.where(same, self.turn[1:] >= self.turn[:-1], self.conversation[1:] > self.conversation[:-1])
        return None if ordered.all() else np.lexsort((self.turn, self.conversation))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an utterance, in input order, with the user's own columns last."""
        from labor_signals.utterance_table import talk_table  # noqa: PLC0415  (a view of the record, loaded on use)

        return talk_table(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class TaggedTranscript:
    """A transcript with a weight for every utterance and tag. Made by `tag_utterances` or from human codes.

    Attributes:
        transcript: The talk, n utterances.
        tags: Names of the K tags, in the order of the columns of `probability`.
        labor: Which of them count as emotional labor.
        avoidance: Which of them count as turning away from it.
        probability: (n, K) in [0, 1]: the probability, or the human code, that an utterance carries a tag.
        thresholds: (K,) an utterance carries a tag where its probability reaches the tag's threshold.
        evidence: One row a piece of text behind a tag: `row` (position of the utterance), `tag`, `move`, `start`, `end`
            (character span), `rule`. Empty where the tagger gives none.
        provenance: What made it.
    """

    transcript: Transcript
    tags: tuple[str, ...] = TAGS
    labor: tuple[str, ...]
    avoidance: tuple[str, ...]
    probability: FloatArray
    thresholds: FloatArray
    evidence: pd.DataFrame
    provenance: Provenance

    def __post_init__(self) -> None:
        expected = (len(self.transcript), len(self.tags))
        if self.probability.shape != expected:
            raise TaggerError(f"probabilities have shape {self.probability.shape}; expected {expected}.")
        if self.thresholds.shape != (len(self.tags),):
            raise TaggerError(f"thresholds have shape {self.thresholds.shape}; expected one for each of {self.tags}.")
        if not ((self.probability >= 0) & (self.probability <= 1)).all():
            raise TaggerError("probabilities hold values outside [0, 1], or NaN; expected numbers from 0 to 1.")
        self.probability.flags.writeable = False
        self.thresholds.flags.writeable = False

    def __repr__(self) -> str:
        tagged = int(self.carried.any(axis=1).sum())
        return (
            f"TaggedTranscript({len(self.transcript):,} utterances, {tagged:,} with a tag, {self.provenance.tagger!r})"
        )

    @classmethod
    def from_codes(cls, frame: pd.DataFrame, *, columns: dict[str, str] | None = None) -> "TaggedTranscript":
        """Human codes in place of a tagger: the same road, with no model.

        Args:
            frame: A transcript frame as `read_transcript` takes it, with one column a tag that holds 0 or 1, or
                a number between (a doubtful code, the mean of several coders).
            columns: Renames columns of yours to the names expected, as in `read_transcript`.

        Raises:
            TranscriptError: A tag's column is missing or holds something else than numbers from 0 to 1.
        """
        from labor_signals.coding.codes_from_frame import codes_from_frame  # noqa: PLC0415  (joins two steps)

        return codes_from_frame(frame, columns=columns)

    def columns_of(self, tags: Iterable[str]) -> list[int]:
        """Where tags stand among the columns of `probability`."""
        return [self.tags.index(tag) for tag in tags]

    @cached_property
    def carried(self) -> npt.NDArray[np.bool_]:
        """(n, K): which tags each utterance carries."""
        return self.probability >= self.thresholds

    @cached_property
    def primary(self) -> npt.NDArray[np.int8]:
        """(n,): position of the tag that does the most work, -1 for none.

        That is the carried tag whose probability stands highest above its threshold, as a ratio.
        """
        ratio = np.where(self.carried, self.probability / np.maximum(self.thresholds, 1e-6), -1.0)
        return np.where(self.carried.any(axis=1), ratio.argmax(axis=1), -1).astype(np.int8)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an utterance, in input order: the talk, its tags and probabilities, the user's own columns."""
        from labor_signals.utterance_table import tagged_table  # noqa: PLC0415

        return tagged_table(self)


def no_evidence() -> pd.DataFrame:
    """The evidence of a tagger that gives none: an empty table with the columns of `TaggedTranscript.evidence`."""
    kinds = {"row": "int64", "tag": "str", "move": "str", "start": "int64", "end": "int64", "rule": "str"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
