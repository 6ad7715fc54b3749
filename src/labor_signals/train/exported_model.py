"""The model as ONNX runs it: the same numbers from fewer and larger operations."""

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.bert.modeling_bert import BertLayer

from labor_signals.tag.packed_model import PackedModel


class EightBitTable(nn.Module):
    """Word vectors in 8 bits with a scale a word, half of the file and next to no loss."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("rounded", (table / scale).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        """(..., H) vectors of (...) ids."""
        found: Tensor = functional.embedding(ids, self.get_buffer("rounded")).float()
        return found * functional.embedding(ids, self.get_buffer("scale"))


class ExportedModel(nn.Module):
    """The model with its tags alone, for one chunk, with attention that needs no mask.

    The fused attention of the runtimes takes no mask, and a mask of pieces by pieces for each head costs more than the
    attention itself. So the bias goes through the product of queries and keys: keys get the one-hot number of their
    utterance as further columns, queries the row of biases that their utterance has towards every other.
    """

    def __init__(self, model: PackedModel) -> None:
        super().__init__()
        self.model = model
        self.words = EightBitTable(model.encoder.embeddings.word_embeddings.weight.detach())
        config = model.encoder.config
        self._heads: int = config.num_attention_heads
        self._width: int = config.hidden_size // config.num_attention_heads

    def forward(
        self, ids: Tensor, said: Tensor, place: Tensor, speaker: Tensor, share: Tensor, first: Tensor
    ) -> Tensor:
        """(1, U, K) logits; `said` is (1, T, all utterances of the chunk), 1 where a piece belongs to an utterance."""
        encoder = self.model.encoder
        added = encoder.embeddings
        states = added.LayerNorm(
            self.words(ids) + added.position_embeddings(place) + added.token_type_embeddings(speaker)
        )
        number = torch.arange(said.shape[2])
        bias = self.model.turn_bias_between(number[:, None] - number[None, :]) * math.sqrt(self._width)
        towards = (said @ bias).transpose(0, 1)
        of_keys = said[0][:, None, :].expand(-1, self._heads, -1)
        for layer in cast("list[BertLayer]", encoder.encoder.layer):
            states = self._layer(layer, states, towards, of_keys)
        vectors = self.model.norm(torch.cat([share @ states, first @ states], dim=-1))
        tags: Tensor = self.model.heads["tags"](vectors)
        return tags

    def _layer(self, layer: BertLayer, states: Tensor, towards: Tensor, of_keys: Tensor) -> Tensor:
        """One layer of the encoder: (1, T, H) states to (1, T, H) states."""
        attention = layer.attention
        query, key, value = (part(states) for part in (attention.self.query, attention.self.key, attention.self.value))
        mixed = torch.onnx.ops.symbolic(
            "com.microsoft::MultiHeadAttention",
            (self._with(query, towards), self._with(key, of_keys), value),
            {"num_heads": self._heads, "scale": 1 / math.sqrt(self._width)},
            dtype=states.dtype,
            shape=states.shape,
            version=1,
        )
        states = attention.output.LayerNorm(attention.output.dense(mixed) + states)
        inner = functional.gelu(layer.intermediate.dense(states))
        found: Tensor = layer.output.LayerNorm(layer.output.dense(inner) + states)
        return found

    def _with(self, projected: Tensor, further: Tensor) -> Tensor:
        """(1, T, heads * (width + U)): further columns behind those of each head."""
        pieces = projected.shape[1]
        both = torch.cat([projected.view(pieces, self._heads, self._width), further], dim=-1)
        return both.reshape(1, pieces, -1)
