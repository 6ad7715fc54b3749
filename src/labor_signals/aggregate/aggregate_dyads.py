"""Scores of a dyad over all its conversations together."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import Batches
from labor_signals.aggregate.bootstrap import bootstrap_interval
from labor_signals.aggregate.chance import sign_flip_p
from labor_signals.aggregate.dyad_units import DyadUnits, dyad_column, dyad_units
from labor_signals.aggregate.intervals import Sides, asymmetry_interval, doubt_of_tags
from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.verdict import verdicts
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_WAYS: Final = ("batches of utterances", "conversations")
_REASONS: Final = ("", "no labor in either direction", "too few units for an interval or a test")

Scores = npt.NDArray[np.float64]


def aggregate_dyads(
    tagged: TaggedTranscript, *, dyad: str | None = None, settings: Settings = DEFAULT_SETTINGS
) -> pd.DataFrame:
    """Load and rate asymmetry of every dyad, over all its conversations.

    Amounts are added up over conversations; the scores are those of the sums, by the formulas of `load_asymmetry` and
    `rate_asymmetry`. With five conversations or more, conversations are the independent units: the interval is a
    bootstrap over them, widened by the doubt of the tags as in `asymmetry_interval`, and the test flips the signs of
    their contrasts, exactly up to twelve. With fewer, batches of consecutive utterances are the units, as within one
    conversation.

    Args:
        tagged: The talk with its tags.
        dyad: A column of the user's own that names the dyad. `None`: `dyad_id` where there is such a column, else a
            dyad is two names, wherever they speak to each other.
        settings: `level`, `prior`, `shared_margin`, `seed`.

    Returns:
        One row a dyad and direction, in twos: `dyad_id, from_speaker, to_speaker, conversations, utterances, labor,
        load_asymmetry, load_low, load_high, load_p, rate_asymmetry, rate_low, rate_high, rate_p, verdict, units`
        (what counted as independent) and `reason`.

    Raises:
        TranscriptError: There is no such column, or it is missing or changes within a conversation.
    """
    found = dyad_units(tagged, dyad=dyad_column(tagged, dyad))
    intervals = [_interval(found, by_turn=by_turn, settings=settings) for by_turn in (False, True)]
    return _table(found, found.names(tagged), intervals, _tests(found.sides, found.units, settings.seed), settings)


def _table(
    found: DyadUnits,
    names: dict[str, pd.Index],
    intervals: list[tuple[Scores, Scores]],
    p: tuple[Scores, Scores],
    settings: Settings,
) -> pd.DataFrame:
    """Two rows a dyad, one each way."""
    sides, units = found.sides, found.units
    labor = _twos(units.totals(sides.own), units.totals(sides.other))
    utterances = _twos(units.totals(sides.own_turns), units.totals(sides.other_turns))
    load, rate = ((_twos(low, -high), _twos(high, -low)) for low, high in intervals)
    acts = labor + labor[np.arange(len(labor)) ^ 1]
    ends = {"acts": acts, "low": load[0], "high": load[1]}
    verdict = verdicts((names["from_speaker"], names["to_speaker"]), margin=settings.shared_margin, **ends)
    unsure = np.isnan(load[0]) | np.isnan(p[0].repeat(2))
    return pd.DataFrame(
        names
        | {"conversations": found.conversations.repeat(2), "utterances": utterances.astype(np.int64), "labor": labor}
        | {"load_asymmetry": load_asymmetry(labor), "load_low": load[0], "load_high": load[1], "load_p": p[0].repeat(2)}
        | {"rate_asymmetry": rate_asymmetry(labor, utterances=utterances.astype(np.int64))}
        | {"rate_low": rate[0], "rate_high": rate[1], "rate_p": p[1].repeat(2)}
        | {"verdict": pd.array(verdict, dtype="str")}
        | {"units": pd.Index(_WAYS).take(found.by_conversation.astype(int).repeat(2))}
        | {"reason": pd.Index(_REASONS).take(np.where(acts == 0, 1, 2 * unsure))}
    )


def _interval(found: DyadUnits, *, by_turn: bool, settings: Settings) -> tuple[Scores, Scores]:
    """Bootstrap over conversations where there are enough, the interval for batches elsewhere."""
    from scipy.special import ndtri  # noqa: PLC0415  (costs import time)

    sides, units = found.sides, found.units
    prior = settings.prior

    def score(own: Scores, other: Scores, turns: Scores, other_turns: Scores) -> Scores:
        odds = (own + prior) / (other + prior) * (other_turns / turns if by_turn else 1.0)
        return np.asarray((odds - 1) / (odds + 1))

    columns = (sides.own, sides.other, sides.own_turns, sides.other_turns)
    drawn = bootstrap_interval(columns, units, score=score, level=settings.level, seed=settings.seed)
    batched = asymmetry_interval(sides, units, by_turn=by_turn, prior=prior, level=settings.level)
    usable = units.totals(sides.own + sides.other) > 0
    by_conversation = found.by_conversation & usable
    centre = score(*(units.totals(column) for column in columns))
    doubt = np.sqrt(doubt_of_tags(sides, units, prior=prior)) * ndtri(0.5 + settings.level / 2)
    low, high = (_widened(end, centre, doubt, side=side) for end, side in zip(drawn, (-1, 1), strict=True))
    silent = (units.totals(sides.own_turns) == 0) | (units.totals(sides.other_turns) == 0)
    low, high = (np.where(silent & by_turn, np.nan, end) for end in (low, high))
    return np.where(by_conversation, low, batched.low), np.where(by_conversation, high, batched.high)


def _widened(end: Scores, centre: Scores, doubt: Scores, *, side: int) -> Scores:
    """An end of an interval (side -1: the lower) moved outwards by what the tags' own doubt adds, as variances add."""
    with np.errstate(all="ignore"):
        outwards = np.maximum(side * 2 * (np.arctanh(end) - np.arctanh(centre)), 0)  # on the scale of the log ratio
        moved = np.tanh(np.arctanh(centre) + side * np.hypot(outwards, doubt) / 2)
    return np.where(doubt > 0, side * np.maximum(side * end, side * moved), end)


def _tests(sides: Sides, units: Batches, seed: int) -> tuple[Scores, Scores]:
    with np.errstate(all="ignore"):
        own = sides.own / units.totals(sides.own_turns)[units.pair]
        other = sides.other / units.totals(sides.other_turns)[units.pair]
    rate = sign_flip_p(np.nan_to_num(own - other), units, seed=seed)
    return sign_flip_p(sides.own - sides.other, units, seed=seed), rate


def _twos(forward: Scores, back: Scores) -> Scores:
    return np.column_stack([forward, back]).ravel()
