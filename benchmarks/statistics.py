"""Simulation study of the scores with known truth: coverage, false alarms, power, and the bias of tagger error.

    python benchmarks/statistics.py [CONVERSATIONS] [--save docs/statistics.json]        (default: 2,000 a cell)

Every cell simulates conversations of two people whose labor rates are planted, in one of five orders of talk:

    free        every utterance on its own
    episodes    labor comes in shared episodes of about twelve utterances
    answers     labor is likelier after the other's labor
    relief      labor is less likely after the other's labor
    moods       each speaker has labor moods of their own, about four turns long: the hardest, as they are not shared

and with strictly alternating turns, or free turn-taking where one speaks 70 % of the time. The truth of a cell is its
mean over ten million simulated utterances. A second table has a tagger that errs: the bias of the naive score, and how
often the interval corrected by 400 hand codes covers the truth.
"""

import argparse
import json
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import kstest

import labor_signals as ls
from labor_signals.aggregate.correct_with_codes import correct_with_codes
from labor_signals.codebook import TAGS

ORDERS = ("free", "episodes", "answers", "relief", "moods")
LENGTHS = (60, 100, 200, 400)
RATES = {"A=0": (0.4, 0.4), "A=.33": (0.4, 0.2), "A=.5": (0.6, 0.2), "A=.5 sparse": (0.3, 0.1), "A=.82": (0.5, 0.05)}
LEAST_ACTS = 20


def turns(generator: np.random.Generator, shape: tuple[int, int], *, alternating: bool) -> np.ndarray:
    """(R, n): whether the first of two speaks."""
    if alternating:
        return np.tile(np.arange(shape[1]) % 2 == 0, (shape[0], 1))
    one = np.zeros(shape, dtype=bool)
    for t in range(1, shape[1]):
        one[:, t] = generator.random(shape[0]) < np.where(one[:, t - 1], 0.64, 0.84)
    return one


def talk(generator: np.random.Generator, shape: tuple[int, int], rates, order: str, *, alternating: bool):
    """(R, n) twice: who speaks, and who does labor."""
    one = turns(generator, shape, alternating=alternating)
    base, labor = np.where(one, *rates), np.zeros(shape)
    rows, previous = np.arange(shape[0]), np.zeros(shape[0])
    mood = generator.random((shape[0], 2)) < 0.5
    for t in range(shape[1]):
        whom = 1 - one[:, t] if order == "moods" else np.zeros(shape[0], dtype=int)
        whom = whom.astype(int)
        change = generator.random(shape[0]) < (1 / 4 if order == "moods" else 1 / 12)
        mood[rows, whom] = np.where(change, generator.random(shape[0]) < 0.5, mood[rows, whom])
        factor = {
            "free": 1.0,
            "episodes": np.where(mood[rows, whom], 1.6, 0.4),
            "moods": np.where(mood[rows, whom], 1.6, 0.4),
            "answers": np.where(previous > 0, 1.6, 0.8),
            "relief": np.where(previous > 0, 0.5, 1.0),
        }[order]
        labor[:, t] = previous = generator.random(shape[0]) < np.minimum(base[:, t] * factor, 1)
    return one, labor


def scores(one: np.ndarray, labor: np.ndarray) -> pd.DataFrame:
    """What the library says of each conversation; one row a conversation, from the first speaker's side."""
    count, length = one.shape
    frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(count), length)})
    frame["speaker"] = np.where(one.ravel(), "one", "two")
    frame["addressee"] = np.where(one.ravel(), "two", "one")
    for tag in TAGS:
        frame[tag] = labor.ravel() if tag == "soothing" else 0.0
    pairs = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame)).pairs
    return pairs[pairs["from_speaker"] == "one"].reset_index(drop=True)


