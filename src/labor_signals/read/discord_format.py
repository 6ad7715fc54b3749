"""Exports of DiscordChatExporter, as JSON or CSV."""

import re
from io import StringIO
from typing import Any, Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.read.chat_export import first_objects, json_of, messages_in, only_objects, text_or_none, told_apart
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note, said_frame
from labor_signals.read.source import Source

_EXPECTED: Final = "a JSON or CSV export of DiscordChatExporter"
_CSV_HEADER: Final = "AuthorID,Author,Date,Content"
# 20 and 23 are what older versions write for the two commands.
_SAID: Final = ("Default", "Reply", "ChatInputCommand", "ContextMenuCommand", "20", "23")
# A CSV export does not tell the type: these are the lines that the exporter writes for messages of the system.
_SYSTEM_LINE: Final = re.compile(
    r"Pinned a message\.|Joined the server\.|Left the group\.|Started a thread\.|Changed the channel icon\."
    r"|Started a call that lasted [\d.,]+ minutes\.|(?:Added|Removed) .{1,100} (?:to|from) the group\."
    r"|Changed the channel name: .{1,200}\."
)


def matches(source: Source) -> bool:
    """Whether the source is such a JSON or CSV."""
    return _is_csv(source) or any(_is_discord(message) for message in first_objects(messages_in(source.json)))


def read(source: Source) -> RawTable:
    """The messages of the source, each person by nickname where there is one.

    Raises:
        TranscriptError: It is no such export, or breaks off.
    """
    return _read_csv(source) if _is_csv(source) else _read_json(source)


def _is_csv(source: Source) -> bool:
    return source.head.lstrip().split("\n", 1)[0].replace('"', "").startswith(_CSV_HEADER)


def _is_discord(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("author"), dict) and "content" in message


def _read_json(source: Source) -> RawTable:
    messages, strange = only_objects(messages_in(json_of(source, _EXPECTED)))
    if not any(_is_discord(message) for _, message in messages):
        raise TranscriptError(f"found JSON without the messages of a Discord channel; expected {_EXPECTED}.")
    said = [(place, message) for place, message in messages if message.get("type", "Default") in _SAID]
    system = [place for place, message in messages if message.get("type", "Default") not in _SAID]
    authors = [author if isinstance(author := message.get("author"), dict) else {} for _, message in said]
    names, shared = told_apart(
        [text_or_none(author.get("nickname")) or text_or_none(author.get("name")) for author in authors],
        [text_or_none(author.get("id")) for author in authors],
        [place for place, _ in said],
    )
    texts = [content if isinstance(content := message.get("content"), str) else "" for _, message in said]
    frame = said_frame(
        {
            "speaker": names,
            "text": texts,
            "timestamp": [text_or_none(message.get("timestamp")) for _, message in said],
            "utterance_id": [text_or_none(message.get("id")) for _, message in said],
            "reply_to": [_reply_to(message) for _, message in said],
        }
    )
    wordless = [place for (place, _), text in zip(said, texts, strict=True) if not text.strip()]
    return RawTable(
        frame=frame.frame,
        format="discord",
        notes=(
            *source.notes,
            *strange,
            *note("dropped", system, "messages of the system (joins, pins, calls and the like), which nobody said"),
            *note("kept", wordless, "messages without words (attachments, embeds, stickers); their text is empty"),
            *shared,
            *frame.notes,
        ),
        place="message",
        places=[place for place, _ in said],
    )


def _reply_to(message: dict[str, Any]) -> str | None:
    """The id of the message answered; a forwarded message refers to one without answering it."""
    reference = message.get("reference")
    return (
        text_or_none(reference.get("messageId"))
        if message.get("type") == "Reply" and isinstance(reference, dict)
        else None
    )


def _read_csv(source: Source) -> RawTable:
    try:
        table = pd.read_csv(StringIO(source.text.lstrip()), dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise TranscriptError(
            f"found a CSV of DiscordChatExporter that cannot be parsed ({_parser_says(error)}); expected the same "
            "number of cells in every row and every quote closed. The export is not whole: export it again."
        ) from error
    if not isinstance(table.index, pd.RangeIndex):  # what pandas makes of cells that no header stands over
        raise TranscriptError("found a CSV of DiscordChatExporter with more cells in its rows than in its header; "
                              "expected as many. The file was changed after the export: export it again.")  # fmt: skip
    if not {"AuthorID", "Author", "Date", "Content"} <= set(table.columns):
        raise TranscriptError(f"found a CSV without some of the columns {_CSV_HEADER}; expected {_EXPECTED}.")
    is_system = table["Content"].str.fullmatch(_SYSTEM_LINE)
    said = table[~is_system]
    places = (said.index + 1).tolist()
    names, shared = told_apart(said["Author"].tolist(), said["AuthorID"].tolist(), places)
    wordless = (said.index[said["Content"].str.strip() == ""] + 1).tolist()
    frame = said_frame({"speaker": names, "text": said["Content"].tolist(), "timestamp": said["Date"].tolist()})
    return RawTable(
        frame=frame.frame,
        format="discord",
        notes=(
            *source.notes,
            *note(
                "dropped",
                (table.index[is_system] + 1).tolist(),
                "lines that the exporter writes for joins, pins and calls",
            ),
            *note("kept", wordless, "messages without words (attachments, embeds, stickers); their text is empty"),
            *shared,
            *frame.notes,
        ),
        place="message",
        places=places,
    )


def _parser_says(error: Exception) -> str:
    """What pandas says about rows and cells, as far as it quotes none of them."""
    numbers = re.search(r"EOF inside string starting at row \d+|Expected \d+ fields in line \d+, saw \d+", str(error))
    return numbers[0] if numbers else "no more is known"
