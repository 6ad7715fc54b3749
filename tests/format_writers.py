"""Writes a conversation the way the tools of each format export it, so that every reader can be tried on any talk.

A conversation is a frame with `speaker` and `text`, one row an utterance, in order. Times that a format needs are made
up: one utterance every `SECONDS_APART` seconds. What a format cannot carry stands beside it in `WRITTEN`, and
`as_carried` takes exactly that, and nothing else, off the talk that a reader is expected to give back.
"""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

SECONDS_APART = 65
FIRST_MESSAGE = datetime(2024, 3, 28, 17, 52, 3, tzinfo=UTC)

Writer = Callable[[pd.DataFrame, Path], Path]


@dataclass(frozen=True)
class Loss:
    """What a format cannot carry.

    Attributes:
        empty: It has no utterance without words.
        blank_lines: A blank line ends an utterance.
        line_breaks: A line break is read as a space (or ends the cell).
        outer_space: White space around an utterance is not part of it.
        inner_space: Runs of white space count as one space.
        marks: A pattern for the characters that mean something else there, and what `written` puts in their place.
        end_marks: An utterance needs a final full stop, question or exclamation mark.
    """

    empty: bool = False
    blank_lines: bool = False
    line_breaks: bool = False
    outer_space: bool = False
    inner_space: bool = False
    marks: str = ""
    end_marks: bool = False


# ------------------------------------------------------------------------------------------------ tables


def write_csv(conversation: pd.DataFrame, path: Path) -> Path:
    conversation.to_csv(path, index=False, encoding="utf-8")
    return path


def write_tsv(conversation: pd.DataFrame, path: Path) -> Path:
    conversation.to_csv(path, index=False, sep="\t", encoding="utf-8")
    return path


