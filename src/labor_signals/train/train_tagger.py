"""The front door of training: from coded talk to a folder that `load_tagger` reads."""

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer

from labor_signals.codebook import MOVES, NEIGHBOURING_ACTS, TAGS
from labor_signals.errors import TaggerError
from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.packed_model import PackedModel, base_encoder
from labor_signals.tag.pieces import TOKENIZER_FILE, load_tokenizer
from labor_signals.train.batches import Batch, batched, items_of
from labor_signals.train.disturb import disturbed, similar_words
from labor_signals.train.fit import Recipe, fit
from labor_signals.train.fit_static import fit_static, write_static
from labor_signals.train.model_files import make_folder
from labor_signals.train.narrow import narrowed
from labor_signals.train.start import Start, check_start, first_model, start_of
from labor_signals.train.static_net import StaticNet, StaticRecipe, piece_vectors
from labor_signals.train.talks import Talk, talks_of
from labor_signals.train.teach import taught
from labor_signals.train.write_model import write_model

VECTOR_WIDTH: Final = 96
NARROWING_TALKS: Final = 260
_LOG: Final = logging.getLogger(__name__)
_NEEDED: Final = ("conversation_id", "speaker", "text")


def train_tagger(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    *,
    base: str | PathLike[str],
    out: str | PathLike[str],
    recipe: Recipe | StaticRecipe | None = None,
    tags: Sequence[str] = TAGS,
) -> ModelTagger:
    """Fits a tagger to coded talk and writes its folder.

    Args:
        train: One row an utterance, in talk order: `conversation_id, speaker, text`, and one column a tag with codes
            from 0 to 1. Columns of the codebook's moves and neighbouring acts, where there are any, are learnt beside.
            Conversations without codes (NaN) may stand among them where the recipe has a teacher.
        validation: Likewise, of other conversations; calibration and thresholds are set on it.
        base: A folder with the base encoder: `model.safetensors`, `config.json`, `tokenizer.json` of all-MiniLM-L6-v2.
            Or a trained encoder's folder or name, such as `default`, which is trained on: with the same tags from what
            it knows of them, with others from what it knows of talk.
        out: A new folder, whose name the model takes.
        recipe: How to fit: a `Recipe` makes an encoder, a `StaticRecipe` the tables of the fast tier.
        tags: The tags; your own if they differ from the codebook's.

    Raises:
        TaggerError: A frame lacks columns, holds no positive example of a tag, the base is not the one expected, or
            something is to be made narrower that is not fitted yet or that narrow already, or averaged with weights
            that are not fitted.

    Example:
        >>> from labor_signals.train.train_tagger import train_tagger
        >>> train_tagger(coded, held_out, base="all-MiniLM-L6-v2", out="my-tagger", tags=["thanking"])  # doctest: +SKIP
        >>> ls.analyze(talk, tagger="my-tagger")                                                       # doctest: +SKIP
    """
    recipe = recipe or Recipe()
    start = start_of(base, fast=isinstance(recipe, StaticRecipe))
    if isinstance(recipe, Recipe):
        check_start(start, tags, narrow=recipe.narrow, soup=recipe.soup)
    make_folder(Path(out))
    coded = [tag for tag in tags if tag in train.columns]
    # only a teacher can say what stands in talk that nobody has coded
    _check(train if recipe.teacher is None else train.dropna(subset=coded, how="all"), tags, "training")
    _check(validation, tags, "validation")
    torch.manual_seed(recipe.seed)  # of the new layers
    about = {"name": Path(out).name, "tags": list(tags)}
    written: dict[str, Any] = {"tokenizer": start.folder / TOKENIZER_FILE, "validation": validation, "about": about}
    if isinstance(recipe, StaticRecipe):
        net, labels = _tables(train, _tasks(tags, train), start, recipe)
        return write_static(net, Path(out), labels=labels["tags"], **written)
    model, talks = _encoder(train, _tasks(tags, train), start, recipe)
    return write_model(model, Path(out), talks=talks, **written)


def _encoder(
    train: pd.DataFrame, tasks: dict[str, tuple[str, ...]], start: Start, recipe: Recipe
) -> tuple[PackedModel, list[Talk]]:
    """A fitted encoder, and the talk that it was fitted to."""
    tokenizer, labels = load_tokenizer(start.folder / TOKENIZER_FILE), _columns(tasks)
    rates = {task: torch.tensor(train[list(part)].mean().to_numpy(np.float32)) for task, part in tasks.items()}
    model = first_model(start, tasks, rates=rates)
    vectors = model.encoder.embeddings.word_embeddings.weight.detach().numpy()
    train = _taught(train, tasks["tags"], recipe, similar=partial(similar_words, vectors, tokenizer.get_vocab()))
    talks = talks_of(train, [label for part in tasks.values() for label in part])
    if recipe.narrow:
        model = narrowed(model, _sample(talks, tokenizer, recipe), labels=labels)
    _fitting(talks, recipe)
    return fit(model, talks, tokenizer, labels=labels, recipe=recipe, after_epoch=_report), talks


