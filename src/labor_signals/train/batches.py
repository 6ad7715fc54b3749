"""Packed chunks of conversations in padded batches of about equal length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from labor_signals.tag.packed_model import Inputs, padded_chunks
from labor_signals.tag.packing import PackedChunk, groups_of_like_length, pack_chunk, plan_chunks
from labor_signals.tag.pieces import pieces_of
from labor_signals.train.talks import Floats, Talk


@dataclass(frozen=True, slots=True)
class Item:
    """A chunk to learn from: its arrays, and the targets of its utterances, context without."""

    packed: PackedChunk
    targets: Floats


@dataclass(frozen=True, slots=True)
class Batch:
    """Chunks as tensors, with (B, U, L) targets; `real` (B, U) marks the utterances that count."""

    inputs: Inputs
    targets: Tensor
    real: Tensor

    def hiding(self, share: float, mask: int, generator: np.random.Generator) -> "Batch":
        """The same with a share of its word pieces, drawn at random, replaced by the mask; first pieces stay."""
        if not share:
            return self
        hidden = torch.from_numpy(generator.random(tuple(self.inputs.ids.shape)) < share) & (self.inputs.place > 0)
        return replace(self, inputs=self.inputs._replace(ids=self.inputs.ids.masked_fill(hidden, mask)))

    def to(self, device: str) -> "Batch":
        """The same on another device."""
        return Batch(self.inputs.to(device), self.targets.to(device), self.real.to(device))


def items_of(talks: Sequence[Talk], tokenizer: Tokenizer) -> list[Item]:
    """Chunks of conversations."""
    pieces = pieces_of([text for talk in talks for text in talk.texts], tokenizer)
    items, at = [], 0
    for talk in talks:
        own = pieces[at : at + len(talk)]
        at += len(talk)
        for chunk in plan_chunks([1 + len(said) for said in own]):
            items.append(Item(pack_chunk(chunk, own, talk.speakers), talk.targets[chunk.first : chunk.end]))
    return items


def batched(items: Sequence[Item], pieces: int, generator: np.random.Generator | None = None) -> Iterator[Batch]:
    """Batches of at most so many padded pieces, of chunks of like length; in random order with a generator."""
    lengths = [len(item.packed.ids) for item in items]
    order = None if generator is None else np.argsort(lengths * generator.uniform(0.9, 1.1, len(items)), kind="stable")
    groups = groups_of_like_length(lengths, pieces, order=order)
    for place in range(len(groups)) if generator is None else generator.permutation(len(groups)):
        yield padded([items[number] for number in groups[place]])


def padded(items: Sequence[Item]) -> Batch:
    """One batch of these chunks."""
    inputs = padded_chunks([item.packed for item in items])
    rows, said, _ = inputs.share.shape
    targets = torch.zeros((rows, said, items[0].targets.shape[1]))
    real = torch.zeros((rows, said), dtype=torch.bool)
    for row, item in enumerate(items):
        own = slice(item.packed.context, item.packed.utterances)
        targets[row, own] = torch.tensor(item.targets)
        real[row, own] = True
    return Batch(inputs, targets, real)
