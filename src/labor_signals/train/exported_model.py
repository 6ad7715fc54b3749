"""The model as ONNX runs it: the same numbers from fewer and larger operations."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.bert.modeling_bert import BertLayer

from labor_signals.tag.packed_model import PackedModel, heads_of


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
    """The model with its tags alone, for one chunk; attention is the runtimes' fused one.

    What is added to attention scores is made once for all layers, as a product: a gather of pieces by pieces for each
    head would cost more than a layer.
    """

    def __init__(self, model: PackedModel) -> None:
        super().__init__()
        self.model = model
        self.words = EightBitTable(model.encoder.embeddings.word_embeddings.weight.detach())
        self._heads = heads_of(model.encoder)

    def forward(
        self, ids: Tensor, said: Tensor, place: Tensor, speaker: Tensor, share: Tensor, first: Tensor
    ) -> Tensor:
        """(1, U, K) logits; `said` is (1, T, all utterances of the chunk), 1 where a piece belongs to an utterance."""
        added = self.model.encoder.embeddings
        states = added.LayerNorm(
            self.words(ids) + added.position_embeddings(place) + added.token_type_embeddings(speaker)
        )
        number = torch.arange(said.shape[2])
        between = self.model.turn_bias_between(number[:, None] - number[None, :])
        of_pieces = between @ said.transpose(1, 2)
        seen = (said @ of_pieces)[None]
        below, crossing, above = self.model.layers()
        for layer in below:
            states = self._layer(layer, states, states, seen)
        firsts = self._layer(crossing, first @ states, states, of_pieces[None])
        for layer in above:
            firsts = self._layer(layer, firsts, firsts, between[None])
        vectors = self.model.norm(torch.cat([share @ states, firsts], dim=-1))
        tags: Tensor = self.model.heads["tags"](vectors)
        return tags

    def _layer(self, layer: BertLayer, reading: Tensor, states: Tensor, seen: Tensor) -> Tensor:
        """(1, Q, H) states after a layer in which they read (1, T, H) others."""
        attention = layer.attention
        width = attention.self.attention_head_size
        mixed = torch.onnx.ops.symbolic(
            "com.microsoft::MultiHeadAttention",
            (attention.self.query(reading), attention.self.key(states), attention.self.value(states), None, None, seen),
            {"num_heads": self._heads, "scale": 1 / math.sqrt(width)},
            dtype=states.dtype,
            shape=(*reading.shape[:2], self._heads * width),
            version=1,
        )
        reading = attention.output.LayerNorm(attention.output.dense(mixed) + reading)
        inner = functional.gelu(layer.intermediate.dense(reading))
        found: Tensor = layer.output.LayerNorm(layer.output.dense(inner) + reading)
        return found
