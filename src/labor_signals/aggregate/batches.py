"""Talk cut into batches of consecutive utterances: what happens in one batch is nearly independent of the next.

Sums of a batch keep whatever order the talk has inside it, so that batches can stand for independent observations where
single utterances cannot (batch means: Conway 1963; Schmeiser 1982; the block jackknife: Kuensch 1989).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.blocks import Rows
from labor_signals.aggregate.exchanges import Exchanges

LEAST_LENGTH: Final = 4
LEAST_BATCHES: Final = 3
"""With fewer there is no interval."""
PRIOR_ACTS: Final = 10.0
"""How strongly a dispersion from few acts is drawn to that of independent ones."""

Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Batches:
    """Batches of all pairs, one after another; b batches.

    Attributes:
        of_row: (n,) the batch of each utterance.
        pair: (b,) the pair of each batch.
        first: (m,) where the batches of each pair begin.
        count: (m,) how many batches it has, at least 1.
    """

    of_row: Rows
    pair: Rows
    first: Rows
    count: Rows

    def sums(self, weight: npt.NDArray[np.floating] | npt.NDArray[np.bool_]) -> Sums:
        """(b,) the weights of the utterances, summed by batch."""
        return np.bincount(self.of_row, weights=weight, minlength=len(self.pair)).astype(np.float64)

    def totals(self, sums: Sums) -> Sums:
        """(m,) sums of batches, summed by pair."""
        return np.bincount(self.pair, weights=sums, minlength=len(self.count)).astype(np.float64)


def batches_of(talk: Exchanges, *, factor: float) -> Batches:
    """Cuts the talk of every pair of n utterances into batches of about `factor * sqrt(n)`, at least four."""
    length = np.maximum(LEAST_LENGTH, np.round(factor * np.sqrt(talk.count)))
    count = np.maximum(1, talk.count // length.astype(np.int64))
    first = np.cumsum(count) - count
    within = talk.place * count[talk.pair] // talk.count[talk.pair]
    return Batches(
        of_row=first[talk.pair] + within,
        pair=np.repeat(np.arange(len(count)), count),
        first=first,
        count=count,
    )


def jackknife_variance(left_out: Sums, batches: Batches) -> Sums:
    """(m,) delete-one-batch variance of a score, from its (b,) values without each batch."""
    mean = batches.totals(left_out) / batches.count
    spread: Sums = (batches.count - 1) / batches.count * batches.totals((left_out - mean[batches.pair]) ** 2)
    return spread
