"""The dates and times of WhatsApp exports: every phone writes them as its language does."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.settings import Settings

_SPACE: Final = "[ \u00a0\u202f]"
# Groups: three numbers of the date with their sign; half of the day, hour, minute, second, half of the day.
MOMENT: Final = (
    rf"(\d{{1,4}})\u200f?([./-]){_SPACE}?(\d{{1,2}})\u200f?\2{_SPACE}?(\d{{1,4}})\.?"
    rf",?{_SPACE}(?:[^\W\d_]{{1,3}}{_SPACE})?"  # "à", "um", "klo"
    rf"(?:(上午|下午|오전|오후|午前|午後){_SPACE}?)?(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}}))?"
    rf"(?:{_SPACE}?([AaPp]\.?{_SPACE}?[Mm]\.?|ص|م|[πμ]\.?μ\.?))?"
)
GROUPS: Final = 9
_AFTERNOON: Final = ("p", "م", "μ", "下午", "오후", "午後")

Numbers = npt.NDArray[np.int64]
Written = Sequence[str | None]


def moments(found: Sequence[Written], settings: Settings) -> pd.Series:
    """Wall-clock times from the groups of `MOMENT`; dates that no calendar has are left as written.

    Which number is the day: `settings.day_first` where given; a number over 12; a full stop between the numbers,
    which only countries that put the day first write; and at last the order of the messages, where days
    never go backwards under one reading and do under the other.

    Raises:
        TranscriptError: None of these decides, or they contradict each other.
    """
    columns = list(zip(*found, strict=True))
    first, second, third = (_numbers(columns[at]) for at in (0, 2, 3))
    year_first = np.array([len(text or "") == 4 for text in columns[0]])
    year = np.where(year_first, first, third)
    year = np.where(year < 100, year + 2000, year)
    if year_first.all():
        day, month = third, second
    else:
        dotted = all(sign == "." for sign, whole in zip(columns[1], year_first, strict=True) if not whole)
        open_dates = _Dates(year[~year_first], first[~year_first], second[~year_first])
        day_leads = _day_leads(open_dates, settings, dotted=dotted)
        day = np.where(year_first, third, first if day_leads else second)
        month = np.where(year_first, second, second if day_leads else first)
    clock = pd.DataFrame(
        {"year": year, "month": month, "day": day, "hour": _hours(columns), "minute": _numbers(columns[6]),
         "second": _numbers(columns[7])}
    )  # fmt: skip
    times = pd.to_datetime(clock, errors="coerce")
    unread = times.isna().to_numpy()
    if not unread.any():
        return times
    as_written = [f"{groups[0]}{groups[1]}{groups[2]}{groups[1]}{groups[3]}" for groups in found]
    return times.astype(object).where(~unread, pd.Series(as_written, dtype=object))


class _Dates:
    """Dates of which only the year is known for sure."""

    def __init__(self, year: Numbers, first: Numbers, second: Numbers) -> None:
        self.year, self.first, self.second = year, first, second

    def never_go_back(self, *, day_first: bool) -> bool:
        """Whether no message is from an earlier day than the one before it, read this way."""
        month, day = (self.second, self.first) if day_first else (self.first, self.second)
        return bool((np.diff(self.year * 10_000 + month * 100 + day) >= 0).all())


def _day_leads(dates: _Dates, settings: Settings, *, dotted: bool) -> bool:
    if settings.day_first is not None:
        return settings.day_first
    first_is_day, second_is_day = bool((dates.first > 12).any()), bool((dates.second > 12).any())
    if first_is_day != second_is_day:
        return first_is_day
    if first_is_day:
        raise TranscriptError(
            "found dates with the day first and dates with the month first in one WhatsApp export; expected one way "
            "throughout. Split the file where it changes, and read each part by itself."
        )
    if dotted or bool((dates.first == dates.second).all()):
        return True
    forward = [dates.never_go_back(day_first=choice) for choice in (True, False)]
    if forward[0] != forward[1]:
        return forward[0]
    raise TranscriptError(
        "found dates such as 03/04/24 in a WhatsApp export that could be the third of April or the fourth of March, "
        "and nothing in the file decides; expected to be told: Settings(day_first=True) or Settings(day_first=False)."
    )


def _hours(columns: Sequence[Sequence[str | None]]) -> Numbers:
    """Hours of 24, from those of 12 where the half of the day is written."""
    hour = _numbers(columns[5])
    halves = [before or after or "" for before, after in zip(columns[4], columns[8], strict=True)]
    given = np.array([bool(half) for half in halves])
    later = np.array([half.lower().startswith(_AFTERNOON) for half in halves])
    return np.where(given & (hour <= 12), hour % 12 + 12 * later, hour)


def _numbers(column: Sequence[str | None]) -> Numbers:
    return np.array([int(text or 0) for text in column], dtype=np.int64)
