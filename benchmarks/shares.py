"""Whether the load asymmetry is what coders judge: their share of the work against the score of the same talk.

    python benchmarks/shares.py [--tagger default] [--split test]

Over conversations of two in which coders gave a share of the emotional work to the first speaker (their mean): Spearman
correlation of that share with the first speaker's load asymmetry, from the coders' own codes and from a tagger.
"""

import argparse
from pathlib import Path

import pandas as pd

import labor_signals as ls
from labor_signals.datasets import load_annotated, load_shares

FOLDER = Path(__file__).parents[1] / "data" / "annotated"


def correlation(pairs: pd.DataFrame, first: pd.Series, shares: pd.Series) -> tuple[float, int]:
    """Spearman's rho, and over how many conversations."""
    own = pairs[pairs["from_speaker"] == pairs["conversation_id"].map(first)].set_index("conversation_id")
    both = own[["load_asymmetry"]].join(shares, how="inner").dropna()
    return float(both["load_asymmetry"].corr(both["share"], method="spearman")), len(both)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", default="default")
    parser.add_argument("--split", default="test")
    options = parser.parse_args()
    talk = load_annotated(options.split, folder=FOLDER)
    talk = talk[talk.groupby("conversation_id")["speaker"].transform("nunique") == 2]
    shares = load_shares(folder=FOLDER).groupby("conversation_id")["share"].mean()
    first = talk.groupby("conversation_id")["speaker"].first()
    codes = ls.TaggedTranscript.from_codes(talk.drop(columns=["timestamp"], errors="ignore"))
    report = ls.analyze(talk[["conversation_id", "speaker", "text"]], tagger=options.tagger)
    for name, pairs in (("codes", ls.aggregate_asymmetry(codes).pairs), (options.tagger, report.pairs)):
        rho, count = correlation(pairs, first, shares)
        print(f"{name}: Spearman {rho:.3f} over {count} conversations")


if __name__ == "__main__":
    main()
