"""The report in plain words."""

from typing import Final

import pandas as pd

from labor_signals.records import Report

_MOST_CONVERSATIONS: Final = 5
_MOST_PAIRS: Final = 6
CAVEAT: Final = (
    "These scores describe a conversation, not a person. They count emotion work expressed in talk, as a tagger sees it, and "
    "the tagger errs. They are not for clinical, custody, hiring or surveillance use."
)
NO_INTERVALS: Final = "Intervals and tests against chance are not computed in this version: read the counts before the scores."


def summarise(report: Report) -> str:
    """Who carries what, in a few lines a conversation."""
    talk = report.tagged.transcript
    ids = talk.conversations
    lines = [_headline(report)]
    for conversation in ids[:_MOST_CONVERSATIONS]:
        lines += ["", *_conversation(report, conversation, named=len(ids) > 1)]
    if len(ids) > _MOST_CONVERSATIONS:
        lines += ["", f"... and {len(ids) - _MOST_CONVERSATIONS:,} more conversations: see report.pairs and report.speakers."]
    if talk.notes:
        lines += ["", "Reading:", *(f"  {note}" for note in talk.notes)]
    stamp = report.provenance
    lines += [
        "",
        NO_INTERVALS,
        CAVEAT,
        f"labor_signals {stamp.labor_signals}, tagger {stamp.tagger} ({stamp.tagger_digest or 'no digest'}), "
        f"codebook {stamp.codebook}, settings {stamp.settings}, seed {stamp.seed}.",
    ]
    return "\n".join(lines)


def _headline(report: Report) -> str:
    talk, tagged = report.tagged.transcript, report.tagged
    share = float(tagged.carried.any(axis=1).mean())
    return (
        f"{_count(len(talk), 'utterance')} in {_count(len(talk.conversations), 'conversation')}, "
        f"{share:.0%} with a tag; read as {talk.format}."
    )


def _conversation(report: Report, conversation: object, *, named: bool) -> list[str]:
    speakers = report.speakers[report.speakers["conversation_id"] == conversation]
    pairs = report.pairs[report.pairs["conversation_id"] == conversation]
    indent = "  " if named else ""
    lines = [f"Conversation {conversation}:"] if named else []
    for row in speakers.sort_values("labor", ascending=False, kind="stable").itertuples():
        share = "" if pd.isna(row.labor_share) else f" ({row.labor_share:.0%} of all labor)"
        lines.append(
            f"{indent}{row.speaker}: {_count(row.utterances, 'utterance')}, {row.labor:.1f} expected labor acts{share}, "
            f"{row.avoidance:.1f} of avoidance."
        )
    carriers = pairs[pairs["load_asymmetry"] >= 0].drop_duplicates("load_asymmetry" if len(pairs) == 2 else None)
    lines += [indent + _pair(row) for row in carriers.head(_MOST_PAIRS).itertuples()]
    if pairs.empty:
        lines.append(f"{indent}Nobody is spoken to: directed scores need two speakers.")
    elif carriers.empty:
        lines.append(f"{indent}No labor in either direction was found, so there is no load asymmetry.")
    return lines


def _pair(row: object) -> str:
    source, target = row.from_speaker, row.to_speaker  # type: ignore[attr-defined]
    load, rate = row.load_asymmetry, row.rate_asymmetry  # type: ignore[attr-defined]
    if load == 0:
        return f"{source} and {target}: load asymmetry 0.00: as much one way as the other."
    per_utterance = "" if pd.isna(rate) else f", rate asymmetry {rate:+.2f} for each utterance"
    return f"{source} -> {target}: load asymmetry {load:+.2f}{per_utterance} (positive: {source} carries more)."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
