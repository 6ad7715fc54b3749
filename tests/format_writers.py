"""Writes a conversation in every format, so that every reader can be tried on any talk.

A conversation is a frame with `speaker` and `text`, one row an utterance, in order. Times that a format needs are made
up. What a format cannot carry stands beside it in `WRITTEN`, and `as_carried` takes exactly that, and nothing else, off
the talk that a reader is expected to give back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.writers.messengers import (
    write_discord_csv,
    write_discord_json,
    write_instagram,
    write_telegram,
    write_whatsapp_android,
    write_whatsapp_ios,
)
from tests.writers.research import write_chat, write_convokit, write_eaf, write_speech_json
from tests.writers.subtitles import write_script, write_srt, write_webvtt_teams, write_webvtt_zoom
from tests.writers.tables import write_csv, write_excel, write_json, write_jsonl, write_parquet, write_tsv

Writer = Callable[[pd.DataFrame, Path], Path]


@dataclass(frozen=True)
class Loss:
    """What a format cannot carry.

    Attributes:
        empty: It has no utterance without words.
        blank_lines: A blank line ends an utterance.
        line_breaks: A line break is read as a space (or ends the cell).
        directions: What stands in brackets, or in parentheses at the start, is no talk. Placeholders such as
            [NAME] are.
        outer_space: White space around an utterance is not part of it.
        inner_space: Runs of white space count as one space.
        marks: A pattern for the characters that mean something else there, and what `written` puts in their place.
        end_marks: An utterance has one full stop, question or exclamation mark, at its end.
        underscores: Names have underscores for spaces.
    """

    empty: bool = False
    blank_lines: bool = False
    line_breaks: bool = False
    directions: bool = False
    outer_space: bool = False
    inner_space: bool = False
    marks: str = ""
    end_marks: bool = False
    underscores: bool = False


@dataclass(frozen=True)
class Format:
    """One way to write a conversation.

    Attributes:
        name: The format that reading is expected to find.
        file: Name of the file or folder, as the tool calls it.
        write: Writes it.
        loss: What it cannot carry.
    """

    name: str
    file: str
    write: Writer
    loss: Loss = Loss()


# A line break in a cue is there for the screen.
_SUBTITLE = Loss(empty=True, blank_lines=True, line_breaks=True, outer_space=True)
_SCRIPT = Loss(empty=True, line_breaks=True, directions=True, outer_space=True)
_WHATSAPP = Loss(empty=True, outer_space=True)

WRITTEN: dict[str, Format] = {
    "csv": Format("csv", "talk.csv", write_csv),
    "tsv": Format("tsv", "talk.tsv", write_tsv),
    "excel": Format("excel", "talk.xlsx", write_excel),
    "json": Format("json", "talk.json", write_json),
    "jsonl": Format("jsonl", "talk.jsonl", write_jsonl),
    "parquet": Format("parquet", "talk.parquet", write_parquet),
    "script": Format("script", "talk.txt", write_script, _SCRIPT),
    "webvtt_teams": Format("webvtt", "meeting.vtt", write_webvtt_teams, _SUBTITLE),
    "webvtt_zoom": Format("webvtt", "GMT20240328.transcript.vtt", write_webvtt_zoom, _SUBTITLE),
    "srt": Format("srt", "talk.srt", write_srt, _SUBTITLE),
    "whatsapp_ios": Format("whatsapp", "_chat.txt", write_whatsapp_ios, _WHATSAPP),
    "whatsapp_android": Format("whatsapp", "WhatsApp Chat with us.txt", write_whatsapp_android, _WHATSAPP),
    "telegram": Format("telegram", "result.json", write_telegram),
    "instagram": Format("instagram", "message_1.json", write_instagram),
    "discord_json": Format("discord", "us [9].json", write_discord_json),
    "discord_csv": Format("discord", "us [9].csv", write_discord_csv),
    # In CHAT, brackets, angle brackets and many signs are codes; talk must be transcribed without them.
    "chat": Format(
        "chat", "talk.cha", write_chat,
        Loss(
            empty=True, line_breaks=True, inner_space=True, marks=r"[^\w\s.,?!'’-]|\d", end_marks=True, underscores=True
        ),
    ),
    "eaf": Format("eaf", "talk.eaf", write_eaf, Loss(outer_space=True)),
    "convokit": Format("convokit", "corpus", write_convokit),
    "speech_json": Format("speech_json", "talk.json", write_speech_json, Loss(empty=True, outer_space=True)),
}  # fmt: skip


def as_transcribed(conversation: pd.DataFrame, loss: Loss) -> pd.DataFrame:
    """The conversation as somebody would type it into the format: without what would mean something else there."""
    text = conversation["text"]
    if loss.marks:
        text = text.str.replace(loss.marks, " ", regex=True)
    if loss.end_marks:
        text = text.map(_one_sentence)
    if loss.blank_lines:
        text = text.str.replace(r"\n\s*\n", "\n", regex=True)
    typed = conversation.assign(text=text)
    return typed[typed["text"].str.strip() != ""].reset_index(drop=True) if loss.empty else typed


def as_carried(conversation: pd.DataFrame, loss: Loss) -> pd.DataFrame:
    """What reading is expected to give back: as transcribed, less the white space that the format cannot carry."""
    typed = as_transcribed(conversation, loss)
    text = typed["text"]
    if loss.line_breaks:
        text = text.str.replace(r"\s*\n\s*", " ", regex=True)
    if loss.directions:
        text = text.str.replace(r"^(\([^()]*\)\s*)+", "", regex=True)
        text = text.str.replace(r"\s*\[(?!NAME\]|RELIGION\])[^\[\]]*\]", "", regex=True)
    if loss.inner_space:
        text = text.str.replace(r"\s+", " ", regex=True)
    if loss.outer_space or loss.inner_space:
        text = text.str.strip()
    speaker = typed["speaker"]
    if loss.underscores:
        speaker = speaker.str.replace("_", " ")
    return typed.assign(speaker=speaker, text=text)


def _one_sentence(text: str) -> str:
    """One utterance of CHAT: a single final mark, commas between words only."""
    last = text.rstrip()[-1:]
    bare = re.sub(r"(?<!\w)[-'’]+|[-'’]+(?!\w)|_", " ", re.sub(r"[.?!]", " ", text))
    said = re.sub(r"[\s,]*,[\s,]*", ", ", " ".join(bare.split())).strip(" ,")
    return said and said + (last if last in "?!" else ".")
