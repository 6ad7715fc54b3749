"""The cues of WebVTT and SRT files, and a note on those that cannot be read."""

import re
from typing import TYPE_CHECKING, Final

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.speaker_labels import Cue

if TYPE_CHECKING:
    from webvtt.models import Caption

# webvtt-py parses the blocks. Of voices it knows only one a cue (`Caption.voice`), so they are told from its raw text.

_TIMING: Final = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d+\s*-->\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d+")
_EXPECTED: Final = {
    "vtt": "a first line 'WEBVTT'",
    "srt": "cues such as '1', '00:00:01,000 --> 00:00:04,000', text",
}


def parse_captions(lines: list[str], *, format_name: str) -> "list[Caption]":
    """The cues that webvtt-py finds in the lines of a `vtt` or `srt` file.

    Raises:
        TranscriptError: It finds none, or cannot parse the lines.
    """
    import webvtt  # noqa: PLC0415  (loaded by those who read captions)
    from webvtt.errors import MalformedCaptionError, MalformedFileError  # noqa: PLC0415

    try:
        captions: list[Caption] = webvtt.from_buffer(lines, format=format_name).captions
    except (MalformedFileError, MalformedCaptionError, ValueError) as error:
        raise TranscriptError(
            f"found a file that cannot be read as captions; expected {_EXPECTED[format_name]}. Check that it is whole, "
            "or name its format."
        ) from error
    if not captions:
        raise TranscriptError(
            "found 0 cues; expected at least one, with times such as '00:00:01.000 --> 00:00:04.000'."
        )
    return captions


def cues_of(captions: "list[Caption]") -> list[Cue]:
    """The captions with their times in seconds."""
    return [
        Cue(number, _seconds(caption.start), _seconds(caption.end), caption.raw_text)
        for number, caption in enumerate(captions, start=1)
    ]


def unread_cues(lines: list[str], read_cues: int) -> tuple[Note, ...]:
    """A note on the cues that the parser passed over: no text, or times that it cannot read."""
    arrows = [number for number, line in enumerate(lines, start=1) if "-->" in line]
    if len(arrows) <= read_cues:
        return ()
    wrong = [number for number in arrows if not _TIMING.match(lines[number - 1])]
    return (
        Note(
            "dropped",
            len(arrows) - read_cues,
            "cues without text, or with times that cannot be read",
            tuple(wrong[:10]),
        ),
    )


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
