"""SubRip captions that name their speakers: `Name: text`, `[Name]: text`, `>> NAME: text` or `- Name: text`."""

import re
from typing import Final

from labor_signals.read.captions import cues_of, parse_captions, unread_cues
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.read.speaker_labels import table_from_cues

_OPENING: Final = re.compile(
    r"\s*(?:\d+[ \t]*\n+)?[ \t]*\d+:\d{1,2}:\d{1,2}[,.]\d+[ \t]*-->[ \t]*\d+:\d{1,2}:\d{1,2}[,.]\d"
)


def matches(source: Source) -> bool:
    """Whether the source opens with a cue number and a line of times."""
    return _OPENING.match(source.head) is not None


def read(source: Source) -> RawTable:
    """The cues of the source, one row a voice.

    Raises:
        TranscriptError: It is no SRT, holds no cue, or names no speaker.
    """
    lines = source.text.strip().split("\n")
    if "-->" in lines[0]:  # some tools leave the number of the first cue out, without which webvtt-py takes nothing
        lines.insert(0, "1")
    lines[0] = lines[0].strip()
    captions = parse_captions(lines, format_name="srt")
    return table_from_cues(
        cues_of(captions), format_name="srt", notes=(*source.notes, *unread_cues(lines, len(captions)))
    )
