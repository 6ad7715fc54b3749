"""Fits the model: several tasks at once, soft targets, a short warm-up, and the mean of the last weights."""

import math
import timeit
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from labor_signals.tag.packed_model import PackedModel
from labor_signals.tag.packing import groups_of_like_length
from labor_signals.tag.tagger import Tagger
from labor_signals.train.augment import augmented
from labor_signals.train.batches import Batch, batched, items_of
from labor_signals.train.talks import Talk

CLIP: Final = 1.0
AVERAGED_EVERY: Final = 5
MASK: Final = "[MASK]"
PAYS: Final = 0.7
"""bf16 is used on a CPU that multiplies in it in less than this share of the time of fp32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a model is fitted.

    Attributes:
        epochs: Passes over the data.
        learning_rate: Of the encoder's last layer, at its peak.
        head_rate: Of the heads, at its peak.
        layer_decay: Factor on the learning rate from each layer to the one below.
        weight_decay: Of AdamW.
        warm_up: Share of the steps in which the rate rises.
        pieces: Padded word pieces a batch.
        decay: Of the running mean of the weights, taken every fifth step, which is what is kept.
        soup: Whether what is kept is instead the plain mean of the weights before training and of that running mean
            after each epoch (Wortsman and others 2022, "Model soups"): for a fitted model that is trained on.
        task_weights: Weight of each task's loss.
        augment: Whether conversations are varied.
        dropout: Share of the states inside the encoder that are set to 0 at each step.
        hidden: Share of the word pieces that are hidden at each pass, so that no single one is relied on.
        narrow: Whether the model, which must be a fitted one, is made narrower first; see `narrow.narrowed`.
        teacher: A tagger, or several as one (`ensemble.ensemble_of`), whose weights are mixed into the targets, and
            are those of talk without codes.
        taught: What counts for the teacher, from 0 to 1.
        disturbed: How many disturbed variants of all talk join with the teacher's weights (0.3: one of three in ten
            conversations); see `disturb.disturbed`.
        seed: Of order, dropout and variation.
    """

    epochs: int = 4
    learning_rate: float = 1e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warm_up: float = 0.1
    pieces: int = 1024
    decay: float = 0.98
    soup: bool = False
    task_weights: Mapping[str, float] = field(default_factory=lambda: {"tags": 1.0, "moves": 0.5, "acts": 0.3})
    augment: bool = True
    dropout: float = 0.1
    hidden: float = 0.05
    narrow: bool = False
    teacher: Tagger | None = None
    taught: float = 0.5
    disturbed: float = 1.0
    seed: int = 0


def fit(
    model: PackedModel,
    talks: Sequence[Talk],
    tokenizer: Tokenizer,
    *,
    labels: Mapping[str, slice],
    recipe: Recipe,
    after_epoch: Callable[[int, float, PackedModel], None] | None = None,
) -> PackedModel:
    """Fits a model to coded conversations, on a GPU where there is one; in bf16 there, and on CPUs that gain by it.

    Args:
        model: Its weights are changed.
        talks: The conversations; targets are soft, NaN where a label was not coded.
        tokenizer: As the model reads text.
        labels: Which columns of the targets belong to which task.
        recipe: How.
        after_epoch: Called with the epoch, its mean loss and the model as it would be kept.

    Returns:
        The model with the weights to keep.
    """
    device, half = _placed(model)
    generator = np.random.default_rng(recipe.seed)
    torch.manual_seed(recipe.seed)
    model.inner_dropout.share = recipe.dropout
    averaged = AveragedModel(model, avg_fn=running_mean(recipe.decay))
    soup = AveragedModel(model)
    soup.update_parameters(model)
    kept = cast("PackedModel", (soup if recipe.soup else averaged).module)
    optimizer = torch.optim.AdamW(_groups(model, recipe), weight_decay=recipe.weight_decay)
    mask = tokenizer.token_to_id(MASK) or 0
    steps = recipe.epochs * _batches(talks, tokenizer, recipe.pieces)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, recipe.warm_up))
    for epoch in range(recipe.epochs):
        model.train()
        varied = [augmented(talk, generator) for talk in talks] if recipe.augment else talks
        losses = []
        for batch in batched(items_of(varied, tokenizer), recipe.pieces, generator):
            seen = batch.hiding(recipe.hidden, mask, generator).to(device)
            loss = loss_of(_answers(model, seen, half=half), seen, labels, recipe.task_weights)
            descend(loss, model, optimizer)
            schedule.step()
            losses.append(loss.item())
            if schedule.last_epoch % AVERAGED_EVERY == 0 or schedule.last_epoch == steps:
                averaged.update_parameters(model)
        soup.update_parameters(averaged.module)
        if after_epoch is not None:
            after_epoch(epoch, float(np.mean(losses)), kept)
    return kept


