"""The front door of step 3: who carries how much, toward whom."""

import numpy as np
import pandas as pd

from labor_signals.aggregate.avoidance_asymmetry import avoidance_asymmetry
from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.sums import PairSums, sum_by_pair, sum_by_speaker
from labor_signals.records import Asymmetry, TaggedTranscript

_NOT_YET = ("low", "high", "p")


def aggregate_asymmetry(tagged: TaggedTranscript) -> Asymmetry:
    """Measures in which direction emotional labor flows.

    Weights are probabilities, or human codes, never hard tags: an utterance that is soothing with probability 0.4
    counts as 0.4 expected soothing acts.

    Args:
        tagged: Tags from a tagger (`tag_utterances`) or from people (`TaggedTranscript.from_codes`).

    Returns:
        Tables a speaker, an ordered pair, and a pair and tag; `docs/measures.md` describes every column. Where a score
        is not defined it is NaN and the column `reason` says why. The columns for intervals, tests and verdicts
        (`*_low`, `*_high`, `*_p`, `verdict`) are there but empty in this version: nothing is claimed.

    Example:
        >>> import labor_signals as ls
        >>> talk = ls.read_transcript([("Ana", "I miss us. Can we talk?"), ("Ben", "Not now.")])
        >>> ls.aggregate_asymmetry(ls.tag_utterances(talk)).pairs.load_asymmetry.tolist()
        [1.0, -1.0]
    """
    sums = sum_by_pair(tagged)
    labor = [tagged.tags.index(tag) for tag in tagged.labor]
    avoidance = [tagged.tags.index(tag) for tag in tagged.avoidance]
    return Asymmetry(
        speakers=_speakers(tagged, labor, avoidance),
        pairs=_pairs(tagged, sums, labor, avoidance),
        pairs_by_tag=_pairs_by_tag(tagged, sums),
        provenance=tagged.provenance,
    )


def _names(tagged: TaggedTranscript, sums: PairSums) -> dict[str, pd.Index]:
    talk = tagged.transcript
    return {
        "conversation_id": talk.conversations.take(sums.conversation),
        "from_speaker": talk.parties.take(sums.source),
        "to_speaker": talk.parties.take(sums.target),
    }


def _pairs(tagged: TaggedTranscript, sums: PairSums, labor: list[int], avoidance: list[int]) -> pd.DataFrame:
    carried = sums.weight[:, labor].sum(axis=1)
    avoided = sums.weight[:, avoidance].sum(axis=1)
    empty = np.full(len(carried), np.nan)
    return pd.DataFrame(
        _names(tagged, sums)
        | {"utterances": sums.utterances, "labor": carried, "avoidance": avoided}
        | {"load_asymmetry": load_asymmetry(carried)}
        | {f"load_{name}": empty for name in _NOT_YET}
        | {"rate_asymmetry": rate_asymmetry(carried, utterances=sums.utterances)}
        | {f"rate_{name}": empty for name in _NOT_YET}
        | {
            "avoidance_asymmetry": avoidance_asymmetry(avoided),
            "verdict": pd.array([None] * len(carried), dtype="str"),
            "reason": _reasons(carried, avoided, sums),
        }
    )


def _reasons(carried: np.ndarray, avoided: np.ndarray, sums: PairSums) -> pd.Index:
    """Why a score of the row is NaN, empty where none is."""
    other = np.arange(len(carried)) ^ 1
    code = (
        1 * (carried + carried[other] == 0)
        + 2 * ((sums.utterances == 0) | (sums.utterances[other] == 0))
        + 4 * (avoided + avoided[other] == 0)
    )
    parts = ("no labor in either direction", "one direction has no utterances", "no avoidance in either direction")
    return pd.Index(["; ".join(part for bit, part in enumerate(parts) if value >> bit & 1) for value in range(8)]).take(code)


def _pairs_by_tag(tagged: TaggedTranscript, sums: PairSums) -> pd.DataFrame:
    """Long form: the tags of a pair follow one another."""
    count, tags = len(sums.utterances), len(tagged.tags)
    load = np.column_stack([load_asymmetry(sums.weight[:, k]) for k in range(tags)])
    rate = np.column_stack([rate_asymmetry(sums.weight[:, k], utterances=sums.utterances) for k in range(tags)])
    repeated = {name: column.repeat(tags) for name, column in _names(tagged, sums).items()}
    return pd.DataFrame(
        repeated
        | {
            "tag": pd.Index(tagged.tags).take(np.tile(np.arange(tags), count)),
            "utterances": sums.utterances.repeat(tags),
            "expected": sums.weight.ravel(),
            "load_asymmetry": load.ravel(),
            "rate_asymmetry": rate.ravel(),
        }
    )


def _speakers(tagged: TaggedTranscript, labor: list[int], avoidance: list[int]) -> pd.DataFrame:
    sums = sum_by_speaker(tagged)
    talk = tagged.transcript
    carried = sums.weight[:, labor].sum(axis=1)
    per_talk = np.bincount(sums.conversation, weights=carried, minlength=len(talk.conversations))[sums.conversation]
    utterances = np.bincount(sums.conversation, weights=sums.utterances)[sums.conversation]
    share = np.full(len(carried), np.nan)
    np.divide(carried, per_talk, out=share, where=per_talk > 0)
    return pd.DataFrame(
        {
            "conversation_id": talk.conversations.take(sums.conversation),
            "speaker": talk.parties.take(sums.speaker),
            "utterances": sums.utterances,
            "utterance_share": sums.utterances / utterances,
            "labor": carried,
            "labor_share": share,
            "labor_rate": carried / sums.utterances,
            "avoidance": sums.weight[:, avoidance].sum(axis=1),
        }
        | {tag: sums.weight[:, k] for k, tag in enumerate(tagged.tags)}
        | {"reason": pd.Index(["", "no labor in this conversation"]).take((per_talk == 0).astype(np.int8))}
    )


