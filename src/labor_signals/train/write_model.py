"""Writes a trained encoder's folder: the 8-bit network, its weights in half precision, the tokenizer, the config."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from safetensors.torch import save_file
from torch import Tensor

from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.onnx_runner import ONNX_FILE
from labor_signals.tag.packed_model import PackedModel
from labor_signals.tag.pieces import TOKENIZER_FILE, load_tokenizer
from labor_signals.tag.torch_runner import ENCODER_FILE, WEIGHTS_FILE
from labor_signals.tag.trained_tagger import KIND
from labor_signals.train.batches import batched, items_of
from labor_signals.train.export import export_onnx, quantise, smoothed
from labor_signals.train.model_files import calibrate_folder, make_folder
from labor_signals.train.talks import Talk

SMOOTHING_TALKS: Final = 100
SMOOTHING_PIECES: Final = 2048
READABLE: Final = 0o644
FILES: Final = (ONNX_FILE, TOKENIZER_FILE, ENCODER_FILE, WEIGHTS_FILE)


def write_model(
    model: PackedModel,
    out: Path,
    *,
    tokenizer: Path,
    talks: Sequence[Talk],
    validation: pd.DataFrame,
    about: Mapping[str, Any],
) -> ModelTagger:
    """Writes the files that `load_tagger` reads, and loads them.

    Args:
        model: The fitted model.
        out: A folder that is not there yet, or holds an earlier model.
        tokenizer: The tokenizer's file.
        talks: Training conversations, some of which show how large the network's inner values get.
        validation: Coded talk, with a column a tag, on which calibration and thresholds are set, on the 8-bit network.
        about: What goes into the config beside: `name` and `tags` at least.
    """
    make_folder(out)
    sample = items_of(talks[:: max(1, len(talks) // SMOOTHING_TALKS)], load_tokenizer(tokenizer))
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        export_onnx(smoothed(model, batched(sample, SMOOTHING_PIECES)), full)
        quantise(full, out / ONNX_FILE, [item.packed for item in sample])
    shutil.copyfile(tokenizer, out / TOKENIZER_FILE)
    (out / ENCODER_FILE).write_text(model.encoder.config.to_json_string(), encoding="utf-8")
    save_file(_half(model), out / WEIGHTS_FILE)
    (out / WEIGHTS_FILE).chmod(READABLE)
    return calibrate_folder(out, validation, about={"kind": KIND, **about}, files=FILES)


def _half(model: PackedModel) -> dict[str, Tensor]:
    """Weights of the encoder and of the tags' head, in half precision, which is half the space."""
    kept = ("encoder.", "norm.", "heads.tags.")
    return {name: part.half().contiguous() for name, part in model.state_dict().items() if name.startswith(kept)}
