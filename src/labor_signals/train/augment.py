"""Variants of a conversation that carry the same tags: other names, other pronouns, lost punctuation, typing slips."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from labor_signals.train.talks import Talk

# Names of many origins, so that none is tied to a role.
NAMES: Final = (
    "Megan", "Tyler", "Rosa", "Derek", "Luis", "Wade", "Gemma", "Callum", "Harriet", "Nigel", "Aisha", "Oliver",
    "Dev", "Zainab", "Rhys", "Aoife", "Ciaran", "Niamh", "Declan", "Priya", "Arjun", "Kavita", "Rohan", "Sanjay",
    "Chioma", "Emeka", "Funke", "Tunde", "Ngozi", "Ibrahim", "Mei", "Farhan", "Nurul", "Ravi", "Keisha", "Devon",
    "Marcia", "Omar", "Andre", "Tanisha", "Marcus", "Jamal", "Imani", "Katarzyna", "Piotr", "Fatima", "Youssef",
    "Lucia", "Diego", "Hiroshi", "Olena", "Mehmet", "Morag", "Isla", "Hamish", "Aroha", "Lachlan", "Moana",
    "Thandi", "Sipho", "Pieter", "Alex", "Sam", "Robin", "Chris", "Jo", "Anna", "Tom", "Maria", "John", "Kate",
    "Ben", "Laura", "David",
)  # fmt: skip
_GENDERED: Final = (
    ("he", "she"), ("him", "her"), ("his", "her"), ("himself", "herself"), ("man", "woman"), ("men", "women"),
    ("boy", "girl"), ("boys", "girls"), ("husband", "wife"), ("father", "mother"), ("dad", "mum"), ("daddy", "mummy"),
    ("son", "daughter"), ("brother", "sister"), ("boyfriend", "girlfriend"), ("uncle", "aunt"), ("mr", "mrs"),
    ("grandpa", "grandma"), ("grandfather", "grandmother"), ("sir", "madam"), ("king", "queen"), ("bro", "sis"),
)  # fmt: skip
_OTHER: Final = {one: other for pair in _GENDERED for one, other in (pair, pair[::-1])} | {"mom": "dad", "her": "him"}
_TITLES: Final = {"the", "mr", "mrs", "miss", "ms", "dr", "lord", "lady", "sir", "captain", "professor", "old", "young"}
_WORD: Final = re.compile(r"[A-Za-z]+")
_PUNCTUATION: Final = re.compile(r"[.,!?;:\"]+")
_FINAL: Final = re.compile(r"[.!?,]+\s*$")
NAME_SWAP, GENDER_SWAP, NO_PUNCTUATION, NO_FINAL, SLIPS, CROP = 0.5, 0.4, 0.15, 0.7, 0.15, 0.3
SLIP_RATE: Final = 0.04


def augmented(talk: Talk, generator: np.random.Generator) -> Talk:
    """A variant of a conversation, drawn at random; its targets are those of the original."""
    if len(talk) > 6 and generator.random() < CROP:
        talk = talk.part(int(generator.integers(0, len(talk) // 2)), len(talk))
    changes: list[Callable[[str], str]] = []
    if generator.random() < NAME_SWAP:
        changes.append(_other_names(talk, generator))
    if generator.random() < GENDER_SWAP:
        changes.append(swap_gender)
    if generator.random() < NO_PUNCTUATION:
        changes.append(lambda text: _PUNCTUATION.sub("", text))
    elif generator.random() < NO_FINAL:
        changes.append(lambda text: _FINAL.sub("", text))
    if generator.random() < SLIPS:
        changes.append(lambda text: _slipped(text, generator))
    texts = talk.texts
    for change in changes:
        texts = tuple(map(change, texts))
    return replace(talk, texts=texts)


def swap_gender(text: str) -> str:
    """Gendered words of a text exchanged."""
    return _WORD.sub(lambda found: _like(found[0], _OTHER.get(found[0].lower(), found[0])), text)


def _like(word: str, other: str) -> str:
    return other.capitalize() if word[:1].isupper() and other != word else other


def first_names(names: Sequence[str]) -> list[str]:
    """First words of the speakers' names that can only be names: no titles, no single letters."""
    firsts = [name.split()[0] for name in names if name.split()]
    return [first for first in dict.fromkeys(firsts) if len(first) > 1 and first.lower().rstrip(".") not in _TITLES]


def with_names(others: dict[str, str]) -> Callable[[str], str]:
    """Replaces names in a text by others."""
    if not others:
        return lambda text: text
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, others)) + r")\b")
    return lambda text: pattern.sub(lambda found: others[found[0]], text)


def _other_names(talk: Talk, generator: np.random.Generator) -> Callable[[str], str]:
    firsts = first_names(talk.names)
    drawn = generator.choice(NAMES, size=len(firsts), replace=len(firsts) > len(NAMES))
    return with_names(dict(zip(firsts, map(str, drawn), strict=True)))


def _slipped(text: str, generator: np.random.Generator) -> str:
    """Some words with two letters exchanged or one lost."""
    words = text.split(" ")
    for place in np.flatnonzero(generator.random(len(words)) < SLIP_RATE):
        word = words[place]
        if len(word) > 3:
            at = int(generator.integers(1, len(word) - 1))
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            words[place] = swapped if generator.random() < 0.5 else word[:at] + word[at + 1 :]
    return " ".join(words)
