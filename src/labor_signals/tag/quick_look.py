"""A cheap look at which rules may match, before spaCy's Matcher is asked.

The Matcher evaluates lists of words in Python, token by token, which is far too slow for hundreds of rules on every
utterance. So an utterance is first written as a string with one letter a token, and each rule as a regular expression
over such letters that accepts at least what the rule accepts. The Matcher then has the last word, on few utterances.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from labor_signals.tag.rule_files import Pattern, Rule

FIRST_LETTER: Final = 0xF0000  # a private plane of Unicode, with room for 65,000 words
OTHER_WORD: Final = "w"
PUNCTUATION: Final = "p"

# Words too frequent to say which rules may match.
_FREQUENT: Final = frozenset(
    "i you it we me my your the a an to of in on and or but so not no do did does am are is 's be was have has had will "
    "would can could 'd that this what there for with at as if just really very all they he she him her them".split()
)


class QuickLook:
    """Says which of the rules may match an utterance.

    Args:
        rules: The rules, their NORMs as tokens carry them.

    Attributes:
        words: All words that the rules name.
        longest: How many tokens each rule covers at most.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.words = frozenset(word for rule in rules for one in rule.patterns for token in one for word in _named(token))
        self._letters = {word: chr(FIRST_LETTER + number) for number, word in enumerate(sorted(self.words))}
        self._forms = [
            re.compile("|".join("".join(map(self._form, one)) for one in rule.patterns), re.DOTALL) for rule in rules
        ]
        self.longest = [max(sum(map(_most, one)) for one in rule.patterns) for rule in rules]
        self._leads: dict[str, set[int]] = {}
        self._always: set[int] = set()
        for number, rule in enumerate(rules):
            for one in rule.patterns:
                if lead := _lead(one):
                    for word in lead:
                        self._leads.setdefault(self._letters[word], set()).add(number)
                else:
                    self._always.add(number)

    def letter(self, norm: str, *, is_punctuation: bool) -> str:
        """The letter of a token."""
        return self._letters.get(norm, PUNCTUATION if is_punctuation else OTHER_WORD)

    def possible(self, letters: str) -> Iterator[tuple[int, int, int]]:
        """Rules that may match an utterance written in letters: position of the rule, first token, token after the last.

        All matches of the rule lie between these tokens.
        """
        led = set().union(self._always, *(self._leads[one] for one in self._leads.keys() & set(letters)))
        for rule in sorted(led):
            hit = self._forms[rule].search(letters)
            if hit:
                first = hit.start()
                for hit in self._forms[rule].finditer(letters, hit.end()):  # noqa: B007, PLW2901  (the last one)
                    pass
                # A match may begin within the last hit and reach beyond it.
                yield rule, first, min(hit.end() + self.longest[rule], len(letters))

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


def _lead(pattern: Pattern) -> Iterable[str]:
    """The words one of which must occur, rare ones if possible; empty where the pattern names none."""
    needed = [words for token in pattern if is_needed(token) and (words := _named(token))]
    return min(needed, key=lambda words: (sum(word in _FREQUENT for word in words), len(words)), default=())


def _most(token: dict[str, Any]) -> int:
    """How many tokens a token pattern covers at most."""
    return max((int(number) for number in re.findall(r"\d+", str(token.get("OP", "1")))), default=1)
