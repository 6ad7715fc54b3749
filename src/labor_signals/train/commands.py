"""The commands `train` and `evaluate` of the command line."""

import argparse
import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from labor_signals.codebook import TAGS
from labor_signals.datasets import SPLITS, DatasetError, load_annotated, load_public, load_real
from labor_signals.errors import MissingExtraError, TaggerError

if TYPE_CHECKING:
    from labor_signals.train.evaluate import Evaluation
    from labor_signals.train.fit import Recipe
    from labor_signals.train.static_net import StaticRecipe

# an utterance "None" or a conversation "007" is what it says
AS_WRITTEN: Final = {"conversation_id": str, "speaker": str, "text": str}
READERS: Final[dict[str, Callable[[Path], pd.DataFrame]]] = {
    ".csv": lambda path: pd.read_csv(path, dtype=AS_WRITTEN, keep_default_na=False),
    ".parquet": pd.read_parquet,
    ".jsonl": lambda path: _as_written(pd.read_json(path, lines=True, dtype=False)),
}
CONTEXT: Final = 3
OWN_OPTIONS: Final = ("epochs", "seed", "narrow")
DATA_HELP: Final = (
    "the folder data/annotated of a checkout, or a table (CSV, Parquet, JSONL) with conversation_id, speaker, text, "
    "one column a tag with codes from 0 to 1, and, to train, a column split (train or validation)"
)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `train` and `evaluate`."""
    train, evaluate = _add_train(commands), _add_evaluate(commands)
    for command in (train, evaluate):
        command.add_argument(
            "--corpora", type=Path, metavar="DIR", help="public corpora whose codes stand in the data folder"
        )


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    train = commands.add_parser("train", help="fit a tagger to coded talk (needs the train extra)")
    train.add_argument("--data", type=Path, required=True, metavar="DATA", help=DATA_HELP)
    train.add_argument(
        "--base",
        required=True,
        metavar="DIR",
        help="the folder of all-MiniLM-L6-v2; or a trained encoder, by folder or name (default), to train on",
    )
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
    train.add_argument("--tags", default=",".join(TAGS), metavar="A,B", help="tags of a table (default: %(default)s)")
    train.add_argument(
        "--narrow", action="store_true", help="first cut the heads and neurons of a trained encoder that matter least"
    )
    train.add_argument("--fast", action="store_true", help="fit tables of word pieces instead of an encoder")
    train.add_argument(
        "--teacher",
        action="append",
        default=[],
        metavar="NAME",
        help="also learn from the weights of this tagger; of several, from the mean of their log-odds "
        "(one named twice counts twice)",
    )
    train.add_argument(
        "--uncoded", type=Path, action="append", default=[], metavar="FILE", help="talk that only the teacher codes"
    )
    train.add_argument("--epochs", type=int, help="passes over the data (default: 4, with --fast 14)")
    train.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other number of the recipe, such as learning_rate=7e-5 or soup=true (see Recipe and StaticRecipe)",
    )
    train.add_argument("--seed", type=int, default=0, help="of order and variation (default: %(default)s)")
    return train


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    evaluate = commands.add_parser("evaluate", help="compare a tagger with coded talk (needs the train extra)")
    evaluate.add_argument("--data", type=Path, required=True, metavar="DATA", help=DATA_HELP)
    evaluate.add_argument("--tagger", default="default", help="name or folder of a tagger (default: %(default)s)")
    evaluate.add_argument(
        "--split",
        default="validation",
        help=f"{', '.join(SPLITS)}, real_validation or real_test (default: %(default)s)",
    )
    evaluate.add_argument(
        "--by", action="append", default=[], metavar="COLUMN", help="also by kind of talk, such as medium"
    )
    evaluate.add_argument(
        "--errors", type=int, default=0, metavar="N", help="show the N surest errors with the talk before"
    )
    return evaluate


def run_train(options: argparse.Namespace) -> str:
    """Fits a tagger and says where it is."""
    try:
        from labor_signals.train.ensemble import ensemble_of  # noqa: PLC0415
        from labor_signals.train.fit import Recipe  # noqa: PLC0415  (torch takes seconds to load)
        from labor_signals.train.static_net import StaticRecipe  # noqa: PLC0415
        from labor_signals.train.train_tagger import train_tagger  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", extra="train", purpose="training") from error
    from labor_signals.tag.load_tagger import load_tagger  # noqa: PLC0415

    _show_progress()
    if options.uncoded and not options.teacher:
        raise TaggerError("found --uncoded without --teacher; expected both: only a teacher can code such talk.")
    if options.fast and options.narrow:
        raise TaggerError("found --narrow with --fast; expected one of them: tables have no heads to cut.")
    recipe = StaticRecipe if options.fast else Recipe
    choices = _settings(recipe, options.set) | {"seed": options.seed}
    if options.epochs is not None:
        choices["epochs"] = options.epochs
    if options.narrow:
        choices["narrow"] = True
    if options.teacher:
        shares = Counter(options.teacher)
        choices["teacher"] = ensemble_of([load_tagger(name) for name in shares], list(shares.values()))
    tagger = train_tagger(
        _with_uncoded(_coded(options, "train"), options.uncoded),
        _held_out(options),
        base=options.base,
        out=options.out,
        recipe=recipe(**choices),
        tags=[tag.strip() for tag in options.tags.split(",")],
    )
    return f"wrote {tagger.name} to {options.out}: {', '.join(tagger.tags)}"


def _settings(recipe: type["Recipe | StaticRecipe"], words: Sequence[str]) -> dict[str, Any]:
    """What `--set` says: numbers, and yes or no, that have no option of their own."""
    kinds = {part.name: type(part.default) for part in fields(recipe) if isinstance(part.default, int | float)}
    kinds = {name: kind for name, kind in kinds.items() if name not in OWN_OPTIONS}
    found: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            found[name] = {"true": True, "false": False}[value] if kinds[name] is bool else kinds[name](value)
            if not 0 <= found[name] < math.inf:
                raise ValueError
        except (KeyError, ValueError) as error:
            expected = ", ".join(f"{name}={kind.__name__}" for name, kind in kinds.items())
            raise TaggerError(f"found --set {word}; expected one of {expected} (bool: true or false).") from error
    return found


def _show_progress() -> None:
    """Lets the log of the training, a step a line with its time of day, through to the screen."""
    log = logging.getLogger("labor_signals.train")
    log.setLevel(logging.INFO)
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
        log.addHandler(handler)


def run_evaluate(options: argparse.Namespace) -> str:
    """Tables of a tagger's agreement with coded talk."""
    try:
        from labor_signals.train import evaluate as measures  # noqa: PLC0415  (scikit-learn takes a second to load)
    except ImportError as error:
        raise MissingExtraError(error.name or "scikit-learn", extra="train", purpose="evaluation") from error
    from labor_signals.tag.load_tagger import load_tagger  # noqa: PLC0415

    found = measures.evaluate_tagger(load_tagger(options.tagger), _coded(options, options.split))
    parts = [measures.table_by_tag(found).to_string(index=False, float_format="{:.3f}".format)]
    for column in options.by:
        if column not in found.frame.columns:
            raise DatasetError(f"the data have no column {column!r}; expected one of {', '.join(found.frame.columns)}.")
        parts.append(measures.table_by_group(found, column).to_string(index=False, float_format="{:.3f}".format))
    if options.errors:
        parts.append("\n\n".join(_shown(found, *error) for error in islice(measures.errors_of(found), options.errors)))
    return "\n\n".join(parts)


