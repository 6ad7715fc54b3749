"""Containment: how much more a speaker softens and hedges when doing emotional labor than elsewhere."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from labor_signals.aggregate.batches import Batches
from labor_signals.aggregate.blocks import Block, Rows
from labor_signals.aggregate.share_interval import LEAST_BATCHES, jackknife_variance
from labor_signals.aggregate.speaking import Speaking, table_of_units
from labor_signals.errors import TranscriptError
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_WORDS: Final = 10.0  # rates are for each ten words
_LEAST_WORDS: Final = 10.0  # of either kind: less is no rate
_FEW: Final = 10.0  # as in `share_interval`
_LEAST_DISPERSION: Final = 0.1
_REASONS: Final = np.array(
    [
        "",
        "too few utterances for an interval",
        "too few words outside labor acts",
        "too few words in labor acts",
    ],
    dtype=object,
)

Values = npt.NDArray[np.float64]


def containment(
    tagged: TaggedTranscript, *, hedges: npt.ArrayLike, settings: Settings = DEFAULT_SETTINGS
) -> pd.DataFrame:
    """Difference between a speaker's rate of hedges in labor acts and elsewhere.

    Formula: `10 * (sum l_u h_u / sum l_u m_u - sum (1 - l_u) h_u / sum (1 - l_u) m_u)` over the speaker's utterances,
    with `h_u` hedges, `m_u` words (stretches between blanks) and `l_u = 1 - prod over labor tags of (1 - w)` the
    probability that u does labor. The rate is for ten words, not an utterance, because labor acts are longer than other
    talk.
    Range and sign: any number, in hedges for ten words; positive where labor acts are hedged more.
    Interval: each rate has the larger of its block-jackknife variance, drawn to that of independent (Poisson) hedges
    where there are few, and a tenth of the latter; t tails. Half a hedge is added to each kind for the variance alone.
    Source: hedges as softening of a face-threatening act: Brown and Levinson (1987), Politeness; Hyland (1998), Hedging
    in Scientific Research Articles (rates by words); Kuensch (1989) for the interval.

    Args:
        tagged: The talk with its tags.
        hedges: (n,) how many hedges and softeners each utterance has, in the transcript's order.
        settings: `level` and `prior` (the added hedges) of the interval.

    Returns:
        One row a conversation and speaker: `conversation_id`, `speaker`, `utterances`, `words`, `hedges`, `labor_words`
        (expected), `hedge_rate_labor`, `hedge_rate_other`, `containment`, `containment_low`, `containment_high`,
        `reason`.

    Raises:
        TranscriptError: `hedges` does not have one number of 0 or more for each utterance.
    """
    counts = np.asarray(hedges, dtype=np.float64)
    if counts.shape != (len(tagged.transcript),) or not (counts >= 0).all():
        raise TranscriptError(
            f"hedges has shape {counts.shape}; expected {(len(tagged.transcript),)}, one number of 0 or more for each "
            "utterance."
        )
    labor = [tagged.tags.index(tag) for tag in tagged.labor]

    def measure(block: Block, speaking: Speaking) -> dict[str, np.ndarray]:
        batches = speaking.batches
        words = _words(tagged.transcript.text, block.row)
        acts = 1 - (1 - block.probability[:, labor].astype(np.float64)).prod(axis=1)
        hedged = counts[block.row]
        found = _difference(
            [batches.sums(hedged * weight) for weight in (acts, 1 - acts)],
            [batches.sums(words * weight) for weight in (acts, 1 - acts)],
            batches,
            settings,
        )
        return {
            "utterances": batches.totals(batches.sums(np.ones(len(words)))).astype(np.int64),
            "words": batches.totals(batches.sums(words)).astype(np.int64),
            "hedges": batches.totals(batches.sums(hedged)),
        } | found

    return table_of_units(tagged, unit="speaker", measure=measure)


def _words(text: pa.ChunkedArray, row: Rows) -> Values:
    together = len(row) > 0 and row[-1] - row[0] + 1 == len(row) and bool((np.diff(row) == 1).all())
    part = text.slice(int(row[0]), len(row)) if together else text.take(pa.array(row))
    return np.asarray(pc.count_substring_regex(part, r"\S+").to_numpy(), dtype=np.float64)


def _difference(
    hedges: list[Values], words: list[Values], batches: Batches, settings: Settings
) -> dict[str, np.ndarray]:
    """From (b,) hedges and words in labor acts and elsewhere to the columns of the table."""
    from scipy.special import stdtrit  # noqa: PLC0415  (costs import time)

    few_words = [batches.totals(kind) < _LEAST_WORDS for kind in words]
    with np.errstate(all="ignore"):  # no words: no rate, with a reason
        rates = [
            _WORDS * batches.totals(hedge) / batches.totals(word) for hedge, word in zip(hedges, words, strict=True)
        ]
        rates = [np.where(few, np.nan, rate) for few, rate in zip(few_words, rates, strict=True)]
        score = rates[0] - rates[1]
        # hedges of a kind spread as those of the whole do where the kind itself has few
        independent = [
            (batches.totals(hedge) + settings.prior) * (_WORDS / batches.totals(word)) ** 2
            for hedge, word in zip(hedges, words, strict=True)
        ]
        expected = independent[0] + independent[1]
        left = [
            (batches.totals(hedge)[batches.pair] - hedge) / (batches.totals(word)[batches.pair] - word)
            for hedge, word in zip(hedges, words, strict=True)
        ]
        whole = _WORDS * (left[0] - left[1])
        seen = jackknife_variance(np.where(np.isfinite(whole), whole, score[batches.pair]), batches)
        few = _FEW / (np.minimum(*(batches.totals(hedge) for hedge in hedges)) + 1)
        freedom = batches.count - 1.0
        variance = np.maximum((few * expected + freedom * seen) / (few + freedom), _LEAST_DISPERSION * expected)
        reach = stdtrit(few + freedom, 0.5 + settings.level / 2) * np.sqrt(variance)
    known = batches.count >= LEAST_BATCHES
    return {
        "labor_words": batches.totals(words[0]),
        "hedge_rate_labor": rates[0],
        "hedge_rate_other": rates[1],
        "containment": score,
        "containment_low": np.where(known, score - reach, np.nan),
        "containment_high": np.where(known, score + reach, np.nan),
        "reason": _REASONS[np.select([few_words[0], few_words[1], ~known], [3, 2, 1], default=0)],
    }
