"""The model: all-MiniLM-L6-v2 that reads a whole chunk of conversation and tags each utterance of it."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

PADDING = 1_000_000
"""Block number of padding: later than every utterance, so that none sees it."""
NEVER_SEEN = -1e9


class PackedModel(nn.Module):
    """Encoder with block-causal attention, one vector an utterance, and one linear head a task.

    Attributes:
        encoder: The BERT encoder.
        heads: A linear layer a task, from the utterance's vector to its labels.
    """

    def __init__(self, encoder: BertModel, tasks: Mapping[str, int], *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        width = 2 * encoder.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({task: nn.Linear(width, labels) for task, labels in tasks.items()})

    def pooled(self, ids: Tensor, block: Tensor, share: Tensor, mark: Tensor) -> Tensor:
        """(B, U, 2H) vectors of utterances: the mean of their pieces, and the state of their speaker's mark.

        Args:
            ids: (B, T) word pieces.
            block: (B, T) utterance of each piece, `PADDING` for padding.
            share: (B, U, T) 1 / length at the pieces of an utterance, else 0.
            mark: (B, U, T) 1 at the speaker's mark of an utterance, else 0.
        """
        seen = block[:, None, None, :] <= block[:, None, :, None]
        if self.encoder.config._attn_implementation == "eager":  # which adds the mask to the scores
            seen = torch.where(seen, 0.0, NEVER_SEEN)
        states = self.encoder(input_ids=ids, attention_mask=seen).last_hidden_state
        return torch.cat([share @ states, mark @ states], dim=-1)

    def forward(self, ids: Tensor, block: Tensor, share: Tensor, mark: Tensor) -> dict[str, Tensor]:
        """(B, U, labels) logits of every task."""
        vectors = self.dropout(self.pooled(ids, block, share, mark))
        return {task: head(vectors) for task, head in self.heads.items()}


def base_encoder(folder: Path) -> BertModel:
    """The encoder of a folder with `config.json` and `model.safetensors`."""
    # dropout inside the encoder costs a third of the time on CPU
    return BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )


def empty_encoder(folder: Path) -> BertModel:
    """An encoder of the same shape with weights yet to be loaded."""
    return BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False)
