"""Simulated talk of two people who alternate, and how often intervals cover what was planted, for other benchmarks."""

import numpy as np
import pandas as pd

import labor_signals as ls
from labor_signals.codebook import TAGS

ROUNDING = 1e-12


def alternating(codes: dict[str, np.ndarray], **columns: np.ndarray) -> ls.TaggedTranscript:
    """Talk of one and two by turns: (R, n) codes or weights of some tags, the others 0, and further columns."""
    talks, length = next(iter(codes.values())).shape
    frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(talks), length)})
    frame["speaker"] = np.tile(np.where(np.arange(length) % 2 == 0, "one", "two"), talks)
    weights = {tag: codes[tag].ravel().astype(float) if tag in codes else 0.0 for tag in TAGS}
    return ls.TaggedTranscript.from_codes(
        frame.assign(**weights, **{name: values.ravel() for name, values in columns.items()})
    )


def covers(frame: pd.DataFrame, measure: str, truth: float) -> float:
    """Share of the intervals there are that cover a value."""
    known = frame.dropna(subset=[f"{measure}_low", f"{measure}_high"])
    inside = (known[f"{measure}_low"] <= truth + ROUNDING) & (truth - ROUNDING <= known[f"{measure}_high"])
    return float(inside.mean())
