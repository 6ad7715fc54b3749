"""The front door of step 2: has a tagger tag a transcript, and checks what it returned."""

from os import PathLike
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from labor_signals.codebook import AVOIDANCE_TAGS, LABOR_TAGS
from labor_signals.errors import TaggerError
from labor_signals.provenance import stamp
from labor_signals.records import FloatArray, TaggedTranscript, Transcript, no_evidence
from labor_signals.settings import DEFAULT_SETTINGS, Settings
from labor_signals.tag.load_tagger import load_tagger
from labor_signals.tag.tagger import EvidenceTagger, Tagger

DIGEST_DIGITS: Final = 12


def tag_utterances(
    transcript: Transcript, *, tagger: Tagger | str | PathLike[str] = "default", settings: Settings = DEFAULT_SETTINGS
) -> TaggedTranscript:
    """Gives every utterance a weight for each tag.

    Args:
        transcript: The talk, from `read_transcript`.
        tagger: A name or folder as `load_tagger` takes it, or any object with the members of `Tagger`.
        settings: Recorded with the result.

    Returns:
        The talk with its tags, and the words behind them where the tagger shows any. Utterances without text
        carry no tag.

    Raises:
        TaggerError: There is no such tagger, or what it returned does not fit the transcript.

    Example:
        >>> import labor_signals as ls
        >>> talk = ls.read_transcript([("Ana", "I feel so alone in this."), ("Ben", "Whatever.")])
        >>> list(ls.tag_utterances(talk).frame["tag"])
        ['initiating', 'withdrawing']
    """
    tagger = load_tagger(tagger) if isinstance(tagger, str | PathLike) else _checked(tagger)
    if isinstance(tagger, EvidenceTagger):
        weights, evidence = tagger.predict_with_evidence(transcript)
        evidence = _check_evidence(evidence, tagger, len(transcript))
    else:
        weights, evidence = tagger.predict_proba(transcript), no_evidence()
    silent = _without_text(transcript.text)
    probability, thresholds = _check_weights(weights, tagger, silent), _check_thresholds(tagger)
    if len(evidence):  # a hint by itself is behind no tag
        tag = pd.Index(tagger.tags).get_indexer(pd.Index(evidence["tag"]))
        carried = (probability >= thresholds)[evidence["row"].to_numpy(), tag]
        evidence = evidence[carried].reset_index(drop=True)
    labor, avoidance = _kinds(tagger)
    digest = tagger.digest[:DIGEST_DIGITS] if tagger.digest else None
    return TaggedTranscript(
        transcript=transcript,
        tags=tuple(tagger.tags),
        labor=labor,
        avoidance=avoidance,
        probability=probability,
        thresholds=thresholds,
        evidence=evidence,
        provenance=stamp(tagger.name, tagger_digest=digest, settings=settings),
    )


def _checked(tagger: Tagger) -> Tagger:
    if missing := [
        name for name in ("name", "digest", "tags", "thresholds", "predict_proba") if not hasattr(tagger, name)
    ]:
        raise TaggerError(
            f"tagger is a {type(tagger).__name__} without {', '.join(missing)}; expected a name that load_tagger "
            "knows, or an object with the members of the Tagger protocol."
        )
    if (
        not tagger.tags
        or len(set(tagger.tags)) < len(tagger.tags)
        or not all(isinstance(tag, str) for tag in tagger.tags)
    ):
        raise TaggerError(f"tags of the tagger are {tagger.tags!r}; expected at least one, each a text of its own.")
    return tagger


def _check_weights(weights: object, tagger: Tagger, silent: npt.NDArray[np.bool_]) -> FloatArray:
    expected = (len(silent), len(tagger.tags))
    found = np.asarray(weights)
    if found.shape != expected:
        raise TaggerError(
            f"tagger returned shape {found.shape}; expected {expected}: one row an utterance, one column a tag."
        )
    if not (
        np.issubdtype(found.dtype, np.floating) or np.issubdtype(found.dtype, np.integer) or found.dtype == np.bool_
    ):
        raise TaggerError(f"tagger returned values of type {found.dtype}; expected numbers from 0 to 1.")
    checked = np.where(silent[:, None], np.float32(0), found.astype(np.float32))
    outside = ~((checked >= 0) & (checked <= 1)).all(axis=1)
    if outside.any():
        rows = ", ".join(str(row + 1) for row in np.flatnonzero(outside)[:5])
        raise TaggerError(
            f"tagger returned values outside [0, 1], or NaN, for {int(outside.sum())} utterances (rows {rows}, counted "
            "from 1); expected numbers from 0 to 1."
        )
    return cast("FloatArray", checked)


def _check_thresholds(tagger: Tagger) -> FloatArray:
    thresholds = np.array(tagger.thresholds, dtype=np.float32)
    if thresholds.shape != (len(tagger.tags),) or not ((thresholds > 0) & (thresholds <= 1)).all():
        raise TaggerError(
            f"thresholds of the tagger are {thresholds.tolist()}; expected {len(tagger.tags)} numbers above 0, up to 1."
        )
    return thresholds


def _check_evidence(evidence: pd.DataFrame, tagger: Tagger, n: int) -> pd.DataFrame:
    expected = no_evidence().columns
    if missing := [name for name in expected if name not in evidence.columns]:
        raise TaggerError(f"evidence of {tagger.name!r} lacks {', '.join(missing)}; expected {', '.join(expected)}.")
    if not (evidence["row"].between(0, n - 1) & evidence["tag"].isin(tagger.tags)).all():
        raise TaggerError(
            f"evidence of {tagger.name!r} names an utterance or a tag that there is not; expected rows from 0 to "
            f"{n - 1} and tags among {', '.join(tagger.tags)}."
        )
    return evidence


def _without_text(text: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(text)), 0)
    return np.asarray(pc.fill_null(blank, True).to_numpy(), dtype=np.bool_)


def _kinds(tagger: Tagger) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of the tags are labor and which avoidance: as the tagger says, else as the codebook does."""
    kinds = []
    for attribute, codebook in (("labor", LABOR_TAGS), ("avoidance", AVOIDANCE_TAGS)):
        said = getattr(tagger, attribute, None)
        kind = tuple(tag for tag in tagger.tags if tag in codebook) if said is None else tuple(said)
        if unknown := [tag for tag in kind if tag not in tagger.tags]:
            raise TaggerError(
                f"{attribute} of the tagger names {', '.join(map(repr, unknown))}; expected only its own tags."
            )
        kinds.append(kind)
    return kinds[0], kinds[1]
