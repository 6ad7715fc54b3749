"""CHAT transcripts (`.cha`) of TalkBank, parsed by `rustling`.

Text is what was audibly said: retraced and repeated words, fillers and fragments stay (`I <went> [//] came` gives
"I went came"), elided letters are filled in (`(be)cause` gives "because"), and all other codes go: pauses, events,
overlap and intonation marks, comments in brackets, replacements, postcodes, and `xxx`, `yyy`, `www`, which stand for
talk that was not transcribed. Terminators become plain punctuation: `+...` "...", `+/.` "—", `+"/.` ".".
"""

import re
from collections import Counter
from typing import Any, Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import Settings

SHOWN: Final = 5

HEADER: Final = re.compile(r"\s*@(UTF8|Begin|Font|Window|Color words|PID|Languages|Participants)\b")
LETTER: Final = r"[^\W\d_]"

BULLET: Final = re.compile(r'\x15(?:%\w+:"[^"\n\x15]*"_)?-?(\d{1,15})_(\d{1,15})-?\x15|\x15')
REPEAT: Final = re.compile(r"\[x \d+\]")
# Brackets may go on in continuation lines, which start with a tab.
BRACKET: Final = re.compile(r"\[[^\[\]\n]*(?:\n\t[^\[\]\n]*)*\]")
ELIDED: Final = re.compile(rf"(?<={LETTER})\(({LETTER}+)\)|\(({LETTER}+)\)(?={LETTER})")
UNCLOSED: Final = re.compile(r"\((?![^()\n]*\))")
LONG_EVENT: Final = re.compile(r"&(?:\*\w+:|[{}]\w=)\S*")

EVENT: Final = re.compile(r"&\S+")
UNTRANSCRIBED: Final = re.compile(r"\b(?:xxx?|yyy?|www)\b")
TERMINATOR: Final = re.compile(r"(?<!\S)\+[^\w\s]*(?!\S)")
PLAIN_TERMINATORS: Final = {
    "+...": "...", "+..?": "...?", "+!?": "!?", "+/.": "—", "+/?": "—?", "+//.": "—", "+//?": "—?",
    '+"/.': ".", '+".': ".", "+.": ".",
}  # fmt: skip
SEPARATOR: Final = re.compile(r"\s*[‡„](?=\s|$)")
# Arrows, mathematical and technical signs, blocks and the like: intonation, overlap, tempo and voice in CA coding.
CA_MARK: Final = re.compile(r"[\u2190-\u23ff\u2580-\u25ff\u2900-\u297f°†‡„⁇]")
JOINED: Final = re.compile(r"(?<=\w)[+_](?=\w)")
BEFORE_POINT: Final = re.compile(r"\s+(?=[.?!,]+(?:\s|$))")
NO_WORD: Final = " .,;:?!—-\"'“”’()"


def matches(source: Source) -> bool:
    """Whether the content begins with one of the headers that open a CHAT file."""
    return HEADER.match(source.head) is not None


def read(source: Source) -> RawTable:
    """The main lines, one an utterance; speakers go by the name in the header, else by their code.

    Raises:
        TranscriptError: There is no utterance, or a main line cannot be read.
    """
    text, lines, notes = _usable_lines(source.text, source.settings)
    repeats = len(REPEAT.findall(text))
    headers, utterances = _parse(_simplified(text))
    if not utterances:
        raise TranscriptError(
            "found no utterance; expected a CHAT file with main lines such as '*MOT:<tab>hello .'. "
            "Check that it is whole."
        )
    people = {person.code: person for person in reversed(headers.participants)}
    names = _names(people)
    codes = [utterance.participant or "" for utterance in utterances]
    times = [utterance.time_marks or (None, None) for utterance in utterances]
    frame = pd.DataFrame(
        {
            "speaker": [names.get(code, code) for code in codes],
            "text": [_plain(utterance.audible or "") for utterance in utterances],
            "start": pd.array([start for start, _ in times], dtype="Float64").to_numpy(float, na_value=float("nan"))
            / 1000,
            "end": pd.array([end for _, end in times], dtype="Float64").to_numpy(float, na_value=float("nan")) / 1000,
            "participant_code": codes,
            "role": [people[code].role if code in people else None for code in codes],
        }
    )
    if headers.date is not None:
        frame["date"] = headers.date.isoformat()
    known = len(lines) == len(utterances)
    if len(lines) > len(utterances):
        notes.append(Note("dropped", len(lines) - len(utterances), "main lines that could not be read as utterances"))
    notes += _text_notes(frame["text"], lines if known else None, repeats)
    return RawTable(
        frame=frame,
        format="chat",
        notes=(*source.notes, *notes),
        place="line" if known else "utterance",
        places=lines if known else None,
    )


