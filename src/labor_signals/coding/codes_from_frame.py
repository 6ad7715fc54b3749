"""Human codes, read from a frame with one column a tag."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from labor_signals.codebook import AVOIDANCE_TAGS, LABOR_TAGS, TAGS
from labor_signals.errors import TranscriptError
from labor_signals.provenance import stamp
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import FloatArray, TaggedTranscript, no_evidence
from labor_signals.settings import DEFAULT_SETTINGS, Settings


def codes_from_frame(
    frame: pd.DataFrame, *, columns: Mapping[str, str] | None = None, settings: Settings = DEFAULT_SETTINGS
) -> TaggedTranscript:
    """A transcript with human codes. See `TaggedTranscript.from_codes`.

    A frame without a text column is fine: codes are all that aggregation needs.
    """
    mapping = dict(columns or {})
    renamed = frame.rename(columns={name: tag for name, tag in mapping.items() if tag in TAGS})
    _check_tag_columns(renamed)
    others = {name: wanted for name, wanted in mapping.items() if wanted not in TAGS}
    if "text" not in renamed.columns and "text" not in others.values():
        renamed = renamed.assign(text="")
    talk = read_transcript(renamed, columns=others, settings=settings)
    return TaggedTranscript(
        transcript=talk,
        labor=LABOR_TAGS,
        avoidance=AVOIDANCE_TAGS,
        probability=_codes(talk.extra),
        thresholds=np.full(len(TAGS), 0.5, dtype=np.float32),
        evidence=no_evidence(),
        provenance=stamp("human codes", tagger_digest=None, settings=settings),
    )


def _check_tag_columns(frame: pd.DataFrame) -> None:
    missing = [tag for tag in TAGS if tag not in frame.columns]
    if missing:
        raise TranscriptError(
            f"missing the code columns {', '.join(map(repr, missing))}; found {', '.join(map(repr, frame.columns))}. "
            "Expected one column of 0 and 1 for each tag; name yours with columns={'yours': 'soothing', ...}."
        )


def _codes(extra: pd.DataFrame) -> FloatArray:
    codes = np.empty((len(extra), len(TAGS)), dtype=np.float32)
    for k, tag in enumerate(TAGS):
        numbers = pd.to_numeric(extra[tag], errors="coerce").to_numpy(np.float64, na_value=np.nan)
        wrong = ~((numbers >= 0) & (numbers <= 1))
        if wrong.any():
            rows = ", ".join(str(at + 1) for at in np.flatnonzero(wrong)[:10])
            raise TranscriptError(
                f"column {tag!r} holds something else than a number from 0 to 1 in {wrong.sum():,} rows ({rows}); "
                "expected 0, 1, or a number between for a doubtful code, in every row."
            )
        codes[:, k] = numbers
    return codes
