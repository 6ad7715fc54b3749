"""Runs a model's ONNX file on CPU."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy.typing as npt

from labor_signals.records import FloatArray
from labor_signals.tag.packing import PackedChunk

ONNX_FILE: Final = "model.onnx"
ONLY_ERRORS: Final = 3


class OnnxRunner:
    """One chunk a call, which costs nothing and leaves no room for what is tagged together to matter.

    The network runs with denormal numbers counted as 0: weights of attention that are next to nothing would otherwise
    be handled by the processor's slow path, which doubles the time. onnxruntime switches that on for good for the
    thread that opens the network; it has a thread of its own, so that the user's tiny numbers stay what they are.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._file, self._threads = folder / ONNX_FILE, threads
        self._open()

    def _open(self) -> None:
        self._process = os.getpid()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="labor_signals")
        self._session = self._thread.submit(_session, self._file, self._threads).result()

    def run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        """(utterances, K) logits of each chunk, its context left out."""
        if self._process != os.getpid():  # threads do not live on in a process that was forked off
            self._open()
        return self._thread.submit(self._run, chunks).result()

    def _run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        return [self._session.run(["tags"], inputs_of(chunk))[0][0] for chunk in chunks]


def _session(file: Path, threads: int) -> Any:
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  (loaded only where a model is used)

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = ONLY_ERRORS
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return InferenceSession(str(file), sess_options=options, providers=["CPUExecutionProvider"])


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
