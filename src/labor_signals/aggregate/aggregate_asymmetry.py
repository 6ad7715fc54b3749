"""The front door of step 3: who carries how much, toward whom, and how sure one can be."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from labor_signals.aggregate.avoidance_asymmetry import avoidance_asymmetry
from labor_signals.aggregate.dyad_units import DYAD, codes_of_dyads
from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.sums import Sums, Weights, sum_by_pair, sum_by_speaker, total_of
from labor_signals.aggregate.uncertainty import Uncertainty, uncertainty_of
from labor_signals.aggregate.verdict import verdicts
from labor_signals.records import TaggedTranscript
from labor_signals.results import Asymmetry
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_REASONS: Final = (
    "no labor in either direction",
    "one direction has no utterances",
    "no avoidance in either direction",
    "too few utterances for an interval",
    "too few utterances for a test",
)


def aggregate_asymmetry(tagged: TaggedTranscript, *, settings: Settings = DEFAULT_SETTINGS) -> Asymmetry:
    """Measures in which direction emotional labor flows.

    Weights are probabilities, or human codes, never hard tags: an utterance that is soothing with probability 0.4
    counts as 0.4 expected soothing acts.

    Args:
        tagged: Tags from a tagger (`tag_utterances`) or from people (`TaggedTranscript.from_codes`).
        settings: `level` and `prior` of the intervals, `shared_margin` of the verdict, `seed` of the tests.

    Returns:
        Tables a speaker, an ordered pair, and a pair and tag; `docs/measures.md` describes every column, the user's
        `dyad_id` among them where there is one. Where a number is not defined it is NaN and `reason` says why.

    Raises:
        TranscriptError: `dyad_id` is missing or changes within a conversation.

    Example:
        >>> import labor_signals as ls
        >>> talk = ls.read_transcript([("Ana", "I miss us. Can we talk?"), ("Ben", "Not now.")])
        >>> ls.aggregate_asymmetry(ls.tag_utterances(talk)).pairs.load_asymmetry.tolist()
        [1.0, -1.0]
    """
    sums = sum_by_pair(tagged)
    names = _names(tagged, sums)  # first, as a `dyad_id` that is not in order ends here
    together, *by_tag = uncertainty_of(
        tagged, amounts=(tagged.labor, *((tag,) for tag in tagged.tags)), settings=settings
    )
    return Asymmetry(
        speakers=_speakers(tagged, sum_by_speaker(tagged)),
        pairs=_pairs(tagged, sums, names, together, settings),
        pairs_by_tag=_pairs_by_tag(tagged.tags, sums, names, by_tag),
        tagged=tagged,
        settings=settings,
    )


def _pairs(
    tagged: TaggedTranscript, sums: Sums, names: dict[str, pd.Index], sure: Uncertainty, settings: Settings
) -> pd.DataFrame:
    labor, avoidance = total_of(tagged, sums, tagged.labor), total_of(tagged, sums, tagged.avoidance)
    back = np.arange(len(labor)) ^ 1
    verdict = verdicts(
        (names["from_speaker"], names["to_speaker"]),
        acts=labor + labor[back],
        low=sure.load_low,
        high=sure.load_high,
        margin=settings.shared_margin,
    )
    return pd.DataFrame(
        names
        | {"utterances": sums.utterances, "labor": labor, "avoidance": avoidance}
        | {"load_asymmetry": load_asymmetry(labor)}
        | {"load_low": sure.load_low, "load_high": sure.load_high, "load_p": sure.load_p}
        | {"rate_asymmetry": rate_asymmetry(labor, utterances=sums.utterances)}
        | {"rate_low": sure.rate_low, "rate_high": sure.rate_high, "rate_p": sure.rate_p}
        | {
            "avoidance_asymmetry": avoidance_asymmetry(avoidance),
            "verdict": pd.array(verdict, dtype="str"),
            "reason": _reasons(labor, avoidance, sums, sure),
        }
    )


def _reasons(labor: Weights, avoidance: Weights, sums: Sums, sure: Uncertainty) -> pd.Index:
    """Why a number of the row is NaN, empty where none is."""
    back = np.arange(len(labor)) ^ 1
    none = labor + labor[back] == 0
    missing = (
        none,
        (sums.utterances == 0) | (sums.utterances[back] == 0),
        avoidance + avoidance[back] == 0,
        np.isnan(sure.load_low) & ~none,
        np.isnan(sure.load_p) & ~none,
    )
    every = [
        "; ".join(reason for bit, reason in enumerate(_REASONS) if code >> bit & 1)
        for code in range(1 << len(_REASONS))
    ]
    return pd.Index(every).take(sum(what.astype(np.int64) << bit for bit, what in enumerate(missing)))


def _pairs_by_tag(
    tags: tuple[str, ...], sums: Sums, names: dict[str, pd.Index], sure: list[Uncertainty]
) -> pd.DataFrame:
    """Long form: the tags of a pair follow one another."""
    columns: dict[str, Iterable[Weights]] = {
        "expected": sums.weight,
        "load_asymmetry": [load_asymmetry(weight) for weight in sums.weight],
        "load_low": [of_tag.load_low for of_tag in sure],
        "load_high": [of_tag.load_high for of_tag in sure],
        "load_p": [of_tag.load_p for of_tag in sure],
        "rate_asymmetry": [rate_asymmetry(weight, utterances=sums.utterances) for weight in sums.weight],
        "rate_low": [of_tag.rate_low for of_tag in sure],
        "rate_high": [of_tag.rate_high for of_tag in sure],
        "rate_p": [of_tag.rate_p for of_tag in sure],
    }
    return pd.DataFrame(
        {name: column.repeat(len(tags)) for name, column in names.items()}
        | {
            "tag": pd.Index(tags).take(np.tile(np.arange(len(tags)), len(sums.utterances))),
            "utterances": sums.utterances.repeat(len(tags)),
        }
        | {name: np.column_stack(list(column)).ravel() for name, column in columns.items()}
    )


def _speakers(tagged: TaggedTranscript, sums: Sums) -> pd.DataFrame:
    talk = tagged.transcript
    labor = total_of(tagged, sums, tagged.labor)
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
            "avoidance": total_of(tagged, sums, tagged.avoidance),
        }
        | dict(zip(tagged.tags, sums.weight, strict=True))
        | {"reason": pd.Index(["", "no labor in this conversation"]).take((labor_of_all == 0).astype(np.int8))}
    )


def _names(tagged: TaggedTranscript, sums: Sums) -> dict[str, pd.Index]:
    talk = tagged.transcript
    names = {"conversation_id": talk.conversations.take(sums.conversation)}
    if DYAD in talk.extra.columns:
        code, dyads = codes_of_dyads(tagged, DYAD)
        names[DYAD] = dyads.take(code[sums.conversation])
    return names | {
        "from_speaker": talk.parties.take(sums.speaker),
        "to_speaker": talk.parties.take(sums.addressee),
    }
