"""Codes joined with the weights of a slower tagger, for a faster one to learn from both."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.tagger import Tagger


def taught(frame: pd.DataFrame, teacher: Tagger, *, tags: Sequence[str], share: float) -> pd.DataFrame:
    """Coded talk whose codes are mixed with a tagger's weights (knowledge distillation).

    The target of a tag becomes `(1 - share) code + share weight`. Without codes (NaN) it is the weight.

    Source: Hinton, Vinyals and Dean (2015), arXiv:1503.02531, with probabilities in place of softened logits.

    Args:
        frame: One row an utterance: `conversation_id, speaker, text` and one column a tag.
        teacher: A tagger with these tags, which reads the talk.
        tags: The tags.
        share: What counts for the teacher, from 0 to 1.

    Returns:
        The frame with other values in the columns of the tags.
    """
    codes = frame[list(tags)].to_numpy(np.float64)
    weights = _weights(frame, teacher)[:, [teacher.tags.index(tag) for tag in tags]]
    mixed = np.where(np.isnan(codes), weights, (1 - share) * codes + share * weights)
    return frame.assign(**{tag: mixed[:, place] for place, tag in enumerate(tags)})


def _weights(frame: pd.DataFrame, teacher: Tagger) -> npt.NDArray[np.float32]:
    talk = frame[["conversation_id", "speaker", "text"]].reset_index(drop=True)
    return teacher.predict_proba(read_transcript(talk))
