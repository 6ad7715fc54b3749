"""The bytes of a source, decoded once and only when a reader asks."""

import json
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.settings import DEFAULT_SETTINGS, Settings

HEAD_CHARACTERS: Final = 65_536
WESTERN: Final = "cp1252"
ENOUGH_TO_TELL: Final = 1_000_000
MOSTLY_ASCII: Final = 0.2
_ABOVE_ASCII: Final = bytes([0] * 128 + [1] * 128)


@dataclass(frozen=True, eq=False, kw_only=True)
class Source:
    """A file, folder or piece of bytes that a format reader can look at.

    Attributes:
        path: The file or folder, `None` for bytes given directly.
        given: The bytes, where they were given directly.
        settings: How to read.
    """

    path: Path | None = None
    given: bytes | None = None
    settings: Settings = DEFAULT_SETTINGS

    @property
    def is_folder(self) -> bool:
        """Whether the source is a folder."""
        return self.path is not None and self.path.is_dir()

    @property
    def suffix(self) -> str:
        """Lower-case file suffix with its dot, empty where there is none."""
        return self.path.suffix.lower() if self.path is not None else ""

    @cached_property
    def data(self) -> bytes:
        """All bytes of the source."""
        if self.given is not None:
            return self.given
        if self.path is None or self.is_folder:
            return b""
        return self.path.read_bytes()

    @cached_property
    def magic(self) -> bytes:
        """The first 64 bytes, read without the rest."""
        if self.given is not None:
            return self.given[:64]
        if self.path is None or self.is_folder:
            return b""
        with self.path.open("rb") as file:
            return file.read(64)

    @cached_property
    def head(self) -> str:
        """The first characters, for telling formats apart; empty for a folder or for binary junk."""
        try:
            return self.text[:HEAD_CHARACTERS]
        except TranscriptError:
            return ""

    @cached_property
    def _decoded(self) -> tuple[str, str]:
        return decode(self.data)

    @property
    def text(self) -> str:
        """The whole source as text, with Unix line ends and no byte-order mark.

        Raises:
            TranscriptError: The bytes are not text in any encoding that could be told.
        """
        return self._decoded[0]

    @property
    def notes(self) -> tuple[Note, ...]:
        """A note where the encoding had to be guessed."""
        encoding = self._decoded[1]
        if encoding in {"utf-8", "utf-16", "utf-32"}:
            return ()
        return (Note("guessed", 1, f"the file is not UTF-8; it was read as {encoding}"),)

    @cached_property
    def json(self) -> Any:
        """The source parsed as one JSON value, or `None` where it is not one.

        NaN and infinities, which some exporters write, come out as `None`.
        """
        if self.head.lstrip()[:1] not in {"{", "["}:
            return None
        try:
            return json.loads(self.text, parse_constant=lambda _: None, parse_float=_finite)
        except (ValueError, RecursionError):
            return None


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was read as.

    Raises:
        TranscriptError: The bytes are binary, or in no encoding that could be told.
    """
    for mark, encoding in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
                           (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8")):  # fmt: skip
        if data.startswith(mark):
            try:
                return _clean(data.decode("utf-8-sig" if encoding == "utf-8" else encoding)), encoding
            except UnicodeDecodeError:
                break
    return _decode_by_guess(data)


def _decode_by_guess(data: bytes) -> tuple[str, str]:
    for encoding in () if b"\x00" in data else _likely(data[:ENOUGH_TO_TELL]):
        with suppress(UnicodeDecodeError, LookupError):
            return _clean(data.decode(encoding)), encoding
    raise TranscriptError(
        f"found {len(data):,} bytes that are not text in a known encoding; expected UTF-8 text or one of the "
        "formats that read_transcript knows. Check that the file is whole, or save it again as UTF-8."
    )


def _likely(head: bytes) -> Iterator[str]:
    """Encodings to try, the likeliest first."""
    if sum(head.translate(_ABOVE_ASCII)) < MOSTLY_ASCII * len(head):
        # a few curly quotes and accents are too little to tell by; in English they are nearly always Windows's own
        yield WESTERN
    from charset_normalizer import from_bytes  # noqa: PLC0415  (needed for rare encodings only)

    if (best := from_bytes(head).best()) is not None:
        yield best.encoding


def _clean(text: str) -> str:
    if "\x00" in text:
        raise TranscriptError("found text with NUL characters; expected a text file. Save it again as UTF-8.")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _finite(literal: str) -> float | None:
    number = float(literal)
    return number if math.isfinite(number) else None
