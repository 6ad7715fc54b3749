"""From a name or a folder to a tagger."""

from functools import cache, lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from labor_signals.errors import TaggerError
from labor_signals.tag.model_folder import BEST_F1, CONFIG_FILE, is_model_folder, kind_of, sha256_of
from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.rule_tagger import RuleTagger
from labor_signals.tag.static_tagger import KIND as STATIC
from labor_signals.tag.static_tagger import StaticTagger
from labor_signals.tag.tagger import Tagger
from labor_signals.tag.trained_tagger import CPU, TrainedTagger

SHIPPED: Final = {"default": "labor-minilm-en", "fast": "labor-static-en"}
TAGGERS: Final = (*SHIPPED, "rules")
PACKAGE: Final = Path(__file__).parents[1]


def load_tagger(
    name: str | PathLike[str] = "default", *, threshold: str | float = BEST_F1, device: str = CPU, threads: int = 0
) -> Tagger:
    """Loads a tagger.

    Args:
        name: `default`, the trained encoder that ships with the library; `fast`, tables of word pieces, many times as
            fast and less exact; `rules`, the rule tagger; the folder of a model of your own, as `labor-signals train`
            writes it; or a folder of `*.jsonl` rule files.
        threshold: Where a trained tagger begins to give a tag: `f1`, the thresholds of the highest expected F1, from
            its validation data; `precision:0.9` and the like, the lowest at which a tag had that precision there; or
            one number for all tags. Rule taggers have thresholds of their own.
        device: Where a trained encoder runs: `cpu`, or a device of torch such as `cuda`, which needs the `train` extra.
            Other taggers run on CPU only.
        threads: CPU threads of a trained encoder; 0 for as many as there are cores.

    Raises:
        TaggerError: There is no such tagger, its files are not in order, or it has no such threshold or device.
        MissingExtraError: The device needs packages that are not installed.

    Example:
        >>> import labor_signals as ls
        >>> ls.load_tagger("rules").name
        'rules'
    """
    if name == "rules":
        _on_cpu("rules", device)
        return _built_in()
    shipped = isinstance(name, str) and name in SHIPPED
    folder = shipped_folder(SHIPPED[str(name)]) if shipped else Path(name)
    try:
        if is_model_folder(folder):
            return _kept(folder.resolve(), sha256_of(folder / CONFIG_FILE), threshold, device, threads)
        if folder.is_dir():
            _on_cpu(folder.name, device)
            return RuleTagger.from_folder(folder)
    except (OSError, ValueError) as error:
        if isinstance(error, TaggerError):
            raise
    if shipped:
        raise TaggerError(
            f"the model of tagger {name!r} is missing from this installation; install labor_signals again."
        )
    raise TaggerError(
        f"tagger {fspath(name)!r} is neither a known name nor a folder; expected one of "
        f"{', '.join(map(repr, TAGGERS))}, the folder of a trained model or of *.jsonl rule files, or an object "
        "with the members of the Tagger protocol."
    )


def shipped_folder(model: str) -> Path:
    """Where a shipped model lies: in the installed package, or in `models/` of a checkout."""
    installed = PACKAGE / "models" / model
    return installed if installed.is_dir() else PACKAGE.parents[1] / "models" / model


def load_model(folder: Path, *, threshold: str | float = BEST_F1, device: str = CPU, threads: int = 0) -> ModelTagger:
    """The trained tagger in a folder, of whatever kind.

    Raises:
        TaggerError: Its files are not in order, or it has no such threshold or device.
        MissingExtraError: The device needs packages that are not installed.
    """
    if kind_of(folder) != STATIC:
        return TrainedTagger(folder, threshold=threshold, device=device, threads=threads)
    if device != CPU:
        raise TaggerError(f"device is {device!r}; expected 'cpu': the model in {folder.name!r} runs on nothing else.")
    return StaticTagger(folder, threshold=threshold)


@lru_cache(maxsize=4)
def _kept(folder: Path, _config: str, threshold: str | float, device: str, threads: int) -> ModelTagger:
    """Loaded once a process, as long as its config, which holds the hashes of its files, is the same."""
    return load_model(folder, threshold=threshold, device=device, threads=threads)


def _on_cpu(name: str, device: str) -> None:
    if device != CPU:
        raise TaggerError(f"device is {device!r}; expected 'cpu': the rule tagger {name!r} runs on nothing else.")


@cache
def _built_in() -> RuleTagger:
    """Made once a process: its patterns take seconds to compile, and a rule tagger does not change."""
    return RuleTagger.built_in()
