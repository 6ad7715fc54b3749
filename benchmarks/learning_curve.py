"""How accuracy grows with the number of coded utterances, which says whether more of them would help.

    python benchmarks/learning_curve.py BASE_FOLDER [--tier fast] [--shares 0.06 0.12 0.25 0.5 1] [--seeds 2]

Whole conversations are drawn from the training split and the trainable public talk together, the smaller draws within
the larger ones; a tagger of the tier is fitted to each by its recipe (the encoder with as many passes as make for equal
steps, at most eight). Printed: macro-F1 and mean average precision on the validation split and on `real_validation`,
thresholds being set on the validation split. The fast tier takes some minutes a fit on one core, the encoder most
of an hour on two.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from labor_signals.codebook import TAGS
from labor_signals.datasets import load_annotated, load_public, load_real
from labor_signals.train.evaluate import evaluate_tagger, table_by_tag
from labor_signals.train.fit import Recipe
from labor_signals.train.static_net import StaticRecipe
from labor_signals.train.train_tagger import train_tagger

FOLDER = Path(__file__).parents[1] / "data" / "annotated"
NEEDED = ["conversation_id", "speaker", "text", *TAGS]
MOST_PASSES = 8


def drawn(talk: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """A share of the conversations; a smaller share is part of a larger one."""
    ids = talk["conversation_id"].drop_duplicates()
    order = np.random.default_rng(seed).permutation(len(ids))
    return talk[talk["conversation_id"].isin(ids.iloc[order[: max(20, round(share * len(ids)))]])]


def recipe_of(tier: str, share: float, seed: int) -> Recipe | StaticRecipe:
    if tier == "fast":
        return StaticRecipe(seed=seed)
    return Recipe(seed=seed, epochs=min(MOST_PASSES, round(Recipe().epochs / share)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    parser.add_argument("--tier", choices=("fast", "default"), default="fast")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.06, 0.12, 0.25, 0.5, 1.0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--corpora", type=Path, default=Path(__file__).parents[2] / "shared" / "corpora")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    own = load_annotated("train", folder=FOLDER, second_level=True)
    talk = pd.concat([own, load_public(corpora=options.corpora, folder=FOLDER, second_level=True)], ignore_index=True)
    validation = load_annotated("validation", folder=FOLDER)[NEEDED]
    real = load_real("real_validation", corpora=options.corpora, folder=FOLDER)[NEEDED]
    print("| tier | utterances | seed | F1, validation | F1, real | AP, validation | AP, real | minutes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for share in options.shares:
            part, begun = drawn(talk, share, seed), time.perf_counter()
            with tempfile.TemporaryDirectory() as scratch:
                recipe = recipe_of(options.tier, share, seed)
                tagger = train_tagger(part, validation, base=options.base, out=Path(scratch) / "x", recipe=recipe)
                tables = [table_by_tag(evaluate_tagger(tagger, each)).set_index("tag") for each in (validation, real)]
            figures = [table.loc["macro", name] for name in ("f1", "average_precision") for table in tables]
            minutes = (time.perf_counter() - begun) / 60
            line = " | ".join(f"{figure:.3f}" for figure in figures)
            print(f"| {options.tier} | {len(part):,} | {seed} | {line} | {minutes:.0f} |", flush=True)


if __name__ == "__main__":
    main()