def truth(generator: np.random.Generator, length: int, rates, order: str, *, alternating: bool) -> dict[str, float]:
    one, labor = talk(generator, (10_000_000 // (length * 4), length * 4), rates, order, alternating=alternating)
    own, other = (labor * one).sum(), (labor * ~one).sum()
    own_rate, other_rate = own / one.sum(), other / (~one).sum()
    return {"load": (own - other) / (own + other), "rate": (own_rate - other_rate) / (own_rate + other_rate)}


def coverage(generator: np.random.Generator, conversations: int) -> list[dict[str, object]]:
    rows = []
    for (name, rates), order, alternating in product(RATES.items(), ORDERS, (True, False)):
        known = truth(generator, 100, rates, order, alternating=alternating)
        for length in LENGTHS:
            one, labor = talk(generator, (conversations, length), rates, order, alternating=alternating)
            acts = float(labor.sum(axis=1).mean())
            if acts < LEAST_ACTS:
                continue
            found = scores(one, labor)
            cell = {
                "planted": name,
                "order": order,
                "turns": "alternating" if alternating else "70 : 30",
                "length": length,
            }
            cell |= {"acts": round(acts, 1)}
            for measure, value in known.items():
                inside = (found[f"{measure}_low"] <= value) & (value <= found[f"{measure}_high"])
                cell[f"{measure}_coverage"] = round(float(inside.mean()), 4)
                cell[f"{measure}_width"] = round(float((found[f"{measure}_high"] - found[f"{measure}_low"]).mean()), 3)
            null = {"load": known["load"], "rate": known["rate"]}
            for measure, value in null.items():
                p = found[f"{measure}_p"].dropna()
                cell[f"{measure}_below_05"] = round(float((p < 0.05).mean()), 4)
                if abs(value) < 0.02:
                    cell[f"{measure}_ks"] = round(float(kstest(_spread(p, generator), "uniform").pvalue), 4)
            cell["carried"] = round(float(found["verdict"].str.startswith("carried").mean()), 4)
            rows.append(cell)
    return rows


def tagger_error(generator: np.random.Generator, studies: int) -> list[dict[str, object]]:
    """Two roles with known loads, seen by a tagger that errs more for one of them; 400 utterances coded by hand."""
    rows = []
    for (name, rates), (found, false) in product(
        {"A=0": (0.3, 0.3), "A=.33": (0.4, 0.2)}.items(),
        {"equal": ((0.7, 0.7), 0.05), "unequal": ((0.8, 0.5), 0.05)}.values(),
    ):
        known = (rates[0] - rates[1]) / sum(rates)
        naive, inside, width = [], [], []
        for _ in range(studies):
            one, labor = talk(generator, (60, 40), rates, "episodes", alternating=True)
            seen = np.where(
                labor > 0, generator.random(labor.shape) < np.where(one, *found), generator.random(labor.shape) < false
            )
            frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(60), 40), "turn": np.tile(np.arange(40), 60)})
            frame["speaker"] = np.where(one.ravel(), "one", "two")
            for tag in TAGS:
                frame[tag] = seen.ravel().astype(float) if tag == "soothing" else 0.0
            codes = frame.assign(soothing=labor.ravel().astype(float)).sample(
                400, random_state=int(generator.integers(2**31))
            )
            row = correct_with_codes(ls.TaggedTranscript.from_codes(frame), codes).iloc[0]
            naive.append(row["load_asymmetry_tagger"] - known)
            inside.append(row["load_low"] <= known <= row["load_high"])
            width.append(row["load_high"] - row["load_low"])
        cell = {"planted": name, "found": f"{found[0]:.0%} / {found[1]:.0%}", "false": f"{false:.0%}"}
        cell |= {"naive_bias": round(float(np.mean(naive)), 3), "corrected_coverage": round(float(np.mean(inside)), 3)}
        rows.append(cell | {"corrected_width": round(float(np.mean(width)), 3)})
    return rows


def circular_shift_p(one: np.ndarray, labor: np.ndarray) -> np.ndarray:
    """(R,) p of all circular shifts of the labor against the speakers: what the library does not use for the load."""
    spectrum = np.fft.rfft(labor, axis=1) * np.conj(np.fft.rfft(one.astype(float), axis=1))
    own = np.fft.irfft(spectrum, n=one.shape[1], axis=1)
    away = np.abs(own - own.mean(axis=1, keepdims=True)).round(6)
    ties = (away[:, 1:] == away[:, :1]).sum(axis=1) + 1
    return ((away[:, 1:] > away[:, :1]).sum(axis=1) + ties / 2) / one.shape[1]


