"""Rules as they stand in files: one JSON object a line, checked line by line. `rules/README.md` describes them."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from labor_signals.codebook import CODEBOOK
from labor_signals.errors import TaggerError

Pattern = list[dict[str, Any]]
Said = tuple[str, str]
Strength = Literal["strong", "weak", "hint"]

CUE_PREFIX: Final = "cues."
WORDS_FILE: Final = "words.json"
LONGEST_REPEAT: Final = 12

_NEEDED = {"id", "tag", "pattern", "example"}
_KNOWN = {*_NEEDED, "move", "when", "strength", "context", "not", "not_context"}
_MOVES = {tag.name: tag.moves for tag in CODEBOOK}
_BOUNDED = re.compile(r"\{(\d*),?(\d*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: any of its token patterns, where all of its conditions hold.

    Attributes:
        id: Its name, which evidence shows.
        tag: The tag it speaks for, or `cues.<name>` for a cue that only conditions look at.
        move: The move of the codebook by which the tag is done; empty for cues.
        patterns: Token patterns of spaCy's Matcher, any of which will do.
        when: Names of conditions, all of which must hold.
        strength: How sure the rule is by itself.
        example: Invented words on which it fires.
        context: Invented (speaker, text) before the example; the speaker of the example is `me`.
        near_miss: Invented words on which it must not fire, `None` where none is given.
        near_miss_context: What was said before the near miss.
        place: File and line it comes from.
    """

    id: str
    tag: str
    move: str
    patterns: tuple[Pattern, ...]
    when: tuple[str, ...]
    strength: Strength
    example: str
    context: tuple[Said, ...]
    near_miss: str | None
    near_miss_context: tuple[Said, ...]
    place: str

    @property
    def is_cue(self) -> bool:
        """Whether it marks a cue for conditions, and no tag."""
        return self.tag.startswith(CUE_PREFIX)


def read_rules(
    folder: Path, *, conditions: Iterable[str], words: Mapping[str, list[str]] | None = None
) -> tuple[Rule, ...]:
    """All rules in the `*.jsonl` files of a folder, in order of file name and line.

    Args:
        folder: Where the files are, with `words.json` beside them for the lists that patterns name as `$list`.
        conditions: Names that `when` may hold.
        words: Lists known besides those in the folder, which come first.

    Raises:
        TaggerError: A line is no rule; says in which file and line, and what is wrong.
    """
    lists = {**(words or {}), **read_words(folder)}
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(_text_of(path).splitlines(), start=1):
            if not line.strip():
                continue
            rule = _parse(line, _Place(path.name, number), frozenset(conditions), lists)
            if rule.id in rules:
                raise TaggerError(
                    f"{rule.place}: id {rule.id!r} is used already in {rules[rule.id].place}; expected one of its own."
                )
            rules[rule.id] = rule
    return tuple(rules.values())


def read_words(folder: Path) -> dict[str, list[str]]:
    """The word lists of `words.json` in a folder, none where there is no such file.

    Raises:
        TaggerError: The file is not a JSON object of lists of words.
    """
    path = folder / WORDS_FILE
    if not path.exists():
        return {}
    try:
        lists = json.loads(_text_of(path))
    except ValueError as error:
        raise TaggerError(f"{WORDS_FILE}: not JSON ({error}); expected an object of lists of words.") from error
    if not isinstance(lists, dict) or not all(_is_words(value) for value in lists.values()):
        raise TaggerError(f"{WORDS_FILE}: expected an object whose values are lists of words.")
    return cast("dict[str, list[str]]", lists)


def digest_of(*folders: Path) -> str:
    """SHA-256 (hex) of all rule files and word lists in the folders; line ends do not count."""
    sha = hashlib.sha256()
    for folder in folders:
        for path in sorted([*folder.glob("*.jsonl"), *folder.glob(WORDS_FILE)]):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            sha.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return sha.hexdigest()


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"

    def wrong(self, what: str) -> TaggerError:
        return TaggerError(f"{self}: {what}")


