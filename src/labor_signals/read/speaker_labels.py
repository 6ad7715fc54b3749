"""Who speaks in a caption file: voice tags and names before a colon, shared by WebVTT and SRT."""

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note, said_frame
from labor_signals.read.script_labels import speakers_among

_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>\n]*)>")
# Cue tags and karaoke times of WebVTT, HTML of SRT, {\an8} of SubStation; "I <3 you" and "<rolls eyes>" stay.
_MARKUP: Final = re.compile(
    r"</?(?:[bcisuv]|br|em|rt|ruby|lang|font|span|strong)(?![\w-])[^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE
)
# ">> ANA: ", "- Ana: ", "[Ana]: ", "Ana: ". A name starts with a letter, digit or +, and holds no end of a sentence.
_LABEL: Final = re.compile(r"[ \t]*(?P<mark>>>[ \t]*|[-–][ \t]*)?(?:\[(?P<boxed>[^\[\]\n:]{1,60})\]|"
                           r"(?P<name>[^\W_+][^\n:!?;\[\]<>\"]{0,59}|\+[^\n:!?;\[\]<>\"]{1,59})):(?=\s|$)")  # fmt: skip
_MOST_WORDS: Final = 6
_DOUBTFUL: Final = (
    "words before a colon that stand in this one place only, in a file that does not name a speaker in every cue; "
    "taken as a speaker's name"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: its number in the file from 1, seconds from the start of the recording, and its text with markup."""

    number: int
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one voice says in one cue; `speaker` is `None` where the cue does not tell."""

    cue: Cue
    speaker: str | None
    text: str


def table_from_cues(cues: Sequence[Cue], *, format_name: str, notes: Sequence[Note] = ()) -> RawTable:
    """One row a cue, or several where a cue holds several voices.

    Voice tags win: only in a file without any are names looked for before a colon. A cue that names nobody goes on
    with the speaker before it.

    Raises:
        TranscriptError: No cue names a speaker.
    """
    voiced = any(_VOICE.search(cue.text) for cue in cues)
    pieces, doubts = (_by_voice_tags(cues), ()) if voiced else _by_names(cues)
    if not any(piece.speaker for piece in pieces):
        raise TranscriptError(
            f"found {len(cues):,} cues, none of which names a speaker; expected '<v Name>' or 'Name: ' in them. Export "
            "the transcript with speaker names, or run speaker diarisation and read its JSON."
        )
    spoken = [piece for piece in pieces if piece.text or piece.speaker]
    silent = [piece.cue.number for piece in pieces if not (piece.text or piece.speaker)]
    unnamed = [piece.cue.number for piece in spoken if not piece.speaker]
    said = said_frame(
        {
            "speaker": pd.Series([piece.speaker for piece in spoken], dtype=object).ffill().tolist(),
            "text": [piece.text for piece in spoken],
            "start": [piece.cue.start for piece in spoken],
            "end": [piece.cue.end for piece in spoken],
        }
    )
    opening = next(at for at, piece in enumerate(spoken) if piece.speaker)
    return RawTable(
        frame=said.frame,
        format=format_name,
        notes=(
            *notes,
            *note("dropped", silent, "cues without words and without a speaker"),
            *note("guessed", unnamed[opening:], "cues that name nobody; taken as said by the speaker before them"),
            *doubts,
            *said.notes,
        ),
        place="cue",
        places=[piece.cue.number for piece in spoken],
    )  # fmt: skip


def _by_voice_tags(cues: Sequence[Cue]) -> list[_Piece]:
    pieces = []
    for cue in cues:
        before, *voices = _VOICE.split(cue.text)
        if _clean(before) or not voices:
            pieces.append(_Piece(cue, None, _clean(before)))
        pieces += [
            _Piece(cue, _clean(name) or None, _clean(text))
            for name, text in zip(voices[::2], voices[1::2], strict=True)
        ]
    return pieces


def _by_names(cues: Sequence[Cue]) -> tuple[list[_Piece], tuple[Note, ...]]:
    bare = [html.unescape(_MARKUP.sub("", cue.text)).strip() for cue in cues]
    found = [_label(text)[0] for text in bare]
    announced = {name for name, marked, _ in map(_label, bare) if name and marked}
    openings = Counter(name for name in found if name)
    throughout = all(name or not text for name, text in zip(found, bare, strict=True))
    returning = {name for name, count in openings.items() if count > 1}
    if throughout:
        names = set(openings)
    elif not returning and openings.total() < len(bare) / 2:
        names = announced  # else a handful of openings such as "The point: ..." in captions that name nobody
    else:
        speakers, talk = speakers_among(openings.elements())
        names = speakers | (returning - talk) | announced
    pieces = [
        _Piece(cue, speaker, _one_line(words))
        for cue, text in zip(cues, bare, strict=True)
        for speaker, words in _split_by_lines(text, names)
    ]
    once = names - returning if returning and not throughout else set()
    return pieces, (
        *note("guessed", [piece.cue.number for piece in pieces if piece.speaker in once], _DOUBTFUL),
        *note("guessed", [cue.number for cue, name in zip(cues, found, strict=True) if name and name not in names],
              "words before a colon that are seldom a name; taken as talk"),
    )  # fmt: skip


def _split_by_lines(text: str, names: set[str]) -> list[tuple[str | None, str]]:
    """(speaker, words) for each line that opens with a name, with the lines that follow it."""
    found: list[tuple[str | None, str]] = []
    for line in text.split("\n"):
        name, marked, rest = _label(line)
        if name and (name in names or marked):
            found.append((name, rest))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            found.append((None, line))
    return found


def _label(line: str) -> tuple[str | None, bool, str]:
    """The name that a line opens with, whether a mark such as `>>` announces it, and the rest of the line."""
    match = _LABEL.match(line)
    if match is None:
        return None, False, line
    name = " ".join((match["boxed"] or match["name"]).split())
    if not name or len(name.split()) > _MOST_WORDS or not any(map(str.isalnum, name)):
        return None, False, line
    return name, bool(match["mark"] or match["boxed"]), line[match.end() :]


def _clean(text: str) -> str:
    return _one_line(html.unescape(_MARKUP.sub("", text)))


def _one_line(text: str) -> str:
    """Lines of a cue are broken to fit a screen, not to say something."""
    return " ".join(line.strip() for line in text.split("\n")).strip()
