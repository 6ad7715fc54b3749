"""The trained tagger: a small encoder that reads a conversation in chunks and tags each utterance."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from os import PathLike
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from labor_signals.records import FloatArray, Transcript
from labor_signals.tag.model_folder import BEST_F1
from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.onnx_runner import ONNX_FILE, OnnxRunner
from labor_signals.tag.packing import PackedChunk, pack_chunk, plan_chunks
from labor_signals.tag.pieces import TOKENIZER_FILE, load_tokenizer, pieces_of
from labor_signals.tag.torch_runner import ENCODER_FILE, WEIGHTS_FILE, TorchRunner

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KIND: Final = "packed"
CPU: Final = "cpu"
# Texts are cut into pieces for so many utterances at once: enough to use all cores, little to hold.
UTTERANCES_AT_ONCE: Final = 4096


class Runner(Protocol):
    """What computes the logits of packed chunks."""

    def run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]: ...  # noqa: D102


class TrainedTagger(ModelTagger):
    """Tags with a trained encoder that reads the talk up to and including each utterance.

    On CPU the same conversation always gets the same weights, whatever else is tagged with it; elsewhere up to
    rounding. Weights are calibrated probabilities.

    Args:
        folder: A model's folder; every file of it is checked against its hash.
        threshold: `f1`, the thresholds of the highest expected F1, from the validation data; `precision:0.9` and the
            like, the lowest at which a tag had that precision there; or one number for all tags.
        device: `cpu`, which runs the 8-bit ONNX file; or a device of torch such as `cuda`, which needs the `train`
            extra and runs the unquantised weights.
        threads: CPU threads of the ONNX file; 0 for as many as there are cores.

    Raises:
        TaggerError: The folder holds no model, a file of it is not the one it should be, or there is no such threshold
            or device.
        MissingExtraError: The device needs packages that are not installed.
    """

    def __init__(
        self,
        folder: str | PathLike[str],
        *,
        threshold: str | float = BEST_F1,
        device: str = CPU,
        threads: int = 0,
    ) -> None:
        needs = (TOKENIZER_FILE, *((ONNX_FILE,) if device == CPU else (ENCODER_FILE, WEIGHTS_FILE)))
        super().__init__(folder, kind=KIND, needs=needs, threshold=threshold)
        self._device, self._threads = device, threads
        if device != CPU:
            _ = self._runner  # so that a device that is not there is told at once

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name not in {"_runner", "_tokenizer"}}

    def logits(self, transcript: Transcript) -> FloatArray:
        """(n, K) outputs of the model before calibration."""
        found = np.zeros((len(transcript), len(self.tags)), dtype=np.float32)
        for rows in _blocks(transcript):
            texts = ["" if text is None else text for text in transcript.text.take(rows).to_pylist()]
            chunks = _packed(texts, transcript.speaker[rows], transcript.conversation[rows], self._tokenizer)
            found[rows] = np.concatenate(self._runner.run(chunks))
        return found

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer(self.folder / TOKENIZER_FILE)

    @cached_property
    def _runner(self) -> Runner:
        if self._device == CPU:
            return OnnxRunner(self.folder, threads=self._threads)
        return TorchRunner(self.folder, device=self._device, labels=len(self.tags))


def _packed(
    texts: list[str], speaker: npt.NDArray[np.int32], conversation: npt.NDArray[np.int32], tokenizer: "Tokenizer"
) -> list[PackedChunk]:
    """Chunks of whole conversations that stand one behind the other."""
    pieces, speakers = pieces_of(texts, tokenizer), speaker.tolist()
    borders = np.flatnonzero(np.diff(conversation, prepend=-1, append=-1)).tolist()
    return [
        pack_chunk(chunk, pieces[begin:end], speakers[begin:end])
        for begin, end in pairwise(borders)
        for chunk in plan_chunks([1 + len(said) for said in pieces[begin:end]])
    ]


def _blocks(transcript: Transcript) -> Iterator[npt.NDArray[np.int64]]:
    """Rows in talk order, whole conversations together, some thousands at a time."""
    order = transcript.talk_order
    rows = np.arange(len(transcript)) if order is None else order
    ends = np.append(np.flatnonzero(np.diff(transcript.conversation[rows])) + 1, len(rows))
    begin = 0
    while begin < len(rows):
        fitting = ends[(ends > begin) & (ends <= begin + UTTERANCES_AT_ONCE)]
        end = int(fitting[-1] if len(fitting) else ends[ends > begin][0])
        yield rows[begin:end]
        begin = end