def _parse(line: str, place: _Place, conditions: frozenset[str], lists: Mapping[str, list[str]]) -> Rule:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise place.wrong(f"not JSON ({error}); expected one JSON object a line.") from error
    if not isinstance(raw, dict):
        raise place.wrong(f"found a {type(raw).__name__}; expected a JSON object.")
    if missing := sorted(_NEEDED - raw.keys()):
        raise place.wrong(f"lacks {', '.join(missing)}; expected at least {', '.join(sorted(_NEEDED))}.")
    if unknown := sorted(raw.keys() - _KNOWN):
        raise place.wrong(f"has unknown {', '.join(unknown)}; expected only {', '.join(sorted(_KNOWN))}.")
    for name in ("id", "tag", "example", *({"move", "not"} & raw.keys())):
        if not isinstance(raw[name], str) or not raw[name].strip():
            raise place.wrong(f"{name} is {raw[name]!r}; expected some text.")
    context = _context(raw.get("context", []), place)
    return Rule(
        id=raw["id"],
        tag=raw["tag"],
        move=_move(raw, place),
        patterns=_patterns(raw["pattern"], place, lists),
        when=_when(raw.get("when", []), place, conditions),
        strength=_strength(raw.get("strength", "strong"), place),
        example=raw["example"],
        context=context,
        near_miss=raw.get("not"),
        near_miss_context=_context(raw["not_context"], place) if "not_context" in raw else context,
        place=str(place),
    )


def _move(raw: dict[str, Any], place: _Place) -> str:
    move: str = raw.get("move", "")
    moves = _MOVES.get(raw["tag"])
    if moves is not None and move not in moves:
        raise place.wrong(f"move is {move!r}; expected, for {raw['tag']}, one of {', '.join(moves)}.")
    return move


def _strength(value: object, place: _Place) -> Strength:
    if value == "strong":
        return "strong"
    if value == "weak":
        return "weak"
    if value == "hint":
        return "hint"
    raise place.wrong(f"strength is {value!r}; expected 'strong', 'weak' or 'hint'.")


def _when(value: object, place: _Place, conditions: frozenset[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise place.wrong(f"when is {value!r}; expected a list of condition names.")
    for name in value:
        if name not in conditions:
            raise place.wrong(f"condition {name!r} is unknown; expected one of {', '.join(sorted(conditions))}.")
    return tuple(value)


def _context(value: object, place: _Place) -> tuple[Said, ...]:
    if not isinstance(value, list) or not all(_is_words(said) and len(said) == 2 for said in value):
        raise place.wrong("context is not a list of [speaker, text]; the speaker of the example is called 'me'.")
    return tuple((speaker, text) for speaker, text in value)


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)


def _patterns(value: object, place: _Place, lists: Mapping[str, list[str]]) -> tuple[Pattern, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, list) and one for one in value):
        raise place.wrong(
            "pattern is not a list of token patterns; expected [[{...}, ...], ...], even for a single one."
        )
    return tuple([_token(token, place, lists) for token in one] for one in value)


def _token(token: object, place: _Place, lists: Mapping[str, list[str]]) -> dict[str, Any]:
    if not isinstance(token, dict):
        raise place.wrong(f"a token is a {type(token).__name__}; expected an object such as {{'NORM': 'sorry'}}.")
    _check_repeat(token.get("OP", "1"), place)
    return {attribute: _fill_in(value, place, lists) for attribute, value in token.items()}


def _check_repeat(repeat: object, place: _Place) -> None:
    bounded = _BOUNDED.fullmatch(repeat) if isinstance(repeat, str) else None
    most = max((int(number) for number in bounded.groups() if number), default=LONGEST_REPEAT + 1) if bounded else 1
    open_ended = bounded is not None and bounded.group().endswith(",}")
    if (bounded is None and repeat not in {"1", "?"}) or most > LONGEST_REPEAT or open_ended:
        raise place.wrong(
            f"OP is {repeat!r}; expected '?', '{{n}}' or '{{n,m}}' with m up to {LONGEST_REPEAT}. "
            "Open-ended repeats make long utterances slow."
        )


def _fill_in(value: Any, place: _Place, lists: Mapping[str, list[str]]) -> Any:
    """Puts the words of a list where a pattern names it as `$list`."""
    if not isinstance(value, dict):
        return value
    filled = dict(value)
    for predicate in ("IN", "NOT_IN"):
        name = filled.get(predicate)
        if isinstance(name, str):
            if not name.startswith("$") or name[1:] not in lists:
                raise place.wrong(
                    f"word list {name!r} is unknown; expected one of {', '.join(f'${one}' for one in sorted(lists))}."
                )
            filled[predicate] = lists[name[1:]]
    return filled


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TaggerError(
            f"{path.name}: cannot be read as UTF-8 text ({type(error).__name__}); save it again as UTF-8."
        ) from error
