"""Coverage and false alarms of the measures over the talk, on simulated talk: docs/measures_over_talk.md.

    python benchmarks/over_talk.py [CONVERSATIONS]        (default: 1,000 a cell; five times as many for slopes)

Two people alternate, codes are 0 or 1. In episodes, what both do switches together between 0.4 and 1.6 times its mean,
for 16 utterances on average. Contact: any tag at a rate. Slopes: windows of 20 utterances with six acts on average and
a share that stays level but for AR(1) noise of standard deviation 0.15. Change points: the share jumps from 0.75 to
0.25 half-way, or does not. Silence: log-normal latencies, of which one's are longer by half. Containment: 8 words an
utterance and 12 in labor acts, 4 hedges for 100 words and 6 in labor acts.
"""

import sys
from itertools import product

import numpy as np
import pandas as pd
from alternating_talk import alternating, covers

import labor_signals as ls
from labor_signals.aggregate.change_points import change_points
from labor_signals.aggregate.containment import containment
from labor_signals.aggregate.emotional_contact import emotional_contact
from labor_signals.aggregate.silence import silence
from labor_signals.aggregate.trajectory import trajectory

SWITCHES, LOW, HIGH = 1 / 16, 0.4, 1.6
WIDTH, ACTS, AUTO, NOISE = 20, 6, 0.3, 0.15
LONGER, SPREAD = 1.5, 0.8
WORDS, LABOR_WORDS, HEDGES, LABOR_HEDGES = 8, 12, 0.04, 0.06


def coded(labor: np.ndarray, **columns: np.ndarray) -> ls.TaggedTranscript:
    """(R, n) codes of one labor tag, and further columns."""
    return alternating({"soothing": labor}, **columns)


def factors(generator: np.random.Generator, shape: tuple[int, int], *, episodes: bool) -> np.ndarray:
    """(R, n): by how much the rate of both is raised or lowered."""
    if not episodes:
        return np.ones(shape)
    high = generator.random(shape) < 0.5
    for t in range(1, shape[1]):
        switches = generator.random(shape[0]) < 2 * SWITCHES  # half of the draws keep the state
        high[:, t] = np.where(switches, high[:, t], high[:, t - 1])
    return np.where(high, HIGH, LOW)


def contact(generator: np.random.Generator, talks: int) -> None:
    print("| utterances | rate | independent | in episodes |\n| --- | --- | --- | --- |")
    for length, rate in product((40, 100, 400), (0.1, 0.4)):
        cells = []
        for episodes in (False, True):
            shape = (talks, length)
            acts = generator.random(shape) < rate * factors(generator, shape, episodes=episodes)
            found = [emotional_contact(coded(acts), unit=unit) for unit in ("speaker", "conversation")]
            cells.append(" / ".join(f"{covers(frame, 'contact', rate):.2f}" for frame in found))
        print(f"| {length} | {rate} | {cells[0]} | {cells[1]} |")


def acts_of_windows(generator: np.random.Generator, share: np.ndarray) -> np.ndarray:
    """(R, K * WIDTH) acts, given (R, K) shares of the first speaker."""
    share = share.clip(0.02, 0.98).repeat(WIDTH, axis=1)
    mine = np.where(np.arange(share.shape[1]) % 2 == 0, share, 1 - share)
    return generator.random(share.shape) < mine * 2 * ACTS / WIDTH


def slopes(generator: np.random.Generator, series: int) -> None:
    lengths = (3, 4, 5, 6, 8, 12, 20, 40)
    print("\n| windows | " + " | ".join(map(str, lengths)) + " |" + "\n" + "| --- " * (1 + len(lengths)) + "|")
    for name, auto in (("independent", 0.0), (f"AR(1), {AUTO}", AUTO)):
        cells = []
        for windows in lengths:
            noise = generator.normal(size=(series, windows))
            for k in range(1, windows):
                noise[:, k] = auto * noise[:, k - 1] + np.sqrt(1 - auto**2) * noise[:, k]
            _, found = trajectory(coded(acts_of_windows(generator, 0.5 + NOISE * noise)), width=WIDTH)
            cells.append((found["slope_p"].dropna() < 0.05).mean())
        print(f"| {name} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")


def jumps(generator: np.random.Generator, series: int) -> None:
    lengths = (5, 8, 12, 20, 50)
    print("\n| windows | " + " | ".join(map(str, lengths)) + " |" + "\n" + "| --- " * (1 + len(lengths)) + "|")
    for name, ends in (("level", (0.5, 0.5)), ("0.75 to 0.25", (0.75, 0.25))):
        cells = []
        for windows in lengths:
            share = np.tile(np.where(np.arange(windows) < windows // 2, *ends), (series, 1))
            table, _ = trajectory(coded(acts_of_windows(generator, share)), width=WIDTH)
            cells.append(change_points(table)["conversation_id"].nunique() / series)
        print(f"| a change is found: {name} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")


def latencies(generator: np.random.Generator, talks: int) -> None:
    print("\n| utterances | latency asymmetry: independent | in episodes |\n| --- | --- | --- |")
    for length in (30, 100, 400):
        cells = []
        for episodes in (False, True):
            shape = (talks, length)
            waits = np.exp(generator.normal(np.log(20), SPREAD, shape)) * factors(generator, shape, episodes=episodes)
            waits[:, ::2] *= LONGER
            times = pd.Timestamp("2024-01-01") + pd.to_timedelta(waits.cumsum(axis=1).ravel(), unit="s")
            found = silence(coded(np.zeros(shape), timestamp=times.to_numpy()))
            found = found[found["from_speaker"] == "one"]
            cells.append(covers(found, "latency", float(np.log(LONGER))))
        print(f"| {length} | {cells[0]:.2f} | {cells[1]:.2f} |")


def hedging(generator: np.random.Generator, talks: int) -> None:
    print("\n| utterances | labor | containment: independent | in episodes |\n| --- | --- | --- | --- |")
    truth = 10 * (LABOR_HEDGES - HEDGES)
    for length, rate in product((40, 100, 400), (0.1, 0.4)):
        cells = []
        for episodes in (False, True):
            shape = (talks, length)
            labor = generator.random(shape) < rate
            words = np.where(labor, LABOR_WORDS, WORDS)
            expected = words * np.where(labor, LABOR_HEDGES, HEDGES) * factors(generator, shape, episodes=episodes)
            text = np.where(labor, "word " * LABOR_WORDS, "word " * WORDS)
            found = containment(coded(labor, text=text), hedges=generator.poisson(expected).ravel())
            cells.append(covers(found, "containment", truth))
        print(f"| {length} | {rate} | {cells[0]:.2f} | {cells[1]:.2f} |")


def main() -> None:
    talks = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    generator = np.random.default_rng(0)
    contact(generator, talks)
    slopes(generator, 5 * talks)
    jumps(generator, talks)
    latencies(generator, talks)
    hedging(generator, talks)


if __name__ == "__main__":
    main()