def _shown(found: "Evaluation", row: int, tag: str, kind: str) -> str:
    """An error with the talk before it: the user's own talk, on the user's own screen."""
    frame = found.frame
    talk = frame["conversation_id"].iloc[row]
    before = [place for place in range(max(0, row - CONTEXT), row + 1) if frame["conversation_id"].iloc[place] == talk]
    weight = found.probability[row, found.tags.index(tag)]
    lines = [f"{tag} {kind} ({weight:.2f}) in {talk}"]
    return "\n".join([*lines, *(f"  {frame['speaker'].iloc[place]}: {frame['text'].iloc[place]}" for place in before)])


def _coded(options: argparse.Namespace, split: str) -> pd.DataFrame:
    """Coded talk of a split."""
    path: Path = options.data
    if path.is_dir():
        return _project(path, split, options.corpora)
    frame = _table(path, option="--data")
    if "split" in frame.columns:
        return frame[frame["split"] == split]
    if split == "train":
        raise DatasetError("the table has no column 'split'; expected one that says train or validation.")
    return frame


def _held_out(options: argparse.Namespace) -> pd.DataFrame:
    """The validation split, with the windows of real talk that may guide choices where the corpora are at hand."""
    own = _coded(options, "validation")
    if options.corpora is None or not options.data.is_dir():
        return own
    return pd.concat([own, _coded(options, "real_validation")], ignore_index=True)


def _as_written(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({column: kind for column, kind in AS_WRITTEN.items() if column in frame.columns})


def _table(path: Path, *, option: str) -> pd.DataFrame:
    if path.suffix not in READERS:
        raise DatasetError(f"{option} is {path.name!r}; expected a folder or a file with one of {', '.join(READERS)}.")
    return READERS[path.suffix](path)


def _with_uncoded(coded: pd.DataFrame, files: Sequence[Path]) -> pd.DataFrame:
    """Coded talk and, after it, conversations of which nothing is coded."""
    parts = [coded]
    for path in files:
        talk = _table(path, option="--uncoded")
        if missing := [column for column in AS_WRITTEN if column not in talk.columns]:
            raise DatasetError(
                f"{path.name!r} has no column {', '.join(map(repr, missing))}; expected {', '.join(AS_WRITTEN)}."
            )
        if {"utterance_id"} <= set(talk.columns) & set(coded.columns):
            known = talk.loc[talk["utterance_id"].isin(coded["utterance_id"]), "conversation_id"]
            talk = talk[~talk["conversation_id"].isin(known)]
        parts.append(talk[list(AS_WRITTEN)])
    return pd.concat(parts, ignore_index=True)


def _project(folder: Path, split: str, corpora: Path | None) -> pd.DataFrame:
    """A split of this project's data, with what stands on the cards; public talk joins the training split."""
    if split.startswith("real_"):
        if corpora is None:
            raise DatasetError(f"{split} needs --corpora, the folder with the public corpora.")
        return load_real(split, corpora=corpora, folder=folder)  # type: ignore[arg-type]
    own = load_annotated(split, folder=folder, second_level=True)  # type: ignore[arg-type]
    if split == "train" and corpora is not None:
        own = pd.concat([own, load_public(corpora=corpora, folder=folder, second_level=True)], ignore_index=True)
    grid = pd.read_json(folder / "grid.jsonl", lines=True)[
        ["conversation_id", "relationship", "medium", "variety", "register", "everyday"]
    ]
    return own.merge(grid, on="conversation_id", how="left")
