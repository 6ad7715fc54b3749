"""The model: all-MiniLM-L6-v2 that reads a whole chunk of conversation and tags each utterance of it."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer
from transformers.pytorch_utils import prune_linear_layer

from labor_signals.tag.packing import SPEAKERS, PackedChunk

PADDING = 1_000_000
"""Block number of padding: later than every utterance, so that none sees it."""
NEVER_SEEN = -1e9
NEAREST = (-0.5, -3.0)
SLOPE = 0.2
FAR = 8
"""So many turns back and more share one bias."""
FIRST_PIECES_ONLY = 1
"""So many of the last layers go on with first pieces alone."""
MASK_ROW = 1 << 24
KEPT_HEADS = "kept_heads"
"""What an encoder's config calls the heads that a narrowed layer is left with."""


class PackedModel(nn.Module):
    """Encoder with block-causal attention, one vector an utterance, and one linear head a task.

    Each utterance is numbered from its own beginning, as in the sentences that the encoder was trained on, and a
    segment vector says who speaks. Earlier utterances are seen through a fixed bias a head and distance in turns:
    before training some heads read an utterance almost as if it stood alone, others with the talk before it.

    The last layers carry on with the first piece of each utterance alone: one in which it reads all pieces, then those
    in which the utterances read each other. That costs a third less than if all pieces went through all layers.

    Attributes:
        encoder: The BERT encoder.
        turn_bias: (heads, 1 + `FAR`) added to the attention scores of pieces 0, 1, 2, ... turns back.
        norm: Brings utterance vectors to unit variance.
        heads: A linear layer a task, from the utterance's vector to its labels.
    """

    def __init__(self, encoder: BertModel, tasks: Mapping[str, int], *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        width = 2 * encoder.config.hidden_size
        # a learnt bias would cost a third of the speed of training
        self.register_buffer("turn_bias", _turn_bias(heads_of(encoder)), persistent=False)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.inner_dropout = QuickDropout(dropout)
        self.heads = nn.ModuleDict({task: nn.Linear(width, labels) for task, labels in tasks.items()})

    @torch.no_grad()
    def start_at(self, task: str, rates: Tensor) -> None:
        """Has a head begin at its labels' base rates, rather than spend its first steps on learning them."""
        head = cast("nn.Linear", self.heads[task])
        head.weight.mul_(0.1)
        head.bias.copy_(torch.logit(rates.clamp(1e-3, 1 - 1e-3)))

    def layers(self) -> tuple[list[BertLayer], BertLayer, list[BertLayer]]:
        """Layers of all pieces; the one in which first pieces read all; those in which they read each other."""
        every = cast("list[BertLayer]", list(self.encoder.encoder.layer))
        whole = max(0, len(every) - FIRST_PIECES_ONLY)
        return every[:whole], every[whole], every[whole + 1 :]

    def pooled(self, inputs: "Inputs") -> Tensor:
        """(B, U, 2H) vectors of utterances: the mean of their pieces, and the state of their first piece."""
        added = self.encoder.embeddings
        states = added.word_embeddings(inputs.ids) + added.position_embeddings(inputs.place)
        states = self.inner_dropout(added.LayerNorm(states + added.token_type_embeddings(inputs.speaker)))
        number = torch.arange(inputs.share.shape[1], device=states.device)
        below, crossing, above = self.layers()
        seen = self._seen(inputs.block, inputs.block)
        for layer in below:
            states = self._through(layer, states, states, seen)
        firsts = inputs.first @ states
        firsts = self._through(crossing, firsts, states, self._seen(number[None], inputs.block))
        between = self._seen(number[None], number[None])
        for layer in above:
            firsts = self._through(layer, firsts, firsts, between)
        return cast("Tensor", self.norm(torch.cat([inputs.share @ states, firsts], dim=-1)))

    def forward(self, inputs: "Inputs") -> dict[str, Tensor]:
        """(B, U, labels) logits of every task."""
        vectors = self.dropout(self.pooled(inputs))
        return {task: head(vectors) for task, head in self.heads.items()}

    def _seen(self, block: Tensor, others: Tensor) -> Tensor:
        """(B, heads, Q, T) what is added to attention scores: nothing within an utterance, never a later one."""
        return self.turn_bias_between(block[:, :, None] - others[:, None, :]).transpose(0, 1)

    def turn_bias_between(self, back: Tensor) -> Tensor:
        """(heads, ...) bias by how many turns back the other utterance is; below 0 it comes later and is never seen."""
        bias = self.get_buffer("turn_bias")[:, back.clamp(0, FAR)]
        return bias.masked_fill(back < 0, NEVER_SEEN)

    def _through(self, layer: BertLayer, reading: Tensor, states: Tensor, seen: Tensor) -> Tensor:
        """(B, Q, H) states after a layer in which they read (B, T, H) others, given (B, heads, Q, T) `seen`."""
        attention = layer.attention
        query, key, value = (
            part(read).unflatten(-1, (len(seen[0]), -1)).transpose(1, 2)
            for part, read in (
                (attention.self.query, reading),
                (attention.self.key, states),
                (attention.self.value, states),
            )
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1]) + seen
        mixed = (torch.softmax(scores, dim=-1).to(value.dtype) @ value).transpose(1, 2).flatten(2)
        reading = attention.output.LayerNorm(self.inner_dropout(attention.output.dense(mixed)) + reading)
        inner = functional.gelu(layer.intermediate.dense(reading))
        read: Tensor = layer.output.LayerNorm(self.inner_dropout(layer.output.dense(inner)) + reading)
        return read


