"""From a fitted model to the files that run: ONNX in full precision, and in 8 bits."""

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from labor_signals.train.batches import Batch
from labor_signals.train.packed_model import PackedModel

SMOOTHING: Final = 0.7
OPSET: Final = 18


class _Exported(nn.Module):
    """The model with its tags alone, and its inputs in the order of their names."""

    def __init__(self, model: PackedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, block: Tensor, share: Tensor, mark: Tensor) -> Tensor:
        tags: Tensor = self.model.heads["tags"](self.model.pooled(ids, block, share, mark))
        return tags


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
    exported = _Exported(copy.deepcopy(model).cpu().float()).eval()
    exported.model.encoder.set_attn_implementation("eager")
    pieces, said = 24, 3
    block = torch.arange(said).repeat_interleave(pieces // said)[None]
    share = torch.nn.functional.one_hot(block[0]).T[None].float() / (pieces // said)
    sample = (torch.ones(1, pieces, dtype=torch.int64), block, share, share)
    length, utterances = torch.export.Dim("pieces", min=2, max=512), torch.export.Dim("utterances", min=1, max=512)
    torch.onnx.export(
        exported,
        sample,
        str(path),
        input_names=["ids", "block", "share", "mark"],
        output_names=["tags"],
        opset_version=OPSET,
        dynamic_shapes={
            "ids": {1: length},
            "block": {1: length},
            "share": {1: utterances, 2: length},
            "mark": {1: utterances, 2: length},
        },
        external_data=False,
        dynamo=True,
        verbose=False,
    )


def quantise(full: Path, eight_bit: Path) -> None:
    """Writes the 8-bit version: weights a scale a channel, activations scaled as they come, embeddings too."""
    quantize_dynamic(
        full,
        eight_bit,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )


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
        found(batch.ids, batch.block, batch.share, batch.mark)
    for hook in hooks:
        hook.remove()
    for part in linears:
        weight = part.dense.weight.abs().amax(0)
        scale = peaks[id(part.dense)].clamp_min(1e-5) ** SMOOTHING / weight.clamp_min(1e-5) ** (1 - SMOOTHING)
        part.dense = _Smoothed(part.dense, (scale / scale.mean()).clamp_min(1e-3))
    return found
