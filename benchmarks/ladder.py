"""What the trained taggers are worth beside simpler ones, on the validation splits.

    python benchmarks/ladder.py BASE_FOLDER [--corpora CORPORA_FOLDER]

Macro-F1 of: the rules; TF-IDF of words and word pairs with logistic regression (scikit-learn); the frozen base encoder,
each utterance by itself, with logistic regression; the fast tier; the default tagger. The learnt ones are fitted to
the training split and the trainable public talk; all of them are calibrated on the validation split, and get their
thresholds there, as a model's folder does.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.special import expit, logit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

import labor_signals as ls
from labor_signals.codebook import TAGS
from labor_signals.datasets import load_annotated, load_public, load_real
from labor_signals.tag.packed_model import base_encoder
from labor_signals.tag.pieces import load_tokenizer, pieces_of
from labor_signals.train.calibrate import LEAST, best_f1, fit_scaling
from labor_signals.train.evaluate import Evaluation, table_by_tag

FOLDER = Path(__file__).parents[1] / "data" / "annotated"
FIRST, LAST, LONGEST = 101, 102, 126
TEXTS_AT_ONCE = 64


def frozen(texts: list[str], base: Path) -> np.ndarray:
    """(n, H) mean of the last states of the base encoder, an utterance at a time."""
    encoder = base_encoder(base).train(False)
    pieces = [[FIRST, *ids[:LONGEST], LAST] for ids in pieces_of(texts, load_tokenizer(base / "tokenizer.json"))]
    found = np.zeros((len(texts), encoder.config.hidden_size), np.float32)
    order = np.argsort([len(ids) for ids in pieces], kind="stable")
    for begin in range(0, len(order), TEXTS_AT_ONCE):
        places = order[begin : begin + TEXTS_AT_ONCE]
        longest = max(len(pieces[place]) for place in places)
        ids = torch.tensor([pieces[place] + [0] * (longest - len(pieces[place])) for place in places])
        mask = torch.tensor([[1.0] * len(pieces[place]) + [0.0] * (longest - len(pieces[place])) for place in places])
        with torch.inference_mode():
            states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        found[places] = ((states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)).numpy()
    return found


def regression(train: object, codes: np.ndarray, others: list[object]) -> list[np.ndarray]:
    """(n, K) probabilities of each other talk, from a logistic regression a tag."""
    fitted = [LogisticRegression(C=10, max_iter=300, class_weight="balanced").fit(train, codes[:, k] > 0.5)
              for k in range(len(TAGS))]  # fmt: skip
    return [np.column_stack([one.predict_proba(talk)[:, 1] for one in fitted]).astype(np.float32) for talk in others]


def show(name: str, weights: list[np.ndarray], talks: list[pd.DataFrame]) -> None:
    codes = [talk[list(TAGS)].to_numpy(np.float32) for talk in talks]
    logits = [logit(weight.clip(LEAST, 1 - LEAST)) for weight in weights]
    scale, offset = fit_scaling(logits[0], codes[0])
    weights = [expit(scale * answers + offset) for answers in logits]
    thresholds = best_f1(weights[0], codes[0])
    line = []
    for talk, weight, code in zip(talks, weights, codes, strict=True):
        table = table_by_tag(Evaluation(talk, TAGS, code, weight, weight >= thresholds)).set_index("tag").loc["macro"]
        line.append(f"{table.f1:.3f} ({table.f1_low:.3f} to {table.f1_high:.3f}), AP {table.average_precision:.3f}")
    print(f"| {name} | {' | '.join(line)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    parser.add_argument("--corpora", type=Path, default=Path(__file__).parents[2] / "shared" / "corpora")
    options = parser.parse_args()
    train = pd.concat([load_annotated("train", folder=FOLDER), load_public(corpora=options.corpora, folder=FOLDER)])
    real = load_real("real_validation", corpora=options.corpora, folder=FOLDER)
    talks = [load_annotated("validation", folder=FOLDER), real]
    codes, texts = train[list(TAGS)].to_numpy(), [talk["text"].tolist() for talk in talks]
    transcripts = [ls.read_transcript(talk[["conversation_id", "speaker", "text"]]) for talk in talks]
    print("| tagger | macro-F1, validation | macro-F1, real_validation |\n| --- | --- | --- |")
    show("rules", [ls.load_tagger("rules").predict_proba(talk) for talk in transcripts], talks)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(train["text"])
    read: Callable[[list[str]], object] = words.transform
    show("TF-IDF, logistic regression", regression(read(train["text"].tolist()), codes, list(map(read, texts))), talks)
    vectors = [frozen(part, options.base) for part in (train["text"].tolist(), *texts)]
    show("frozen MiniLM, logistic regression", regression(vectors[0], codes, vectors[1:]), talks)
    for name in ("fast", "default"):
        show(name, [ls.load_tagger(name).predict_proba(talk) for talk in transcripts], talks)


if __name__ == "__main__":
    main()
