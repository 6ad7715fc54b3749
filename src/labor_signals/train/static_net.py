"""The fast tagger's network in a form that can be fitted, and the batches that it is fitted to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from labor_signals.tag.static_tagger import EDGES
from labor_signals.tag.tagger import Tagger
from labor_signals.train.talks import Floats, Talk

SPREAD: Final = 0.3
"""Standard deviation of the pieces' first vectors, at which their sums suit the layers above."""
PIECES_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRecipe:
    """How the tables are made and fitted.

    Attributes:
        triples: Features of triples of pieces.
        said: Width of what describes an utterance.
        passed_on: Width of what an utterance passes on to later ones.
        hidden: Width of the layer that joins an utterance and its context.
        lags: How many earlier utterances play a part.
        near: How many of them do so each by itself.
        epochs: Passes over the data.
        learning_rate: At its peak.
        weight_decay: Of AdamW.
        warm_up: Share of the steps in which the rate rises.
        utterances: About how many a batch.
        dropout: Of what the layers take in.
        lost: Share of pieces that are made unknown in training.
        decay: Of the running mean of the weights, which is what is kept.
        task_weights: Weight of each task's loss.
        augment: Whether conversations are varied.
        teacher: A slower tagger whose weights are mixed into the targets, and are those of talk without codes.
        taught: What counts for the teacher, from 0 to 1.
        disturbed: How many disturbed variants of all talk join with the teacher's weights (0.3: one of three in ten
            conversations); see `disturb.disturbed`.
        seed: Of order, dropout and variation.
    """

    triples: int = 192
    said: int = 128
    passed_on: int = 32
    hidden: int = 128
    lags: int = 8
    near: int = 3
    epochs: int = 14
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warm_up: float = 0.1
    utterances: int = 300
    dropout: float = 0.15
    lost: float = 0.03
    decay: float = 0.98
    task_weights: Mapping[str, float] = field(default_factory=lambda: {"tags": 1.0, "moves": 0.3, "acts": 0.3})
    augment: bool = True
    teacher: Tagger | None = None
    taught: float = 0.4
    disturbed: float = 2.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class StaticBatch:
    """n utterances: the pieces of all, edges included, and where each place of each utterance begins.

    Attributes:
        ids: All pieces, in a row.
        at: (T,) the places in `ids` at which triples begin, utterance after utterance.
        lengths: (n,) how many of them belong to each utterance.
        apart: (n, lags, 2) whether the utterance that many before was said by the same speaker, by another.
        targets: (n, L), NaN where a label was not coded.
    """

    ids: Tensor
    at: Tensor
    lengths: Tensor
    apart: Tensor
    targets: Tensor


