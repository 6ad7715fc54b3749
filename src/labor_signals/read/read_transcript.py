"""The front door of step 1: tells the format, has it read, and checks what came out."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.read.build_transcript import build_transcript
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source, decode
from labor_signals.records import Transcript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

TranscriptSource = (
    Transcript
    | pd.DataFrame
    | str
    | PathLike[str]
    | bytes
    | IO[bytes]
    | Sequence[tuple[str, str]]
    | Sequence[Mapping[str, Any]]
)

# In the order in which they are tried: the surest marks first, the loosest last.
FORMATS: Final = (
    "parquet",
    "excel",
    "convokit",
    "eaf",
    "chat",
    "webvtt",
    "telegram",
    "instagram",
    "discord",
    "speech_json",
    "json",
    "jsonl",
    "srt",
    "whatsapp",
    "csv",
    "tsv",
    "script",
)


class FormatReader(Protocol):
    """What a module `read/<format>_format.py` offers."""

    def matches(self, source: Source) -> bool:
        """Whether the content of the source looks like this format. Never raises."""

    def read(self, source: Source) -> RawTable:
        """The rows of the source.

        Raises:
            TranscriptError: The content is not of this format, or breaks off.
        """


def read_transcript(
    source: TranscriptSource,
    *,
    format: str = "auto",  # noqa: A002  (the word that users know from pandas and ConvoKit)
    columns: Mapping[str, str] | None = None,
    settings: Settings = DEFAULT_SETTINGS,
) -> Transcript:
    """Reads a transcript from a file, folder, frame or list.

    Args:
        source: A path; a DataFrame with columns `speaker` and `text`; a list of (speaker, text) or of dicts; the bytes
            of a file, or a file opened in binary mode; or a `Transcript`, which is handed back as it is.
        format: One of `labor_signals.read.read_transcript.FORMATS`, or `auto` to tell it from the content.
        columns: Maps names of your columns to the names expected, such as `{"who": "speaker", "said": "text"}`.
        settings: How to read: merging of turns, pseudonyms, bad rows, dates and time zones.

    Returns:
        The transcript, with notes on everything that was dropped, changed or guessed.

    Raises:
        TranscriptError: The source cannot be read, or a row of it cannot be used; says what was found, what was
            expected and what to do.

    Example:
        >>> import labor_signals as ls
        >>> ls.read_transcript([("Ana", "You've been quiet. What's going on?"), ("Ben", "Nothing. I'm fine.")])
        Transcript(2 utterances, 1 conversations, 2 parties, format='list')
    """
    if isinstance(source, Transcript):
        return source
    raw = _raw_table(source, format, settings)
    return build_transcript(raw, columns=columns or {}, settings=settings)


def _raw_table(source: TranscriptSource, name: str, settings: Settings) -> RawTable:
    if isinstance(source, pd.DataFrame):
        return RawTable(frame=source, format="dataframe")
    if isinstance(source, str | PathLike):
        return _read_source(Source(path=_existing(Path(source)), settings=settings), name)
    if isinstance(source, bytes):
        return _read_source(Source(given=source, settings=settings), name)
    if hasattr(source, "read"):
        return _read_source(Source(given=_bytes_of(cast("IO[bytes]", source)), settings=settings), name)
    if isinstance(source, Sequence):
        from labor_signals.read.list_source import table_from_list  # noqa: PLC0415

        return table_from_list(cast("Sequence[object]", source))
    raise TranscriptError(
        f"source is a {type(source).__name__}; expected a path, a DataFrame, a list of (speaker, text) or of dicts, "
        "bytes, an open binary file, or a Transcript."
    )


def _existing(path: Path) -> Path:
    try:
        if path.exists():
            return path
    except (OSError, ValueError):  # too long, or holds a NUL: no path at all
        pass
    raise TranscriptError(
        "found no file or folder at the path given; expected an existing one. If it is the talk itself, pass it as a "
        "list of (speaker, text), or as bytes: text.encode()."
    )


def _bytes_of(stream: IO[bytes]) -> bytes:
    data: object = stream.read()
    return data.encode() if isinstance(data, str) else cast("bytes", data)


def _reader(name: str) -> FormatReader:
    return cast("FormatReader", import_module(f"labor_signals.read.{name}_format"))


def _read_source(source: Source, name: str) -> RawTable:
    if name != "auto":
        if name not in FORMATS:
            raise TranscriptError(f"format is {name!r}; expected 'auto' or one of {', '.join(FORMATS)}.")
        return _reader(name).read(source)
    if not source.is_folder and not source.magic.strip() and not source.data.strip():
        raise TranscriptError("found an empty file; expected at least one utterance.")
    for known in FORMATS:
        reader = _reader(known)
        if reader.matches(source):
            return reader.read(source)
    if not source.is_folder:
        decode(source.data)  # says so where the bytes are no text at all
    raise TranscriptError(
        f"the content looks like none of the known formats ({', '.join(FORMATS)}). Expected, in the loosest of them, "
        "lines such as 'Name: text'. Name the format with format=... to see what stands in its way."
    )
