"""Which column means what: the names that exporters use, and the user's own mapping."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from labor_signals.errors import TranscriptError
from labor_signals.read.raw_table import CANONICAL

# Written as `_plain` leaves them: lower case, words joined by nothing.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "conversation_id": ("conversation", "conv", "convid", "dialogue", "dialogueid", "dialog", "dialogid", "chatid",
                        "threadid", "sessionid", "roomid"),
    "turn": ("turnid", "turnindex", "turnnumber", "turnno", "utteranceindex"),
    "speaker": ("name", "speakername", "speakerid", "speakerlabel", "author", "authorname", "sender", "sendername",
                "from", "user", "username", "participant", "role", "character"),
    "text": ("utterance", "message", "content", "body", "transcript", "line", "said", "messagetext"),
    "addressee": ("addressedto", "recipient", "listener", "to", "receiver"),
    "reply_to": ("inreplyto", "replytoid", "replyid", "parentid"),
    "utterance_id": ("id", "uttid", "uid", "messageid", "msgid"),
    "timestamp": ("time", "date", "datetime", "sentat", "createdat", "timestamputc"),
    "start": ("starttime", "startseconds", "begin", "begintime", "onset"),
    "end": ("endtime", "endseconds", "stop", "stoptime"),
}  # fmt: skip

_CANONICAL_OF: Final = {alias: name for name in CANONICAL for alias in (re.sub(r"[^a-z]", "", name), *ALIASES[name])}


def canonical_names(columns: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Which of the found columns stand for which canonical ones.

    The user's mapping goes first, then columns that have a canonical name as it is, then well-known aliases
    whatever their case, spaces and underscores, for canonical names that nothing stands for yet. Where two aliases of
    one canonical name are found, neither is taken, except that one spelling of the name itself beats its aliases.

    Args:
        columns: Names of the columns found.
        mapping: From names of the user's columns to canonical names, or to any other name that they should get.

    Returns:
        From found to canonical name; columns that mean nothing to the library are left out.

    Raises:
        TranscriptError: The mapping names a column that is not there, or has two columns stand for one.
    """
    found = list(columns)
    _check_mapping(found, mapping)
    names = dict(mapping)
    # A column that the user gave another meaning frees its own name; one shadowed by the mapping does not mean it.
    names |= {name: name for name in found if name in CANONICAL and name not in names and name not in names.values()}
    for good in (_spelt_differently, _alias_of):
        meant = {name: good(name) for name in found if name not in names and name not in CANONICAL}
        count = Counter(meant.values())
        taken = set(names.values())
        names |= {
            name: canonical
            for name, canonical in meant.items()
            if canonical is not None and count[canonical] == 1 and canonical not in taken
        }
    return names


def listed_columns(found: Iterable[str]) -> str:
    """The columns found, for a message: by name, or only counted where no name means anything to the library.

    In a table without a header row, the names are the first row of talk, which no message may quote.
    """
    names = list(found)
    if not names:
        return "no columns"
    if any(_plain(name) in _CANONICAL_OF for name in names):
        return ", ".join(map(repr, names))
    return f"{len(names)} column{'s' * (len(names) > 1)} with names that mean nothing here (is there a header row?)"


def _check_mapping(found: list[str], mapping: Mapping[str, str]) -> None:
    missing = [name for name in mapping if name not in found]
    if missing:
        raise TranscriptError(
            f"columns= names {', '.join(map(repr, missing))}; found {listed_columns(found)}. "
            "Map names of columns that are there to the names expected."
        )
    twice = [name for name, count in Counter(mapping.values()).items() if count > 1]
    if twice:
        raise TranscriptError(
            f"columns= maps more than one column to {', '.join(map(repr, twice))}; expected one for each."
        )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _spelt_differently(name: str) -> str | None:
    canonical = _CANONICAL_OF.get(_plain(name))
    return canonical if canonical is not None and _plain(canonical) == _plain(name) else None


def _alias_of(name: str) -> str | None:
    return _CANONICAL_OF.get(_plain(name))
