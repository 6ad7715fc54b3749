"""Lumped scores: positive, negative and neutral talk, beside the five tags."""

import numpy as np
import pandas as pd

from labor_signals.aggregate.blocks import Block
from labor_signals.aggregate.share_interval import share_interval
from labor_signals.aggregate.speaking import Speaking, Unit, table_of_units
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_REASONS = np.array(["", "too few utterances for an interval"], dtype=object)


def lumped(tagged: TaggedTranscript, *, unit: Unit = "speaker", settings: Settings = DEFAULT_SETTINGS) -> pd.DataFrame:
    """Shares of positive, negative and neutral utterances, as older coding schemes lump them.

    Formula: an utterance is positive with probability `1 - prod over labor tags of (1 - w)`; negative, any avoidance
    tag and no labor, with `prod over labor of (1 - w) * (1 - prod over avoidance of (1 - w))`; neutral with
    `prod over all of (1 - w)`; tags being independent given the utterance (exact for human codes). Each share is the
    mean over the utterances.
    Range and sign: [0, 1]; the three add up to 1. `positive + negative` is the emotional contact. They have no
    direction.
    Interval: of each share by itself, `share_interval`, batches of the conversation.
    Source: the lumping of specific codes into positive, negative and neutral of the SPAFF and its kin: Gottman and
    Levenson (1992), Journal of Personality and Social Psychology 63, 221-233. Here positive means doing the work and
    negative turning away from it; neither is a judgement of tone.

    Args:
        tagged: The talk with its tags; which are labor and which avoidance it says itself.
        unit: One row a conversation and `speaker`, or one row a `conversation` as a whole.
        settings: `level` and `prior` of the intervals.

    Returns:
        `conversation_id`, `speaker` (where that is the unit), `utterances`; `positive`, `negative`, `neutral`, each
        with `_low` and `_high`; `share_<tag>` for each tag (they overlap, and need not add up to 1); `reason` (why an
        interval is NaN).
    """
    kinds = [tagged.columns_of(kind) for kind in (tagged.labor, tagged.avoidance)]

    def measure(block: Block, speaking: Speaking) -> dict[str, np.ndarray]:
        batches = speaking.batches
        count = batches.totals(batches.sums(np.ones(len(block.row))))
        absent = 1 - block.probability.astype(np.float64)
        no_labor, no_avoidance = (absent[:, kind].prod(axis=1) for kind in kinds)
        weights = {
            "positive": 1 - no_labor,
            "negative": no_labor * (1 - no_avoidance),
            "neutral": no_labor * no_avoidance,
        }
        columns: dict[str, np.ndarray] = {"utterances": count.astype(np.int64)}
        for name, weight in weights.items():
            hits = batches.sums(weight)
            ends = share_interval(hits, batches.sums(1 - weight), batches, prior=settings.prior, level=settings.level)
            columns |= {name: batches.totals(hits) / count, f"{name}_low": ends.low, f"{name}_high": ends.high}
        for tag, weight in zip(tagged.tags, block.probability.T, strict=True):
            columns[f"share_{tag}"] = batches.totals(batches.sums(weight)) / count
        return columns | {"reason": _REASONS[np.isnan(columns["neutral_low"]).astype(np.int8)]}

    return table_of_units(tagged, unit=unit, measure=measure)
