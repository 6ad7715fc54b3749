"""Writes a model's folder: the 8-bit network, the tokenizer, and a config with calibration, thresholds and hashes."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from tokenizers import Tokenizer

from labor_signals.codebook import AVOIDANCE_TAGS, CODEBOOK_VERSION, LABOR_TAGS
from labor_signals.errors import TaggerError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import FloatArray
from labor_signals.tag.model_folder import BEST_F1, CONFIG_FILE, FORMAT, PRECISION, sha256_of
from labor_signals.tag.trained_tagger import MODEL_FILE, TOKENIZER_FILE, TrainedTagger
from labor_signals.train.batches import batched, items_of
from labor_signals.train.calibrate import PRECISIONS, best_f1, fit_scaling, of_precision
from labor_signals.train.export import export_onnx, quantise, smoothed
from labor_signals.train.packed_model import PackedModel
from labor_signals.train.talks import Talk

SMOOTHING_TALKS: Final = 100
SMOOTHING_PIECES: Final = 2048
DECIMALS: Final = 5


def write_model(
    model: PackedModel,
    out: Path,
    *,
    tokenizer: Path,
    talks: Sequence[Talk],
    validation: pd.DataFrame,
    about: Mapping[str, Any],
) -> TrainedTagger:
    """Writes the files that `load_tagger` reads, and loads them.

    Args:
        model: The fitted model.
        out: A folder that is not there yet, or holds an earlier model.
        tokenizer: The tokenizer's file.
        talks: Training conversations, some of which show how large the network's inner values get.
        validation: Coded talk, with a column a tag, on which calibration and thresholds are set, on the 8-bit network.
        about: What goes into the config beside: `name` and `tags` at least.
    """
    if out.exists() and any(out.iterdir()) and not (out / CONFIG_FILE).is_file():
        raise TaggerError(
            f"folder {out.name!r} holds something else; expected a new folder, or that of an earlier model."
        )
    out.mkdir(parents=True, exist_ok=True)
    sample = items_of(talks[:SMOOTHING_TALKS], Tokenizer.from_file(str(tokenizer)))
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        export_onnx(smoothed(model, batched(sample, SMOOTHING_PIECES)), full)
        quantise(full, out / MODEL_FILE)
    shutil.copyfile(tokenizer, out / TOKENIZER_FILE)
    return calibrate_folder(out, validation, about)


def calibrate_folder(folder: Path, validation: pd.DataFrame, about: Mapping[str, Any]) -> TrainedTagger:
    """Writes the config of a folder with a network and a tokenizer, its calibration and thresholds from this talk."""
    tags = list(about["tags"])
    config = {
        "format": FORMAT,
        "kind": "packed",
        "codebook": CODEBOOK_VERSION,
        "labor": [tag for tag in tags if tag in LABOR_TAGS],
        "avoidance": [tag for tag in tags if tag in AVOIDANCE_TAGS],
        **about,
        "scale": [1.0] * len(tags),
        "offset": [0.0] * len(tags),
        "thresholds": {BEST_F1: [0.5] * len(tags)},
        "files": {name: sha256_of(folder / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
    }
    _write(folder, config)
    talk = read_transcript(validation[["conversation_id", "speaker", "text"]])
    logits, codes = TrainedTagger(folder).logits(talk), validation[tags].to_numpy(np.float32)
    scale, offset = fit_scaling(logits, codes)
    config |= {"scale": _rounded(scale), "offset": _rounded(offset)}
    _write(folder, config)
    probability = TrainedTagger(folder).config.calibrated(logits)
    config["thresholds"] = {BEST_F1: _rounded(best_f1(probability, codes))} | {
        f"{PRECISION}{precision:g}": _rounded(of_precision(probability, codes, precision)) for precision in PRECISIONS
    }
    _write(folder, config)
    return TrainedTagger(folder)


def _write(folder: Path, config: Mapping[str, Any]) -> None:
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), DECIMALS) for value in values]
