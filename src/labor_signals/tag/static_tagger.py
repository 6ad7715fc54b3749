"""The fast tagger: no encoder, only tables of word pieces, looked up and added, and two small layers above them.

An utterance is what its strongest triples of neighbouring pieces say, and the weighted sum of its pieces. What was said
just before, by the same speaker and by others, is added to that. All of it is done for thousands of utterances at once.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from labor_signals.errors import TaggerError
from labor_signals.records import FloatArray, Transcript
from labor_signals.tag.model_folder import BEST_F1
from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.pieces import TOKENIZER_FILE, load_tokenizer, pieces_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KIND: Final = "static"
TABLES_FILE: Final = "tables.npz"
EDGES: Final = 2
"""The last rows of the pieces' table stand for the place before the first piece and for those after the last."""
UTTERANCES_AT_ONCE: Final = 4096
# Layers are always multiplied for so many utterances: what else is tagged then cannot change even the last bit.
TILE: Final = 256

IntArray = npt.NDArray[np.int64]
SHAPES: Final = {
    "pieces": 2,
    "weight": 1,
    "triples": 3,
    "triples_bias": 1,
    "said": 2,
    "said_bias": 1,
    "passed_on": 2,
    "passed_on_bias": 1,
    "fade": 2,
    "head": 2,
    "head_bias": 1,
    "tags": 2,
    "tags_bias": 1,
    "direct": 2,
}
"""The arrays of `tables.npz` and their numbers of axes."""


class StaticTagger(ModelTagger):
    """Tags from tables of word pieces, many times faster than the trained encoder and somewhat less exactly.

    A tag depends on its utterance and the few before it. The same conversation always gets the same weights, whatever
    else is tagged with it. Weights are calibrated probabilities.

    Args:
        folder: A model's folder; every file of it is checked against its hash.
        threshold: As for `TrainedTagger`.

    Raises:
        TaggerError: The folder holds no such model, a file of it is not the one it should be, or there is no such
            threshold.
    """

    def __init__(self, folder: str | PathLike[str], *, threshold: str | float = BEST_F1) -> None:
        super().__init__(folder, kind=KIND, needs=(TABLES_FILE, TOKENIZER_FILE), threshold=threshold)

    def logits(self, transcript: Transcript) -> FloatArray:
        """(n, K) outputs of the model before calibration."""
        n, order = len(transcript), transcript.talk_order
        rows = np.arange(n) if order is None else order
        found = np.zeros((n, len(self.tags)), dtype=np.float32)
        tokenizer, tables = self._loaded
        for begin in range(0, n, UTTERANCES_AT_ONCE):
            # what lies just before is read again: it is context of the first ones
            first = max(0, begin - tables.lags)
            own = rows[first : begin + UTTERANCES_AT_ONCE]
            texts = ["" if text is None else text for text in transcript.text.take(own).to_pylist()]
            pieces = pieces_of(texts, tokenizer)
            logits = tables.logits(pieces, transcript.speaker[own], transcript.conversation[own])
            found[own[begin - first :]] = logits[begin - first :]
        return found

    @cached_property
    def _loaded(self) -> "tuple[Tokenizer, StaticTables]":
        tokenizer = load_tokenizer(self.folder / TOKENIZER_FILE)
        tables = StaticTables.read(self.folder / TABLES_FILE)
        found = (tables.pieces, tables.labels)
        expected = (tokenizer.get_vocab_size(with_added_tokens=True), len(self.tags))
        if found != expected:
            raise TaggerError(
                f"{TABLES_FILE} of {self.folder.name!r} holds {found[0]} pieces and {found[1]} tags; expected "
                f"{expected[0]} as its tokenizer and {expected[1]} as its config; write the model again."
            )
        return tokenizer, tables


