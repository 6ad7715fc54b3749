"""Coverage and false alarms of the measures on the order of talk, on simulated talk: docs/measures_order_of_talk.md.

    python benchmarks/order_of_talk.py [UTTERANCES] [CONVERSATIONS]

(default: 60,000 utterances a row of the first table, 500 conversations a cell of the second). Two people alternate,
codes are 0 or 1. Null: each one's own turns hang together (correlation 0.6 from turn to turn, every tag by itself) and
do not answer the other's; all 50 tables of a conversation count. Planted: two withdraws from 80 % of one's bids, which
come at the tag rate, and from 10 % of the other turns. Repair: every fourth of one's turns avoids, and after it one of
them, one with probability 0.7, does a labor act two to five utterances later. Prompted: one's labor comes in 60 % of
turns after labor of two and in 20 % of others.
"""

import sys
from itertools import product

import numpy as np
from alternating_talk import alternating, covers

from labor_signals.aggregate.prompted_labor import prompted_labor
from labor_signals.aggregate.pursue_withdraw import pursue_withdraw
from labor_signals.aggregate.repair_asymmetry import repair_asymmetry
from labor_signals.aggregate.responsiveness import responsiveness
from labor_signals.aggregate.sequences import sequences
from labor_signals.codebook import TAGS

LENGTHS, RATES = (60, 100, 200, 400), (0.1, 0.3)
HANGS_TOGETHER = 0.6
WITHDRAWS, ELSE = 0.8, 0.1
REPAIRED_BY_ONE, EVERY = 0.7, 4
TWO_LABORS, AFTER_LABOR, AFTER_NONE = 0.4, 0.6, 0.2


def moody(generator: np.random.Generator, shape: tuple[int, int], rate: float) -> np.ndarray:
    """(R, n): acts at a rate, those of each speaker hanging together from one turn of theirs to the next."""
    acts = generator.random(shape) < rate
    for t in range(2, shape[1]):
        kept = generator.random(shape[0]) < HANGS_TOGETHER
        acts[:, t] = np.where(kept, acts[:, t - 2], acts[:, t])
    return acts


def null_cells(generator: np.random.Generator, shape: tuple[int, int], rate: float) -> list[float]:
    tagged = alternating({tag: moody(generator, shape, rate) for tag in TAGS})
    tables, pursuit = sequences(tagged), pursue_withdraw(tagged)
    pursuit = pursuit[pursuit["from_speaker"] == "one"]
    return [
        covers(tables, "log_odds", 0.0),
        covers(tables, "difference", 0.0),
        float((tables["p"].dropna() < 0.05).mean()),
        covers(pursuit, "pursue_withdraw", 0.0),
        float((pursuit["pursue_withdraw_p"].dropna() < 0.05).mean()),
    ]


def planted_cells(generator: np.random.Generator, shape: tuple[int, int], rate: float) -> list[float]:
    bids = generator.random(shape) < rate
    bids[:, 1::2] = False
    answers = np.zeros(shape, dtype=bool)
    answers[:, 1::2] = generator.random(bids[:, ::2].shape) < np.where(bids[:, ::2], WITHDRAWS, ELSE)
    tagged = alternating({"initiating": bids, "withdrawing": answers})
    tables, bidden = sequences(tagged), responsiveness(tagged)
    here = (tables["from_speaker"] == "one") & (tables["given"] == "initiating") & (tables["then"] == "withdrawing")
    tables, bidden = tables[here], bidden[(bidden["from_speaker"] == "one") & (bidden["bids"] > 0)]
    log_odds = np.log(WITHDRAWS / (1 - WITHDRAWS)) - np.log(ELSE / (1 - ELSE))
    return [
        covers(bidden, "withdrawn", WITHDRAWS),
        covers(tables, "log_odds", float(log_odds)),
        covers(tables, "difference", (1 - rate) * (WITHDRAWS - ELSE)),
        float((tables["p"].dropna() < 0.05).mean()),
    ]


def repair_cells(generator: np.random.Generator, shape: tuple[int, int]) -> tuple[float, float]:
    """Coverage of the planted repair asymmetry, and ruptures a conversation."""
    avoids, labor = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for rupture in range(0, shape[1] - 2 * EVERY + 2, 2 * EVERY):
        by_one = generator.random(shape[0]) < REPAIRED_BY_ONE
        later = 2 * generator.integers(1, 3, shape[0])
        avoids[:, rupture] = True
        labor[np.arange(shape[0]), rupture + later + ~by_one] = True
    found = repair_asymmetry(alternating({"deflecting": avoids, "soothing": labor}))
    found = found[found["from_speaker"] == "one"]
    return covers(found, "repair", 2 * REPAIRED_BY_ONE - 1), float(avoids.sum(axis=1).mean())


def prompted_cells(generator: np.random.Generator, shape: tuple[int, int]) -> tuple[float, float]:
    """Coverage of the planted prompted share, and labor acts of one a conversation."""
    labor = generator.random(shape) < TWO_LABORS
    labor[:, 0] = generator.random(shape[0]) < AFTER_NONE
    chance = np.where(labor[:, 1:-1:2], AFTER_LABOR, AFTER_NONE)
    labor[:, 2::2] = generator.random(chance.shape) < chance
    truth = TWO_LABORS * AFTER_LABOR / (TWO_LABORS * AFTER_LABOR + (1 - TWO_LABORS) * AFTER_NONE)
    found = prompted_labor(alternating({"soothing": labor}))
    found = found[found["from_speaker"] == "one"]
    return covers(found, "prompted", truth), float(labor[:, ::2].sum(axis=1).mean())


def main() -> None:
    utterances, conversations = (*map(int, sys.argv[1:]), *(60_000, 500)[len(sys.argv) - 1 :])
    generator = np.random.default_rng(0)
    print(
        "| utterances | tag rate | null: log odds | null: difference | null: p < .05 | null: pursue-withdraw | "
        "null: its p < .05 | planted: withdrawn share | planted: log odds | planted: difference | planted: p < .05 |"
    )
    print("| --- " * 11 + "|")
    for length, rate in product(LENGTHS, RATES):
        shape = (utterances // length, length)
        cells = null_cells(generator, shape, rate) + planted_cells(generator, shape, rate)
        print(f"| {length} | {rate} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    print("\n| utterances | repair asymmetry 0.4 (ruptures) | prompted share (labor) |")
    print("| --- | --- | --- |")
    for length in (60, 120, 240, 480):
        repair, prompted = (cell(generator, (conversations, length)) for cell in (repair_cells, prompted_cells))
        print(f"| {length} | {repair[0]:.3f} ({repair[1]:.0f}) | {prompted[0]:.3f} ({prompted[1]:.0f}) |")


if __name__ == "__main__":
    main()
