"""What doubtful tags do to the load asymmetry and its interval: simulated talk, tagged by evidence of known strength.

    python benchmarks/doubtful_tags.py [CONVERSATIONS]        (default: 2,000 a cell)

Two people alternate for 40 or 200 utterances and do labor at planted rates. The tagger sees a normal variable that is
`d` higher where there is labor, and gives the probability that follows from it and from the rate of all talk
together: it is calibrated over the corpus, as the shipped taggers are, but does not know who of the two does more.
Printed: the AUC of its evidence, the mean of its load asymmetry, how often the interval covers the asymmetry of the
acts that truly happened, and that of the planted rates; and the same were the probabilities taken as if they were
certain counts.
"""

import sys
from itertools import product
from unittest import mock

import numpy as np
from alternating_talk import alternating
from scipy.stats import norm

import labor_signals as ls
from labor_signals.aggregate import intervals

LENGTHS = (40, 200)
RATES = ((0.25, 0.25), (0.3, 0.15), (0.4, 0.133))
STRENGTHS = (2.0, 3.0, 4.0)


def tagged(labor: np.ndarray, strength: float, generator: np.random.Generator) -> ls.TaggedTranscript:
    """(R, n) labor, seen with doubt."""
    evidence = generator.normal(labor * strength)
    log_odds = strength * evidence - strength**2 / 2 + np.log(labor.mean() / (1 - labor.mean()))
    return alternating({"soothing": 1 / (1 + np.exp(-log_odds))})


def covered(found: ls.TaggedTranscript, happened: np.ndarray, planted: float) -> tuple[float, float, float]:
    """Mean score, and shares of intervals that cover what happened, and what was planted."""
    pairs = ls.aggregate_asymmetry(found).pairs
    one = pairs[pairs["from_speaker"] == "one"]
    inside = [((one["load_low"] <= truth) & (truth <= one["load_high"])).mean() for truth in (happened, planted)]
    return float(one["load_asymmetry"].mean()), float(inside[0]), float(inside[1])


def main() -> None:
    conversations = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    generator = np.random.default_rng(0)
    print("| utterances | planted | AUC | mean score | covers what happened | covers planted | both, tags as certain |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for length, rates, strength in product(LENGTHS, RATES, STRENGTHS):
        planted = (rates[0] - rates[1]) / sum(rates)
        labor = generator.random((conversations, length)) < np.where(np.arange(length) % 2 == 0, *rates)
        own, other = labor[:, ::2].sum(axis=1), labor[:, 1::2].sum(axis=1)
        happened = (own - other) / np.maximum(1, own + other)
        found = tagged(labor.astype(float), strength, generator)
        mean, *doubtful = covered(found, happened, planted)
        with mock.patch.object(intervals, "doubt_of_tags", return_value=0.0):
            _, *certain = covered(found, happened, planted)
        shares = [f"{share:.3f}" for share in (*doubtful, *certain)]
        auc = norm.cdf(strength / np.sqrt(2))
        cells = (length, f"{planted:.2f}", f"{auc:.2f}", f"{mean:.2f}", *shares[:2], ", ".join(shares[2:]))
        print("| " + " | ".join(map(str, cells)) + " |")


if __name__ == "__main__":
    main()
