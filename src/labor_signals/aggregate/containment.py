"""Containment: how much more a speaker softens and hedges when doing emotional labor than elsewhere.

One row a conversation and speaker: `conversation_id`, `speaker`, `utterances`, `words`, `hedges`, `labor_words`
(expected words in labor acts), `hedge_rate_labor`, `hedge_rate_other` (hedges for ten words), `containment`,
`containment_low`, `containment_high`, and `reason`, why one of them is NaN. A rate needs ten words of its kind.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from labor_signals.aggregate.batches import LEAST_BATCHES, Batches, jackknife_variance
from labor_signals.aggregate.blocks import Block, Rows
from labor_signals.aggregate.intervals import Interval
from labor_signals.aggregate.share_interval import drawn_dispersion
from labor_signals.aggregate.speaking import Speaking, table_of_units
from labor_signals.errors import TranscriptError
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_WORDS: Final = 10.0  # rates are for each ten words
_LEAST_WORDS: Final = 10.0  # of either kind: less is no rate
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
    Interval: each rate has a Gamma posterior with `prior` hedges more (Jeffreys: 0.5), hedges counting for less by
    their dispersion, the block-jackknife variance of the difference over that of independent (Poisson) hedges, drawn to
    1 where they are few; t tails; the two joined by the MOVER rule (Zou and Donner 2008).
    Source: hedges as softening of a face-threatening act: Brown and Levinson (1987), Politeness; Hyland (1998), Hedging
    in Scientific Research Articles (rates by words); Kuensch (1989) for the interval.

    Args:
        tagged: The talk with its tags.
        hedges: (n,) how many hedges and softeners each utterance has, in the transcript's order.
        settings: `level` and `prior` (the added hedges) of the interval.

    Returns:
        One row a conversation and speaker; the columns stand at the head of this module.

    Raises:
        TranscriptError: `hedges` does not have one number of 0 or more for each utterance.
    """
    counts = np.asarray(hedges, dtype=np.float64)
    if counts.shape != (len(tagged.transcript),) or not (counts >= 0).all():
        raise TranscriptError(
            f"hedges has shape {counts.shape}; expected {(len(tagged.transcript),)}, one number of 0 or more for each "
            "utterance."
        )

    def measure(block: Block, speaking: Speaking) -> dict[str, np.ndarray]:
        return _of_block(tagged, block, speaking.batches, counts, settings)

    return table_of_units(tagged, unit="speaker", measure=measure)


def _of_block(
    tagged: TaggedTranscript, block: Block, batches: Batches, counts: Values, settings: Settings
) -> dict[str, np.ndarray]:
    labor = tagged.columns_of(tagged.labor)
    acts = 1 - (1 - block.probability[:, labor].astype(np.float64)).prod(axis=1)
    words, hedged = _words(tagged.transcript.text, block.row), counts[block.row]
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


def _words(text: pa.ChunkedArray, row: Rows) -> Values:
    together = len(row) > 0 and row[-1] - row[0] + 1 == len(row) and bool((np.diff(row) == 1).all())
    part = text.slice(int(row[0]), len(row)) if together else text.take(pa.array(row))
    return np.asarray(pc.count_substring_regex(part, r"\S+").to_numpy(), dtype=np.float64)


def _difference(hedges: list[Values], words: list[Values], batches: Batches, settings: Settings) -> dict[str, Values]:
    """From (b,) hedges and words in labor acts and elsewhere to the columns of the table."""
    few_words = [batches.totals(kind) < _LEAST_WORDS for kind in words]
    with np.errstate(all="ignore"):  # no words: no rate, with a reason
        rates = [
            np.where(few, np.nan, _WORDS * batches.totals(hedge) / batches.totals(word))
            for few, hedge, word in zip(few_words, hedges, words, strict=True)
        ]
    score = rates[0] - rates[1]
    interval = _interval(hedges, words, batches, settings)
    known = (batches.count >= LEAST_BATCHES) & np.isfinite(score)
    return {
        "labor_words": batches.totals(words[0]),
        "hedge_rate_labor": rates[0],
        "hedge_rate_other": rates[1],
        "containment": score,
        "containment_low": np.where(known, interval.low, np.nan),
        "containment_high": np.where(known, interval.high, np.nan),
        "reason": _REASONS[np.select([few_words[0], few_words[1], ~known], [3, 2, 1], default=0)],
    }


def _interval(hedges: list[Values], words: list[Values], batches: Batches, settings: Settings) -> Interval:
    from scipy.special import gammaincinv, ndtr, stdtrit  # noqa: PLC0415  (costs import time)

    prior = settings.prior
    totals = [(batches.totals(hedge), batches.totals(word)) for hedge, word in zip(hedges, words, strict=True)]
    with np.errstate(all="ignore"):
        expected = sum((hedge + prior) * (_WORDS / word) ** 2 for hedge, word in totals)
        left = [
            _WORDS * (whole[0][batches.pair] - hedge) / (whole[1][batches.pair] - word)
            for whole, hedge, word in zip(totals, hedges, words, strict=True)
        ]
        whole = _WORDS * (totals[0][0] / totals[0][1] - totals[1][0] / totals[1][1])
        without = left[0] - left[1]
        # a batch that holds all words of a kind leaves no rate without it: as if it changed nothing
        seen = jackknife_variance(np.where(np.isfinite(without), without, whole[batches.pair]), batches) / expected
        dispersion, freedom = drawn_dispersion(seen, batches, acts=np.minimum(totals[0][0], totals[1][0]))
        tail = ndtr(-stdtrit(freedom, 0.5 + settings.level / 2))
        # how far each end of each rate lies from it: ends of a Gamma posterior of the rate
        below, above = (
            [
                np.maximum(0, sign * _WORDS / word * (dispersion * gammaincinv(hedge / dispersion + prior, q) - hedge))
                for hedge, word in totals
            ]
            for sign, q in ((-1, tail), (1, 1 - tail))
        )
        return Interval(whole - np.hypot(below[0], above[1]), whole + np.hypot(above[0], below[1]))
