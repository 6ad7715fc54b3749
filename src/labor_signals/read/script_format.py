"""Plain scripts: lines of `Name: text`, with stage directions, continuation lines and times."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.raw_table import RawTable
from labor_signals.read.script_labels import speakers_among
from labor_signals.read.source import Source

_CLOCK: Final = r"(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?:[.,]\d{1,3})?"
_DATE: Final = r"\d{4}-\d\d-\d\d[T ,]{1,2}\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_STAMP: Final = (
    rf"[\[(<]?(?:(?P<date>{_DATE})|(?P<clock>{_CLOCK}))(?:\s*-+>?\s*{_CLOCK})?[\])>]?"
    r"(?=\s|$|(?<=[\])>]))\s*(?:[-–—|]\s+)?"
)
_STAMP_LINE: Final = re.compile(rf"\s*{_STAMP}$")
_ASIDES: Final = r"(?:[(\[][^()\[\]\n]{0,80}[)\]]\s*){0,3}"
# The colon needs a space or a letter after it, so that neither 12:30 nor http:// nor :) makes a label.
_LABELLED: Final = re.compile(
    rf"(?P<indent>[ \t]*)(?:{_STAMP})?[*_]{{0,3}}(?P<label>[^\s:：*_(\[][^:：(\[\n]{{0,59}}?)[*_]{{0,3}}\s*"
    rf"(?P<aside>{_ASIDES})[*_]{{0,3}}(?::(?=\s|\*|_|$)|(?<=\S):(?=[^\W\d_]|[\"“‘(\[])|：)[*_]{{0,3}}\s*(?P<text>.*)"
)
# As printed plays have them: MRS. WARREN. Well?
_CAPITALS: Final = re.compile(
    rf"(?P<indent>[ \t]*)(?:{_STAMP})?(?P<label>(?:(?:MRS?|MS|DR|ST)\. )?[^\W\d_a-z][^.:：(\[\na-z]{{1,39}}?)\s*"
    rf"(?P<aside>{_ASIDES})\.\s+(?P<text>\S.*)"
)
# On lines of its own, and over several lines where no blank one is between.
_DIRECTION: Final = re.compile(
    r"^[ \t]*(?:\((?:[^()\n]|\n(?![ \t]*\n)){0,2000}\)|\[(?:[^\[\]\n]|\n(?![ \t]*\n)){0,2000}\]|\*[^*\n]+\*)[ \t]*$",
    re.MULTILINE,
)
_HEADING: Final = re.compile(r"\s*(?:ACT|SCENE|Act|Scene)\s+(?:[IVXLC]+|\d+)\b[^:]{0,60}$")
_IN_PARENTHESES: Final = re.compile(r"^(?:\([^()]*\)\s*)+")
# Anonymised talk has [NAME] and the like as words; they are no stage directions.
_IN_BRACKETS: Final = re.compile(
    r"\s*\[(?!(?:NAME|PERSON|PLACE|LOCATION|CITY|DATE|ORG|RELIGION|PHONE|EMAIL|URL|NUMBER)[ _-]?\d*\])[^\[\]]*\]"
)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    label: str
    indent: int
    text: str
    clock: str | None
    date: str | None


@dataclass(slots=True)
class _Script:
    """The utterances as they gather, and the numbers of lines that are none."""

    speaker: list[str] = field(default_factory=list)
    parts: list[list[str]] = field(default_factory=list)
    clock: list[str | None] = field(default_factory=list)
    date: list[str | None] = field(default_factory=list)
    place: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    directions: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    lines: int = 0


def matches(source: Source) -> bool:
    """Whether there are two utterances or more, and a third of the lines, or nearly, begin with a speaker."""
    script = _best(source.head)
    found = len(script.speaker)
    # A list of settings or of headers is all `key: value` too, but no key comes twice.
    return found >= 2 and found >= 0.3 * script.lines and (found < 6 or len(set(script.speaker)) < found)


def read(source: Source) -> RawTable:
    """The utterances of a script.

    A line that begins with `Name:` opens an utterance (`script_labels` says what can be a name); lines that do not,
    or are indented further than the names, go on with it. Dropped, with a note: stage directions on lines of their
    own, in parentheses, brackets or asterisks; headings such as `ACT II`; lines before the first speaker. Taken off,
    with a note: what stands in parentheses between name and colon or at the start of the talk, and in square
    brackets anywhere. A time at the start of a line, or beside the name, becomes `start` in seconds, a date with
    time `timestamp`.

    Raises:
        TranscriptError: No line begins with a speaker.
    """
    script = _best(source.text)
    if not script.speaker:
        raise TranscriptError(
            f"found no line that begins with a speaker among {script.lines} lines; expected lines such as 'Name: text'."
        )
    texts, changed = _texts(script)
    columns: dict[str, object] = {"speaker": script.speaker, "text": texts}
    if any(script.clock):
        columns["start"] = [_seconds(clock) for clock in script.clock]
    if any(script.date):
        columns["timestamp"] = script.date
    return RawTable(
        frame=pd.DataFrame(columns),
        format="script",
        notes=(*source.notes, *_notes(script, changed)),
        place="line",
        places=script.place,
    )


def _best(text: str) -> _Script:
    """The script under the form of labels that finds more utterances."""
    script = _parsed(text, _LABELLED)
    if len(script.speaker) >= 0.3 * script.lines:
        return script
    printed = _parsed(text, _CAPITALS)
    return printed if len(printed.speaker) > 2 * len(script.speaker) else script


def _parsed(text: str, form: re.Pattern[str]) -> _Script:
    lines = text.split("\n")
    labelled = {line.number: line for line in _labelled(lines, form)}
    speakers, doubtful = speakers_among(line.label for line in labelled.values())
    base = min((line.indent for line in labelled.values() if line.label in speakers), default=0)
    opening = {n: line for n, line in labelled.items() if line.label in speakers and line.indent <= base + 1}
    directions = _direction_lines(text, opening)
    script = _Script()
    clock: str | None = None
    date: str | None = None
    for number, written in enumerate(lines, start=1):
        if not written or written.isspace():
            continue
        stamp = _STAMP_LINE.match(written)
        if stamp:
            clock, date = stamp["clock"], stamp["date"]
            continue
        script.lines += number not in directions
        line = opening.get(number)
        if number in directions:
            script.directions.append(number)
        elif line is not None:
            _open(script, line, clock=line.clock or clock, date=line.date or date)
            clock = date = None
        elif _HEADING.match(written):
            script.headings.append(number)
        elif not script.parts:
            script.before.append(number)
        else:
            script.parts[-1].append(written.strip())
            if number in labelled and labelled[number].label in doubtful:
                script.doubtful.append(number)
    return script


def _labelled(lines: list[str], form: re.Pattern[str]) -> Iterator[_Line]:
    """The lines that begin with anything like `Name:`."""
    for number, written in enumerate(lines, start=1):
        found = form.match(written)
        if found is None:
            continue
        aside = re.search(_CLOCK, found["aside"]) if found["aside"] else None
        clock = found["clock"] or (aside[0] if aside else None)
        label = found["label"].strip("*_ \t")
        yield _Line(number, label, len(found["indent"].expandtabs()), found["text"], clock, found["date"])


def _direction_lines(text: str, opening: dict[int, _Line]) -> set[int]:
    numbers: set[int] = set()
    line, seen = 1, 0
    for found in _DIRECTION.finditer(text):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        span = range(line, line + found[0].count("\n") + 1)
        if not any(number in opening for number in span):
            numbers.update(span)
    return numbers


def _open(script: _Script, line: _Line, *, clock: str | None, date: str | None) -> None:
    script.speaker.append(line.label)
    script.parts.append([line.text.strip()])
    script.clock.append(clock)
    script.date.append(date)
    script.place.append(line.number)


def _texts(script: _Script) -> tuple[list[str], list[int]]:
    """The talk without directions, and the lines of the utterances from which some were taken off."""
    texts, changed = [], []
    for parts, place in zip(script.parts, script.place, strict=True):
        whole = " ".join(part for part in parts if part)
        text = _IN_BRACKETS.sub("", _IN_PARENTHESES.sub("", whole)).strip()
        text = _IN_PARENTHESES.sub("", text)  # where a bracket stood before the parenthesis
        texts.append(text)
        if text != whole:
            changed.append(place)
    return texts, changed


def _seconds(clock: str | None) -> float | None:
    if clock is None:
        return None
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _notes(script: _Script, changed: list[int]) -> Iterator[Note]:
    short = [place for place, clock in zip(script.place, script.clock, strict=True) if clock and clock.count(":") == 1]
    if script.before:
        yield Note("dropped", len(script.before), "lines before the first speaker", tuple(script.before[:5]))
    if script.directions:
        what = "lines of stage directions, in parentheses, brackets or asterisks"
        yield Note("dropped", len(script.directions), what, tuple(script.directions[:5]))
    if script.headings:
        yield Note("dropped", len(script.headings), "headings of acts and scenes", tuple(script.headings[:5]))
    if changed:
        what = "utterances lost what stood in square brackets, or in parentheses at their start (stage directions)"
        yield Note("changed", len(changed), what, tuple(changed[:5]))
    if script.doubtful:
        what = "lines with a colon after words that may be a name were taken as talk that goes on"
        yield Note("guessed", len(script.doubtful), what, tuple(script.doubtful[:5]))
    if short:
        what = "times with one colon were read as minutes and seconds of a recording"
        yield Note("guessed", len(short), what, tuple(short[:5]))
