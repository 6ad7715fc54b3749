"""Runs a model's ONNX file on CPU."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy.typing as npt

from labor_signals.records import FloatArray
from labor_signals.tag.packing import PackedChunk

ONNX_FILE: Final = "model.onnx"
ONLY_ERRORS: Final = 3


class OnnxRunner:
    """One chunk a call, which costs nothing and leaves no room for what is tagged together to matter."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  (loaded only where a model is used)

        options = SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = ONLY_ERRORS
        # weights of attention that are next to nothing are handled by the processor's slow path unless they count as 0
        options.add_session_config_entry("session.set_denormal_as_zero", "1")
        self._session = InferenceSession(
            str(folder / ONNX_FILE), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        """(utterances, K) logits of each chunk, its context left out."""
        return [self._run(chunk) for chunk in chunks]

    def _run(self, chunk: PackedChunk) -> FloatArray:
        logits: FloatArray = self._session.run(["tags"], inputs_of(chunk))[0][0]
        return logits


def inputs_of(chunk: PackedChunk) -> dict[str, npt.NDArray[Any]]:
    """Inputs of the network for one chunk, by name; its context is read, but not pooled."""
    return {
        "ids": chunk.ids[None],
        "said": chunk.members().T[None],
        "place": chunk.place[None],
        "speaker": chunk.speaker[None],
        "share": chunk.shares()[None, chunk.context :],
        "first": chunk.firsts()[None, chunk.context :],
    }
