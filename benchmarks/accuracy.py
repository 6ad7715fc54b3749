"""How well a tagger finds the coders' tags on talk that it was not made from.

    python benchmarks/accuracy.py [--tagger default] [--corpora CORPORA_FOLDER] [--final]

Per tag: how many the coders gave, precision, recall, F1 with a 95 % bootstrap interval over conversations, AUC, average
precision, expected calibration error; the share of utterances tagged in wholly everyday conversations. On the
validation split and, where the public corpora are at hand, on the windows of real talk for validation; `--final` on the
test splits instead. Doubtful codes (0.5) count neither way. Codes are those of language-model coders, not of people.
"""

import argparse
from pathlib import Path

import pandas as pd

import labor_signals as ls
from labor_signals.datasets import load_annotated, load_real
from labor_signals.tag.tagger import Tagger
from labor_signals.train.evaluate import evaluate_tagger, table_by_tag

FOLDER = Path(__file__).parents[1] / "data" / "annotated"


def show(name: str, frame: pd.DataFrame, tagger: Tagger) -> None:
    found = evaluate_tagger(tagger, frame)
    tagged = (found.codes > 0.5).any(axis=1).mean()
    talks = frame["conversation_id"].nunique()
    print(f"{name}: {len(frame):,} utterances, {talks} conversations, {tagged:.0%} with a sure tag")
    print(table_by_tag(found).to_string(index=False, float_format="{:.3f}".format))
    if "everyday" in frame:
        everyday = found.carried[frame["everyday"].to_numpy(dtype=bool)]
        print(f"tagged in wholly everyday conversations: {everyday.any(axis=1).mean():.1%}")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", default="default")
    parser.add_argument("--corpora", type=Path, default=Path(__file__).parents[2] / "shared" / "corpora")
    parser.add_argument("--final", action="store_true")
    options = parser.parse_args()
    tagger, split = ls.load_tagger(options.tagger), "test" if options.final else "validation"
    grid = pd.read_json(FOLDER / "grid.jsonl", lines=True)[["conversation_id", "everyday"]]
    show(split, load_annotated(split, folder=FOLDER).merge(grid, on="conversation_id"), tagger)
    if options.corpora.is_dir():
        show(f"real_{split}", load_real(f"real_{split}", corpora=options.corpora, folder=FOLDER), tagger)


if __name__ == "__main__":
    main()
