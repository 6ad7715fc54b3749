"""Inequality: how unevenly the labor of a conversation lies on all its speakers."""

from typing import Final

import numpy as np
import pandas as pd

from labor_signals.aggregate.blocks import stretches
from labor_signals.aggregate.sums import sum_by_speaker, total_of
from labor_signals.records import TaggedTranscript

_REASONS: Final = np.array(["", "one speaker only", "no labor in this conversation"], dtype=object)


def inequality(tagged: TaggedTranscript) -> pd.DataFrame:
    """Gini coefficient and normalised entropy of labor over the speakers of each conversation.

    Formula, with `L_1 <= ... <= L_n` the expected labor of the n people who speak, whoever they speak to:
    `G = sum over i of (2i - n - 1) * L_i / (n * sum L)`, which is half the relative mean difference, and can reach only
    `(n - 1)/n`; so `gini = G * n / (n - 1)`, the small-sample correction. `entropy = -sum s_i ln s_i / ln n`, with
    `s_i = L_i / sum L` and `0 ln 0 = 0`.
    Range and sign: gini in [0, 1], 0 where all carry the same, 1 where one carries all (with two speakers it is the
    size of their load asymmetry); entropy in [0, 1], the other way round: 1 where all carry the same. They have no
    direction. Few acts look uneven by chance: compare only conversations with similar numbers of speakers and acts, and
    read them beside `labor`.
    Sources: Gini (1912); Deltas (2003), Review of Economics and Statistics 85, 226-234 (the correction); Shannon
    (1948); Pielou (1966), Journal of Theoretical Biology 13, 131-144 (normalised entropy: evenness).

    Returns:
        One row a conversation: `conversation_id`, `speakers` (n), `labor` (sum L), `gini`, `gini_uncorrected`,
        `entropy`, `reason` (why they are NaN: one speaker, or no labor).
    """
    sums = sum_by_speaker(tagged)
    labor = total_of(tagged, sums, tagged.labor)
    order = np.lexsort((labor, sums.conversation))  # conversation after conversation, labor rising within each
    labor, conversation = labor[order], sums.conversation[order]
    group, first = stretches(conversation)
    speakers = np.diff(np.append(first, len(group)))
    total = np.bincount(group, weights=labor, minlength=len(first))
    place = np.arange(len(group)) - first[group] + 1
    moment = np.bincount(group, weights=(2 * place - speakers[group] - 1) * labor, minlength=len(first))
    with np.errstate(invalid="ignore", divide="ignore"):  # undefined scores are NaN, and meant to be
        share = labor / total[group]
        information = np.where(share > 0, -share * np.log(share), 0.0)
        gini = moment / (speakers * total)
        entropy = np.bincount(group, weights=information, minlength=len(first)) / np.log(speakers)
        corrected = gini * speakers / (speakers - 1)
    why = np.where(speakers < 2, 1, np.where(total > 0, 0, 2))
    return pd.DataFrame(
        {
            "conversation_id": tagged.transcript.conversations.take(conversation[first]),
            "speakers": speakers,
            "labor": total,
            "gini": np.where(why == 0, corrected.clip(0, 1), np.nan),
            "gini_uncorrected": np.where(why == 0, gini.clip(0, 1), np.nan),
            "entropy": np.where(why == 0, entropy.clip(0, 1), np.nan),
            "reason": _REASONS[why],
        }
    )
