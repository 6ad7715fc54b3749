"""The front door of step 3: who carries how much, toward whom."""

import numpy as np
import pandas as pd

from labor_signals.aggregate.avoidance_asymmetry import avoidance_asymmetry
from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.sums import Sums, Weights, sum_by_pair, sum_by_speaker
from labor_signals.records import Asymmetry, TaggedTranscript

_NOT_YET = ("low", "high", "p")
_REASONS = ("no labor in either direction", "one direction has no utterances", "no avoidance in either direction")


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
    return Asymmetry(
        speakers=_speakers(tagged, sum_by_speaker(tagged)),
        pairs=_pairs(tagged, sums),
        pairs_by_tag=_pairs_by_tag(tagged, sums),
        provenance=tagged.provenance,
    )


def _pairs(tagged: TaggedTranscript, sums: Sums) -> pd.DataFrame:
    labor, avoidance = _total(tagged, sums, tagged.labor), _total(tagged, sums, tagged.avoidance)
    empty = np.full(len(labor), np.nan)
    return pd.DataFrame(
        _names(tagged, sums)
        | {"utterances": sums.utterances, "labor": labor, "avoidance": avoidance}
        | {"load_asymmetry": load_asymmetry(labor)}
        | {f"load_{name}": empty for name in _NOT_YET}
        | {"rate_asymmetry": rate_asymmetry(labor, utterances=sums.utterances)}
        | {f"rate_{name}": empty for name in _NOT_YET}
        | {
            "avoidance_asymmetry": avoidance_asymmetry(avoidance),
            "verdict": pd.array([None] * len(labor), dtype="str"),
            "reason": _reasons(labor, avoidance, sums),
        }
    )


def _reasons(labor: Weights, avoidance: Weights, sums: Sums) -> pd.Index:
    """Why a score of the row is NaN, empty where none is."""
    back = np.arange(len(labor)) ^ 1
    silent = (sums.utterances == 0) | (sums.utterances[back] == 0)
    code = 1 * (labor + labor[back] == 0) + 2 * silent + 4 * (avoidance + avoidance[back] == 0)
    every = ["; ".join(reason for bit, reason in enumerate(_REASONS) if value >> bit & 1) for value in range(8)]
    return pd.Index(every).take(code)


def _pairs_by_tag(tagged: TaggedTranscript, sums: Sums) -> pd.DataFrame:
    """Long form: the tags of a pair follow one another."""
    tags = tagged.tags
    load = np.column_stack([load_asymmetry(weight) for weight in sums.weight])
    rate = np.column_stack([rate_asymmetry(weight, utterances=sums.utterances) for weight in sums.weight])
    return pd.DataFrame(
        {name: column.repeat(len(tags)) for name, column in _names(tagged, sums).items()}
        | {
            "tag": pd.Index(tags).take(np.tile(np.arange(len(tags)), len(sums.utterances))),
            "utterances": sums.utterances.repeat(len(tags)),
            "expected": sums.weight.ravel(order="F"),
            "load_asymmetry": load.ravel(),
            "rate_asymmetry": rate.ravel(),
        }
    )


def _speakers(tagged: TaggedTranscript, sums: Sums) -> pd.DataFrame:
    talk = tagged.transcript
    labor = _total(tagged, sums, tagged.labor)
    labor_of_all = np.bincount(sums.conversation, weights=labor)[sums.conversation]
    utterances_of_all = np.bincount(sums.conversation, weights=sums.utterances)[sums.conversation]
    share = np.full(len(labor), np.nan)
    np.divide(labor, labor_of_all, out=share, where=labor_of_all > 0)
    return pd.DataFrame(
        {
            "conversation_id": talk.conversations.take(sums.conversation),
            "speaker": talk.parties.take(sums.speaker),
            "utterances": sums.utterances,
            "utterance_share": sums.utterances / utterances_of_all,
            "labor": labor,
            "labor_share": share,
            "labor_rate": labor / sums.utterances,
            "avoidance": _total(tagged, sums, tagged.avoidance),
        }
        | dict(zip(tagged.tags, sums.weight, strict=True))
        | {"reason": pd.Index(["", "no labor in this conversation"]).take((labor_of_all == 0).astype(np.int8))}
    )


def _total(tagged: TaggedTranscript, sums: Sums, kind: tuple[str, ...]) -> Weights:
    """Expected count of all tags of a kind together."""
    total: Weights = sums.weight[[tagged.tags.index(tag) for tag in kind]].sum(axis=0)
    return total


def _names(tagged: TaggedTranscript, sums: Sums) -> dict[str, pd.Index]:
    talk = tagged.transcript
    return {
        "conversation_id": talk.conversations.take(sums.conversation),
        "from_speaker": talk.parties.take(sums.speaker),
        "to_speaker": talk.parties.take(sums.addressee),
    }
