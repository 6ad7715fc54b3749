"""CHAT, ELAN, ConvoKit, and diarised speech recognition."""

import json
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from tests.writers.pieces import SECONDS_APART, talk_of


def write_chat(conversation: pd.DataFrame, path: Path) -> Path:
    """CHAT as CLAN checks it: headers, three-letter codes, a terminator and a time in every utterance."""
    codes = {speaker: f"S{n:02d}" for n, speaker in enumerate(conversation["speaker"].unique())}
    people = ", ".join(f"{code} {_chat_name(speaker)} Participant" for speaker, code in codes.items())
    lines = ["@UTF8", "@Begin", "@Languages:\teng", f"@Participants:\t{people}"]
    lines += [f"@ID:\teng|own|{code}|||||Participant|||" for code in codes.values()]
    for n, (speaker, text) in enumerate(talk_of(conversation)):
        said = re.sub(r"(?=[.?!]$)| ?(?=,)", " ", text)
        lines.append(f"*{codes[speaker]}:\t{said} \x15{n * 2000}_{n * 2000 + 1500}\x15")
    path.write_text("\n".join([*lines, "@End", ""]), encoding="utf-8")
    return path


def write_eaf(conversation: pd.DataFrame, path: Path) -> Path:
    """ELAN with one tier a speaker, as ELAN itself orders them: all of one tier, then all of the next."""
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{2 * n + 1}" TIME_VALUE="{n * 2000}"/>'
        f'<TIME_SLOT TIME_SLOT_ID="ts{2 * n + 2}" TIME_VALUE="{n * 2000 + 1500}"/>'
        for n in range(len(conversation))
    )
    tiers = []
    for speaker in conversation["speaker"].unique():
        said = "".join(
            f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n + 1}" TIME_SLOT_REF1="ts{2 * n + 1}" '
            f'TIME_SLOT_REF2="ts{2 * n + 2}"><ANNOTATION_VALUE>{escape(text)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>'
            "</ANNOTATION>\n"
            for n, (who, text) in enumerate(talk_of(conversation))
            if who == speaker
        )
        name = quoteattr(speaker)
        tiers.append(f'<TIER LINGUISTIC_TYPE_REF="default-lt" PARTICIPANT={name} TIER_ID={name}>\n{said}</TIER>\n')
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT AUTHOR="" '
        'DATE="2024-05-01T10:00:00+01:00" FORMAT="3.0" VERSION="3.0" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">\n'
        '<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>\n'
        f"<TIME_ORDER>{slots}</TIME_ORDER>\n{''.join(tiers)}"
        '<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>\n'
        "</ANNOTATION_DOCUMENT>\n",
        encoding="utf-8",
    )
    return path


def write_convokit(conversation: pd.DataFrame, path: Path) -> Path:
    """The folder that `Corpus.dump` makes."""
    path.mkdir()
    ids = conversation["conversation_id"] if "conversation_id" in conversation else pd.Series("c0", conversation.index)
    roots: dict[str, str] = {}
    with (path / "utterances.jsonl").open("w", encoding="utf-8") as file:
        last: dict[str, str] = {}
        for n, ((speaker, text), talk) in enumerate(zip(talk_of(conversation), ids, strict=True)):
            root = roots.setdefault(talk, f"u{n}")
            utterance: dict[str, Any] = {
                "id": f"u{n}", "conversation_id": root, "text": text, "speaker": speaker, "meta": {"own": talk},
                "reply-to": last.get(talk), "timestamp": n * SECONDS_APART, "vectors": [],
            }  # fmt: skip
            last[talk] = f"u{n}"
            file.write(json.dumps(utterance) + "\n")
    others = {
        "speakers.json": {speaker: {"meta": {}, "vectors": []} for speaker in conversation["speaker"].unique()},
        "conversations.json": {root: {"meta": {}, "vectors": []} for root in roots.values()},
        "corpus.json": {"name": "own"},
        "index.json": {"utterances-index": {}, "speakers-index": {}, "conversations-index": {},
                       "overall-index": {"name": ["<class 'str'>"]}, "version": 1, "vectors": []},
    }  # fmt: skip
    for name, value in others.items():
        (path / name).write_text(json.dumps(value), encoding="utf-8")
    return path


def write_speech_json(conversation: pd.DataFrame, path: Path) -> Path:
    """As whisperX writes it: a space before each segment, words with their own times and speaker."""
    segments: list[dict[str, Any]] = []
    for n, (speaker, text) in enumerate(talk_of(conversation)):
        start = n * SECONDS_APART / 10
        words = [
            {"word": word, "start": start, "end": start + 0.2, "score": 0.91, "speaker": speaker}
            for word in text.split()
        ]
        segments.append({"start": start, "end": start + 3.2, "text": f" {text}", "words": words, "speaker": speaker})
    spoken = {"segments": segments, "word_segments": [w for s in segments for w in s["words"]], "language": "en"}
    path.write_text(json.dumps(spoken, ensure_ascii=False), encoding="utf-8")
    return path


def _chat_name(speaker: str) -> str:
    return re.sub(r"\s+", "_", speaker)
