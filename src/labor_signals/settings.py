"""Every setting of the library, in one frozen dataclass."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from labor_signals.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a transcript is read, tagged and aggregated. The defaults change nothing in the talk.

    Attributes:
        merge_turns: Join consecutive rows of one speaker into one turn on reading. The report then has one
            row a turn, not one a row of the input.
        merge_gap: With `merge_turns`, rows further apart than this many seconds stay apart. `None`: no limit.
            Rows without times are joined whatever their distance.
        bad_rows: What to do with a row that cannot be used (no speaker, a time that cannot be understood, an
            utterance over `max_characters`): `raise` a `TranscriptError` that names it, or `skip` it and say
            so in the transcript's notes.
        max_characters: The longest utterance that is taken as one. Longer ones are bad rows: they are nearly
            always a whole file read as one line.
        day_first: How to read dates such as 03/04/2024 that could be either. `None`: decide from the whole
            file, and raise where it does not decide.
        timezone: IANA name of the zone of timestamps that carry none, such as `Europe/Dublin`. `None`: they
            stay without a zone.
        pseudonym_key: A secret of your own. Where given, speakers' names are replaced on reading by
            pseudonyms, in the speaker column and in the text; the same key gives the same pseudonyms in every
            file. The key itself is never stored.
        level: Level of all intervals.
        prior: Pseudo-acts on either side of a load or rate asymmetry, which shrink the interval of short talk towards
            0. 0.5 is the Jeffreys prior of a share.
        shared_margin: The largest load asymmetry, either way, that a verdict still calls shared; 1/3 means that one
            does up to twice as much as the other.
        seed: Seed of everything drawn at random, recorded with the result.
    """

    merge_turns: bool = False
    merge_gap: float | None = None
    bad_rows: Literal["raise", "skip"] = "raise"
    max_characters: int = 100_000
    day_first: bool | None = None
    timezone: str | None = None
    pseudonym_key: str | None = None
    level: float = 0.95
    prior: float = 0.5
    shared_margin: float = 1 / 3
    seed: int = 0

    def __post_init__(self) -> None:
        _check_choice("bad_rows", self.bad_rows, ("raise", "skip"))
        _check_choice("merge_turns", self.merge_turns, (True, False))
        _check_choice("day_first", self.day_first, (True, False, None))
        if self.merge_gap is not None and not self.merge_gap >= 0:
            raise SettingsError(f"merge_gap is {self.merge_gap!r}; expected seconds >= 0, or None for no limit.")
        for name, above, below in (("level", 0, 1), ("prior", 0, float("inf")), ("shared_margin", 0, 1)):
            value = getattr(self, name)
            if not above < value < below:
                raise SettingsError(f"{name} is {value!r}; expected a number above {above} and below {below}.")
        if self.max_characters < 1:
            raise SettingsError(f"max_characters is {self.max_characters!r}; expected a whole number >= 1.")
        if self.timezone is not None:
            _check_timezone(self.timezone)
        if self.pseudonym_key == "":
            raise SettingsError("pseudonym_key is empty; expected a secret of your own, or None for real names.")

    @property
    def digest(self) -> str:
        """First 12 hex digits of the SHA-256 of all settings; two results with one digest had the same ones.

        The pseudonym key enters only as set or not set, so that the digest cannot be used to guess it.
        """
        values = asdict(self) | {"pseudonym_key": self.pseudonym_key is not None}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _check_choice(name: str, value: object, choices: Sequence[object]) -> None:
    if value not in choices:
        raise SettingsError(f"{name} is {value!r}; expected one of {', '.join(map(repr, choices))}.")


def _check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  (only where a zone is named)

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"timezone is {name!r}, which is no known zone; expected an IANA name such as 'Europe/Dublin'."
        ) from error


DEFAULT_SETTINGS: Final = Settings()
