"""Which `Name:` at the start of a line is a speaker, and which is talk that happens to hold a colon."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_MOST_WORDS: Final = 5
_MOST_CHARACTERS: Final = 40
_LONG: Final = 20
_NO_NAME: Final = re.compile(r'[,;!?"“”„«»<>{}|=\\/…]|\.\.|\.(?=\S{3})')
_ABBREVIATION: Final = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_]{1,4}\.")  # Dr. Mrs. Prof. J. J.R.
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)\b", re.IGNORECASE)
_PARTICLES: Final = frozenset({
    "af", "al", "and", "bin", "bint", "da", "das", "de", "del", "den", "der", "di", "do", "dos", "du", "e",
    "el", "la", "las", "le", "les", "of", "ter", "the", "to", "und", "van", "von", "y", "zu",
})  # fmt: skip
# They open sentences ("Look: ...") and title pages ("Date: ...") far more often than they name a speaker.
_SELDOM_NAMES: Final = frozenset({
    "anyway", "attention", "author", "because", "besides", "btw", "but", "caution", "characters", "conclusion",
    "copyright", "correction", "date", "describe", "disclaimer", "duration", "edit", "eg", "example",
    "examples", "fact", "finally", "first", "firstly", "footnote", "fwiw", "fyi", "hence", "hint", "however",
    "ie", "imho", "imo", "important", "indeed", "instead", "language", "last", "lastly", "listen", "location",
    "look", "maybe", "meanwhile", "moral", "namely", "next", "no", "nope", "note", "notes", "now", "ok", "okay",
    "participants", "perhaps", "place", "please", "plus", "point", "ps", "re", "recorded", "remember",
    "reminder", "result", "scene", "second", "secondly", "seriously", "setting", "so", "source", "spoiler",
    "still", "subject", "summary", "synopsis", "then", "therefore", "third", "thirdly", "though", "time",
    "title", "tldr", "topic", "transcribed", "transcript", "translation", "true", "update", "url",
    "version", "wait", "warning", "well", "why", "yeah", "yes", "yet", "also",
})  # fmt: skip


def speakers_among(labels: Iterable[str]) -> tuple[set[str], set[str]]:
    """The labels that are speakers, and those that look like names but are taken for talk.

    A label of up to 5 words and 40 characters, with no punctuation of sentences in it, can be a name. Of these,

    - a word that seldom is one ("Look", "Note", "Date") is a speaker only if it labels at least 3 lines and 5 % of
      the labelled ones;
    - among 20 labelled lines or more, one that occurs once and is written as none of those that recur (in capitals,
      with a capital, in lower case) is talk;
    - several words, some in lower case ("the thing is"), are talk unless they recur or no other label is there.

    A name that occurs once and is written as the others is a speaker: plays are full of servants with one line.
    """
    count = Counter(label for label in labels if _can_be_name(label))
    total = sum(count.values())
    recurring = {_style(label) for label, times in count.items() if times > 1 and not _seldom_a_name(label)}
    speakers = {label for label, times in count.items() if _is_speaker(label, times, total, recurring)}
    if not speakers:
        speakers = {label for label in count if not _seldom_a_name(label)}
    return speakers, set(count) - speakers


def _is_speaker(label: str, times: int, total: int, recurring: set[str]) -> bool:
    if _seldom_a_name(label):
        return times >= 3 and times >= 0.05 * total
    style = _style(label)
    if times > 1 or style == "caseless":
        return True
    return style != "phrase" and (total < _LONG or not recurring or style in recurring)


@lru_cache(maxsize=4096)
def _can_be_name(label: str) -> bool:
    words = label.split()
    together = [name.split() for name in label.split("&")]  # "Ana & Ben:" speak as one
    if not all(1 <= len(name) <= _MOST_WORDS and len(" ".join(name)) <= _MOST_CHARACTERS for name in together):
        return False
    if len(together) > 4 or _NO_NAME.search(label):
        return False
    if not (label[0].isalpha() or label[0] in "@~#" or _ORDINAL.match(label)) or not any(map(str.isalpha, label)):
        return False
    return all("." not in word or _ABBREVIATION.fullmatch(word) for word in words)


def _seldom_a_name(label: str) -> bool:
    return label.lower().strip(".") in _SELDOM_NAMES


def _style(label: str) -> str:
    """How a name is written: `capitals`, `capital`, `lower`, `phrase` (of words, some in lower case) or `caseless`."""
    words = [word for word in re.findall(r"[^\W\d_]+", _ORDINAL.sub("", label)) if word.lower() not in _PARTICLES]
    if all(word.lower() == word.upper() for word in words):
        return "caseless"
    if all(word.isupper() for word in words) and any(len(word) > 1 for word in words):
        return "capitals"
    if not any(word[0].islower() for word in words):
        return "capital"
    return "lower" if len(label.split()) == 1 else "phrase"
