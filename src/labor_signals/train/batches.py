"""Packed chunks of conversations in padded batches of about equal length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from labor_signals.tag.packed_model import Inputs, padded_chunks
from labor_signals.tag.packing import PackedChunk, pack_chunk, plan_chunks
from labor_signals.tag.pieces import pieces_of
from labor_signals.train.talks import Floats, Talk


@dataclass(frozen=True, slots=True)
class Item:
    """A chunk to learn from: its arrays, and the targets of its utterances, context without."""

    packed: PackedChunk
    targets: Floats
    talk: int
    rows: slice


@dataclass(frozen=True, slots=True)
class Batch:
    """Chunks as tensors, with (B, U, L) targets; `real` (B, U) marks the utterances that count."""

    inputs: Inputs
    targets: Tensor
    real: Tensor
    items: tuple[Item, ...]

    def to(self, device: str) -> "Batch":
        """The same on another device."""
        return Batch(self.inputs.to(device), self.targets.to(device), self.real.to(device), self.items)


def items_of(talks: Sequence[Talk], tokenizer: Tokenizer) -> list[Item]:
    """Chunks of conversations."""
    pieces = pieces_of([text for talk in talks for text in talk.texts], tokenizer)
    items, at = [], 0
    for number, talk in enumerate(talks):
        own = pieces[at : at + len(talk)]
        at += len(talk)
        for chunk in plan_chunks([1 + len(said) for said in own]):
            packed = pack_chunk(chunk, own, talk.speakers)
            rows = slice(chunk.first, chunk.end)
            items.append(Item(packed, talk.targets[rows], number, rows))
    return items


def batched(items: Sequence[Item], pieces: int, generator: np.random.Generator | None = None) -> Iterator[Batch]:
    """Batches of at most so many padded pieces, of chunks of like length; in random order with a generator."""
    lengths = np.array([len(item.packed.ids) for item in items])
    if generator is not None:
        lengths = lengths * generator.uniform(0.9, 1.1, len(items))
    groups: list[list[Item]] = [[]]
    longest = 0
    for place in np.argsort(lengths, kind="stable"):
        longest = max(longest, len(items[place].packed.ids))
        if groups[-1] and longest * (len(groups[-1]) + 1) > pieces:
            groups.append([])
            longest = len(items[place].packed.ids)
        groups[-1].append(items[place])
    order = np.arange(len(groups)) if generator is None else generator.permutation(len(groups))
    for place in order:
        if groups[place]:
            yield padded(groups[place])


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
    return Batch(inputs, targets, real, tuple(items))
