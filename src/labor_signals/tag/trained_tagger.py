"""The trained tagger: a small encoder run by onnxruntime, conversation after conversation."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from labor_signals.records import FloatArray, Transcript
from labor_signals.tag.model_folder import BEST_F1, ModelConfig, read_config
from labor_signals.tag.packing import PackedChunk, pack_chunk, plan_chunks
from labor_signals.tag.pieces import load_tokenizer, pieces_of

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MODEL_FILE: Final = "model.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"
# Texts are cut into pieces for so many utterances at once: enough to use all cores, little to hold.
UTTERANCES_AT_ONCE: Final = 4096
ONLY_ERRORS: Final = 3


class TrainedTagger:
    """Tags with a trained encoder that reads the talk up to and including each utterance.

    The same conversation always gets the same weights, whatever else is tagged with it: one chunk of a conversation is
    run at a time. Weights are calibrated probabilities.

    Args:
        folder: A model's folder; every file of it is checked against its hash.
        threshold: `f1`, the thresholds that maximised F1 on the validation data; `precision:0.9` and the like, the
            lowest at which a tag had that precision there; or one number for all tags.
        threads: CPU threads; 0 for as many as there are cores.

    Attributes:
        config: What the model's config says.
        name: Name of the model.
        digest: SHA-256 (hex) of the config, which holds the hashes of the files.
        tags: Its tags.
        labor: Which of them count as labor.
        avoidance: Which of them count as avoidance.
        thresholds: (K,) the thresholds chosen.

    Raises:
        TaggerError: The folder holds no model, a file of it is not the one it should be, or there is no such threshold.
    """

    def __init__(self, folder: str | PathLike[str], *, threshold: str | float = BEST_F1, threads: int = 0) -> None:
        self.config: ModelConfig = read_config(Path(folder))
        self.name = self.config.name
        self.digest = self.config.digest
        self.tags = self.config.tags
        self.labor = self.config.labor
        self.avoidance = self.config.avoidance
        self.thresholds = self.config.threshold(threshold)
        self._folder = Path(folder)
        self._threads = threads

    def predict_proba(self, transcript: Transcript) -> FloatArray:
        """(n, K) calibrated probabilities, rows in the transcript's order."""
        return self.config.calibrated(self.logits(transcript))

    def logits(self, transcript: Transcript) -> FloatArray:
        """(n, K) outputs of the model before calibration."""
        order = transcript.talk_order
        found = np.zeros((len(transcript), len(self.tags)), dtype=np.float32)
        for rows in _blocks(transcript, order):
            texts = transcript.text.take(rows).to_pylist()
            pieces = pieces_of(["" if text is None else text for text in texts], self._tokenizer)
            speakers = transcript.speaker[rows].tolist()
            of_talk = transcript.conversation[rows]
            borders = np.flatnonzero(np.diff(of_talk, prepend=-1, append=-1)).tolist()
            for begin, end in pairwise(borders):
                found[rows[begin:end]] = self._talk(pieces[begin:end], speakers[begin:end])
        return found

    def _talk(self, pieces: Sequence[Sequence[int]], speakers: Sequence[int]) -> FloatArray:
        """(n, K) logits of one conversation."""
        chunks = plan_chunks([1 + len(said) for said in pieces])
        return np.concatenate([self._run(pack_chunk(chunk, pieces, speakers)) for chunk in chunks])

    def _run(self, packed: PackedChunk) -> FloatArray:
        fed = {
            "ids": packed.ids[None],
            "block": packed.block[None],
            "share": packed.shares()[None, packed.context :],
            "mark": packed.marks()[None, packed.context :],
        }
        logits: FloatArray = self._session.run(["tags"], fed)[0][0]
        return logits

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer(self._folder / TOKENIZER_FILE)

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  (loaded only where a model is used)

        options = SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = ONLY_ERRORS
        return InferenceSession(
            str(self._folder / MODEL_FILE), sess_options=options, providers=["CPUExecutionProvider"]
        )


def _blocks(transcript: Transcript, order: npt.NDArray[np.int64] | None) -> Iterator[npt.NDArray[np.int64]]:
    """Rows in talk order, whole conversations together, some thousands at a time."""
    rows = np.arange(len(transcript)) if order is None else order
    if not len(rows):
        return
    ends = np.append(np.flatnonzero(np.diff(transcript.conversation[rows])) + 1, len(rows))
    begin = 0
    while begin < len(rows):
        last = int(np.searchsorted(ends, begin + UTTERANCES_AT_ONCE, side="right")) - 1
        end = int(ends[last]) if last >= 0 and ends[last] > begin else int(ends[np.searchsorted(ends, begin, "right")])
        yield rows[begin:end]
        begin = end
