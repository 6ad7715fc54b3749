"""Codes joined with the weights of a slower tagger, for a faster one to learn from both."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from labor_signals.errors import TaggerError
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

    Raises:
        TaggerError: The teacher lacks a tag.
    """
    if missing := [tag for tag in tags if tag not in teacher.tags]:
        raise TaggerError(
            f"the teacher {teacher.name!r} does not know {', '.join(map(repr, missing))}; expected one that gives all "
            "the tags that are learnt."
        )
    codes = frame[list(tags)].to_numpy(np.float64)
    read = teacher.predict_proba(read_transcript(frame[["conversation_id", "speaker", "text"]]))
    weights = read[:, [teacher.tags.index(tag) for tag in tags]]
    mixed = np.where(np.isnan(codes), weights, (1 - share) * codes + share * weights)
    return frame.assign(**{tag: mixed[:, place] for place, tag in enumerate(tags)})
