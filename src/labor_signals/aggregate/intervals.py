"""Intervals for a ratio of two people's amounts, shrunk for short talk and honest about the order of talk."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.batches import LEAST_BATCHES, PRIOR_ACTS, Batches, Sums, jackknife_variance

_LEAST_DISPERSION: Final = 0.1

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Sides:
    """What the two people of every pair did, batch by batch.

    Attributes:
        own: (b,) amount of the one.
        other: (b,) amount of the two.
        own_turns: (b,) utterances of the one.
        other_turns: (b,) utterances of the two.
        own_doubt: (b,) variance of `own` if every tag were drawn by itself with its probability; 0 for codes 0 and 1.
        other_doubt: (b,) likewise of `other`.
    """

    own: Sums
    other: Sums
    own_turns: Sums
    other_turns: Sums
    own_doubt: Sums
    other_doubt: Sums


def sides_of(by_one: npt.NDArray[np.bool_], probability: npt.NDArray[np.floating], batches: Batches) -> Sides:
    """From (n,) who speaks and (n, tags) probabilities of the tags that are added up."""
    one, chance = by_one.astype(np.float64), probability.astype(np.float64)
    amounts = (chance.sum(axis=1), np.ones(len(one)), (chance * (1 - chance)).sum(axis=1))
    return Sides(*(batches.sums(amount * who) for amount in amounts for who in (one, 1 - one)))


@dataclass(frozen=True, eq=False, slots=True)
class Interval:
    """(m,) lower and upper ends, NaN where they cannot be given."""

    low: Scores
    high: Scores


def asymmetry_interval(sides: Sides, batches: Batches, *, by_turn: bool, prior: float, level: float) -> Interval:
    """An interval for the load asymmetry of every pair, or for its rate asymmetry.

    The share of the one, `q = L_ij / (L_ij + L_ji)`, has a Beta posterior `Beta(L_ij/f + a, L_ji/f + a)`. `a` is the
    prior (0.5: Jeffreys), which shrinks short talk towards 0. `f` is the dispersion, by which acts that come in
    episodes, or that answer one another, count for less (or more) than independent ones: the block-jackknife variance
    of `log(L_ij / L_ji)` over the variance that independent acts would have, `1/L_ij + 1/L_ji`; where one side has few
    acts it is drawn to that of independent utterances. Tags that are not certain add to it the variance that the log
    ratio has between draws of them, `d_ij/L_ij^2 + d_ji/L_ji^2` with `d = sum p (1 - p)` (law of total variance). Tails
    are those of a t distribution with as many degrees of freedom as `f` has. The interval for the rate shifts the odds
    by `n_ji / n_ij`.

    Sources: Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133 (Jeffreys interval); Kuensch (1989), Annals
    of Statistics 17, 1217-1241 (block jackknife); McCullagh and Nelder (1989), 4.5 (dispersion). How often it covers
    the truth: `docs/measures.md`.

    Args:
        sides: Amounts by batch.
        batches: The batches.
        by_turn: Whether amounts are taken for each utterance.
        prior: `a`, above 0: pseudo-acts on either side.
        level: Such as 0.95.

    Returns:
        (m,) ends on the scale of the asymmetry, in [-1, 1]; NaN with fewer than three batches, with no act at all, or,
        by turn, where one of them never speaks.
    """
    from scipy.special import betaincinv, ndtr, stdtrit  # noqa: PLC0415  (costs import time)

    own, other = batches.totals(sides.own), batches.totals(sides.other)
    own_turns, other_turns = batches.totals(sides.own_turns), batches.totals(sides.other_turns)
    with np.errstate(all="ignore"):
        dispersion, freedom = _dispersion(sides, batches, by_turn=by_turn, prior=prior)
        tail = ndtr(-stdtrit(freedom, 0.5 + level / 2))
        one, two = own / dispersion + prior, other / dispersion + prior
        shift = np.log(own_turns / other_turns) if by_turn else np.zeros(len(own))
        ends = [np.tanh((_logit(betaincinv(one, two, q)) - shift) / 2) for q in (tail, 1 - tail)]
    known = (batches.count >= LEAST_BATCHES) & (own + other > 0) & (not by_turn or (own_turns > 0) & (other_turns > 0))
    return Interval(np.where(known, ends[0], np.nan), np.where(known, ends[1], np.nan))


def _dispersion(sides: Sides, batches: Batches, *, by_turn: bool, prior: float) -> tuple[Scores, Scores]:
    """(m,) the dispersion of every pair and its degrees of freedom."""
    own, other = batches.totals(sides.own), batches.totals(sides.other)
    own_turns, other_turns = batches.totals(sides.own_turns), batches.totals(sides.other_turns)
    talk = _log_ratio_variance(
        _left_out(sides.own_turns, batches), _left_out(sides.other_turns, batches), batches, prior
    )
    independent = 1 / (own + prior) + 1 / (other + prior)
    # as utterances that carry an act with a fixed probability each: binomial, plus what turn-taking adds to the load
    binomial = (1 - own / own_turns) / (own + prior) + (1 - other / other_turns) / (other + prior)
    expected = (np.nan_to_num(binomial) + (0 if by_turn else talk)) / independent
    left = [_left_out(side, batches) for side in (sides.own, sides.other)]
    if by_turn:
        turns = [_left_out(side, batches) for side in (sides.own_turns, sides.other_turns)]
        left = [(amount + prior) / (turn + 2 * prior) - prior for amount, turn in zip(left, turns, strict=True)]
    # what is expected of independent acts holds the doubt of tags already; what is seen of their sums does not
    drawn = _log_ratio_variance(left[0], left[1], batches, prior) + doubt_of_tags(sides, batches, prior=prior)
    seen = drawn / independent
    freedom = batches.count - 1.0
    weight = PRIOR_ACTS / (np.minimum(own, other) + 1)
    dispersion = (weight * expected + freedom * seen) / (weight + freedom)
    return np.maximum(dispersion, _LEAST_DISPERSION), weight + freedom


def doubt_of_tags(sides: Sides, batches: Batches, *, prior: float) -> Scores:
    """(m,) variance of `log(L_ij / L_ji)` between draws of the tags."""
    own, other = batches.totals(sides.own) + prior, batches.totals(sides.other) + prior
    return batches.totals(sides.own_doubt) / own**2 + batches.totals(sides.other_doubt) / other**2


def _left_out(side: Sums, batches: Batches) -> Sums:
    """(b,) the total of the pair without each of its batches."""
    return batches.totals(side)[batches.pair] - side


def _log_ratio_variance(own: Sums, other: Sums, batches: Batches, prior: float) -> Scores:
    """(m,) delete-one-batch variance of the log ratio, from both sides' amounts without each batch."""
    return jackknife_variance(np.log((own + prior) / (other + prior)), batches)


def _logit(share: Scores) -> Scores:
    return np.log(share) - np.log1p(-share)
