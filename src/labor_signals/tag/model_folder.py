"""A trained tagger's folder: what stands in its `config.json`, and whether its files are the ones that belong to it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from labor_signals.codebook import AVOIDANCE_TAGS, LABOR_TAGS
from labor_signals.errors import TaggerError
from labor_signals.records import FloatArray

CONFIG_FILE: Final = "config.json"
FORMAT: Final = 2
BEST_F1: Final = "f1"
PRECISION: Final = "precision:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """What a model's `config.json` says.

    Attributes:
        name: What the model is called.
        kind: Which design reads its files: `packed` or `static`.
        codebook: Version of the codebook that its tags follow.
        tags: The K tags, in the order of its outputs.
        labor: Which of them count as labor.
        avoidance: Which of them count as avoidance.
        scale: (K,) calibration: the probability is the sigmoid of `scale * logit + offset`.
        offset: (K,) likewise.
        thresholds: For each choice (`f1`, `precision:0.9`, ...) one threshold a tag.
        files: SHA-256 (hex) of each file of the model.
        digest: SHA-256 (hex) of the config itself, which vouches for the files.
    """

    name: str
    kind: str
    codebook: str
    tags: tuple[str, ...]
    labor: tuple[str, ...]
    avoidance: tuple[str, ...]
    scale: FloatArray
    offset: FloatArray
    thresholds: dict[str, FloatArray]
    files: dict[str, str]
    digest: str

    def calibrated(self, logits: FloatArray) -> FloatArray:
        """(n, K) probabilities of (n, K) logits."""
        with np.errstate(over="ignore"):  # exp of a large number is inf, and its probability 0
            chances: FloatArray = 1 / (1 + np.exp(-(self.scale * logits + self.offset)))
        return chances.astype(np.float32)

    def threshold(self, choice: str | float) -> FloatArray:
        """(K,) thresholds: a stored choice by its name, or one number for all tags."""
        if isinstance(choice, str):
            if choice not in self.thresholds:
                raise TaggerError(
                    f"threshold is {choice!r}; expected a number above 0, up to 1, or one of "
                    f"{', '.join(map(repr, self.thresholds))}."
                )
            return self.thresholds[choice]
        if not 0 < choice <= 1:
            raise TaggerError(f"threshold is {choice!r}; expected a number above 0, up to 1.")
        return np.full(len(self.tags), choice, dtype=np.float32)


def is_model_folder(folder: Path) -> bool:
    """Whether a folder holds a trained tagger."""
    return (folder / CONFIG_FILE).is_file()


def kind_of(folder: Path) -> str:
    """The kind that a model's config names, files unchecked; nothing where it cannot be read."""
    try:
        return str(json.loads((folder / CONFIG_FILE).read_bytes())["kind"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def read_config(folder: Path, *, kind: str, needs: Sequence[str]) -> ModelConfig:
    """Reads a model's config and checks the hash of every file that it names.

    Raises:
        TaggerError: It cannot be read, is of another kind, or a file is missing or not the one that belongs to it.
    """
    try:
        raw = (folder / CONFIG_FILE).read_bytes()
        config: dict[str, Any] = json.loads(raw)
        found = _parsed(config, hashlib.sha256(raw).hexdigest())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TaggerError(
            f"{CONFIG_FILE} of the model in {folder.name!r} cannot be read ({type(error).__name__}: {error}); expected "
            "a folder that `labor-signals train` wrote."
        ) from error
    if found.kind != kind:
        raise TaggerError(
            f"the model in {folder.name!r} is of kind {found.kind!r}; expected {kind!r}. Load it with `load_tagger`."
        )
    if unnamed := set(needs) - set(found.files):
        raise TaggerError(
            f"the config of the model in {folder.name!r} names no {', '.join(sorted(unnamed))}; expected all "
            "files that its kind is made of."
        )
    for name, digest in found.files.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise TaggerError(f"the model in {folder.name!r} has no file {name!r}; expected all that its config names.")
        if sha256_of(path) != digest:
            raise TaggerError(
                f"{name!r} of the model in {folder.name!r} is not the file that its config was written for (SHA-256 "
                "differs); copy the whole folder again."
            )
    return found


def _parsed(config: dict[str, Any], digest: str) -> ModelConfig:
    if config["format"] != FORMAT:
        raise ValueError(f"format {config['format']!r} instead of {FORMAT}")
    tags = tuple(map(str, config["tags"]))
    thresholds = {str(name): np.array(values, np.float32) for name, values in config["thresholds"].items()}
    arrays = [np.array(config[name], np.float32) for name in ("scale", "offset")]
    if any(values.shape != (len(tags),) for values in (*arrays, *thresholds.values())) or BEST_F1 not in thresholds:
        raise ValueError(f"calibration or thresholds do not fit {len(tags)} tags")
    return ModelConfig(
        name=str(config["name"]),
        kind=str(config["kind"]),
        codebook=str(config["codebook"]),
        tags=tags,
        labor=tuple(config.get("labor", [tag for tag in tags if tag in LABOR_TAGS])),
        avoidance=tuple(config.get("avoidance", [tag for tag in tags if tag in AVOIDANCE_TAGS])),
        scale=arrays[0],
        offset=arrays[1],
        thresholds=thresholds,
        files=dict(config["files"]),
        digest=digest,
    )


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
