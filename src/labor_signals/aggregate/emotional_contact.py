"""Emotional contact: how much of the talk does any emotional work, or turns away from it."""

import numpy as np
import pandas as pd

from labor_signals.aggregate.blocks import Block
from labor_signals.aggregate.share_interval import share_interval
from labor_signals.aggregate.speaking import Speaking, Unit, table_of_units
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_REASONS = np.array(["", "too few utterances for an interval"], dtype=object)


def emotional_contact(
    tagged: TaggedTranscript, *, unit: Unit = "speaker", settings: Settings = DEFAULT_SETTINGS
) -> pd.DataFrame:
    """Expected share of utterances that carry any tag; where it falls, talk has gone practical.

    Formula: `C = (1/n) * sum over u of (1 - prod over k of (1 - w_u,k))`: an utterance carries a tag unless it carries
    none, tags being independent given the utterance. Exact for human codes of 0 and 1.
    Range and sign: [0, 1]; 0 where all talk is practical, 1 where every utterance carries a tag. It has no direction.
    Interval: `share_interval`, batches of the conversation.
    Source: the share of affect-coded speech of interaction coding, as in Gottman and Krokoff (1989), Journal of
    Consulting and Clinical Psychology 57, 47-52; the noisy-or of the tags: Pearl (1988), Probabilistic Reasoning in
    Intelligent Systems, 4.3.2.

    Args:
        tagged: The talk with its tags.
        unit: One row a conversation and `speaker`, or one row a `conversation` as a whole.
        settings: `level` and `prior` of the interval.

    Returns:
        `conversation_id`, `speaker` (where that is the unit), `utterances`, `emotional_contact`, `contact_low`,
        `contact_high`, `reason` (why an interval is NaN; the share itself is always defined).
    """

    def measure(block: Block, speaking: Speaking) -> dict[str, np.ndarray]:
        batches = speaking.batches
        no_tag = (1 - block.probability.astype(np.float64)).prod(axis=1)
        hits, misses = batches.sums(1 - no_tag), batches.sums(no_tag)
        count = batches.totals(batches.sums(np.ones(len(block.row))))
        interval = share_interval(hits, misses, batches, prior=settings.prior, level=settings.level)
        return {
            "utterances": count.astype(np.int64),
            "emotional_contact": batches.totals(hits) / count,
            "contact_low": interval.low,
            "contact_high": interval.high,
            "reason": _REASONS[np.isnan(interval.low).astype(np.int8)],
        }

    return table_of_units(tagged, unit=unit, measure=measure)
