"""A cheap look at which rules may match, before spaCy's Matcher is asked.

The Matcher evaluates lists of words in Python, token by token, which is far too slow for hundreds of rules on every
utterance. So an utterance is first written as a string with one letter a token, and each rule as a regular expression
over such letters that accepts at least what the rule accepts. The Matcher then has the last word, on few utterances;
it is not asked about rules that are plain sequences of words, for which the expression says all.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from labor_signals.tag.rule_files import Pattern, Rule

FIRST_LETTER: Final = 0x3400  # room for 40,000 words below the surrogates; `re` is fastest within 16 bits
OTHER_WORD: Final = "w"
FILLER: Final = "f"
PUNCTUATION: Final = "p"
SYMBOL: Final = "s"

# Words around a pattern that do not keep it from being the whole utterance.
FILLERS: Final = frozenset(
    [
        "um",
        "uh",
        "uhm",
        "erm",
        "er",
        "hm",
        "oh",
        "ah",
        "aw",
        "ugh",
        "well",
        "so",
        "like",
        "just",
        "hey",
        "ok",
        "right",
        "honestly",
        "look",
        "listen",
        "man",
        "dude",
        "bro",
        "babe",
        "baby",
        "honey",
        "sweetie",
        "sweetheart",
        "love",
        "darling",
        "dear",
        "mate",
        "lol",
        "and",
        "but",
        "then",
    ]
)

# In how many of a hundred utterances of everyday talk a word occurs, roughly. It decides only where to look first.
_SHARE: Final = {
    word: share
    for share, words in {
        30: "i you it to the a and that 's not is",
        15: "do we me my of in on for be have are am what so but was",
        6: "can will would could just if with this your he she they all as at or no yes ok like want need get go know "
        "going 'd there how good about one well oh really think take did had has him her them",
        3: "see out up us our more make right some here now from who when why say said then too been let come "
        "back thing something time very people tell feel look give sure much little work great please",
    }.items()
    for word in words.split()
}
_RARE: Final = 0.2


class QuickLook:
    """Says which of the rules may match an utterance.

    Args:
        rules: The rules, their NORMs as tokens carry them.

    Attributes:
        words: All words that the rules name.
        exact: For each rule, whether what `possible` gives are its matches themselves.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.words = frozenset(
            word for rule in rules for one in rule.patterns for token in one for word in _named(token)
        )
        self._letters = {word: chr(FIRST_LETTER + number) for number, word in enumerate(sorted(self.words))}
        edge = [self._letters[word] for word in self.words if word in FILLERS or not any(map(str.isalnum, word))]
        self._edge = "".join([FILLER, PUNCTUATION, SYMBOL, *edge])
        self._longest = [max(sum(map(_most, one)) for one in rule.patterns) for rule in rules]
        self._whole = ["whole" in rule.when for rule in rules]
        self.exact = [all(_is_plain(token) for one in rule.patterns for token in one) for rule in rules]
        # One entry an alternative of a rule: it is looked for only where one of the words that lead to it occurs.
        self._forms = [
            (number, re.compile("".join(map(self._form, one)), re.DOTALL))
            for number, rule in enumerate(rules)
            for one in rule.patterns
        ]
        self._leads: dict[str, set[int]] = {}
        self._always: set[int] = set()
        for form, pattern in enumerate(one for rule in rules for one in rule.patterns):
            if lead := _lead(pattern):
                for word in lead:
                    self._leads.setdefault(self._letters[word], set()).add(form)
            else:
                self._always.add(form)

    def letter(self, norm: str, *, is_punctuation: bool) -> str:
        """The letter of a token."""
        if norm in self._letters:
            return self._letters[norm]
        if not any(map(str.isalnum, norm)):
            return PUNCTUATION if is_punctuation else SYMBOL
        return FILLER if norm in FILLERS else OTHER_WORD

    def content(self, letters: str) -> tuple[int, int]:
        """The first token that is neither punctuation nor filler, and the token after the last such."""
        stop = len(letters.rstrip(self._edge))
        return (len(letters) - len(letters.lstrip(self._edge)), stop) if stop else (len(letters), 0)

    def possible(self, letters: str, *, content: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
        """Rules that may match an utterance written in letters.

        Each with its position, a first token and the token after a last, between which all of its matches lie; of an
        exact rule each match by itself.
        """
        length = content[1] - content[0]
        windows: dict[int, tuple[int, int]] = {}
        matches: dict[int, list[tuple[int, int]]] = {}
        for form in self._always.union(*(self._leads[one] for one in self._leads.keys() & set(letters))):
            rule, expression = self._forms[form]
            if self._whole[rule] and length > self._longest[rule]:
                continue
            hit = expression.search(letters)
            if hit and self.exact[rule]:
                found = matches.setdefault(rule, [])
                while hit:
                    found.append(hit.span())
                    hit = expression.search(letters, hit.start() + 1)
            elif hit:
                first, stop = hit.span()
                for later in expression.finditer(letters, stop):
                    stop = later.end()
                known = windows.get(rule, (first, stop))
                windows[rule] = min(first, known[0]), max(stop, known[1])
        for rule, spans in sorted(matches.items()):
            for first, stop in _longest_apart(spans):
                yield rule, first, stop
        for rule, (first, stop) in sorted(windows.items()):
            yield rule, first, min(stop + self._longest[rule], len(letters))  # one may begin in the last and reach on

    def _form(self, token: dict[str, Any]) -> str:
        """A regular expression that accepts at least the letters of the tokens that the token pattern accepts."""
        words = _named(token)
        if words:
            letters = f"[{''.join(self._letters[word] for word in words)}]"
        elif token.get("IS_PUNCT") is False:
            letters = f"[^{PUNCTUATION}]"
        else:
            letters = "."
        repeat = token.get("OP", "1")
        return letters if repeat == "1" else letters + (repeat if repeat != "{,}" else "*")


def is_needed(token: dict[str, Any]) -> bool:
    """Whether a token pattern must match something."""
    repeat = str(token.get("OP", "1"))
    return repeat != "?" and not repeat.startswith(("{0", "{,"))


def _named(token: dict[str, Any]) -> Sequence[str]:
    """The NORMs of which a token pattern wants one, empty where it does not say."""
    value = token.get("NORM")
    if isinstance(value, dict):
        value = value.get("IN")
    return [value] if isinstance(value, str) else value or ()


def _is_plain(token: dict[str, Any]) -> bool:
    """Whether a token pattern asks for one of some words, once, and for nothing else."""
    value = token.get("NORM")
    return token.keys() == {"NORM"} and (isinstance(value, str) or (isinstance(value, dict) and value.keys() == {"IN"}))


def _longest_apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of overlapping spans only the longest, the earlier of two as long, as the Matcher does it."""
    if len(spans) == 1:
        return spans
    kept: list[tuple[int, int]] = []
    for first, stop in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if all(stop <= other[0] or first >= other[1] for other in kept):
            kept.append((first, stop))
    return kept


def _lead(pattern: Pattern) -> Iterable[str]:
    """The words one of which must occur, rare ones if possible; empty where the pattern names none."""
    needed = [words for token in pattern if is_needed(token) and (words := _named(token))]
    return min(needed, key=lambda words: sum(_SHARE.get(word, _RARE) for word in words), default=())


def _most(token: dict[str, Any]) -> int:
    """How many tokens a token pattern covers at most."""
    return max((int(number) for number in re.findall(r"\d+", str(token.get("OP", "1")))), default=1)
