"""How often a tag changes when something changes that it should not depend on."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.tag_utterances import tag_utterances
from labor_signals.tag.tagger import Tagger
from labor_signals.train.augment import NAMES, first_names, swap_gender, with_names

_COLUMNS: Final = ["conversation_id", "speaker", "text"]


def invariance_rates(tagger: Tagger, frame: pd.DataFrame) -> pd.Series:
    """Share of utterances whose primary tag changes, for each change of the talk.

    Changes: other names of the speakers where they are spoken of in the text; gendered words and pronouns exchanged;
    other labels for the speakers; all lower case; all capitals; no punctuation at the end.

    Args:
        tagger: The tagger.
        frame: `conversation_id, speaker, text`.
    """
    talk = frame[_COLUMNS].reset_index(drop=True)
    before = _primary(tagger, talk)
    return pd.Series(
        {name: float((_primary(tagger, change(talk)) != before).mean()) for name, change in CHANGES.items()}
    )


def _primary(tagger: Tagger, talk: pd.DataFrame) -> pd.Series:
    return tag_utterances(read_transcript(talk), tagger=tagger).frame["tag"]


def _other_names(talk: pd.DataFrame) -> pd.DataFrame:
    """Each speaker's first name replaced wherever it stands in the text of the conversation."""
    parts = []
    for _, rows in talk.groupby("conversation_id", sort=False):
        firsts = first_names([str(name) for name in rows["speaker"].unique()])
        free = [name for name in NAMES if name not in firsts]
        others = {first: free[place % len(free)] for place, first in enumerate(firsts)}
        parts.append(rows.assign(text=rows["text"].map(with_names(others))))
    return pd.concat(parts).loc[talk.index]


def _other_labels(talk: pd.DataFrame) -> pd.DataFrame:
    """Speakers called Z, Y, X, ... by order of appearance, which turns their alphabetical order round."""
    code = talk.groupby("conversation_id", sort=False)["speaker"].transform(lambda names: pd.factorize(names)[0])
    return talk.assign(speaker="S" + (999 - code.astype(np.int64)).astype(str))


def _texts(change: Callable[[str], str]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda talk: talk.assign(text=talk["text"].map(change))


CHANGES: Final[dict[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "speakers' names in the text": _other_names,
    "gendered words and pronouns": _texts(swap_gender),
    "labels of the speakers": _other_labels,
    "all lower case": _texts(str.lower),
    "all capitals": _texts(str.upper),
    "no final punctuation": _texts(lambda text: text.rstrip(" .!?,;")),
}