def write_excel(conversation: pd.DataFrame, path: Path) -> Path:
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    for r, row in enumerate([list(conversation.columns), *conversation.itertuples(index=False)], start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            cell.value = None if value is None or value != value else value  # noqa: PLR0124  (NaN)
            if isinstance(value, str):
                cell.data_type = "s"  # talk that opens with '=' is no formula
    book.save(path)
    return path


def write_json(conversation: pd.DataFrame, path: Path) -> Path:
    path.write_text(json.dumps(_records(conversation), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def write_jsonl(conversation: pd.DataFrame, path: Path) -> Path:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in _records(conversation))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_parquet(conversation: pd.DataFrame, path: Path) -> Path:
    conversation.to_parquet(path, index=False)
    return path


# ------------------------------------------------------------------------------------------------ scripts and subtitles


def write_script(conversation: pd.DataFrame, path: Path) -> Path:
    lines = (f"{speaker}: {text}\n" for speaker, text in _talk(conversation))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_webvtt_teams(conversation: pd.DataFrame, path: Path) -> Path:
    cues = (
        f"7c1f0a52-3a7e-4a0e-9e39-0a51b3f0d2aa/{n + 7}-0\n{_cue_time(n)}\n<v {escape(speaker)}>{escape(text)}</v>\n"
        for n, (speaker, text) in enumerate(_talk(conversation))
    )
    path.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    return path


def write_webvtt_zoom(conversation: pd.DataFrame, path: Path) -> Path:
    cues = (
        f"{n + 1}\r\n{_cue_time(n)}\r\n{speaker}: {text}\r\n"
        for n, (speaker, text) in enumerate(_talk(conversation))
    )
    path.write_text("WEBVTT\r\n\r\n" + "\r\n".join(cues), encoding="utf-8", newline="")
    return path


def write_srt(conversation: pd.DataFrame, path: Path) -> Path:
    cues = (
        f"{n + 1}\n{_cue_time(n, comma=True)}\n{speaker}: {text}\n"
        for n, (speaker, text) in enumerate(_talk(conversation))
    )
    path.write_text("\n".join(cues), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------------ messengers


def write_whatsapp_ios(conversation: pd.DataFrame, path: Path) -> Path:
    """As an iPhone set to US English writes it: narrow no-break space before PM, left-to-right mark before notices."""
    first = f"{_ios(0)} {conversation['speaker'].iloc[0]}: "
    lines = [f"{first}\u200eMessages and calls are end-to-end encrypted. Only people in this chat can read, "
             "listen to, or share them.\r\n"]  # fmt: skip
    lines += [f"{_ios(n)} {speaker}: {text}\r\n" for n, (speaker, text) in enumerate(_talk(conversation))]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path


def write_whatsapp_android(conversation: pd.DataFrame, path: Path) -> Path:
    lines = [f"{_moment(0):%d/%m/%Y, %H:%M} - Messages and calls are end-to-end encrypted. No one outside of this chat, "
             "not even WhatsApp, can read or listen to them. Tap to learn more.\n"]  # fmt: skip
    lines += [f"{_moment(n):%d/%m/%Y, %H:%M} - {speaker}: {text}\n" for n, (speaker, text) in enumerate(_talk(conversation))]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_telegram(conversation: pd.DataFrame, path: Path) -> Path:
    """As Telegram Desktop writes `result.json`: a service message first, links and bold text as entities."""
    ids = {speaker: f"user{5_550_000 + n}" for n, speaker in enumerate(conversation["speaker"].unique())}
    messages: list[dict[str, Any]] = [
        {"id": 1, "type": "service", "date": f"{_moment(0):%Y-%m-%dT%H:%M:%S}", "date_unixtime": _unix(0),
         "actor": conversation["speaker"].iloc[0], "actor_id": "user5550000", "action": "create_group",
         "title": "us", "members": [], "text": "", "text_entities": []}
    ]  # fmt: skip
    for n, (speaker, text) in enumerate(_talk(conversation)):
        cut = len(text) // 2
        parts = [{"type": "plain", "text": text[:cut]}, {"type": "bold", "text": text[cut:]}] if n % 5 == 4 else []
        messages.append(
            {"id": n + 2, "type": "message", "date": f"{_moment(n):%Y-%m-%dT%H:%M:%S}", "date_unixtime": _unix(n),
             "from": speaker, "from_id": ids[speaker], "text": [parts[0]["text"], parts[1]] if parts else text,
             "text_entities": parts or [{"type": "plain", "text": text}]}
        )  # fmt: skip
    chat = {"name": "us", "type": "private_group", "id": 770011, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def write_instagram(conversation: pd.DataFrame, path: Path) -> Path:
    """As Instagram writes `message_1.json`: newest first, UTF-8 bytes taken for Latin-1."""
    messages = [
        {"sender_name": _mojibake(speaker), "timestamp_ms": int(_moment(n).timestamp() * 1000), "content": _mojibake(text),
         "is_geoblocked_for_viewer": False, "is_unsent_image_by_messenger_kid_parent": False}
        for n, (speaker, text) in enumerate(_talk(conversation))
    ]  # fmt: skip
    thread = {
        "participants": [{"name": _mojibake(speaker)} for speaker in conversation["speaker"].unique()],
        "messages": messages[::-1],
        "title": "us",
        "is_still_participant": True,
        "thread_path": "inbox/us_10158000000000000",
        "magic_words": [],
    }
    path.write_text(json.dumps(thread, indent=2), encoding="utf-8")
    return path


def write_discord_json(conversation: pd.DataFrame, path: Path) -> Path:
    messages = [
        {"id": str(1_100_000_000_000_000_000 + n), "type": "Default", "timestamp": f"{_moment(n):%Y-%m-%dT%H:%M:%S}.120+00:00",
         "timestampEdited": None, "callEndedTimestamp": None, "isPinned": False, "content": text,
         "author": {"id": _discord_id(conversation, speaker), "name": speaker, "discriminator": "0000", "nickname": speaker,
                    "color": None, "isBot": False, "roles": [], "avatarUrl": ""},
         "attachments": [], "embeds": [], "stickers": [], "reactions": [], "mentions": [], "inlineEmojis": []}
        for n, (speaker, text) in enumerate(_talk(conversation))
    ]  # fmt: skip
    export = {
        "guild": {"id": "0", "name": "Direct Messages", "iconUrl": ""},
        "channel": {"id": "9", "type": "DirectGroupTextChat", "categoryId": None, "category": None, "name": "us", "topic": None},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-05-01T09:00:00.0000000+00:00",
        "messages": messages,
        "messageCount": len(messages),
    }
    path.write_text(json.dumps(export, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def write_discord_csv(conversation: pd.DataFrame, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("AuthorID,Author,Date,Content,Attachments,Reactions\n")
        rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for n, (speaker, text) in enumerate(_talk(conversation)):
            when = f"{_moment(n):%Y-%m-%dT%H:%M:%S}.1200000+00:00"
            rows.writerow([_discord_id(conversation, speaker), speaker, when, text, "", ""])
    return path


# ------------------------------------------------------------------------------------------------ research


def write_chat(conversation: pd.DataFrame, path: Path) -> Path:
    """CHAT as CLAN checks it: headers, three-letter codes, a terminator and a time in every utterance."""
    codes = {speaker: f"S{n:02d}" for n, speaker in enumerate(conversation["speaker"].unique())}
    people = ", ".join(f"{code} {_chat_name(speaker)} Participant" for speaker, code in codes.items())
    lines = ["@UTF8", "@Begin", "@Languages:\teng", f"@Participants:\t{people}"]
    lines += [f"@ID:\teng|own|{code}|||||Participant|||" for code in codes.values()]
    for n, (speaker, text) in enumerate(_talk(conversation)):
        lines.append(f"*{codes[speaker]}:\t{text} \x15{n * 2000}_{n * 2000 + 1500}\x15")
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
            for n, (who, text) in enumerate(_talk(conversation))
            if who == speaker
        )
        name = quoteattr(speaker)
        tiers.append(f'<TIER LINGUISTIC_TYPE_REF="default-lt" PARTICIPANT={name} TIER_ID={name}>\n{said}</TIER>\n')
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-05-01T10:00:00+01:00" FORMAT="3.0" '
        'VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
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
        for n, ((speaker, text), talk) in enumerate(zip(_talk(conversation), ids, strict=True)):
            root = roots.setdefault(talk, f"u{n}")
            utterance = {"id": f"u{n}", "conversation_id": root, "text": text, "speaker": speaker, "meta": {"own": talk},
                         "reply-to": last.get(talk), "timestamp": n * SECONDS_APART, "vectors": []}  # fmt: skip
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
    segments = []
    for n, (speaker, text) in enumerate(_talk(conversation)):
        start = n * SECONDS_APART / 10
        words = [{"word": word, "start": start, "end": start + 0.2, "score": 0.91, "speaker": speaker} for word in text.split()]
        segments.append({"start": start, "end": start + 3.2, "text": f" {text}", "words": words, "speaker": speaker})
    spoken = {"segments": segments, "word_segments": [w for s in segments for w in s["words"]], "language": "en"}
    path.write_text(json.dumps(spoken, ensure_ascii=False), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------------ which is which


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


_SUBTITLE = Loss(empty=True, blank_lines=True, outer_space=True)

WRITTEN: dict[str, Format] = {
    "csv": Format("csv", "talk.csv", write_csv),
    "tsv": Format("tsv", "talk.tsv", write_tsv),
    "excel": Format("excel", "talk.xlsx", write_excel),
    "json": Format("json", "talk.json", write_json),
    "jsonl": Format("jsonl", "talk.jsonl", write_jsonl),
    "parquet": Format("parquet", "talk.parquet", write_parquet),
    "script": Format("script", "talk.txt", write_script, Loss(empty=True, line_breaks=True, outer_space=True)),
    "webvtt_teams": Format("webvtt", "meeting.vtt", write_webvtt_teams, _SUBTITLE),
    "webvtt_zoom": Format("webvtt", "GMT20240328.transcript.vtt", write_webvtt_zoom, _SUBTITLE),
    "srt": Format("srt", "talk.srt", write_srt, _SUBTITLE),
    "whatsapp_ios": Format("whatsapp", "_chat.txt", write_whatsapp_ios, Loss(empty=True, outer_space=True)),
    "whatsapp_android": Format("whatsapp", "WhatsApp Chat with us.txt", write_whatsapp_android, Loss(empty=True, outer_space=True)),
    "telegram": Format("telegram", "result.json", write_telegram),
    "instagram": Format("instagram", "message_1.json", write_instagram),
    "discord_json": Format("discord", "us [9].json", write_discord_json),
    "discord_csv": Format("discord", "us [9].csv", write_discord_csv),
    # In CHAT, brackets, angle brackets and many signs are codes; talk must be transcribed without them.
    "chat": Format(
        "chat", "talk.cha", write_chat,
        Loss(empty=True, line_breaks=True, inner_space=True, marks=r"[^\w\s.,?!'’-]", end_marks=True),
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
    if loss.inner_space:
        text = text.str.replace(r"\s+", " ", regex=True)
    if loss.outer_space or loss.inner_space:
        text = text.str.strip()
    return typed.assign(text=text)


def _one_sentence(text: str) -> str:
    """CHAT has one terminator an utterance, at its end, set off by a space; commas are set off likewise."""
    words = re.sub(r"[.?!,]", " ", text).split()
    words = [word for word in (w.strip("-'’") for w in words) if word]
    return " ".join(words) + ("" if not words else " ?" if text.rstrip().endswith("?") else " .")


# ------------------------------------------------------------------------------------------------ small pieces


def _talk(conversation: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(conversation["speaker"], conversation["text"], strict=True))


def _records(conversation: pd.DataFrame) -> list[dict[str, Any]]:
    held = conversation.astype(object).where(conversation.notna(), None)
    return [{str(key): value for key, value in record.items()} for record in held.to_dict("records")]


def _moment(n: int) -> datetime:
    return FIRST_MESSAGE + timedelta(seconds=n * SECONDS_APART)


def _unix(n: int) -> str:
    return str(int(_moment(n).timestamp()))


def _ios(n: int) -> str:
    moment = _moment(n)
    return f"[{moment.month}/{moment.day}/{moment:%y}, {int(moment.strftime('%I'))}:{moment:%M:%S}\u202f{moment:%p}]"


def _cue_time(n: int, *, comma: bool = False) -> str:
    def written(milliseconds: int) -> str:
        seconds, thousandths = divmod(milliseconds, 1000)
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{',' if comma else '.'}{thousandths:03d}"

    return f"{written(n * 4000)} --> {written(n * 4000 + 3250)}"


def _mojibake(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


def _discord_id(conversation: pd.DataFrame, speaker: str) -> str:
    return str(300 + list(conversation["speaker"].unique()).index(speaker))


def _chat_name(speaker: str) -> str:
    return re.sub(r"\W+", "_", speaker).strip("_")
