"""Trajectory: how load and rate asymmetry move over a long conversation, or from conversation to conversation."""

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
    ["first to last window", "first to last conversation, in order", "first to last conversation, by date"], dtype=object
)
_WINDOW_REASONS: Final = np.array(
    ["", "no labor in either direction", "one direction has no utterances"], dtype=object
)
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

    Formula: a conversation in which a pair has n utterances for each other has `K = n // width` windows of nearly equal
    length (`over="windows"`), or each conversation of a dyad is a window (`over="conversations"`). In window k, load and
    rate asymmetry are as always. The slope is that of weighted least squares of i's load share
    `q_k = L_ij,k / (L_ij,k + L_ji,k)` on position, with weights `L_ij,k + L_ji,k`.
    Range and sign: positive where i comes to carry more. Scale: position runs from 0, the first window, to 1, the last, so
    that the slope is the fitted change of the share over the whole: -0.2 means from, say, 70 % to 50 %. Conversations lie at
    their dates where all of a series have one, else evenly in the transcript's order; the column `scale` says which.
    Error: the larger of the Newey-West (HAC) and the classical standard error, with t tails, see `slopes`. With fewer than
    about six windows there is little power.
    Source: growth of a dyad's score over time as in Kenny, Kashy and Cook (2006), Dyadic Data Analysis, 13; Newey and West
    (1987), Econometrica 55, 703-708.

    Args:
        tagged: The talk with its tags.
        over: `windows` of each conversation, or whole `conversations` in time.
        width: Least number of utterances between the two in a window.
        dyads: For `conversations`: an id for each of `Transcript.conversations`; those with the same id belong to one
            dyad. `None`: two names are the same two people in every conversation, which is wrong for roles such as
            "seeker" and "supporter".
        settings: `level` of the slope's interval.

    Returns:
        Windows, one row a window and ordered pair: `dyad_id` (where given), `conversation_id`, `from_speaker`,
        `to_speaker`, `window` (from 0), `position`, `first_turn`, `last_turn`, `timestamp`, `start` (NaT and NaN where
        the source has none), `utterances`, `labor`, `load_asymmetry`, `rate_asymmetry`, `reason`; a pair with too
        little talk has fewer than three.
        Slopes, one row a series and ordered pair: `dyad_id` (where given), or `conversation_id` over windows,
        `from_speaker`, `to_speaker`, `windows`, `slope`, `slope_se`, `slope_low`, `slope_high`, `slope_p`, `scale`, `reason`.

    Raises:
        SettingsError: `width` is below 1.
        TranscriptError: `dyads` does not have one id a conversation.
    """
    if width < 1:
        raise SettingsError(f"width is {width!r}; expected a whole number of utterances, 1 or more.")
    talk = tagged.transcript
    if over == "windows":
        windows, ids = windows_in_talk(tagged, width=width), None
        key: dict[str, Any] = {"conversation_id": talk.conversations.take(windows.conversation)}
    else:
        number, ids = _dyad_numbers(dyads, len(talk.conversations))
        windows = conversations_in_time(tagged, dyad=number)
        key = {} if ids is None else {"dyad_id": ids.take(number[windows.conversation])}
    names = {"from_speaker": talk.parties.take(windows.one), "to_speaker": talk.parties.take(windows.two)}
    back = {"from_speaker": names["to_speaker"], "to_speaker": names["from_speaker"]}
    named = _in_twos(pd.DataFrame(key | names), pd.DataFrame(key | back))
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
    weight = windows.labor.sum(axis=1)
    with np.errstate(invalid="ignore"):  # no labor: the window has no share, and no weight
        share = windows.labor[:, 0] / weight
    found = slopes(share, weight, windows.position, windows.series, level=settings.level)
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


def _in_twos(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([one, two]).sort_index(kind="stable").reset_index(drop=True)
