"""The model: all-MiniLM-L6-v2 that reads a whole chunk of conversation and tags each utterance of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from labor_signals.tag.packing import SPEAKERS, PackedChunk

PADDING = 1_000_000
"""Block number of padding: later than every utterance, so that none sees it."""
NEVER_SEEN = -1e9
NEAREST = (-0.5, -3.0)
SLOPE = 0.2
FAR = 8
"""So many turns back and more share one bias."""


class PackedModel(nn.Module):
    """Encoder with block-causal attention, one vector an utterance, and one linear head a task.

    Each utterance is numbered from its own beginning, as in the sentences that the encoder was trained on, and a
    segment vector says who speaks. Earlier utterances are seen through a fixed bias a head and distance in turns:
    before training some heads read an utterance almost as if it stood alone, others with the talk before it.

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
        self.register_buffer("turn_bias", _turn_bias(encoder.config.num_attention_heads), persistent=False)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({task: nn.Linear(width, labels) for task, labels in tasks.items()})

    @torch.no_grad()
    def start_at(self, task: str, rates: Tensor) -> None:
        """Has a head begin at its labels' base rates, rather than spend its first steps on learning them."""
        head = cast("nn.Linear", self.heads[task])
        head.weight.mul_(0.1)
        head.bias.copy_(torch.logit(rates.clamp(1e-3, 1 - 1e-3)))

    def pooled(self, inputs: "Inputs") -> Tensor:
        """(B, U, 2H) vectors of utterances: the mean of their pieces, and the state of their first piece."""
        states = self.encoder(
            input_ids=inputs.ids,
            token_type_ids=inputs.speaker,
            position_ids=inputs.place,
            attention_mask=self._seen(inputs.block),
        ).last_hidden_state
        return cast("Tensor", self.norm(torch.cat([inputs.share @ states, inputs.first @ states], dim=-1)))

    def forward(self, inputs: "Inputs") -> dict[str, Tensor]:
        """(B, U, labels) logits of every task."""
        vectors = self.dropout(self.pooled(inputs))
        return {task: head(vectors) for task, head in self.heads.items()}

    def _seen(self, block: Tensor) -> Tensor:
        """(B, heads, T, T) what is added to attention scores: nothing within an utterance, never a later one."""
        return self.turn_bias_between(block[:, :, None] - block[:, None, :]).transpose(0, 1)

    def turn_bias_between(self, back: Tensor) -> Tensor:
        """(heads, ...) bias by how many turns back the other utterance is; below 0 it comes later and is never seen."""
        bias = self.get_buffer("turn_bias")[:, back.clamp(0, FAR)]
        return bias.masked_fill(back < 0, NEVER_SEEN)


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
    # dropout inside the encoder costs a third of the time on CPU
    encoder: BertModel = BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    segments = encoder.embeddings.token_type_embeddings
    speakers = nn.Embedding(SPEAKERS, segments.embedding_dim)
    speakers.weight.copy_(segments.weight[:1] + 0.02 * torch.randn_like(speakers.weight))
    encoder.embeddings.token_type_embeddings = speakers
    encoder.config.type_vocab_size = SPEAKERS
    return encoder


def empty_encoder(config: Path) -> BertModel:
    """An encoder of the shape that a config file says, with weights yet to be loaded."""
    return BertModel(BertConfig.from_json_file(config), add_pooling_layer=False)
