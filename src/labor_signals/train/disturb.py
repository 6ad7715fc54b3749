"""Talk disturbed until its codes no longer hold, for a fast tagger to learn what a slower one makes of it.

A small model learns more from a large one where it sees what coded talk alone does not show: other words in the same
places, the same words after other talk (data augmentation of TinyBERT, Jiao et al. 2020, arXiv:1909.10351).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from labor_signals.train.talks import Floats

FOREIGN: Final = (0.0, 0.15, 0.3)
"""Shares of a conversation's utterances that come from anywhere else; each has the same chance."""
EXCHANGED: Final = (0.05, 0.15, 0.3)
"""Shares of an utterance's words that are exchanged or lost, likewise."""
LOST: Final = 0.1
SIMILAR: Final = 12
_WORD: Final = re.compile(r"[A-Za-z]{2,}")


def similar_words(vectors: Floats, vocabulary: Mapping[str, int]) -> dict[str, list[str]]:
    """For each word of a vocabulary the words whose vectors are nearest to its own, by cosine.

    Args:
        vectors: (pieces or more, D) a vector a piece.
        vocabulary: The number of each piece.
    """
    words = [piece for piece in vocabulary if _WORD.fullmatch(piece)]
    own = vectors[[vocabulary[word] for word in words]]
    search = NearestNeighbors(n_neighbors=min(SIMILAR, len(words) - 1), metric="cosine").fit(own)
    places = search.kneighbors(return_distance=False)
    return {word: [words[place] for place in near] for word, near in zip(words, places, strict=True)}


def disturbed(
    frame: pd.DataFrame, similar: Mapping[str, Sequence[str]], generator: np.random.Generator
) -> pd.DataFrame:
    """The same conversations, with some utterances from elsewhere and some words exchanged for similar ones, or lost.

    Args:
        frame: One row an utterance: `conversation_id, speaker, text`.
        similar: As `similar_words` gives them.
        generator: Draws what is changed.

    Returns:
        These three columns, under other ids.
    """
    texts, n = frame["text"].fillna("").tolist(), len(frame)
    talk = pd.factorize(frame["conversation_id"])[0]
    foreign = generator.random(n) < generator.choice(FOREIGN, size=n)[talk]
    drawn, shares = generator.integers(n, size=n), generator.choice(EXCHANGED, size=n)

    def exchanged(text: str, share: float) -> str:
        def other(found: re.Match[str]) -> str:
            word = found[0]
            chance = generator.random()
            if chance >= share:
                return word
            if chance < LOST * share:
                return ""
            near = similar.get(word.lower(), [word])
            new = near[int(generator.integers(len(near)))]
            return new.capitalize() if word[0].isupper() else new

        return _WORD.sub(other, text)

    read = [texts[drawn[row]] if foreign[row] else texts[row] for row in range(n)]
    return pd.DataFrame(
        {
            "conversation_id": frame["conversation_id"].astype(str) + f" disturbed {generator.integers(1 << 62)}",
            "speaker": frame["speaker"],
            "text": [exchanged(text, share) for text, share in zip(read, shares.tolist(), strict=True)],
        }
    )
