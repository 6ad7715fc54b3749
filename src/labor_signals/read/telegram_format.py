"""`result.json` of Telegram Desktop: one chat, or the export of a whole account."""

from typing import Any, Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.read.chat_export import first_objects, json_of, messages_in, text_or_none, told_apart, unix_times
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note, said_frame
from labor_signals.read.source import Source

_EXPECTED: Final = "the result.json of Telegram Desktop"

Placed = list[tuple[int, str | int | None, dict[str, Any]]]


def matches(source: Source) -> bool:
    """Whether the source is JSON with messages that carry Telegram's fields."""
    return any(_is_telegram(message) for _, messages in _chats(source.json) for message in first_objects(messages))


def read(source: Source) -> RawTable:
    """The messages of the source; `conversation_id` where it is the export of a whole account.

    Times are in UTC where every message has its `date_unixtime`, else as the exporting computer's clock showed them.

    Raises:
        TranscriptError: It is no Telegram export, or breaks off.
    """
    exported = json_of(source, _EXPECTED)
    chats = _chats(exported)
    if not any(_is_telegram(message) for _, messages in chats for message in messages):
        raise TranscriptError(f"found JSON without the messages of a Telegram chat; expected {_EXPECTED}, as JSON.")
    entries = [(chat, message) for chat, messages in chats for message in messages]
    placed = [(at, chat, message) for at, (chat, message) in enumerate(entries, start=1) if isinstance(message, dict)]
    strange = [at for at, (_, message) in enumerate(entries, start=1) if not isinstance(message, dict)]
    said = [entry for entry in placed if entry[2].get("type", "message") == "message"]
    service = [at for at, _, message in placed if message.get("type", "message") != "message"]
    table = _table(said, several="chats" in exported)
    return RawTable(
        frame=table.frame,
        format="telegram",
        notes=(
            *source.notes,
            *note("dropped", strange, "entries of the list of messages that are no messages"),
            *note("dropped", service, "service messages (calls, pins, joins and the like), which nobody said"),
            *table.notes,
        ),
        place="message",
        places=[at for at, _, _ in said],
    )


def _table(said: Placed, *, several: bool) -> RawTable:
    messages = [message for _, _, message in said]
    texts = [_words(message.get("text")) for message in messages]
    accounts = [text_or_none(message.get("from_id")) for message in messages]
    named = [text_or_none(message.get("from")) for message in messages]
    places = [at for at, _, _ in said]
    shown = [name or account for name, account in zip(named, accounts, strict=True)]
    names, shared = told_apart(shown, accounts, places)
    # An answer to a message of another chat carries that chat, and its id means nothing in this one.
    replies = [text_or_none(message.get("reply_to_message_id")) if "reply_to_peer_id" not in message else None
               for message in messages]  # fmt: skip
    frame = said_frame(
        ({"conversation_id": [chat for _, chat, _ in said]} if several else {})
        | {
            "speaker": names,
            "text": texts,
            "timestamp": _times(messages),
            "utterance_id": [text_or_none(message.get("id")) for message in messages],
            "reply_to": replies,
        }
    )
    nameless = [at for at, name, account in zip(places, named, accounts, strict=True) if account and not name]
    wordless = [at for at, text in zip(places, texts, strict=True) if not text]
    forwarded = [at for at, _, message in said if "forwarded_from" in message]
    elsewhere = [at for at, _, message in said if "reply_to_peer_id" in message]
    return RawTable(
        frame=frame.frame,
        format="telegram",
        notes=(
            *note(
                "kept",
                wordless,
                "messages without words (photos, voice messages, stickers, polls); their text is empty",
            ),
            *note("kept", forwarded, "forwarded messages; the speaker is who sent them on, not who wrote them"),
            *note("changed", nameless, "messages of accounts without a name (deleted ones); named by the account's id"),
            *note("dropped", elsewhere, "links to a message of another chat that a message answers"),
            *shared,
            *frame.notes,
        ),
    )


def _times(messages: list[dict[str, Any]]) -> pd.Series:
    unix = [message.get("date_unixtime") for message in messages]
    if any(moment is None and "date" in message for moment, message in zip(unix, messages, strict=True)):
        return said_frame({"date": [text_or_none(message.get("date")) for message in messages]}).frame["date"]
    return unix_times(unix, per_second=1)


def _chats(exported: Any) -> list[tuple[str | int | None, list[Any]]]:
    """(id, messages) of each chat."""
    if not isinstance(exported, dict):
        return []
    if "chats" not in exported:
        return [(None, messages_in(exported))]
    found: list[tuple[str | int | None, list[Any]]] = []
    for part in ("chats", "left_chats"):
        listed = exported.get(part)
        chats = listed.get("list") if isinstance(listed, dict) else None
        for chat in chats if isinstance(chats, list) else []:
            messages = messages_in(chat)
            if messages:
                found.append((text_or_none(chat.get("id")) or f"chat {len(found) + 1}", messages))
    return found


def _is_telegram(message: Any) -> bool:
    return isinstance(message, dict) and message.get("type") in ("message", "service") and "date" in message


def _words(text: Any) -> str:
    """The text of a message: a string, or a list of strings and of marked-up pieces."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    pieces = [piece.get("text") if isinstance(piece, dict) else piece for piece in text]
    return "".join(piece for piece in pieces if isinstance(piece, str))
