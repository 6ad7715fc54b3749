"""Fits the fast tagger's tables to coded talk, and writes the folder that `StaticTagger` reads."""

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from labor_signals.tag.model_tagger import ModelTagger
from labor_signals.tag.pieces import TOKENIZER_FILE, pieces_of
from labor_signals.tag.static_tagger import KIND, TABLES_FILE
from labor_signals.train.augment import augmented
from labor_signals.train.fit import descend, running_mean
from labor_signals.train.model_files import calibrate_folder, make_folder
from labor_signals.train.static_net import StaticBatch, StaticNet, StaticRecipe, static_batch
from labor_signals.train.talks import Floats, Talk

TALKS_AT_ONCE: Final = 32
UNKNOWN: Final = "[UNK]"


def fit_static(
    talks: Sequence[Talk],
    tokenizer: Tokenizer,
    *,
    vectors: Floats,
    labels: Mapping[str, slice],
    recipe: StaticRecipe,
) -> StaticNet:
    """Fits tables to coded conversations.

    Args:
        talks: The conversations; targets are soft, NaN where a label was not coded.
        tokenizer: As the tagger reads text.
        vectors: (pieces + 2, D) what the pieces' vectors begin as, from `piece_vectors`.
        labels: Which columns of the targets belong to which task.
        recipe: How.
    """
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    columns = max(part.stop for part in labels.values())
    weights = torch.zeros(columns)
    for task, part in labels.items():
        weights[part] = recipe.task_weights.get(task, 1.0)
    net = StaticNet(vectors, columns, recipe)
    averaged = AveragedModel(net, avg_fn=running_mean(recipe.decay))
    optimizer = torch.optim.AdamW(net.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    steps = recipe.epochs * math.ceil(sum(map(len, talks)) / recipe.utterances)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, recipe.warm_up))
    net.train()
    for _ in range(recipe.epochs):
        for batch in _batches(talks, tokenizer, recipe, generator):
            loss = _loss(net(batch), batch.targets, weights)
            descend(loss, net, optimizer)
            schedule.step()
            averaged.update_parameters(net)
    return cast("StaticNet", averaged.module.eval())


@torch.inference_mode()
def predict_static(net: StaticNet, talks: Sequence[Talk], tokenizer: Tokenizer) -> list[Floats]:
    """Probabilities of all labels for every utterance: (n, L) a conversation. Targets are not looked at."""
    net.eval()
    found: list[Floats] = []
    for begin in range(0, len(talks), TALKS_AT_ONCE):
        some = talks[begin : begin + TALKS_AT_ONCE]
        pieces = pieces_of([text for talk in some for text in talk.texts], tokenizer)
        chances = torch.sigmoid(net(static_batch(some, pieces, vocabulary=net.vocabulary, lags=net.lags))).numpy()
        found += np.split(chances, np.cumsum([len(talk) for talk in some])[:-1])
    return found


def write_static(
    net: StaticNet,
    out: Path,
    *,
    tokenizer: Path,
    validation: pd.DataFrame,
    about: Mapping[str, Any],
    labels: slice = slice(None),
) -> ModelTagger:
    """Writes the files that `StaticTagger` reads, and loads them.

    Args:
        net: The fitted tables.
        out: A folder that is not there yet, or holds an earlier model.
        tokenizer: The tokenizer's file.
        validation: Coded talk, with a column a tag, on which calibration and thresholds are set.
        about: What goes into the config beside: `name` and `tags` at least.
        labels: Which of the labels that the tables were fitted to are the tags.
    """
    make_folder(out)
    arrays: dict[str, Any] = net.arrays(labels)
    np.savez_compressed(out / TABLES_FILE, **arrays)
    shutil.copyfile(tokenizer, out / TOKENIZER_FILE)
    files = (TABLES_FILE, TOKENIZER_FILE)
    return calibrate_folder(out, validation, about={"kind": KIND, **about}, files=files)


def _rate(step: int, steps: int, warm_up: float) -> float:
    """Rises in a line, falls as a cosine."""
    rising = (step + 1) / max(1.0, steps * warm_up)
    return min(rising, 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps))))


def _loss(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Binary cross-entropy, summed over labels by their weight, averaged over the utterances that were coded."""
    known = ~targets.isnan()
    each = functional.binary_cross_entropy_with_logits(logits, targets.nan_to_num(), reduction="none") * known
    return (each.sum(0) / known.sum(0).clamp_min(1) * weights).sum()


def _batches(
    talks: Sequence[Talk], tokenizer: Tokenizer, recipe: StaticRecipe, generator: np.random.Generator
) -> Iterator[StaticBatch]:
    """All conversations once, in random order and in batches of about equal size."""
    unknown = tokenizer.token_to_id(UNKNOWN) or 0
    order = generator.permutation(len(talks))
    ends = np.cumsum([len(talks[place]) for place in order])
    for part in np.split(order, np.flatnonzero(np.diff(ends // recipe.utterances)) + 1):
        some = [augmented(talks[place], generator) if recipe.augment else talks[place] for place in part]
        pieces = pieces_of([text for talk in some for text in talk.texts], tokenizer)
        lost = [generator.random(len(said)) < recipe.lost for said in pieces]
        read = [np.where(gone, unknown, said) for gone, said in zip(lost, pieces, strict=True)]
        yield static_batch(some, read, vocabulary=tokenizer.get_vocab_size(), lags=recipe.lags)