def _tables(
    train: pd.DataFrame, tasks: dict[str, tuple[str, ...]], start: Start, recipe: StaticRecipe
) -> tuple[StaticNet, dict[str, slice]]:
    """The fast tier's fitted tables, and which of their outputs belong to which task."""
    tokenizer, labels = load_tokenizer(start.folder / TOKENIZER_FILE), _columns(tasks)
    vectors = piece_vectors(base_encoder(start.folder), VECTOR_WIDTH)
    train = _taught(train, tasks["tags"], recipe, similar=partial(similar_words, vectors, tokenizer.get_vocab()))
    talks = talks_of(train, [label for part in tasks.values() for label in part])
    _fitting(talks, recipe)
    return fit_static(talks, tokenizer, vectors=vectors, labels=labels, recipe=recipe), labels


def _sample(talks: Sequence[Talk], tokenizer: Tokenizer, recipe: Recipe) -> Iterator[Batch]:
    """Some conversations, on which it is measured what a model can do without."""
    return batched(items_of(talks[:: max(1, len(talks) // NARROWING_TALKS)], tokenizer), recipe.pieces)


def _fitting(talks: Sequence[Talk], recipe: Recipe | StaticRecipe) -> None:
    _LOG.info("fitting to %d utterances, %d times", sum(len(talk.texts) for talk in talks), recipe.epochs)


def _report(epoch: int, loss: float, _: PackedModel) -> None:
    _LOG.info("epoch %d: mean loss %.4f", epoch + 1, loss)


def _tasks(tags: Sequence[str], train: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What is learnt: the tags and, beside the codebook's own, its moves and neighbouring acts where they are coded."""
    second = {"moves": MOVES, "acts": NEIGHBOURING_ACTS} if tuple(tags) == TAGS else {}
    return {"tags": tuple(tags)} | {
        task: labels for task, labels in second.items() if set(labels) <= set(train.columns)
    }


def _columns(tasks: dict[str, tuple[str, ...]]) -> dict[str, slice]:
    """Where the labels of each task stand among all."""
    ends = np.cumsum([len(labels) for labels in tasks.values()]).tolist()
    return {task: slice(end - len(labels), end) for (task, labels), end in zip(tasks.items(), ends, strict=True)}


def _taught(
    train: pd.DataFrame,
    tags: Sequence[str],
    recipe: Recipe | StaticRecipe,
    *,
    similar: Callable[[], Mapping[str, Sequence[str]]],
) -> pd.DataFrame:
    """The training talk, and disturbed variants of it, with the teacher's weights where the recipe has one."""
    if recipe.teacher is None:
        return train
    generator = np.random.default_rng(recipe.seed)
    words = similar() if recipe.disturbed else {}
    variants = [disturbed(part, words, generator) for part in _copies(train, recipe.disturbed, generator)]
    together = pd.concat([train, *variants], ignore_index=True)
    _LOG.info("%s: weighing %d utterances", recipe.teacher.name, len(together))
    return taught(together, recipe.teacher, tags=tags, share=recipe.taught)


def _copies(train: pd.DataFrame, share: float, generator: np.random.Generator) -> Iterator[pd.DataFrame]:
    """All conversations as often as the share says, and of what is left over a part of them."""
    yield from repeat(train, int(share))
    if part := share % 1:
        talks = train["conversation_id"].unique()
        drawn = generator.choice(len(talks), size=math.ceil(part * len(talks)), replace=False)
        yield train[train["conversation_id"].isin(talks[drawn])]


def _check(frame: pd.DataFrame, tags: Sequence[str], role: str) -> None:
    if missing := [column for column in (*_NEEDED, *tags) if column not in frame.columns]:
        raise TaggerError(
            f"the {role} talk has no column {', '.join(map(repr, missing))}; expected {', '.join(_NEEDED)} and one "
            "column a tag."
        )
    # the message must not quote what stands in a column that holds no numbers
    codes = frame[list(tags)].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    if not ((codes >= 0) & (codes <= 1)).all():
        raise TaggerError(f"codes of the {role} talk lie outside [0, 1], or are missing; expected numbers from 0 to 1.")
    if absent := [tag for tag, most in zip(tags, codes.max(axis=0).tolist(), strict=True) if most <= 0.5]:
        raise TaggerError(
            f"the {role} talk has no utterance that carries {', '.join(map(repr, absent))}; expected some of each tag."
        )
