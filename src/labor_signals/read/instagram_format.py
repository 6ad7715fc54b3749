"""`message_1.json` of a Meta download: Instagram and Messenger."""

import re
from itertools import pairwise
from typing import Any, Final

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.chat_export import first_objects, json_of, messages_in, only_objects, text_or_none, unix_times
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note, said_frame
from labor_signals.read.source import Source

_EXPECTED: Final = "a message_1.json of an Instagram or Messenger download in JSON format"
_SYSTEM_TYPES: Final = ("Call", "Subscribe", "Unsubscribe")
# What Meta writes in place of words. English only: other languages stay as text.
_FOR_A_REACTION: Final = re.compile(r"Liked a message|Reacted \S{1,12} to your message", re.IGNORECASE)
_FOR_AN_ATTACHMENT: Final = re.compile(r".{1,100} sent (?:an attachment|a photo|a video|a voice message)\.")
_ATTACHED: Final = ("share", "photos", "videos", "audio_files", "files", "gifs", "sticker", "media")

Placed = list[tuple[int, dict[str, Any]]]


def matches(source: Source) -> bool:
    """Whether the source is JSON with messages that carry Meta's fields."""
    return any(_is_meta(message) for message in first_objects(messages_in(source.json)))


def read(source: Source) -> RawTable:
    """The messages of the source, the oldest first.

    Raises:
        TranscriptError: It is no such download, or breaks off.
    """
    messages, strange = only_objects(messages_in(json_of(source, _EXPECTED)))
    if not any(_is_meta(message) for _, message in messages):
        raise TranscriptError(
            f"found JSON without the messages of an Instagram or Messenger chat; expected {_EXPECTED}."
        )
    calls = [place for place, message in messages if _is_system(message)]
    said, reordered = _in_time_order([entry for entry in messages if not _is_system(entry[1])])
    names = [_mended(text_or_none(_field(message, "sender_name", "senderName"))) for _, message in said]
    written = [_mended(text_or_none(_field(message, "content", "text"))) for _, message in said]
    texts = [_own_words(text[0], message) for text, (_, message) in zip(written, said, strict=True)]
    frame = said_frame(
        {
            "speaker": [name for name, _ in names],
            "text": texts,
            "timestamp": unix_times([_when(message) for _, message in said], per_second=1000),
        }
    )
    places = [place for place, _ in said]
    mended = [place for place, name, text in zip(places, names, written, strict=True) if name[1] or text[1]]
    unsent = [place for place, message in said if _unsent(message)]
    wordless = [
        place for place, text, (_, message) in zip(places, texts, said, strict=True) if not (text or _unsent(message))
    ]
    return RawTable(
        frame=frame.frame,
        format="instagram",
        notes=(
            *source.notes,
            *strange,
            *note("dropped", calls, "calls, joins and leaves, which nobody said"),
            *reordered,
            *note(
                "changed", mended, "messages with a name or text in broken encoding (UTF-8 written as Latin-1); mended"
            ),
            *note("kept", wordless, "messages without words (photos, shares, likes, reactions); their text is empty"),
            *note("kept", unsent, "messages that were unsent; their text is empty"),
            *frame.notes,
        ),
        place="message",
        places=places,
    )


def _is_meta(message: Any) -> bool:
    return isinstance(message, dict) and (
        ("sender_name" in message and "timestamp_ms" in message) or ("senderName" in message and "timestamp" in message)
    )


def _is_system(message: dict[str, Any]) -> bool:
    return "call_duration" in message or message.get("type") in _SYSTEM_TYPES


def _unsent(message: dict[str, Any]) -> bool:
    return _field(message, "is_unsent", "isUnsent") is True


def _field(message: dict[str, Any], name: str, name_encrypted: str) -> Any:
    """A field by its name in plain downloads, or in those of end-to-end encrypted Messenger chats."""
    return message.get(name, message.get(name_encrypted))


def _when(message: dict[str, Any]) -> Any:
    return _field(message, "timestamp_ms", "timestamp")


def _in_time_order(said: Placed) -> tuple[Placed, tuple[Note, ...]]:
    """The messages, oldest first; those of one moment in the order in which they were written down."""
    moments = [
        float(when) if isinstance(when := _when(message), int) and abs(when) < 1 << 64 else None for _, message in said
    ]
    known = [moment for moment in moments if moment is not None]
    if all(earlier <= later for earlier, later in pairwise(known)):
        return said, ()
    newest_first = known[0] > known[-1]
    turned = list(zip(moments, said, strict=True))[:: -1 if newest_first else 1]
    # One without a time stays beside its neighbour.
    last, keyed = float("-inf"), []
    for moment, entry in turned:
        last = moment if moment is not None else last
        keyed.append((last, entry))
    ordered = [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]
    what = "messages that the file has newest first; put in order of time" if newest_first else (
        "messages that the file has out of order; put in order of time")  # fmt: skip
    return ordered, (Note("changed", len(ordered), what),)


def _mended(text: str | None) -> tuple[str | None, bool]:
    """The text with Meta's double encoding undone, where it can be, and whether it was."""
    if text is None or text.isascii():
        return text, False
    try:
        return text.encode("latin-1").decode("utf-8"), True
    except UnicodeError:
        return text, False


def _own_words(text: str | None, message: dict[str, Any]) -> str:
    """The words of the sender: none where Meta put words of its own for a reaction or an attachment."""
    words = (text or "").strip()
    if _unsent(message) or _FOR_A_REACTION.fullmatch(words):
        return ""
    if _FOR_AN_ATTACHMENT.fullmatch(words) and any(message.get(key) for key in _ATTACHED):
        return ""
    return text or ""