def _placed(model: PackedModel) -> tuple[str, bool]:
    """The device that the model now lies on, and whether it computes in half precision there."""
    if torch.cuda.is_available():
        model.to("cuda")
        return "cuda", True
    return "cpu", bf16_pays()


def _batches(talks: Sequence[Talk], tokenizer: Tokenizer, pieces: int) -> int:
    """About how many batches an epoch has: variants of the talk are a little shorter."""
    return len(groups_of_like_length([len(item.packed.ids) for item in items_of(talks, tokenizer)], pieces))


def _answers(model: PackedModel, batch: Batch, *, half: bool) -> dict[str, Tensor]:
    with torch.autocast(batch.real.device.type, dtype=torch.bfloat16, enabled=half):
        logits: dict[str, Tensor] = model(batch.inputs)
    return logits


def running_mean(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """A running mean that forgets its first weights quickly: early on it is over the few that there are."""

    def mean(kept: Tensor, now: Tensor, count: Tensor | int) -> Tensor:
        share = min(decay, (1 + float(count)) / (10 + float(count)))
        return share * kept + (1 - share) * now

    return mean


def descend(loss: Tensor, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """One step down a loss, its gradient clipped."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()


def bf16_pays() -> bool:
    """Whether this CPU multiplies matrices much faster in bf16 than in fp32; many are slower at it."""
    fastest = []
    for kind in (torch.float32, torch.bfloat16):
        states, weights = torch.ones((512, 384), dtype=kind), torch.ones((1536, 384), dtype=kind)
        fastest.append(min(timeit.repeat(partial(functional.linear, states, weights), number=2, repeat=5)))
    return fastest[1] < PAYS * fastest[0]


def loss_of(
    logits: Mapping[str, Tensor], batch: Batch, labels: Mapping[str, slice], weights: Mapping[str, float]
) -> Tensor:
    """Weighted sum over tasks of the binary cross-entropy, summed over a task's labels and averaged over utterances.

    A label that was not coded (NaN) costs nothing.
    """
    total = torch.zeros((), device=batch.real.device)
    for task, columns in labels.items():
        found, wanted = logits[task].float()[batch.real], batch.targets[..., columns][batch.real]
        known = ~wanted.isnan()
        each = functional.binary_cross_entropy_with_logits(found, wanted.nan_to_num(), reduction="none") * known
        total = total + weights.get(task, 1.0) * each.sum(-1).mean()
    return total


def _groups(model: PackedModel, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters with their learning rates: lower layers learn more slowly."""
    # word vectors stay: they are half of all weights, and words that training lacks keep their place among the others
    model.encoder.embeddings.word_embeddings.requires_grad_(False)
    layers = list(model.encoder.encoder.layer)
    rate = recipe.learning_rate
    groups: list[dict[str, object]] = [
        {"params": [*model.heads.parameters(), *model.norm.parameters()], "lr": recipe.head_rate},
    ]
    for layer in reversed(layers):
        groups.append({"params": list(layer.parameters()), "lr": rate})
        rate *= recipe.layer_decay
    rest = [part for part in model.encoder.embeddings.parameters() if part.requires_grad]
    groups.append({"params": rest, "lr": rate})
    return groups


def _rate(step: int, steps: int, warm_up: float) -> float:
    """Rises in a line, falls as a cosine."""
    rising = max(1, int(steps * warm_up))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - rising) / max(1, steps - rising))))
