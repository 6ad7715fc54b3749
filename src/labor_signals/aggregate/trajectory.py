"""Trajectory: how load and rate asymmetry move over a long conversation, or from conversation to conversation.

Windows have one row a window and ordered pair: `dyad_id` (where given), `conversation_id`, `from_speaker`,
`to_speaker`, `window` (from 0), `position` (from 0 to 1), `first_turn`, `last_turn`, `timestamp`, `start` (the earliest
time; NaT and NaN where the source has none), `utterances`, `labor`, `load_asymmetry`, `rate_asymmetry`, `reason`.

Slopes have one row a series and ordered pair: `dyad_id` (where given) or, within conversations, `conversation_id`;
`from_speaker`, `to_speaker`, `windows` (with labor), `slope`, `slope_se`, `slope_low`, `slope_high`, `slope_p`,
`scale`, `reason`. A pair with too little talk for three windows has rows in both, and NaN with a reason for a slope.
"""

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.slope import LEAST_WINDOWS, slopes
from labor_signals.aggregate.windows import Windows, conversations_in_time, windows_in_talk
from labor_signals.errors import SettingsError, TranscriptError
from labor_signals.records import TaggedTranscript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

_SCALES: Final = np.array(
    ["first to last window", "first to last conversation, in order", "first to last conversation, by date"],
    dtype=object,
)
_WINDOW_REASONS: Final = np.array(["", "no labor in either direction", "one direction has no utterances"], dtype=object)
_SLOPE_REASONS: Final = np.array(
    ["", f"fewer than {LEAST_WINDOWS} windows", f"fewer than {LEAST_WINDOWS} windows with labor"], dtype=object
)


def trajectory(
    tagged: TaggedTranscript,
    *,
    over: Literal["windows", "conversations"] = "windows",
    width: int = 20,
    dyads: npt.ArrayLike | None = None,
    settings: Settings = DEFAULT_SETTINGS,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores of every pair in windows that do not overlap, and the slope of who carries how much.

    Formula: weighted least squares of i's load share in window k, `q_k = L_ij,k / (L_ij,k + L_ji,k)`, on the window's
    position, with weights `L_ij,k + L_ji,k`. A pair with n utterances for each other has `n // width` windows of nearly
    equal length, or each conversation of a dyad is a window.
    Range and sign: positive where i comes to carry more. Scale: position runs from 0, the first window, to 1, the last:
    -0.2 means from, say, 70 % to 50 % over the whole. Conversations lie at their dates where all of a series have one,
    else evenly in the transcript's order; the column `scale` says which.
    Error: the largest of the classical, the Newey-West (HAC) and the AR(1) standard error, with t tails, see `slopes`;
    p is a little conservative, more so with fewer than six windows.
    Source: Kenny, Kashy and Cook (2006), Dyadic Data Analysis, 13 (growth in dyads); Newey and West (1987).

    Args:
        tagged: The talk with its tags.
        over: `windows` of each conversation, or whole `conversations` in time.
        width: Least number of utterances between the two in a window.
        dyads: For `conversations`: an id for each of `Transcript.conversations`; one id is one dyad. `None`: two names
            are the same two people everywhere, which is wrong for roles such as "seeker" and "supporter".
        settings: `level` of the slope's interval.

    Returns:
        Windows and slopes; the columns stand at the head of this module.

    Raises:
        SettingsError: `width` is below 1.
        TranscriptError: `dyads` does not have one id a conversation.
    """
    talk = tagged.transcript
    key: dict[str, Any] = {}
    if over == "windows":
        if width < 1:
            raise SettingsError(f"width is {width!r}; expected a whole number of utterances, 1 or more.")
        windows = windows_in_talk(tagged, width=width)
        key["conversation_id"] = talk.conversations.take(windows.conversation)
    else:
        number, ids = _dyad_numbers(dyads, len(talk.conversations))
        windows = conversations_in_time(tagged, dyad=number)
        if ids is not None:
            key["dyad_id"] = ids.take(number[windows.conversation])
    named = _in_twos(key, talk.parties.take(windows.one), talk.parties.take(windows.two))
    return _window_table(tagged, windows, named), _slope_table(windows, named, over, settings)


def _dyad_numbers(dyads: npt.ArrayLike | None, count: int) -> tuple[npt.NDArray[np.int64], pd.Index | None]:
    if dyads is None:
        return np.zeros(count, dtype=np.int64), None
    number, ids = pd.factorize(pd.Index(np.asarray(dyads)))
    if len(number) != count or (number < 0).any():
        raise TranscriptError(
            f"dyads has {len(number):,} ids, {(number < 0).sum():,} of them missing; expected one for each of the "
            f"{count:,} conversations, in the order of Transcript.conversations."
        )
    return number.astype(np.int64), pd.Index(ids)


def _window_table(tagged: TaggedTranscript, windows: Windows, named: pd.DataFrame) -> pd.DataFrame:
    talk = tagged.transcript
    utterances, labor = windows.turns.astype(np.int64).ravel(), windows.labor.ravel()
    load = load_asymmetry(labor)
    silent = (windows.turns == 0).any(axis=1).repeat(2)
    times = pd.Series(windows.timestamp.repeat(2))
    if "conversation_id" not in named:
        named = named.assign(conversation_id=talk.conversations.take(windows.conversation.repeat(2)))
        lead = [name for name in ("dyad_id", "conversation_id") if name in named]
        named = named[[*lead, "from_speaker", "to_speaker"]]
    return named.assign(
        window=windows.number.repeat(2),
        position=windows.position.repeat(2),
        first_turn=windows.first_turn.repeat(2),
        last_turn=windows.last_turn.repeat(2),
        timestamp=times.dt.tz_localize(talk.timezone) if talk.timezone else times,
        start=windows.start.repeat(2),
        utterances=utterances,
        labor=labor,
        load_asymmetry=load,
        rate_asymmetry=rate_asymmetry(labor, utterances=utterances),
        reason=_WINDOW_REASONS[np.where(np.isnan(load), 1, np.where(silent, 2, 0))],
    )


def _slope_table(windows: Windows, named: pd.DataFrame, over: str, settings: Settings) -> pd.DataFrame:
    own, other = windows.labor.T
    found = slopes(own, other, windows.position, windows.series, level=settings.level)
    first = np.flatnonzero(windows.number == 0)
    several = np.bincount(windows.series, minlength=len(first)) >= LEAST_WINDOWS
    why = np.where(np.isfinite(found.slope), 0, np.where(several, 2, 1))
    scale = np.zeros(len(first), dtype=np.int64) if over == "windows" else 1 + windows.dated[first]
    sign = np.tile([1.0, -1.0], len(first))
    slope, reach = sign * found.slope.repeat(2), found.reach.repeat(2)
    rows = named.iloc[np.column_stack([2 * first, 2 * first + 1]).ravel()].reset_index(drop=True)
    return rows.assign(
        windows=found.windows.repeat(2),
        slope=slope,
        slope_se=found.error.repeat(2),
        slope_low=slope - reach,
        slope_high=slope + reach,
        slope_p=found.p.repeat(2),
        scale=_SCALES[scale].repeat(2),
        reason=_SLOPE_REASONS[why].repeat(2),
    )


def _in_twos(key: dict[str, Any], one: pd.Index, two: pd.Index) -> pd.DataFrame:
    """Names, rows in twos: one -> two, then two -> one."""
    there = pd.DataFrame(key | {"from_speaker": one, "to_speaker": two})
    back = pd.DataFrame(key | {"from_speaker": two, "to_speaker": one})
    return pd.concat([there, back]).sort_index(kind="stable").reset_index(drop=True)
