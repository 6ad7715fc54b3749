"""From a name or a folder to a tagger."""

from functools import cache
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from labor_signals.errors import TaggerError
from labor_signals.tag.rule_tagger import RuleTagger
from labor_signals.tag.tagger import Tagger

TAGGERS: Final = ("default", "rules")


def load_tagger(name: str | PathLike[str] = "default") -> Tagger:
    """Loads a tagger.

    Args:
        name: `default`, which is the rule tagger; `rules`, which always is; or a folder of `*.jsonl` rule files.

    Raises:
        TaggerError: There is no such tagger.

    Example:
        >>> import labor_signals as ls
        >>> ls.load_tagger("rules").name
        'rules'
    """
    if name in TAGGERS:
        return _built_in()
    folder = Path(name)
    try:
        if folder.is_dir():
            return RuleTagger.from_folder(folder)
    except (OSError, ValueError) as error:
        if isinstance(error, TaggerError):
            raise
    raise TaggerError(
        f"tagger {fspath(name)!r} is neither a known name nor a folder; expected one of "
        f"{', '.join(map(repr, TAGGERS))}, a folder of *.jsonl rule files, or an object with the members of the "
        "Tagger protocol."
    )


@cache
def _built_in() -> RuleTagger:
    """Made once a process: its patterns take seconds to compile, and a rule tagger does not change."""
    return RuleTagger.built_in()