def _usable_lines(text: str, settings: Settings) -> tuple[str, list[int], list[Note]]:
    """The text without the main lines that cannot be used, and the numbers of the main lines that can."""
    kept: list[str] = []
    main: list[int] = []
    broken: list[int] = []
    inside_broken = False
    for number, line in enumerate(text.split("\n"), start=1):
        kind = line.lstrip()[:1]
        too_long = len(line) > settings.max_characters
        if kind in {"*", "@", "%"} or too_long:
            inside_broken = too_long or (kind == "*" and ":" not in line)
            if inside_broken:
                broken.append(number)
            elif kind == "*":
                main.append(number)
        if not inside_broken:
            kept.append(line)
    if not broken:
        return text, main, []
    found = f"lines with no colon after the speaker's code, or of over {settings.max_characters:,} characters"
    if settings.bad_rows == "raise":
        shown = ", ".join(map(str, broken[:SHOWN]))
        raise TranscriptError(
            f"line {shown}: found {len(broken)} {found}; expected main lines such as '*MOT:<tab>hello .'. Repair them, "
            "or read with Settings(bad_rows='skip')."
        )
    return "\n".join(kept), main, [Note("dropped", len(broken), found, tuple(broken[:SHOWN]))]


def _simplified(text: str) -> str:
    """Without codes that the audible utterance leaves out anyway.

    The parser takes quadratic time on nested or unclosed groups, and repeats words as often as `[x 99999999]` says;
    neither can happen once these are gone.
    """
    text = BULLET.sub(lambda found: f"\x15{found[1]}_{found[2]}\x15" if found[1] else "", text)
    text = LONG_EVENT.sub(" ", BRACKET.sub(" ", text))
    text = text.replace("+<", " ").translate(dict.fromkeys(map(ord, "<>[]")))
    return ELIDED.sub(r"\1\2", UNCLOSED.sub("", text))


def _parse(text: str) -> tuple[Any, list[Any]]:
    """Headers and utterances.

    Raises:
        TranscriptError: The parser gives up. Its own message is left out, since it may quote talk.
    """
    from rustling.chat import CHAT  # noqa: PLC0415  (a native library, needed for this format only)

    try:
        # Morphology is not used, so a broken %mor line must not stand in the way.
        chat = CHAT.from_strs([text], parallel=False, strict=False, mor_tier=None, gra_tier=None)
        return chat.headers()[0], [utterance for utterance in chat.utterances() if utterance.changeable_header is None]
    except BaseException as error:
        # A panic in Rust arrives as PanicException, which is no Exception and cannot be imported by name.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise TranscriptError(
            f"the CHAT parser failed ({type(error).__name__}); expected a well-formed .cha file. Check it with "
            "TalkBank's CHECK command."
        ) from None


def _names(people: dict[str, Any]) -> dict[str, str]:
    """Code to name, where the header gives one that nobody else bears; CHAT writes names with `_` for a space."""
    given = {code: person.name.replace("_", " ").strip() for code, person in people.items()}
    taken = Counter([*given.values(), *people])
    return {code: name for code, name in given.items() if name and (taken[name] == 1 or name == code)}


def _plain(audible: str) -> str:
    text = UNTRANSCRIBED.sub(" ", EVENT.sub(" ", audible))
    text = TERMINATOR.sub(lambda found: PLAIN_TERMINATORS.get(found[0], " "), text)
    text = JOINED.sub(" ", CA_MARK.sub("", SEPARATOR.sub(",", text)))
    text = BEFORE_POINT.sub("", " ".join(text.split()))
    return text if text.strip(NO_WORD) else ""


def _text_notes(texts: "pd.Series[str]", lines: list[int] | None, repeats: int) -> list[Note]:
    notes = []
    empty = (texts == "").to_numpy().nonzero()[0]
    if len(empty):
        what = "utterances with no words in them (events, gestures, xxx, www) are kept as empty text"
        notes.append(Note("kept", len(empty), what, tuple(lines[i] for i in empty[:SHOWN]) if lines else ()))
    if repeats:
        notes.append(Note("changed", repeats, "words marked as repeated, [x 3], are kept once"))
    return notes
