"""Times as sources write them: dates with and without zone, Unix times, clock times since the start."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.read.bad_rows import Problems
from labor_signals.settings import Settings

# From here on a number is a Unix time in seconds (1973 or later), from the next on in milliseconds; below it is
# seconds since the start.
_UNIX_SECONDS: Final = 1e8
_UNIX_MILLISECONDS: Final = 1e11
_CLOCK: Final = r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2}(?:[.,]\d+)?)\s*$"
_DAY_OR_MONTH_FIRST: Final = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}\b"
_ZONE_AT_END: Final = r"(?:[+-]\d{2}:?\d{2}|Z|UTC|GMT)\s*$"

Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Times:
    """The times of n utterances.

    Attributes:
        timestamp: (n,) datetime64[us], NaT where unknown; UTC if `timezone` is set.
        timezone: `UTC`, or `None` for wall-clock times without a zone.
        start: (n,) seconds since the start of a recording, NaN where unknown.
        end: (n,) likewise.
    """

    timestamp: npt.NDArray[np.datetime64]
    timezone: str | None
    start: Seconds
    end: Seconds


def parse_times(frame: pd.DataFrame, problems: Problems, settings: Settings) -> Times:
    """Times from the columns `timestamp`, `start` and `end`, whichever are there.

    Raises:
        TranscriptError: A time cannot be understood and bad rows are not to be skipped, or dates such as
            03/04/2024 could be either and nothing in the file decides.
    """
    start, end = _seconds(frame, "start", problems), _seconds(frame, "end", problems)
    if "timestamp" not in frame.columns or frame["timestamp"].isna().all():
        return Times(timestamp=np.full(len(frame), "NaT", "datetime64[us]"), timezone=None, start=start, end=end)
    column = frame["timestamp"]
    numbers = _numbers_or_clock(column)
    if numbers is not None and not (numbers.abs() >= _UNIX_SECONDS).any():
        return Times(
            timestamp=np.full(len(frame), "NaT", "datetime64[us]"),
            timezone=None,
            start=np.where(np.isnan(start), numbers.to_numpy(np.float64), start),
            end=end,
        )
    if numbers is not None:
        unix = np.where(numbers.abs() >= _UNIX_MILLISECONDS, numbers / 1000, numbers)
        moments = pd.Series(pd.to_datetime(unix, unit="s", utc=True, errors="coerce"))
    else:
        moments = _dates(column, problems, settings)
    unread = (moments.isna() & column.isna().eq(False)).to_numpy()
    if unread.any() and not problems.skip:
        problems.bad(unread, "a timestamp that cannot be read", "ISO 8601, a Unix time, or a usual way to write a date")
    problems.note("kept", unread, "a timestamp that cannot be read; kept without one")
    return _finish(moments, start, end)


def _finish(moments: pd.Series, start: Seconds, end: Seconds) -> Times:
    zone = "UTC" if getattr(moments.dtype, "tz", None) is not None else None
    plain = moments.dt.tz_convert("UTC").dt.tz_localize(None) if zone else moments
    return Times(timestamp=plain.to_numpy("datetime64[us]").copy(), timezone=zone, start=start, end=end)


def _seconds(frame: pd.DataFrame, name: str, problems: Problems) -> Seconds:
    if name not in frame.columns or frame[name].isna().all():
        return np.full(len(frame), np.nan)
    column = frame[name]
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        return np.asarray(column.dt.total_seconds(), dtype=np.float64)
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.isna().sum() > column.isna().sum():
        clock = _numbers_or_clock(column)
        numbers = numbers if clock is None else clock
    seconds = np.array(numbers, dtype=np.float64)
    seconds[~np.isfinite(seconds)] = np.nan
    unread = np.isnan(seconds) & column.notna().to_numpy()
    problems.note("kept", unread, f"a value in column {name!r} that is no number of seconds; kept without it")
    return seconds


def _numbers_or_clock(column: pd.Series) -> "pd.Series[float] | None":
    """Seconds, where every value is a number, a duration or a clock time such as 00:09:34.865; else `None`."""
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        return pd.Series(column.dt.total_seconds(), dtype="float64")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return None
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("float64")
    written = column.dropna().astype("str")
    numbers = pd.to_numeric(written, errors="coerce")
    if numbers.isna().any():
        clock = written.str.extract(_CLOCK).replace(",", ".", regex=True).astype("float64")
        numbers = numbers.fillna(clock[0].fillna(0) * 3600 + clock[1] * 60 + clock[2])
    return None if numbers.isna().any() else numbers.reindex(column.index)


def _dates(column: pd.Series, problems: Problems, settings: Settings) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column if getattr(column.dtype, "tz", None) is not None else _localised(column, settings)
    written = column.astype("str").mask(column.isna())
    zoned = written.str.contains(_ZONE_AT_END, regex=True, na=False)
    with_zone = pd.to_datetime(written.where(zoned), utc=True, format="mixed", errors="coerce")
    if zoned[written.notna()].all():
        return with_zone
    plain = written.mask(zoned)
    without = pd.to_datetime(plain, format="ISO8601", errors="coerce")
    if (without.isna() & plain.notna()).any():
        without = pd.to_datetime(plain, format="mixed", dayfirst=_day_first(plain, settings), errors="coerce")
    without = _localised(without, settings)
    if not zoned.any():
        return without
    problems.note(
        "guessed",
        plain.notna().to_numpy(),
        f"a time without a zone among times with one; taken as {settings.timezone or 'UTC'}",
    )
    without = without if getattr(without.dtype, "tz", None) is not None else without.dt.tz_localize("UTC")
    return with_zone.fillna(without.dt.tz_convert("UTC"))


def _localised(moments: pd.Series, settings: Settings) -> pd.Series:
    """Wall-clock times put in the zone of the settings; the doubled hour in autumn is taken as standard time."""
    if settings.timezone is None:
        return moments
    standard = np.zeros(len(moments), dtype=bool)
    zoned: pd.Series = moments.dt.tz_localize(
        ZoneInfo(settings.timezone), ambiguous=standard, nonexistent="shift_forward"
    )
    return zoned


def _day_first(written: pd.Series, settings: Settings) -> bool:
    """Whether 03/04/2024 is the third of April, by the settings, by a number over 12, or by the order of the rows."""
    if settings.day_first is not None:
        return settings.day_first
    numbers = written.str.extract(_DAY_OR_MONTH_FIRST).dropna().astype("int64")
    if numbers.empty or (numbers[0] > 12).any():
        return not numbers.empty
    if (numbers[1] > 12).any():
        return False
    orders = [
        pd.to_datetime(written, format="mixed", dayfirst=choice, errors="coerce").dropna() for choice in (True, False)
    ]
    forward = [moments.is_monotonic_increasing for moments in orders]
    if forward[0] != forward[1]:
        return forward[0]
    if orders[0].equals(orders[1]):
        return True
    raise TranscriptError(
        "found dates such as 03/04/2024 that could be the third of April or the fourth of March, and nothing in the "
        "source decides; expected to be told: Settings(day_first=True) or Settings(day_first=False)."
    )
