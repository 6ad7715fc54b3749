"""Repair asymmetry: who makes the first labor act after a rupture."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import batches_of
from labor_signals.aggregate.blocks import Block, blocks_of
from labor_signals.aggregate.contrast import contrast
from labor_signals.aggregate.exchanges import Exchanges, exchanges_of
from labor_signals.aggregate.long_silences import long_silences
from labor_signals.aggregate.share_interval import share_interval
from labor_signals.aggregate.turns import any_of, columns_of, direction_names, reasons_of
from labor_signals.errors import SettingsError
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

WITHIN: Final = 10
GAP_FACTOR: Final = 10.0
_BATCH_FACTOR: Final = 1.5

Weights = npt.NDArray[np.float64]


def repair_asymmetry(
    tagged: TaggedTranscript,
    *,
    within: int = WITHIN,
    gap_factor: float = GAP_FACTOR,
    settings: Settings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Who makes the first labor act after a rupture, within the next `within` utterances of the two to each other.

    Formula: utterance u is a rupture with weight `r_u = 1 - prod(1 - p)` over the avoidance tags, or 1 where the talk
    stops after it: the gap before the pair's next utterance, counted from whoever spoke last, is longer than
    `gap_factor` times the conversation's median gap above 0 (where times are known). With `l_v` the probability that
    utterance v carries any labor tag, the first labor act is v's with probability `l_v prod(1 - l_x)` over the x
    between u and v. `R_i` is the sum of `r_u` times this over all u and i's v up to `within` places on;
    `A_ij = (R_i - R_j) / (R_i + R_j)`. Every rupture asks for a repair of its own, so that one act may mend several.

    Range and sign: [-1, 1]; positive where i repairs more. Who does more labor anyway also repairs more: read it beside
    the load asymmetry. Interval: `share_interval` of `R_i / (R_i + R_j)` over batches of utterances, put on this scale.

    Source: repair attempts: Gottman, Driver and Tabares (2015), Journal of Family Psychotherapy 26, 85-108; the
    difference as in Oldfield (1971), Neuropsychologia 9, 97-113.

    Returns:
        One row a conversation and ordered pair: `conversation_id, from_speaker` (i), `to_speaker` (j), `ruptures`
        (expected, of both), `gaps` (how many of them silences; 0 without times), `repairs` (`R_i`), `unrepaired`
        (ruptures after which neither acts), `repair_asymmetry, repair_low, repair_high`, `reason`.

    Raises:
        SettingsError: `within` is below 1, or `gap_factor` not above 1.
    """
    if within < 1 or not gap_factor > 1:
        raise SettingsError(f"within is {within!r}, gap_factor {gap_factor!r}; expected at least 1, and above 1.")
    parts = [_of_block(tagged, block, within, gap_factor, settings) for block in blocks_of(tagged)]
    return pd.concat(parts, ignore_index=True)


def _of_block(
    tagged: TaggedTranscript, block: Block, within: int, gap_factor: float, settings: Settings
) -> pd.DataFrame:
    talk = exchanges_of(block)
    probability = talk.probability.astype(np.float64)
    avoids = any_of(probability, columns_of(tagged, tagged.avoidance))
    silent = _silence_after(tagged, block, talk, gap_factor)
    rupture = np.where(silent, 1.0, avoids)
    labor = any_of(probability, columns_of(tagged, tagged.labor))
    by_one, by_two = (rupture * first for first in first_acts(talk, labor, within=within))
    batches = batches_of(talk, factor=_BATCH_FACTOR)
    sums = [batches.sums(weight) for weight in (by_one, by_two)]
    ends = share_interval(sums[0], sums[1], batches, prior=settings.prior, level=settings.level)
    repairs = np.column_stack([batches.totals(part) for part in sums]).ravel()
    ruptures, gaps = (batches.totals(batches.sums(weight)).repeat(2) for weight in (rupture, silent))
    mended = repairs + repairs[np.arange(len(repairs)) ^ 1]
    few = np.isnan(ends.low).repeat(2)
    missing = {
        "no rupture": ruptures == 0,
        "no rupture is repaired": (ruptures > 0) & (mended == 0),
        "too few utterances for an interval": few & (mended > 0),
    }
    return pd.DataFrame(
        direction_names(tagged, talk)
        | {"ruptures": ruptures, "gaps": gaps.astype(np.int64), "repairs": repairs}
        | {"unrepaired": np.maximum(ruptures - mended, 0), "repair_asymmetry": contrast(repairs)}
        | {"repair_low": np.column_stack([2 * ends.low - 1, 1 - 2 * ends.high]).ravel()}
        | {"repair_high": np.column_stack([2 * ends.high - 1, 1 - 2 * ends.low]).ravel()}
        | {"reason": reasons_of(missing)}
    )


def first_acts(talk: Exchanges, labor: Weights, *, within: int) -> tuple[Weights, Weights]:
    """(n,) and (n,): the probability that the first act after each utterance is one's, and that it is two's."""
    one, two, none_yet = np.zeros(len(labor)), np.zeros(len(labor)), np.ones(len(labor))
    for step in range(1, min(within, len(labor) - 1) + 1):  # over the distance, not over utterances
        same = talk.pair[step:] == talk.pair[:-step]
        act = np.where(same, labor[step:], 0.0) * none_yet[:-step]
        one[:-step] += act * talk.by_one[step:]
        two[:-step] += act * ~talk.by_one[step:]
        none_yet[:-step] -= act
    return one, two


def _silence_after(tagged: TaggedTranscript, block: Block, talk: Exchanges, factor: float) -> npt.NDArray[np.bool_]:
    """(n,) whether the pair's next utterance breaks a long silence of the whole conversation."""
    breaks, _ = long_silences(tagged.transcript, block, factor=factor)
    order = np.argsort(block.row)
    broken = breaks[order[np.searchsorted(block.row, talk.row, sorter=order)]]
    after = np.zeros(len(broken), dtype=bool)
    after[:-1] = broken[1:] & (talk.pair[1:] == talk.pair[:-1])
    return after
