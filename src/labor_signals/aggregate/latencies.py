"""How long each utterance of a pair came after the one before it, and how long it waited for the other."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from labor_signals.aggregate.blocks import Rows
from labor_signals.aggregate.exchanges import Exchanges
from labor_signals.records import Transcript

_RECORDING_FLOOR: Final = 0.1
_CLOCK_FLOOR: Final = 1.0

Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Latencies:
    """For the n utterances of `Exchanges`.

    Attributes:
        answers: (n,) whether it follows the other's, so that it is an answer.
        seconds: (n,) an answer's latency, below 0 where it began before the other's ended; NaN for all else, and where
            a time is missing.
        floor: (n,) the shortest latency that counts as such on a log scale: 0.1 s in recordings, 1 s by timestamps.
        answer: (n,) place of the other's next utterance in the pair's talk, -1 where there is none.
        waited: (n,) seconds until it, NaN where there is none or a time is missing.
    """

    answers: npt.NDArray[np.bool_]
    seconds: Seconds
    floor: Seconds
    answer: Rows
    waited: Seconds


def latencies_of(talk: Exchanges, transcript: Transcript) -> Latencies:
    """Seconds from the end (else the time) of an utterance to the start (else the time) of an answer.

    Times of the recording are taken where both utterances have them, timestamps where not.
    """
    count = len(talk.pair)
    answers = np.zeros(count, dtype=bool)
    answers[1:] = (talk.pair[1:] == talk.pair[:-1]) & (talk.by_one[1:] != talk.by_one[:-1])
    # the next answer at or after each place, looked up from behind; it must be of the same pair
    place = np.where(answers, np.arange(count), count)
    following = np.append(np.minimum.accumulate(place[::-1])[::-1], count)[1:]
    same = following < count
    same[same] = talk.pair[following[same]] == talk.pair[same]
    answer = np.where(same, following, -1)
    waited, recorded = _between(talk, transcript, np.arange(count), answer)
    waited[~same] = np.nan
    seconds = np.full(count, np.nan)
    floor = np.full(count, _CLOCK_FLOOR)
    last = np.flatnonzero(answers) - 1
    seconds[last + 1] = waited[last]
    floor[last + 1] = np.where(recorded[last], _RECORDING_FLOOR, _CLOCK_FLOOR)
    return Latencies(answers, seconds, floor, answer, waited)


def _between(
    talk: Exchanges, transcript: Transcript, before: Rows, after: Rows
) -> tuple[Seconds, npt.NDArray[np.bool_]]:
    """Seconds between utterances, and whether they are those of a recording."""
    start, end, clock = transcript.start[talk.row], transcript.end[talk.row], transcript.timestamp[talk.row]
    recorded = start[after] - np.where(np.isnan(end), start, end)[before]
    clocked = (clock[after] - clock[before]) / np.timedelta64(1, "s")
    known = np.isfinite(recorded)
    return np.where(known, recorded, clocked), known