def shift_against_flips(generator: np.random.Generator, conversations: int) -> pd.DataFrame:
    """How often the circular shift and the sign flips reject at 5 %, 100 utterances."""
    rows = []
    for what, rates, order, alternating in (
        ("a true difference, alternating", (0.6, 0.3), "free", True),
        ("a true difference, 70 : 30", (0.6, 0.3), "free", False),
        ("no difference, moods, 70 : 30", (0.4, 0.4), "moods", False),
    ):
        one, labor = talk(generator, (conversations, 100), rates, order, alternating=alternating)
        flips = scores(one, labor)["rate_p"]
        rows.append(
            {"cell": what, "shift": np.mean(circular_shift_p(one, labor) < 0.05), "flips": np.mean(flips < 0.05)}
        )
    return pd.DataFrame(rows).round(3)


def in_markdown(table: pd.DataFrame, errors: pd.DataFrame) -> str:
    """The tables of docs/measures.md."""
    lines = [
        "| order of talk | cells | load: least, mean, most covered | rate | cells in 93-97 % |",
        "| --- | --- | --- | --- | --- |",
    ]
    for order, cells in table.groupby("order", sort=False):
        columns = [cells[f"{measure}_coverage"] for measure in ("load", "rate")]
        ends = [f"{c.min():.3f}, {c.mean():.3f}, {c.max():.3f}" for c in columns]
        inside = np.mean([c.between(0.93, 0.97).mean() for c in columns])
        lines.append(f"| {order} | {len(cells)} | {ends[0]} | {ends[1]} | {inside:.0%} |")
    null = table[table["rate_ks"].notna()]
    lines += [
        "",
        "| order of talk | rate test, no difference: p < 0.05 | load test, alternating, no difference: p < 0.05 |",
    ]
    lines.append("| --- | --- | --- |")
    for order, cells in null.groupby("order", sort=False):
        load = cells.loc[cells["load_ks"].notna(), "load_below_05"]
        rate = cells["rate_below_05"]
        lines.append(f"| {order} | {rate.min():.3f} to {rate.max():.3f} | {load.min():.3f} to {load.max():.3f} |")
    power = table[
        table["planted"].isin(["A=.33", "A=.5"]) & (table["turns"] == "alternating") & (table["order"] == "free")
    ]
    lines += ["", "| planted | utterances | expected acts | power of the load test | verdict names the right one |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for row in power.to_dict("records"):
        cells = (row["planted"], row["length"], row["acts"], f"{row['load_below_05']:.2f}", f"{row['carried']:.2f}")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        "| planted | tagger finds (one, two) | bias of the naive score | corrected interval covers | its width |",
    ]
    lines.append("| --- | --- | --- | --- | --- |")
    for row in errors.to_dict("records"):
        cells = (
            row["planted"],
            row["found"],
            f"{row['naive_bias']:+.3f}",
            row["corrected_coverage"],
            row["corrected_width"],
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _spread(p: pd.Series, generator: np.random.Generator) -> np.ndarray:
    """Mid-p values spread over the ties that they stand for, so that exact p-values can be tested for flatness."""
    values, code = np.unique(p.round(9), return_inverse=True)
    edges = np.concatenate([[0], (values[1:] + values[:-1]) / 2, [1]])
    return edges[code] + generator.random(len(p)) * (edges[code + 1] - edges[code])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("conversations", nargs="?", type=int, default=2_000)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    rows = coverage(np.random.default_rng(0), options.conversations)
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    for measure in ("load", "rate"):
        column = table[f"{measure}_coverage"]
        inside = column.between(0.93, 0.97).mean()
        ends = f"{column.min():.3f} to {column.max():.3f}"
        print(f"{measure}: {len(column)} cells, coverage {ends}, {inside:.0%} in 93-97 %")
    errors = tagger_error(np.random.default_rng(1), max(20, options.conversations // 5))
    print(pd.DataFrame(errors).to_string(index=False))
    shifts = shift_against_flips(np.random.default_rng(2), options.conversations)
    print(shifts.to_string(index=False))
    print(in_markdown(table, pd.DataFrame(errors)))
    if options.save:
        saved = {
            "conversations": options.conversations,
            "cells": rows,
            "tagger_error": errors,
            "shifts": shifts.to_dict("records"),
        }
        options.save.write_text(json.dumps(saved, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
