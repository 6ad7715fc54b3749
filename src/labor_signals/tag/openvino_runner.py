"""Runs a model's ONNX file through OpenVINO, which is faster than onnxruntime on many CPUs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from labor_signals.errors import MissingExtraError
from labor_signals.records import FloatArray
from labor_signals.tag.onnx_runner import ONNX_FILE, inputs_of
from labor_signals.tag.packing import PackedChunk

OPENVINO: Final = "openvino"


class OpenVinoRunner:
    """One chunk a call, in the precision of the file.

    Raises:
        MissingExtraError: openvino is not installed.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        try:
            import openvino  # noqa: PLC0415  (only in an extra)
        except ImportError as error:
            raise MissingExtraError("openvino", extra="openvino", purpose="device='openvino'") from error
        # without the hint, some processors would compute in 16 bits, and others not
        how: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "CPU_DENORMALS_OPTIMIZATION": True}
        if threads:
            how["INFERENCE_NUM_THREADS"] = threads
        core = openvino.Core()
        self._request = core.compile_model(core.read_model(folder / ONNX_FILE), "CPU", how).create_infer_request()

    def run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        """(utterances, K) logits of each chunk, its context left out."""
        return [np.array(self._request.infer(inputs_of(chunk))["tags"][0], np.float32) for chunk in chunks]
