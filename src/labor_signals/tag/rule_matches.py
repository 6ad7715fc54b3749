"""Finds where rules match: one tokenisation of each utterance, and of the rules only those whose words occur in it."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from labor_signals.errors import TaggerError
from labor_signals.tag.quick_look import QuickLook, is_needed
from labor_signals.tag.rule_files import Rule
from labor_signals.tag.tokens import NORMS, make_language, tokenize

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

BATCH: Final = 16_384  # utterances tokenised before their words are forgotten again


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
    """Rules made ready for matching. Threads may share one; they then wait for each other.

    Raises:
        TaggerError: A pattern is not in the syntax of spaCy's Matcher, or could never match.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._lock = Lock()  # spaCy's vocabulary is not made for several threads
        self._nlp = make_language()
        rules = _as_read(self._nlp, rules)
        self._matchers = [_compile(self._nlp, rule) for rule in rules]
        self._quick_look = QuickLook(rules)
        self._letters: dict[int, str] = {}  # of the words met in this batch

    def find(self, texts: pa.ChunkedArray) -> Matches:
        """All matches in the texts; of overlapping ones of one rule only the longest."""
        with self._lock:
            row, rule, start, end, at_start, at_end = (
                np.array(column, dtype=np.int64) for column in self._columns(texts)
            )
        return Matches(row, rule, start, end, at_start.astype(np.bool_), at_end.astype(np.bool_))

    def _columns(self, texts: pa.ChunkedArray) -> "list[array[int]]":
        columns = [array("q") for _ in range(6)]
        for first in range(0, len(texts), BATCH):
            # Else the words of ten million utterances would stay in spaCy's vocabulary.
            self._letters.clear()
            with self._nlp.memory_zone():
                for row, text in enumerate(texts.slice(first, BATCH).to_pylist(), start=first):
                    for match in self._find_in(text) if text else ():
                        for column, value in zip(columns, (row, *match), strict=True):
                            column.append(value)
        return columns

    def _find_in(self, text: str) -> Iterator[tuple[int, int, int, bool, bool]]:
        doc = tokenize(self._nlp, text, known=self._quick_look.words)
        letters = self._in_letters(doc)
        content = self._quick_look.content(letters)
        for rule, low, high in self._quick_look.possible(letters, content=content):
            exact = self._quick_look.exact[rule]
            found = [(0, 0, high - low)] if exact else self._matchers[rule](doc[low:high])
            for _, first, stop in found:
                last = doc[low + stop - 1]
                at_start, at_end = low + first <= content[0], low + stop >= content[1]
                yield rule, doc[low + first].idx, last.idx + len(last), at_start, at_end

    def _in_letters(self, doc: "Doc") -> str:
        letters = self._letters
        norms = doc.to_array("NORM").tolist()
        try:
            return "".join([letters[norm] for norm in norms])
        except KeyError:
            for position, norm in enumerate(norms):
                if norm not in letters:
                    token = doc[position]
                    letters[norm] = self._quick_look.letter(token.norm_, is_punctuation=token.is_punct)
            return "".join([letters[norm] for norm in norms])


def _as_read(nlp: "Language", rules: Sequence[Rule]) -> list[Rule]:
    """The rules with their NORMs as tokens carry them: `okay` is read as `ok`."""
    norms = dict(NORMS)

    def read(word: str, place: str) -> str:
        if word not in norms:
            doc = tokenize(nlp, word, known=frozenset())
            if len(doc) != 1:
                raise TaggerError(
                    f"{place}: {word!r} is read as {len(doc)} tokens ({' '.join(token.norm_ for token in doc)}), so "
                    "that no token matches it; expected a single one. Write one {...} for each."
                )
            norms[word] = str(doc[0].norm_)
        return norms[word]

    def read_token(token: dict[str, Any], place: str) -> dict[str, Any]:
        value = token.get("NORM")
        if isinstance(value, str):
            return token | {"NORM": read(value, place)}
        if isinstance(value, dict) and isinstance(value.get("IN"), list):
            return token | {"NORM": value | {"IN": list(dict.fromkeys(read(word, place) for word in value["IN"]))}}
        return token

    return [
        replace(rule, patterns=tuple([read_token(token, rule.place) for token in one] for one in rule.patterns))
        for rule in rules
    ]


def _compile(nlp: "Language", rule: Rule) -> "Matcher":
    from spacy.errors import MatchPatternError  # noqa: PLC0415
    from spacy.matcher import Matcher  # noqa: PLC0415

    if not all(any(is_needed(token) for token in one) for one in rule.patterns):
        raise TaggerError(
            f"{rule.place}: every token of a pattern is optional; expected at least one that must be there."
        )
    matcher = Matcher(nlp.vocab, validate=True)
    try:
        matcher.add(rule.id, list(rule.patterns), greedy="LONGEST")
    except (MatchPatternError, re.error, ValueError, TypeError, KeyError) as error:
        raise TaggerError(f"{rule.place}: pattern is not in the syntax of spaCy's Matcher: {error}") from error
    return matcher
