"""From a fitted model to the files that run: ONNX in full precision, and in 8 bits."""

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from torch import Tensor, nn

from labor_signals.tag.onnx_runner import inputs_of
from labor_signals.tag.packed_model import PackedModel
from labor_signals.tag.packing import FIRST_PIECE, Chunk, PackedChunk, pack_chunk
from labor_signals.train.batches import Batch
from labor_signals.train.exported_model import ExportedModel
from labor_signals.train.faster_graph import in_segments, with_bias

SMOOTHING: Final = 0.7
OPSET: Final = 20
READ: Final = ("ids", "said", "place", "speaker", "share", "first")
"""Inputs of the network as torch writes it, in order."""


class _Smoothed(nn.Module):
    """A linear layer whose inputs are divided, and weights multiplied, so that no input channel stands out."""

    def __init__(self, linear: nn.Linear, scale: Tensor) -> None:
        super().__init__()
        self.linear = copy.deepcopy(linear)
        self.linear.weight.data *= scale
        self.register_buffer("inverse", 1 / scale)

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.linear(inputs * self.get_buffer("inverse"))
        return outputs


def export_onnx(model: PackedModel, path: Path) -> None:
    """Writes the tag outputs of a model as ONNX, for one chunk a call."""
    exported = ExportedModel(copy.deepcopy(model).cpu().float()).eval()
    lengths = [4, 7, 9]
    chunk = pack_chunk(Chunk(0, 0, 3), [[FIRST_PIECE] * (length - 1) for length in lengths], [0, 1, 0])
    given = inputs_of(chunk)
    inputs = {name: torch.from_numpy(given[name]) for name in READ}
    pieces = torch.export.Dim("pieces", min=2, max=512)
    read = torch.export.Dim("read", min=1, max=512)
    shapes = {name: {1: pieces} for name in ("ids", "place", "speaker")}
    shapes |= {"said": {1: pieces, 2: read}, "share": {1: read, 2: pieces}, "first": {1: read, 2: pieces}}
    torch.onnx.export(
        exported,
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=["tags"],
        opset_version=OPSET,
        dynamic_shapes={name: shapes[name] for name in inputs},  # the exporter goes by their order
        external_data=False,
        dynamo=True,
        verbose=False,
    )
    written = onnx.load(path)
    in_segments(written.graph)
    onnx.save(written, path)


def quantise(full: Path, eight_bit: Path, chunks: Sequence[PackedChunk]) -> None:
    """Writes the 8-bit version: weights with a scale a channel, inputs of matrix products with a fixed scale.

    The scales of activations are those of these chunks, fixed once and for all: were they taken from what is being run,
    later turns would reach back and change earlier tags.
    """
    graph = onnx.load(full).graph
    constants = {constant.name for constant in graph.initializer}
    layers = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in constants]
    quantize_static(
        full,
        eight_bit,
        _Samples([inputs_of(chunk) for chunk in chunks]),
        quant_format=QuantFormat.QDQ,
        nodes_to_quantize=[layer.name for layer in layers[:-1]],  # the last one is the head
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        extra_options={"OpTypesToExcludeOutputQuantization": ["MatMul"]},
    )
    model = onnx.load(eight_bit)
    _leave_sums_alone(model.graph)
    with_bias(model.graph)
    onnx.save(without_traces(model), eight_bit)


def _leave_sums_alone(graph: onnx.GraphProto) -> None:
    """Has residual sums take what a layer gave, not what its 8 bits left of it."""
    rounded = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "QuantizeLinear"}
    restored = {node.output[0]: rounded.get(node.input[0]) for node in graph.node if node.op_type == "DequantizeLinear"}
    for node in graph.node:
        if node.op_type == "Add":
            for place, name in enumerate(node.input):
                if restored.get(name) is not None:
                    node.input[place] = restored[name]


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Takes out of a model what the exporter notes of the machine that it ran on."""
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


class _Samples(CalibrationDataReader):  # type: ignore[misc]
    """Inputs on which the range of activations is measured."""

    def __init__(self, samples: Sequence[dict[str, Any]]) -> None:
        self._left = iter(samples)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._left, None)


@torch.inference_mode()
def smoothed(model: PackedModel, batches: Iterable[Batch]) -> PackedModel:
    """A copy that computes the same, with the inputs of its feed-forward layers evened out for 8 bits.

    Channel scale is `max |x| ^ a / max |w| ^ (1 - a)` over these batches (SmoothQuant, Xiao et al. 2023).
    """
    found = copy.deepcopy(model).cpu().float().eval()
    layers: Any = found.encoder.encoder.layer
    linears = [part for layer in layers for part in (layer.intermediate, layer.output)]
    peaks: dict[int, Tensor] = {}

    def watch(linear: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        peak = inputs[0].abs().flatten(0, -2).amax(0)
        peaks[id(linear)] = torch.maximum(peaks.get(id(linear), peak), peak)

    hooks = [part.dense.register_forward_pre_hook(watch) for part in linears]
    for batch in batches:
        found(batch.inputs)
    for hook in hooks:
        hook.remove()
    for part in linears:
        weight = part.dense.weight.abs().amax(0)
        scale = peaks[id(part.dense)].clamp_min(1e-5) ** SMOOTHING / weight.clamp_min(1e-5) ** (1 - SMOOTHING)
        part.dense = _Smoothed(part.dense, (scale / scale.mean()).clamp_min(1e-3))
    return found