class StaticNet(nn.Module):
    """What `StaticTables` computes, in a form that can be fitted."""

    def __init__(self, vectors: Floats, labels: int, recipe: StaticRecipe) -> None:
        super().__init__()
        width, self.near, self.lags = vectors.shape[1], recipe.near, recipe.lags
        self.vocabulary = len(vectors) - EDGES
        self.pieces = nn.Embedding(len(vectors), width, _weight=torch.tensor(vectors))
        self.weight = nn.Parameter(torch.zeros(len(vectors)))
        self.triples = nn.ModuleList(nn.Linear(width, recipe.triples, bias=not place) for place in range(1 + EDGES))
        self.said = nn.Linear(recipe.triples + width + 1, recipe.said)
        self.passed_on = nn.Linear(recipe.said, recipe.passed_on)
        self.fade = nn.Parameter(torch.linspace(0, -2, recipe.lags).repeat(2, 1))
        context = 2 * (recipe.passed_on + recipe.lags) + 2 * recipe.near * recipe.passed_on
        self.head = nn.Linear(recipe.said + context + 1, recipe.hidden)
        self.tags = nn.Linear(recipe.hidden, labels)
        self.direct = nn.Linear(recipe.said, labels, bias=False)
        self.dropout = nn.Dropout(recipe.dropout)
        self.blurred = nn.Dropout(recipe.dropout / 3)

    def forward(self, batch: StaticBatch) -> Tensor:
        """(n, L) logits of all labels."""
        length = torch.log(batch.lengths[:, None].float()) / 3
        vectors = self.blurred(self.pieces(batch.ids))
        answers = torch.stack([part(vectors[batch.at + place]) for place, part in enumerate(self.triples)]).sum(0)
        best = torch.segment_reduce(functional.relu(answers), "max", lengths=batch.lengths, axis=0)
        weighed = self.weight[batch.ids[batch.at]].exp()[:, None] * vectors[batch.at]
        total = torch.segment_reduce(weighed, "sum", lengths=batch.lengths, axis=0) / batch.lengths[:, None].sqrt()
        said = functional.relu(self.said(self.dropout(torch.cat([best, total, length], 1))))
        dropped = self.dropout(said)
        context = self._context(functional.relu(self.passed_on(dropped)), batch.apart)
        hidden = functional.relu(self.head(torch.cat([dropped, context, length], 1)))
        found: Tensor = self.tags(self.dropout(hidden)) + self.direct(dropped)
        return found

    def _context(self, passed_on: Tensor, apart: Tensor) -> Tensor:
        """As `StaticTables` does it, in the same order."""
        before = torch.zeros(len(passed_on), apart.shape[1], passed_on.shape[1])
        for lag in range(1, min(apart.shape[1], len(passed_on) - 1) + 1):
            before[lag:, lag - 1] = passed_on[:-lag]
        passed = before[:, :, None] * apart[..., None]
        sums = torch.einsum("nlwc,wl->nwc", passed, self.fade.exp())
        return torch.cat([sums.flatten(1), apart.flatten(1), passed[:, : self.near].flatten(1)], 1)

    def arrays(self, labels: slice) -> dict[str, np.ndarray]:
        """What `StaticTables` reads, with these labels as its tags; the big tables in half precision."""
        kept = {name: part.detach().cpu().numpy().astype(np.float32) for name, part in self.state_dict().items()}
        layers = {name: kept[f"{name}.weight"].T for name in ("said", "passed_on", "head")}
        biases = {f"{name}_bias": kept[f"{name}.bias"] for name in layers}
        return {
            **layers,
            **biases,
            "pieces": kept["pieces.weight"].astype(np.float16),
            "weight": kept["weight"].astype(np.float16),
            "triples": np.stack([kept[f"triples.{place}.weight"].T for place in range(1 + EDGES)]),
            "triples_bias": kept["triples.0.bias"],
            "fade": kept["fade"],
            "tags": kept["tags.weight"][labels].T,
            "tags_bias": kept["tags.bias"][labels],
            "direct": kept["direct.weight"][labels].T,
        }


def static_batch(talks: Sequence[Talk], pieces: Sequence[npt.ArrayLike], *, vocabulary: int, lags: int) -> StaticBatch:
    """The batch of whole conversations, given the pieces of all their utterances."""
    edges = np.array([vocabulary] + [vocabulary + 1] * EDGES)
    ids = np.concatenate([part for said in pieces for part in (edges[:1], np.asarray(said, np.int64), edges[1:])])
    lengths = np.array([np.size(said) + 1 for said in pieces])
    number = np.repeat(np.arange(len(lengths)), lengths)
    speaker = np.concatenate([talk.speakers for talk in talks])
    talk = np.repeat(np.arange(len(talks)), [len(talk) for talk in talks])
    apart = np.zeros((len(talk), lags, 2), np.float32)
    for lag in range(1, min(lags, len(talk) - 1) + 1):
        together, same = talk[lag:] == talk[:-lag], speaker[lag:] == speaker[:-lag]
        apart[lag:, lag - 1, 0], apart[lag:, lag - 1, 1] = together & same, together & ~same
    return StaticBatch(
        ids=torch.from_numpy(ids),
        at=torch.from_numpy(np.arange(len(number)) + EDGES * number),
        lengths=torch.from_numpy(lengths),
        apart=torch.from_numpy(apart),
        targets=torch.from_numpy(np.concatenate([talk.targets for talk in talks])),
    )


@torch.inference_mode()
def piece_vectors(encoder: BertModel, width: int, *, first: int = 101, last: int = 102) -> Floats:
    """(pieces + 2, width) what the pieces' vectors begin as, the two edges last.

    Each piece is read by the encoder by itself, between the pieces that begin and end a text; the mean of its states is
    reduced to its principal components.
    """
    encoder.train(False)
    states = []
    for begin in range(0, encoder.config.vocab_size, PIECES_AT_ONCE):
        piece = torch.arange(begin, min(begin + PIECES_AT_ONCE, encoder.config.vocab_size))
        ids = torch.stack([torch.full_like(piece, first), piece, torch.full_like(piece, last)], 1)
        states.append(encoder(ids).last_hidden_state.mean(1).numpy())
    vectors = np.concatenate(states)
    vectors -= vectors.mean(axis=0)
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    reduced = vectors @ axes[:, ::-1][:, :width]
    reduced *= SPREAD / reduced.std()
    found: Floats = np.vstack([reduced, reduced[[first, last]]]).astype(np.float32)
    return found
