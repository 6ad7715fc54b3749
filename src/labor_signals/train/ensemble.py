"""Several taggers that answer as one, for another to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from labor_signals.errors import TaggerError
from labor_signals.records import FloatArray, Transcript
from labor_signals.tag.tagger import Tagger

SUREST: Final = 1e-5
"""Weights count as at least this far from 0 and from 1, so that no single tagger overrules the others."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The mean of several taggers' log-odds.

    Source: Hinton (2002), Training products of experts by minimizing contrastive divergence; for two outcomes the
    normalised geometric mean of the chances, which is the mean of their log-odds.

    Attributes:
        taggers: They must know the same tags, in any order.
        shares: What each counts for, scaled to sum to 1.
    """

    taggers: tuple[Tagger, ...]
    shares: tuple[float, ...]

    @property
    def name(self) -> str:
        """The taggers' names."""
        return " + ".join(tagger.name for tagger in self.taggers)

    @property
    def digest(self) -> None:
        """None: it consists of files that say so themselves."""
        return None

    @property
    def tags(self) -> tuple[str, ...]:
        """Those of the first."""
        return self.taggers[0].tags

    @property
    def thresholds(self) -> FloatArray:
        """(K,) one half each: nobody has set any for them together."""
        return np.full(len(self.tags), 0.5, dtype=np.float32)

    def predict_proba(self, transcript: Transcript) -> FloatArray:
        """(n, K) weights in [0, 1]."""
        odds = np.zeros((len(transcript), len(self.tags)))
        for tagger, share in zip(self.taggers, self.shares, strict=True):
            columns = [tagger.tags.index(tag) for tag in self.tags]
            chance = np.clip(tagger.predict_proba(transcript)[:, columns].astype(np.float64), SUREST, 1 - SUREST)
            odds += share / sum(self.shares) * np.log(chance / (1 - chance))
        weights: FloatArray = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return weights


def ensemble_of(taggers: Sequence[Tagger], shares: Sequence[float] | None = None) -> Tagger:
    """Several taggers as one; one alone stays as it is.

    Args:
        taggers: One or more that know the same tags.
        shares: What each counts for; equal by default.

    Raises:
        TaggerError: They do not know the same tags.
    """
    first, *others = taggers
    for other in others:
        if set(other.tags) != set(first.tags):
            raise TaggerError(
                f"{other.name!r} gives {', '.join(other.tags)}; expected the tags of {first.name!r}: "
                f"{', '.join(first.tags)}."
            )
    return Ensemble(tuple(taggers), tuple(shares or [1.0] * len(taggers))) if others else first
