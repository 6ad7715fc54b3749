"""A change of the talk counts where it changes a tag, and only there."""

import numpy as np
import pandas as pd
import pytest

from labor_signals.codebook import TAGS
from labor_signals.train.invariance import CHANGES, invariance_rates

TALK = pd.DataFrame(
    {
        "conversation_id": ["a", "a", "a", "a"],
        "speaker": ["Rosa", "Tom", "Rosa", "Tom"],
        "text": ["Are you ok, Tom?", "He said so.", "Rosa knows", "I am fine!"],
    }
)


class Looks:
    """Gives `soothing` to what a test of the text, or of the speaker, says yes to."""

    name = "looks"
    digest = None
    tags = TAGS
    thresholds = np.full(len(TAGS), 0.5, dtype=np.float32)

    def __init__(self, at):
        self.at = at

    def predict_proba(self, transcript):
        weights = np.zeros((len(transcript), len(TAGS)), dtype=np.float32)
        speakers = transcript.parties.take(transcript.speaker)
        weights[:, TAGS.index("soothing")] = [
            self.at(str(text), speaker) for text, speaker in zip(transcript.text, speakers, strict=True)
        ]
        return weights


@pytest.mark.parametrize(
    ("change", "at", "share"),
    [
        ("no final punctuation", lambda text, _: text.endswith(("?", "!")), 0.5),
        ("all capitals", lambda text, _: text.isupper(), 1.0),
        ("all lower case", lambda text, _: text.islower(), 1.0),
        ("speakers' names in the text", lambda text, _: "Rosa" in text or "Tom" in text, 0.5),
        ("gendered words and pronouns", lambda text, _: "He " in text, 0.25),
        ("labels of the speakers", lambda _, speaker: speaker == "Rosa", 0.5),
    ],
)
def test_the_change_that_a_tagger_depends_on_is_found(change, at, share):
    rates = invariance_rates(Looks(at), TALK)

    assert rates[change] == share
    assert list(rates.index) == list(CHANGES)


def test_a_tagger_that_depends_on_nothing_of_this_changes_nothing():
    assert (invariance_rates(Looks(lambda text, _: "fine" in text.lower()), TALK) == 0).all()
