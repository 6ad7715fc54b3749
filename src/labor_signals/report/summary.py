"""The report in plain words."""

from typing import Any, Final

import numpy as np

from labor_signals.results import Report

_MOST_CONVERSATIONS: Final = 5
_MOST_PAIRS: Final = 6
CAVEAT: Final = (
    "These scores describe a conversation, not a person. They count emotion work expressed in talk, as a tagger "
    "sees it, and the tagger errs. They are not for clinical, custody, hiring or surveillance use."
)


def summarise(report: Report) -> str:
    """Who carries what, in a few lines a conversation."""
    ids = report.tagged.transcript.conversations
    lines = [_headline(report)]
    for conversation in ids[:_MOST_CONVERSATIONS]:
        lines += ["", *_conversation(report, conversation, named=len(ids) > 1)]
    if len(ids) > _MOST_CONVERSATIONS:
        lines += ["", f"... and {len(ids) - _MOST_CONVERSATIONS:,} more: see report.pairs and report.speakers."]
    if report.notes:
        lines += ["", "Reading:", *(f"  {note}" for note in report.notes)]
    stamp = report.provenance
    lines += [
        "",
        CAVEAT,
        f"labor_signals {stamp.labor_signals}, tagger {stamp.tagger} ({stamp.tagger_digest or 'no digest'}), "
        f"codebook {stamp.codebook}, settings {stamp.settings}, seed {stamp.seed}.",
    ]
    return "\n".join(lines)


def _headline(report: Report) -> str:
    talk = report.tagged.transcript
    share = float(report.tagged.carried.any(axis=1).mean())
    return (
        f"{_count(len(talk), 'utterance')} in {_count(len(talk.conversations), 'conversation')}, "
        f"{share:.0%} with a tag; read as {talk.format}."
    )


def _conversation(report: Report, conversation: object, *, named: bool) -> list[str]:
    speakers = report.speakers[report.speakers["conversation_id"] == conversation]
    pairs = report.pairs[report.pairs["conversation_id"] == conversation].to_dict("records")
    lines = [_speaker(row) for row in speakers.sort_values("labor", ascending=False, kind="stable").to_dict("records")]
    for one, two in list(zip(pairs[0::2], pairs[1::2], strict=True))[:_MOST_PAIRS]:
        lines.append(_pair(one, two) if one["load_asymmetry"] >= 0 else _pair(two, one))
    if not pairs:
        lines.append("Nobody is spoken to: directed scores need two speakers.")
    return [f"Conversation {conversation}:", *(f"  {line}" for line in lines)] if named else lines


def _speaker(row: dict[Any, Any]) -> str:
    share = "" if np.isnan(row["labor_share"]) else f" ({row['labor_share']:.0%} of all labor)"
    return (
        f"{row['speaker']}: {_count(row['utterances'], 'utterance')}, {row['labor']:.1f} expected labor acts{share}, "
        f"{row['avoidance']:.1f} of avoidance."
    )


def _pair(row: dict[Any, Any], back: dict[Any, Any]) -> str:
    """The direction in which more is carried, its score with interval, and what can be said of it."""
    pair = f"{row['from_speaker']} -> {row['to_speaker']}"
    acts = row["labor"] + back["labor"]
    if acts == 0:
        return f"{pair}: no labor was found in either direction, so there is no load asymmetry."
    interval = "no interval: too few utterances"
    if not np.isnan(row["load_low"]):
        interval = f"interval {row['load_low']:+.2f} to {row['load_high']:+.2f}"
    rate = (
        "" if np.isnan(row["rate_asymmetry"]) else f", rate asymmetry {row['rate_asymmetry']:+.2f} for each utterance"
    )
    return (
        f"{pair}: load asymmetry {row['load_asymmetry']:+.2f} ({interval}){rate}. "
        f"Verdict: {row['verdict']} ({acts:.1f} expected acts; a direction needs 20 and an interval without 0)."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
