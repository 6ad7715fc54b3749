"""The codes of a talk for GSEQ, the sequential analysis program of Bakeman and Quera."""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from labor_signals.codebook import NO_TAG
from labor_signals.records import TaggedTranscript

_PER_LINE: Final = 10

Strings = npt.NDArray[np.object_]


def to_sdis(
    tagged: TaggedTranscript, path: str | PathLike[str], *, codes: Literal["primary", "all"] = "primary"
) -> Path:
    """Writes the codes in SDIS, the Sequential Data Interchange Standard, for lag sequential analysis in GSEQ.

    An event is an utterance. Its code is a speaker and a tag: `A_SOO` for soothing by A, `A_NON` for an utterance
    without any tag. In every conversation A, B, ... are its speakers in the order in which they first appear in the
    whole transcript, so that two people who talk again keep their letters. A comment gives each letter's speaker by
    number, that is, position in `tagged.transcript.parties`, from 1. Conversations are `<C1>`, `<C2>`, ... by position
    in `tagged.transcript.conversations`. Text, names and ids of yours are never written.

    Layout: data type and the codes that occur, ended by `;`, then the conversations, each in talk order and ended by
    `/`; comments stand between `%`. With several codes an utterance (`Multievent`) each event ends with `.`. Letters,
    digits and `_` are all that a code consists of, and no two tags share one.
    Source: Bakeman and Quera (2011), Sequential Analysis and Observational Methods for the Behavioral Sciences,
    Cambridge University Press, chapter 4.

    Args:
        tagged: The talk with its tags. Tags count where they are carried; probabilities are not exported.
        path: A new file; `.sds` is what GSEQ looks for.
        codes: `primary`: one code an utterance, the tag that does the most work (`Event` data). `all`: every tag that
            it carries (`Multievent` data).

    Returns:
        The path.

    Raises:
        FileExistsError: There is a file already; nothing is overwritten.
        ValueError: `codes` is something else.
    """
    if codes not in ("primary", "all"):
        raise ValueError(f"codes is {codes!r}; expected 'primary' or 'all'.")
    target = Path(path)
    letters = _letters(tagged)
    events = _primary_events(tagged, letters) if codes == "primary" else _all_events(tagged, letters)
    with target.open("x", encoding="ascii", newline="\r\n") as file:
        file.write("% Emotional-labor codes by labor_signals. One event an utterance. %\n")
        file.writelines(f"% {short}: {_plain(tag)} %\n" for tag, short in _tag_codes(tagged.tags).items())
        file.write("Event" if codes == "primary" else "Multievent")
        every = sorted({code for event in np.unique(events) for code in event.split() if code != "."})
        file.writelines(f"\n  {line}" for line in _lines(every))
        file.write(";\n")
        file.writelines(_sessions(tagged, letters, events))
    return target


def _sessions(tagged: TaggedTranscript, letters: Strings, events: Strings) -> Iterator[str]:
    talk = tagged.transcript
    order = np.arange(len(talk)) if talk.talk_order is None else talk.talk_order
    first = np.flatnonzero(np.diff(talk.conversation[order], prepend=-1))
    for rows in np.split(order, first[1:]) if len(order) else ():
        who = dict(sorted(zip(talk.speaker[rows].tolist(), letters[rows], strict=True)))
        legend = ", ".join(f"{letter} is speaker {number + 1}" for number, letter in who.items())
        yield f"\n<C{talk.conversation[rows[0]] + 1}> % {legend} %\n"
        yield "\n".join(_lines(events[rows].tolist())) + " /\n"


def _letters(tagged: TaggedTranscript) -> Strings:
    """(n,) the letter of each utterance's speaker."""
    talk = tagged.transcript
    key = talk.conversation.astype(np.int64) * max(len(talk.parties), 1) + talk.speaker
    every, place = np.unique(key, return_inverse=True)
    conversation = every // max(len(talk.parties), 1)
    opens = np.flatnonzero(np.diff(conversation, prepend=-1))
    rank = np.arange(len(every)) - np.repeat(opens, np.diff(np.append(opens, len(every))))
    names = np.array([_letter(number) for number in range(int(rank.max(initial=0)) + 1)], dtype=object)
    return np.asarray(names[rank][place], dtype=object)


def _letter(number: int) -> str:
    """A to Z, then AA, AB, ..."""
    return (_letter(number // 26 - 1) if number > 25 else "") + chr(ord("A") + number % 26)


def _tag_codes(tags: tuple[str, ...]) -> dict[str, str]:
    """Three letters or digits of each tag's name; of tags that would share them, later ones get a number in place."""
    short = {NO_TAG: "NON"}
    for tag in tags:
        begin = "".join(sign for sign in tag.upper() if sign.isascii() and sign.isalnum())[:3] or "TAG"
        choices = (begin if number == 0 else f"{begin[:2]}{number}" for number in range(len(tags) + 2))
        short[tag] = next(choice for choice in choices if choice not in short.values())
    return {tag: short[tag] for tag in (*tags, NO_TAG)}


def _plain(tag: str) -> str:
    """A tag's name as a comment may hold it."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in " _-") else "?" for sign in tag)


def _primary_events(tagged: TaggedTranscript, letters: Strings) -> Strings:
    short = np.array(list(_tag_codes(tagged.tags).values()), dtype=object)  # the last one, at -1, is for no tag
    return np.asarray(letters + "_" + short[tagged.primary.astype(np.int64)], dtype=object)


def _all_events(tagged: TaggedTranscript, letters: Strings) -> Strings:
    short = list(_tag_codes(tagged.tags).values())
    events: Strings = np.full(len(letters), "", dtype=object)
    carried = np.column_stack([tagged.carried, ~tagged.carried.any(axis=1)])
    for tag, has in zip(short, carried.T, strict=True):
        events[has] += letters[has] + f"_{tag} "
    return np.asarray(events + ".", dtype=object)


def _lines(words: list[str]) -> list[str]:
    return [" ".join(words[begin : begin + _PER_LINE]) for begin in range(0, len(words), _PER_LINE)]
