"""What a tagger offers: anything with these members can tag, and need not inherit from here."""

from typing import Protocol, runtime_checkable

import pandas as pd

from labor_signals.records import FloatArray, Transcript


@runtime_checkable
class Tagger(Protocol):
    """Gives every utterance a weight for each tag.

    Attributes:
        name: What it is called in the provenance of a result.
        digest: SHA-256 (hex) of what it consists of, or `None` where it cannot say.
        tags: The K tags, in the order of the columns that `predict_proba` returns.
        thresholds: (K,) an utterance carries a tag where its weight reaches the tag's threshold.

    A tagger with tags of its own may also have attributes `labor` and `avoidance`, tuples of those of its tags
    that count as such.
    """

    @property
    def name(self) -> str: ...  # noqa: D102  (described above)

    @property
    def digest(self) -> str | None: ...  # noqa: D102

    @property
    def tags(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def thresholds(self) -> FloatArray: ...  # noqa: D102

    def predict_proba(self, transcript: Transcript) -> FloatArray:
        """(n, K) weights in [0, 1], rows in the transcript's order.

        The row of an utterance must depend only on its conversation up to and including it.
        """
        ...


@runtime_checkable
class EvidenceTagger(Tagger, Protocol):
    """A tagger that can also show the pieces of text behind its tags."""

    def predict_with_evidence(self, transcript: Transcript) -> tuple[FloatArray, pd.DataFrame]:
        """The weights of `predict_proba` and, from the same pass, the evidence.

        Evidence has columns `row` (position of the utterance), `tag`, `move`, `start`, `end` (characters in the
        utterance's text) and `rule`.
        """
        ...
