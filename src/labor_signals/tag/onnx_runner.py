"""Runs a model's ONNX file on CPU."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from labor_signals.records import FloatArray
from labor_signals.tag.packing import PackedChunk

ONNX_FILE: Final = "model.onnx"
ONLY_ERRORS: Final = 3
MOST_WORKERS: Final = 8
"""Each holds a network of its own; with more threads than that, several share one."""
SLOWER: Final = ["SkipLayerNormFusion"]
"""Optimisations of onnxruntime that make it slower: its fused norm takes five times as long as sum and norm apart."""
SEGMENT_PIECES: Final = 128
SEGMENTS: Final = 4
"""Pieces read in so many segments of so many; see `faster_graph.in_segments`."""


class OnnxRunner:
    """One chunk a call, which costs nothing and leaves no room for what is tagged together to matter.

    Chunks are spread over threads that run one each: together they are faster than all threads on one chunk, which wait
    for each other at every step.

    The network runs with denormal numbers counted as 0: weights of attention that are next to nothing would otherwise
    be handled by the processor's slow path, which doubles the time. onnxruntime switches that on for good for the
    thread that opens the network; so threads are the runner's own, and each opens one, that the user's tiny numbers
    stay what they are.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        count = threads or _cores()
        self._file, self._workers = folder / ONNX_FILE, min(count, MOST_WORKERS)
        self._threads_each = count // self._workers
        self._open()

    def _open(self) -> None:
        self._process = os.getpid()
        self._own = local()
        self._pool = ThreadPoolExecutor(max_workers=self._workers, thread_name_prefix="labor_signals")

    def run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        """(utterances, K) logits of each chunk, its context left out."""
        if self._process != os.getpid():  # threads do not live on in a process that was forked off
            self._open()
        return list(self._pool.map(self._run, chunks))

    def _run(self, chunk: PackedChunk) -> FloatArray:
        if not hasattr(self._own, "session"):
            self._own.session = _session(self._file, self._threads_each)
        logits: FloatArray = self._own.session.run(["tags"], inputs_of(chunk))[0][0, chunk.context :]
        return logits


def _cores() -> int:
    """Cores that this process may use; not every system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _session(file: Path, threads: int) -> Any:
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  (loaded only where a model is used)

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = ONLY_ERRORS
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return InferenceSession(
        str(file), sess_options=options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER
    )


def inputs_of(chunk: PackedChunk) -> dict[str, npt.NDArray[Any]]:
    """Inputs of the network for one chunk, by name."""
    ends = SEGMENT_PIECES * np.arange(1, SEGMENTS + 1)
    last = np.minimum(ends, len(chunk.ids)) - 1
    empty = ends - SEGMENT_PIECES >= len(chunk.ids)
    return {
        "ids": chunk.ids[None],
        "said": chunk.members().T[None],
        "place": chunk.place[None],
        "speaker": chunk.speaker[None],
        "share": chunk.shares()[None],
        "first": chunk.firsts()[None],
        # a segment without pieces need look at nothing, but the attention wants something to look at
        "ends": np.where(empty, 1, np.searchsorted(chunk.block, chunk.block[last], side="right")),
    }
