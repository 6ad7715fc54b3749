"""How well a tagger finds the coders' tags on talk that it was not made from.

    python benchmarks/accuracy.py [--tagger rules] [--corpora CORPORA_FOLDER] [--final]

Per tag: how many the coders gave, precision, recall, F1; macro-F1 with a 95 % bootstrap interval over
conversations; the share of utterances tagged in wholly everyday conversations. On the validation split and, where
the public corpora are at hand, on the windows of real talk for validation; `--final` on the test splits instead.
Doubtful codes (0.5) count neither way. Codes are those of language-model coders, not of people.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

import labor_signals as ls
from labor_signals.codebook import TAGS
from labor_signals.datasets import load_annotated, load_real

FOLDER = Path(__file__).parents[1] / "data" / "annotated"
RESAMPLES = 1_000


def counts(true: np.ndarray, found: np.ndarray) -> np.ndarray:
    """(K, 3): true positives, found, true; doubtful codes left out."""
    sure = true != 0.5
    yes = true > 0.5
    return np.column_stack([(yes & found & sure).sum(axis=0), (found & sure).sum(axis=0), (yes & sure).sum(axis=0)])


def f1(sums: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(2 * sums[..., 0] / (sums[..., 1] + sums[..., 2]))


def evaluate(name: str, frame: pd.DataFrame, tagger: str) -> None:
    true = frame[list(TAGS)].to_numpy()
    # codes between, from two coders who are not settled, count as doubt
    true = np.where((true > 0.25) & (true < 0.75), 0.5, true)
    found = ls.analyze(frame[["conversation_id", "speaker", "text"]], tagger=tagger).tagged.carried
    code, ids = pd.factorize(frame["conversation_id"])
    per_talk = np.array([counts(true[code == k], found[code == k]) for k in range(len(ids))])
    sums = per_talk.sum(axis=0)
    tagged = (true > 0.5).any(axis=1).mean()
    print(f"{name}: {len(frame):,} utterances, {len(ids)} conversations, {tagged:.0%} with a sure tag")
    for k, tag in enumerate(TAGS):
        precision, recall = sums[k, 0] / max(1, sums[k, 1]), sums[k, 0] / max(1, sums[k, 2])
        print(
            f"  {tag:<12} {sums[k, 2]:>5} coded  precision {precision:.2f}  recall {recall:.2f}  F1 {f1(sums)[k]:.2f}"
        )
    generator = np.random.default_rng(0)
    drawn = [f1(per_talk[generator.integers(0, len(ids), len(ids))].sum(axis=0)).mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    print(f"  macro-F1 {f1(sums).mean():.3f} ({low:.3f} to {high:.3f})")
    if "everyday" in frame:
        everyday = frame["everyday"].to_numpy()
        print(f"  tagged in wholly everyday conversations: {found[everyday].any(axis=1).mean():.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", default="default")
    parser.add_argument("--corpora", type=Path, default=Path(__file__).parents[2] / "shared" / "corpora")
    parser.add_argument("--final", action="store_true")
    options = parser.parse_args()
    with (FOLDER / "grid.jsonl").open(encoding="utf-8") as lines:
        everyday = {row["conversation_id"]: row["everyday"] for row in map(json.loads, lines)}
    own = load_annotated("test" if options.final else "validation", folder=FOLDER)
    own["everyday"] = own["conversation_id"].map(everyday)
    evaluate("test" if options.final else "validation", own, options.tagger)
    if options.corpora.is_dir():
        split = "real_test" if options.final else "real_validation"
        evaluate(split, load_real(split, corpora=options.corpora, folder=FOLDER), options.tagger)


if __name__ == "__main__":
    main()
