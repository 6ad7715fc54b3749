"""Packed chunks of conversations in padded batches of about equal length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from labor_signals.tag.packing import PackedChunk, pack_chunk, plan_chunks
from labor_signals.tag.pieces import pieces_of
from labor_signals.train.packed_model import PADDING
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
    """Tensors of B chunks of up to T pieces and U utterances; `real` marks the utterances that count."""

    ids: Tensor
    block: Tensor
    share: Tensor
    mark: Tensor
    targets: Tensor
    real: Tensor
    items: tuple[Item, ...]

    def to(self, device: str) -> "Batch":
        """The same on another device."""
        return Batch(
            ids=self.ids.to(device),
            block=self.block.to(device),
            share=self.share.to(device),
            mark=self.mark.to(device),
            targets=self.targets.to(device),
            real=self.real.to(device),
            items=self.items,
        )


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
    rows, longest = len(items), max(len(item.packed.ids) for item in items)
    said = max(item.packed.utterances for item in items)
    ids = np.zeros((rows, longest), dtype=np.int64)
    block = np.full((rows, longest), PADDING, dtype=np.int64)
    share = np.zeros((rows, said, longest), dtype=np.float32)
    mark = np.zeros((rows, said, longest), dtype=np.float32)
    targets = np.zeros((rows, said, items[0].targets.shape[1]), dtype=np.float32)
    real = np.zeros((rows, said), dtype=bool)
    for row, item in enumerate(items):
        packed = item.packed
        length = len(packed.ids)
        ids[row, :length], block[row, :length] = packed.ids, packed.block
        share[row, : packed.utterances, :length] = packed.shares()
        mark[row, : packed.utterances, :length] = packed.marks()
        targets[row, packed.context : packed.utterances] = item.targets
        real[row, packed.context : packed.utterances] = True
    return Batch(
        ids=torch.from_numpy(ids),
        block=torch.from_numpy(block),
        share=torch.from_numpy(share),
        mark=torch.from_numpy(mark),
        targets=torch.from_numpy(targets),
        real=torch.from_numpy(real),
        items=tuple(items),
    )
