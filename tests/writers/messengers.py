"""Exports of WhatsApp, Telegram, Instagram and Discord."""

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd

from tests.writers.pieces import moment, talk_of, unix_time


def write_whatsapp_ios(conversation: pd.DataFrame, path: Path) -> Path:
    """As an iPhone set to US English writes it: narrow no-break space before PM, left-to-right mark before notices."""
    first = f"{_ios(0)} {conversation['speaker'].iloc[0]}: "
    lines = [f"{first}\u200eMessages and calls are end-to-end encrypted. Only people in this chat can read, "
             "listen to, or share them.\r\n"]  # fmt: skip
    lines += [f"{_ios(n)} {speaker}: {text}\r\n" for n, (speaker, text) in enumerate(talk_of(conversation))]
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path


def write_whatsapp_android(conversation: pd.DataFrame, path: Path) -> Path:
    lines = [f"{moment(0):%d/%m/%Y, %H:%M} - Messages and calls are end-to-end encrypted. No one outside of this chat, "
             "not even WhatsApp, can read or listen to them. Tap to learn more.\n"]  # fmt: skip
    lines += [
        f"{moment(n):%d/%m/%Y, %H:%M} - {speaker}: {text}\n" for n, (speaker, text) in enumerate(talk_of(conversation))
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_telegram(conversation: pd.DataFrame, path: Path) -> Path:
    """As Telegram Desktop writes `result.json`: a service message first, links and bold text as entities."""
    ids = {speaker: f"user{5_550_000 + n}" for n, speaker in enumerate(conversation["speaker"].unique())}
    messages: list[dict[str, Any]] = [
        {"id": 1, "type": "service", "date": f"{moment(0):%Y-%m-%dT%H:%M:%S}", "date_unixtime": unix_time(0),
         "actor": conversation["speaker"].iloc[0], "actor_id": "user5550000", "action": "create_group",
         "title": "us", "members": [], "text": "", "text_entities": []}
    ]  # fmt: skip
    for n, (speaker, text) in enumerate(talk_of(conversation)):
        cut = len(text) // 2
        parts = [{"type": "plain", "text": text[:cut]}, {"type": "bold", "text": text[cut:]}] if n % 5 == 4 else []
        messages.append(
            {"id": n + 2, "type": "message", "date": f"{moment(n):%Y-%m-%dT%H:%M:%S}", "date_unixtime": unix_time(n),
             "from": speaker, "from_id": ids[speaker], "text": [parts[0]["text"], parts[1]] if parts else text,
             "text_entities": parts or [{"type": "plain", "text": text}]}
        )  # fmt: skip
    chat = {"name": "us", "type": "private_group", "id": 770011, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def write_instagram(conversation: pd.DataFrame, path: Path) -> Path:
    """As Instagram writes `message_1.json`: newest first, UTF-8 bytes taken for Latin-1."""
    messages = [
        {"sender_name": _mojibake(speaker), "timestamp_ms": int(moment(n).timestamp() * 1000),
         "content": _mojibake(text), "is_geoblocked_for_viewer": False,
         "is_unsent_image_by_messenger_kid_parent": False}
        for n, (speaker, text) in enumerate(talk_of(conversation))
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
    messages: list[dict[str, Any]] = [
        {"id": str(1_100_000_000_000_000_000 + n), "type": "Default",
         "timestamp": f"{moment(n):%Y-%m-%dT%H:%M:%S}.120+00:00", "timestampEdited": None,
         "callEndedTimestamp": None, "isPinned": False, "content": text,
         "author": {"id": _discord_id(conversation, speaker), "name": speaker, "discriminator": "0000",
                    "nickname": speaker, "color": None, "isBot": False, "roles": [], "avatarUrl": ""},
         "attachments": [], "embeds": [], "stickers": [], "reactions": [], "mentions": [], "inlineEmojis": []}
        for n, (speaker, text) in enumerate(talk_of(conversation))
    ]  # fmt: skip
    export = {
        "guild": {"id": "0", "name": "Direct Messages", "iconUrl": ""},
        "channel": {
            "id": "9",
            "type": "DirectGroupTextChat",
            "categoryId": None,
            "category": None,
            "name": "us",
            "topic": None,
        },
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
        for n, (speaker, text) in enumerate(talk_of(conversation)):
            when = f"{moment(n):%Y-%m-%dT%H:%M:%S}.1200000+00:00"
            rows.writerow([_discord_id(conversation, speaker), speaker, when, text, "", ""])
    return path


def _ios(n: int) -> str:
    when = moment(n)
    return f"[{when.month}/{when.day}/{when:%y}, {int(when.strftime('%I'))}:{when:%M:%S}\u202f{when:%p}]"


def _mojibake(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


def _discord_id(conversation: pd.DataFrame, speaker: str) -> str:
    return str(300 + list(conversation["speaker"].unique()).index(speaker))
