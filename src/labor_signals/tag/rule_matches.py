"""Finds where rules match: one tokenisation of each utterance, and of the rules only those whose words occur in it."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from labor_signals.errors import TaggerError
from labor_signals.tag.rule_files import Pattern, Rule
from labor_signals.tag.tokens import make_language, tokenize

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

BATCH: Final = 4096  # utterances tokenised before their words are forgotten again

# Words around a pattern that do not keep it from being the whole utterance.
FILLERS: Final = frozenset(
    "um uh uhm erm er hm oh ah aw ugh well so like just hey ok right honestly look listen man dude bro babe baby honey "
    "sweetie sweetheart darling dear mate lol and but then".split()
)
# Words too frequent to tell which rules may match.
_FREQUENT: Final = frozenset(
    "i you it we me my your the a an to of in on and or but so not no do did does am are is 's be was have has had will "
    "would can could 'd that this what there for with at as if just really very all they he she him her them".split()
)


@dataclass(frozen=True, eq=False, slots=True)
class Matches:
    """Where rules matched, one entry a match.

    Attributes:
        row: Position of the utterance.
        rule: Position of the rule.
        start: First character of the match in the utterance.
        end: The character after its last.
        at_start: Whether only punctuation and fillers stand before it.
        at_end: Whether only punctuation and fillers stand after it.
    """

    row: npt.NDArray[np.int64]
    rule: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    at_start: npt.NDArray[np.bool_]
    at_end: npt.NDArray[np.bool_]


class RuleMatcher:
    """Rules made ready for matching.

    Not for several threads at once: spaCy's vocabulary is shared within.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._nlp = make_language()
        self._matchers = [_compile(self._nlp, rule) for rule in rules]
        strings = self._nlp.vocab.strings
        self._known = frozenset(word for rule in rules for one in rule.patterns for words in _words(one) for word in words)
        self._fillers = frozenset(map(strings.add, FILLERS))
        # An alternative can match only where each of its needed words occurs. The rarest of them leads to the rest.
        self._leads: dict[int, list[tuple[int, tuple[frozenset[int], ...]]]] = {}
        self._unled: list[int] = []
        for position, rule in enumerate(rules):
            for one in rule.patterns:
                needed = sorted(_words(one, needed=True), key=lambda words: (not words.isdisjoint(_FREQUENT), len(words)))
                if not needed:
                    self._unled.append(position)
                    continue
                lead, *others = [frozenset(map(strings.add, words)) for words in needed]
                for word in lead:
                    self._leads.setdefault(word, []).append((position, tuple(others)))

    def find(self, texts: pa.ChunkedArray) -> Matches:
        """All matches in the texts; of overlapping ones of one rule only the longest."""
        columns = [array("q") for _ in range(6)]
        for first in range(0, len(texts), BATCH):
            # Else the words of ten million utterances would stay in spaCy's vocabulary.
            with self._nlp.memory_zone():
                for row, text in enumerate(texts.slice(first, BATCH).to_pylist(), start=first):
                    for match in self._find_in(text) if text else ():
                        for column, value in zip(columns, (row, *match), strict=True):
                            column.append(value)
        row, rule, start, end, at_start, at_end = (np.array(column, dtype=np.int64) for column in columns)
        return Matches(row, rule, start, end, at_start.astype(np.bool_), at_end.astype(np.bool_))

    def _find_in(self, text: str) -> Iterator[tuple[int, int, int, bool, bool]]:
        from spacy.attrs import LOWER, NORM  # noqa: PLC0415

        doc = tokenize(self._nlp, text, known=self._known)
        present = set(doc.to_array([NORM, LOWER]).ravel().tolist())
        possible = set(self._unled)
        for word in present & self._leads.keys():
            possible.update(
                rule for rule, others in self._leads[word] if not any(present.isdisjoint(words) for words in others)
            )
        edges = None
        for rule in sorted(possible):
            for _, first, stop in self._matchers[rule](doc):
                edges = edges or self._edges(doc)
                end = doc[stop - 1].idx + len(doc[stop - 1])
                yield rule, doc[first].idx, end, first <= edges[0], stop > edges[1]

    def _edges(self, doc: "Doc") -> tuple[int, int]:
        """The first and last token that is neither punctuation nor filler."""
        content = [token.i for token in doc if token.norm not in self._fillers and any(map(str.isalnum, token.text))]
        return (content[0], content[-1]) if content else (len(doc), -1)


def _compile(nlp: "Language", rule: Rule) -> "Matcher":
    from spacy.errors import MatchPatternError  # noqa: PLC0415
    from spacy.matcher import Matcher  # noqa: PLC0415

    if not all(any(_needed(token) for token in one) for one in rule.patterns):
        raise TaggerError(f"{rule.place}: every token of a pattern is optional; expected at least one that must be there.")
    matcher = Matcher(nlp.vocab, validate=True)
    try:
        matcher.add(rule.id, list(rule.patterns), greedy="LONGEST")
    except (MatchPatternError, ValueError, TypeError, KeyError) as error:
        raise TaggerError(f"{rule.place}: pattern is not in the syntax of spaCy's Matcher: {error}") from error
    return matcher


def _needed(token: dict[str, Any]) -> bool:
    repeat = str(token.get("OP", "1"))
    return repeat != "?" and not repeat.startswith(("{0", "{,"))


def _words(pattern: Pattern, *, needed: bool = False) -> Iterator[frozenset[str]]:
    """For each token of a pattern, the words of which one must stand there, where the pattern says so."""
    for token in pattern:
        for attribute in ("NORM", "LOWER"):
            value = token.get(attribute)
            words = [value] if isinstance(value, str) else value.get("IN") if isinstance(value, dict) else None
            if words and (_needed(token) or not needed):
                yield frozenset(words)


