"""WebVTT captions that name their speakers, as Teams (`<v Name>`) and Zoom (`Name: text`) write them."""

from typing import Final

from labor_signals.notes import Note
from labor_signals.read.captions import cues_of, parse_captions, unread_cues
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note
from labor_signals.read.source import Source
from labor_signals.read.speaker_labels import table_from_cues

_NO_CUE: Final = ("NOTE", "STYLE", "REGION")


def matches(source: Source) -> bool:
    """Whether the source opens with `WEBVTT`."""
    return source.head.lstrip().startswith("WEBVTT")


def read(source: Source) -> RawTable:
    """The cues of the source, one row a voice.

    Raises:
        TranscriptError: It is no WebVTT, holds no cue, or names no speaker.
    """
    lines = source.text.lstrip().split("\n")
    captions = parse_captions(lines, format_name="vtt")
    notes = (*source.notes, *unread_cues(lines, len(captions)), *_stray_blocks(source.text))
    return table_from_cues(cues_of(captions), format_name="webvtt", notes=notes)


def _stray_blocks(text: str) -> tuple[Note, ...]:
    """A note on text that stands in no cue, such as what follows an empty line inside a cue."""
    stray, line = [], 1
    for at, block in enumerate(text.split("\n\n")):
        bare = block.lstrip("\n")
        if at and bare and "-->" not in bare and not bare.startswith(_NO_CUE):
            stray.append(line + len(block) - len(bare))
        line += block.count("\n") + 2
    return note("dropped", stray, "blocks of text that belong to no cue, by line")