class StaticTables:
    """The network: everything that depends on a single piece is worked out once, when it is loaded.

    Args:
        arrays: Those named in `SHAPES`, as `labor_signals.train.fit_static` writes them.

    Attributes:
        pieces: Number of word pieces known.
        labels: Number of outputs.
        lags: How many earlier utterances play a part.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[np.floating]]) -> None:
        part = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}
        self.pieces, self.labels = len(part["pieces"]) - EDGES, len(part["tags_bias"])
        self.lags = part["fade"].shape[1]
        self._bag: FloatArray = part["pieces"] * np.exp(part["weight"])[:, None]
        self._triples = [part["pieces"] @ place for place in part["triples"]]
        self._triples[0] += part["triples_bias"]
        self._part = part

    @classmethod
    def read(cls, path: Path) -> Self:
        """Reads a file of tables.

        Raises:
            TaggerError: It does not hold what it should.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in SHAPES}
            wrong = [name for name, axes in SHAPES.items() if arrays[name].ndim != axes]
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise TaggerError(
                f"{path.name} cannot be read ({type(error).__name__}); expected the tables of a static tagger."
            ) from error
        if wrong:
            raise TaggerError(f"{path.name} holds {wrong[0]!r} of another shape; expected {SHAPES[wrong[0]]} axes.")
        return cls(arrays)

    def logits(
        self, pieces: Sequence[Sequence[int]], speaker: npt.NDArray[np.int32], conversation: npt.NDArray[np.int32]
    ) -> FloatArray:
        """(n, K) of n utterances in talk order, conversations one behind the other."""
        part, lengths = self._part, np.fromiter(map(len, pieces), np.int64, len(pieces))
        flat = np.fromiter(chain.from_iterable(pieces), np.int64, int(lengths.sum()))
        said = np.column_stack([self._strongest(flat, lengths), self._summed(flat, lengths), _length(lengths)])
        said = np.maximum(_layer(said, part["said"], part["said_bias"]), 0)
        passed_on = np.maximum(_layer(said, part["passed_on"], part["passed_on_bias"]), 0)
        context = self._context(passed_on, speaker, conversation)
        seen = np.column_stack([said, context, _length(lengths)])
        hidden = np.maximum(_layer(seen, part["head"], part["head_bias"]), 0)
        both = np.vstack([part["tags"], part["direct"]])
        return _layer(np.column_stack([hidden, said]), both, part["tags_bias"])

    def _strongest(self, flat: IntArray, lengths: IntArray) -> FloatArray:
        """(n, F) how strongly each feature answers to the triple of neighbouring pieces that suits it most.

        Goes through all utterances at once, place by place, the longest ones first, so that those that have such a
        place lie together.
        """
        starts = np.cumsum(lengths + 1 + EDGES) - (lengths + 1 + EDGES)
        edged = np.full(len(flat) + (1 + EDGES) * len(lengths), self.pieces + 1)
        edged[starts] = self.pieces
        edged[np.arange(len(flat)) + np.repeat(starts + 1 - (np.cumsum(lengths) - lengths), lengths)] = flat
        longest = np.argsort(-lengths, kind="stable")
        begin = starts[longest]
        having = np.searchsorted(-lengths[longest], -np.arange(lengths.max(initial=0) + 1), side="right")
        best = np.zeros((len(lengths), self._triples[0].shape[1]), dtype=np.float32)
        for place, count in enumerate(having.tolist()):
            at = begin[:count] + place
            answer = self._triples[0].take(edged[at], axis=0)
            for step, table in enumerate(self._triples[1:], start=1):
                answer += table.take(edged[at + step], axis=0)
            np.maximum(best[:count], answer, out=best[:count])
        found = np.empty_like(best)
        found[longest] = best
        return found

    def _summed(self, flat: IntArray, lengths: IntArray) -> FloatArray:
        """(n, D) weighted sum of the pieces, and of the edge before them, over the square root of their number."""
        from scipy import sparse  # noqa: PLC0415  (costs import time)

        ends = np.concatenate([[0], np.cumsum(lengths)])
        counts = sparse.csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(lengths), len(self._bag)))
        total: FloatArray = counts @ self._bag + self._bag[self.pieces]
        total /= np.sqrt(lengths + 1, dtype=np.float32)[:, None]
        return total

    def _context(
        self, passed_on: FloatArray, speaker: npt.NDArray[np.int32], conversation: npt.NDArray[np.int32]
    ) -> FloatArray:
        """(n, 2 * (C + lags) + ...) what the utterances before pass on, by the same speaker and by others.

        First the two sums over all lags, which fade with distance; then for every lag whether the same speaker or
        another spoke; then what the nearest utterances pass on, each by itself.
        """
        n, width = passed_on.shape
        fade, lags = np.exp(self._part["fade"]), self.lags
        near = (len(self._part["head"]) - self._part["said"].shape[1] - 1 - 2 * (width + lags)) // (2 * width)
        found = np.zeros((n, 2 * (width + lags) + 2 * near * width), dtype=np.float32)
        sums, places, nearest = np.split(found, [2 * width, 2 * (width + lags)], axis=1)
        for lag in range(1, min(lags, n - 1) + 1):
            together = conversation[lag:] == conversation[:-lag]
            same = together & (speaker[lag:] == speaker[:-lag])
            for who, apart in enumerate((same, together & ~same)):
                passed = passed_on[:-lag] * apart[:, None]
                sums[lag:, who * width : (who + 1) * width] += fade[who, lag - 1] * passed
                places[lag:, 2 * (lag - 1) + who] = apart
                if lag <= near:
                    at = (2 * (lag - 1) + who) * width
                    nearest[lag:, at : at + width] = passed
        return found


def _length(lengths: IntArray) -> FloatArray:
    """(n,) how long an utterance is, on a scale of about 0 to 1.5."""
    return (np.log1p(lengths) / 3).astype(np.float32)


def _layer(rows: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """`rows @ weight + bias`, in tiles of one size."""
    found = np.empty((len(rows), weight.shape[1]), dtype=np.float32)
    for begin in range(0, len(rows), TILE):
        tile = rows[begin : begin + TILE]
        if len(tile) < TILE:
            tile = np.vstack([tile, np.zeros((TILE - len(tile), rows.shape[1]), np.float32)])
        found[begin : begin + TILE] = (tile @ weight)[: len(rows) - begin]
    found += bias
    return found