class QuickDropout(nn.Module):
    """Dropout whose masks are cut from one long random row: drawing each anew takes a third of a step's time on CPU."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._rows: dict[torch.dtype, Tensor] = {}

    def forward(self, states: Tensor) -> Tensor:
        """The states, in training with a share of them set to 0 and the others made larger in turn."""
        if not self.training or not self.share:
            return states
        if states.device.type != "cpu":
            return functional.dropout(states, self.share)
        row = self._rows.get(states.dtype)
        if row is None or len(row) < 2 * states.numel():
            kept = torch.rand(max(MASK_ROW, 2 * states.numel())) >= self.share
            row = self._rows[states.dtype] = (kept / (1 - self.share)).to(states.dtype)
        begin = int(torch.randint(len(row) - states.numel(), ()))
        return states * row[begin : begin + states.numel()].view(states.shape)


def _turn_bias(heads: int) -> Tensor:
    """(heads, 1 + `FAR`) bias by distance in turns: some heads see all talk, others little but the utterance itself."""
    distance = torch.arange(FAR + 1, dtype=torch.float32)
    nearest = torch.linspace(NEAREST[0], NEAREST[1], heads)[:, None]
    return torch.where(distance > 0, nearest - SLOPE * (distance - 1), 0.0)


class Inputs(NamedTuple):
    """B chunks as tensors, padded to T pieces and U utterances.

    Attributes:
        ids: (B, T) word pieces.
        block: (B, T) utterance of each piece, `PADDING` for padding.
        place: (B, T) place of each piece in its utterance.
        speaker: (B, T) number of the utterance's speaker.
        share: (B, U, T) 1 / length at the pieces of an utterance, else 0.
        first: (B, U, T) 1 at the first piece of an utterance, else 0.
    """

    ids: Tensor
    block: Tensor
    place: Tensor
    speaker: Tensor
    share: Tensor
    first: Tensor

    def to(self, device: str | torch.device) -> "Inputs":
        """The same on another device."""
        return Inputs(*(part.to(device) for part in self))


def padded_chunks(chunks: Sequence[PackedChunk]) -> Inputs:
    """Chunks of unlike length as the model takes them."""
    rows, longest = len(chunks), max(len(chunk.ids) for chunk in chunks)
    said = max(chunk.utterances for chunk in chunks)
    ids, place, speaker = (torch.zeros((rows, longest), dtype=torch.int64) for _ in range(3))
    block = torch.full((rows, longest), PADDING)
    share, first = torch.zeros((rows, said, longest)), torch.zeros((rows, said, longest))
    for row, chunk in enumerate(chunks):
        length = len(chunk.ids)
        for into, part in ((ids, chunk.ids), (block, chunk.block), (place, chunk.place), (speaker, chunk.speaker)):
            into[row, :length] = torch.from_numpy(part)
        share[row, : chunk.utterances, :length] = torch.from_numpy(chunk.shares())
        first[row, : chunk.utterances, :length] = torch.from_numpy(chunk.firsts())
    return Inputs(ids, block, place, speaker, share, first)


@torch.no_grad()
def base_encoder(folder: Path) -> BertModel:
    """The encoder of a folder with `config.json` and `model.safetensors`, made ready for several speakers."""
    encoder: BertModel = BertModel.from_pretrained(folder, add_pooling_layer=False)
    segments = encoder.embeddings.token_type_embeddings
    speakers = nn.Embedding(SPEAKERS, segments.embedding_dim)
    speakers.weight.copy_(segments.weight[:1] + 0.02 * torch.randn_like(speakers.weight))
    encoder.embeddings.token_type_embeddings = speakers
    encoder.config.type_vocab_size = SPEAKERS
    return encoder


def empty_encoder(config: Path) -> BertModel:
    """An encoder of the shape that a config file says, with weights yet to be loaded."""
    encoder = BertModel(BertConfig.from_json_file(config), add_pooling_layer=False)
    for layer in cast("list[BertLayer]", list(encoder.encoder.layer)):
        keep_heads(layer, torch.arange(heads_of(encoder)))
    return encoder


def heads_of(encoder: BertModel) -> int:
    """Attention heads of each layer: those of the base encoder, or fewer where it was narrowed."""
    return int(getattr(encoder.config, KEPT_HEADS, encoder.config.num_attention_heads))


def keep_heads(layer: BertLayer, kept: Tensor) -> None:
    """Leaves a layer with these of its attention heads."""
    attention = layer.attention
    size = attention.self.attention_head_size
    rows = (kept[:, None] * size + torch.arange(size)).flatten()
    for name in ("query", "key", "value"):
        setattr(attention.self, name, _kept_part(getattr(attention.self, name), rows))
    attention.output.dense = _kept_part(attention.output.dense, rows, dim=1)


def keep_neurons(layer: BertLayer, kept: Tensor) -> None:
    """Leaves a layer with these of its feed-forward neurons."""
    layer.intermediate.dense = _kept_part(layer.intermediate.dense, kept)
    layer.output.dense = _kept_part(layer.output.dense, kept, dim=1)


def _kept_part(linear: nn.Linear, kept: Tensor, *, dim: int = 0) -> nn.Linear:
    """A linear layer with these of its outputs, or of its inputs where `dim` is 1."""
    return prune_linear_layer(linear, cast("torch.LongTensor", kept), dim)
