"""Chat exports of WhatsApp, from iPhones and from Android, as text or in the zip that the app sends."""

import lzma
import re
import zipfile
import zlib
from io import BytesIO
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note, said_frame
from labor_signals.read.source import HEAD_CHARACTERS, Source, decode
from labor_signals.read.whatsapp_dates import GROUPS, MOMENT, moments
from labor_signals.read.whatsapp_phrases import UNSEEN, Said, sender_and_body, told

# chatpack was tried and left out; see chat_export.py.

_EXPECTED: Final = (
    "an exported WhatsApp chat, with lines such as '12/03/24, 21:05 - Name: text' or '[12/03/24, 21:05:13] Name: text'"
)
_BRACKETED: Final = re.compile(rf"^[{UNSEEN}]*\[{MOMENT}\][ \u00a0\u202f]?", re.MULTILINE)
_DASHED: Final = re.compile(rf"^[{UNSEEN}]*{MOMENT}[ \u00a0\u202f][-–][ \u00a0\u202f]", re.MULTILINE)
_ZIP: Final = b"PK\x03\x04"
_FIRST_LINES: Final = 20
_LARGEST: Final = 500_000_000
_ZIP_FAILS: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError, KeyError, IndexError),
)


class _Message(NamedTuple):
    """One entry: the line it stands at, the groups of its time, its sender, and its text with WhatsApp's marks."""

    line: int
    written: tuple[str | None, ...]
    sender: str | None
    body: str


def matches(source: Source) -> bool:
    """Whether one of the first lines is a message with a time and a sender, also within a zip."""
    if source.magic.startswith(_ZIP):
        try:
            opening = decode(_unzipped(source, most=4 * HEAD_CHARACTERS, whole=False))[0]
        except TranscriptError:
            return False
    else:
        opening = source.head
    first = "\n".join(opening.lstrip().split("\n", _FIRST_LINES)[:_FIRST_LINES])
    return any(message.sender for message in _messages(first))


def read(source: Source) -> RawTable:
    """The messages of the source, with wall-clock times as the phone showed them.

    Raises:
        TranscriptError: It is no such export, or its dates could be read in two ways.
    """
    text, notes = _text_of(source)
    messages = _messages(text)
    sent = [(message, told(message.body)) for message in messages if message.sender is not None]
    if not sent:
        raise TranscriptError(f"found no message with a time and a sender; expected {_EXPECTED}.")
    times = moments([message.written for message, _ in sent], source.settings)
    said = [what.kind != "notice" for _, what in sent]
    kept = [entry for entry, own in zip(sent, said, strict=True) if own]
    frame = said_frame(
        {
            "speaker": [message.sender for message, _ in kept],
            "text": [what.text for _, what in kept],
            "timestamp": times[np.array(said)].reset_index(drop=True),
        }
    )
    notices = sorted(
        [m.line for m in messages if m.sender is None] + [m.line for m, what in sent if what.kind == "notice"]
    )
    return RawTable(
        frame=frame.frame,
        format="whatsapp",
        notes=(
            *notes,
            *_unread_opening(text, messages),
            *note(
                "dropped", notices, "notices of WhatsApp (encryption, group changes and the like), which nobody said"
            ),
            *_notes_on(kept),
            *frame.notes,
        ),
        place="line",
        places=[message.line for message, _ in kept],
    )


def _text_of(source: Source) -> tuple[str, tuple[Note, ...]]:
    if not source.magic.startswith(_ZIP):
        return source.text, source.notes
    inner = Source(given=_unzipped(source, most=_LARGEST, whole=True), settings=source.settings)
    return inner.text, inner.notes


def _messages(text: str) -> list[_Message]:
    """The entries of a chat; lines without a time go on with the entry before them.

    An export is written in one style throughout, so that lines of the other style are taken as quoted in a message.
    """
    found = max((list(style.finditer(text)) for style in (_BRACKETED, _DASHED)), key=len)
    starts = [match.start() for match in found]
    ends = [at - 1 for at in [*starts, len(text) + 1][1:]]
    gaps = (text.count("\n", before, at) for before, at in zip([0, *starts], starts, strict=False))
    lines = [line + 1 for line in accumulate(gaps)]
    return [
        _Message(line, match.groups()[:GROUPS], *sender_and_body(text[match.end() : max(end, match.end())].rstrip()))
        for line, match, end in zip(lines, found, ends, strict=True)
    ]


def _unread_opening(text: str, messages: list[_Message]) -> tuple[Note, ...]:
    """A note on what stands before the first entry: the rest of a message that was cut off."""
    lines = text.split("\n", messages[0].line - 1)[: messages[0].line - 1]
    return note(
        "dropped", [at for at, line in enumerate(lines, start=1) if line.strip()], "lines before the first message"
    )


def _notes_on(kept: list[tuple[_Message, Said]]) -> tuple[Note, ...]:
    wordless = [message.line for message, what in kept if what.kind == "media" and not what.text]
    captioned = [message.line for message, what in kept if what.kind == "media" and what.text]
    deleted = [message.line for message, what in kept if what.kind == "deleted"]
    edited = [message.line for message, what in kept if what.edited]
    return (
        *note("kept", wordless, "messages without words (photos, voice messages, stickers); their text is empty"),
        *note("kept", deleted, "deleted messages; their text is empty"),
        *note("changed", captioned, "marks of a photo or file taken off the words sent with it"),
        *note("changed", edited, "marks of an edited message taken off"),
    )


def _unzipped(source: Source, *, most: int, whole: bool) -> bytes:
    """The text file in a zip: `_chat.txt`, or the only `.txt`.

    Raises:
        TranscriptError: There is no such file, or it cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(source.path or BytesIO(source.data)) as packed:
            texts = [info for info in packed.infolist() if info.filename.lower().endswith(".txt")]
            chats = [info for info in texts if info.filename.rpartition("/")[2].lower() == "_chat.txt"] or texts
            if len(chats) != 1:
                raise TranscriptError(
                    f"found {len(chats)} text files in the zip; expected one, the chat that WhatsApp exported."
                )
            with packed.open(chats[0]) as file:
                data = file.read(most + 1)
    except _ZIP_FAILS as error:
        if isinstance(error, TranscriptError):
            raise
        raise TranscriptError(
            "found a zip that cannot be unpacked; expected the one that WhatsApp exports. Unpack it, and read its text."
        ) from error
    if whole and len(data) > most:
        raise TranscriptError(
            f"found over {most:,} bytes of text in the zip; expected a chat. Unpack it, and read it in parts."
        )
    return data if whole else data[: data.rfind(b"\n") + 1] or data  # no half of a character at the cut
