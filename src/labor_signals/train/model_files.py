"""What every kind of trained model's folder gets: calibration, thresholds, hashes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from labor_signals.codebook import AVOIDANCE_TAGS, CODEBOOK_VERSION, LABOR_TAGS
from labor_signals.errors import TaggerError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import FloatArray
from labor_signals.tag.load_tagger import load_model
from labor_signals.tag.model_folder import BEST_F1, CONFIG_FILE, FORMAT, PRECISION, kind_of, sha256_of
from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.static_tagger import KIND as STATIC
from labor_signals.tag.trained_tagger import KIND as PACKED
from labor_signals.train.calibrate import PRECISIONS, best_f1, fit_scaling, of_precision

DECIMALS: Final = 5
KINDS: Final = {PACKED, STATIC}


def make_folder(out: Path) -> None:
    """Makes a folder for a model, unless something else lies there."""
    if out.exists() and any(out.iterdir()) and kind_of(out) not in KINDS:
        raise TaggerError(
            f"folder {out.name!r} holds something else; expected a new folder, or that of an earlier model."
        )
    out.mkdir(parents=True, exist_ok=True)


def calibrate_folder(
    folder: Path, validation: pd.DataFrame, *, about: Mapping[str, Any], files: Sequence[str]
) -> ModelTagger:
    """Writes the config of a folder that holds a network; calibration and thresholds come from this talk.

    Args:
        folder: The folder, with its files.
        validation: Coded talk: `conversation_id, speaker, text`, one column a tag.
        about: `name`, `kind` and `tags`, and whatever else shall stand in the config.
        files: The files that belong to the model.
    """
    tags = list(about["tags"])
    config = {
        "format": FORMAT,
        "codebook": CODEBOOK_VERSION,
        "labor": [tag for tag in tags if tag in LABOR_TAGS],
        "avoidance": [tag for tag in tags if tag in AVOIDANCE_TAGS],
        **about,
        "scale": [1.0] * len(tags),
        "offset": [0.0] * len(tags),
        "thresholds": {BEST_F1: [0.5] * len(tags)},
        "files": {name: sha256_of(folder / name) for name in files if (folder / name).is_file()},
    }
    talk = read_transcript(validation[["conversation_id", "speaker", "text"]])
    logits, codes = _written(folder, config).logits(talk), validation[tags].to_numpy(np.float32)
    config["scale"], config["offset"] = map(_rounded, fit_scaling(logits, codes))
    probability = _written(folder, config).config.calibrated(logits)
    config["thresholds"] = {BEST_F1: _rounded(best_f1(probability, codes))} | {
        f"{PRECISION}{precision:g}": _rounded(of_precision(probability, codes, precision)) for precision in PRECISIONS
    }
    return _written(folder, config)


def _written(folder: Path, config: Mapping[str, Any]) -> ModelTagger:
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    return load_model(folder)


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), DECIMALS) for value in values]
