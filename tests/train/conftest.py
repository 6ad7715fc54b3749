"""A base encoder of toy size, and invented talk that a toy can learn."""

import numpy as np
import pandas as pd
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import BertConfig, BertModel

from labor_signals.tag.model_folder import sha256_of
from labor_signals.train import start
from labor_signals.train import train_tagger as training

TOY_TAGS = ("soothing", "withdrawing")
WORDS = ("sorry", "hear", "that", "fine", "leave", "it", "bread", "and", "milk", "you", "me", "rain", "today", "bus")
FIRST = 101  # [CLS] of the real vocabulary


def toy_talk(seed, talks=40, turns=9, *, filler=5):
    """`sorry ... hear that` soothes; `fine` withdraws, but only in answer to another's `sorry`."""
    generator = np.random.default_rng(seed)
    rows = []
    for number in range(talks):
        before = ("", "")
        for _ in range(turns):
            speaker = "AB"[int(generator.integers(2))]
            words = generator.choice(WORDS[6:], size=int(generator.integers(0, filler))).tolist()
            chance = generator.random()
            words += ["sorry", "hear", "that"] if chance < 0.4 else ["fine"] if chance < 0.8 else []
            withdraws = words[-1:] == ["fine"] and before[1] == "that" and before[0] != speaker
            rows.append((f"t{number}", speaker, " ".join(words), float("sorry" in words), float(withdraws)))
            before = (speaker, words[-1] if words else "")
    return pd.DataFrame(rows, columns=["conversation_id", "speaker", "text", *TOY_TAGS])


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    vocabulary = ["[PAD]", *(f"[unused{place}]" for place in range(FIRST - 1)), "[CLS]", "[UNK]", *WORDS]
    made = Tokenizer(WordPiece({word: place for place, word in enumerate(vocabulary)}, unk_token="[UNK]"))  # noqa: S106
    made.normalizer, made.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    made.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        type_vocab_size=2,
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def trained(base, tmp_path_factory):
    """A toy tagger, fitted and written as the real one is."""
    from labor_signals.train import fit  # noqa: PLC0415
    from labor_signals.train.fit import Recipe  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(start, "BASE_SHA256", sha256_of(base / "model.safetensors"))
        patch.setattr(fit, "bf16_pays", lambda: False)  # the same on every machine
        # a toy is too small to lose a tenth of its states
        recipe = Recipe(epochs=20, learning_rate=2e-3, head_rate=5e-3, pieces=256, augment=False, dropout=0.0)
        out = tmp_path_factory.mktemp("models") / "toy"
        training.train_tagger(toy_talk(0, talks=240), toy_talk(1), base=base, out=out, recipe=recipe, tags=TOY_TAGS)
    return out
