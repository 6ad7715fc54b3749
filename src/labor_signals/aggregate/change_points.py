"""Change points: where in a long conversation the load passes from one to the other, if it does so at once."""

from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.errors import MissingExtraError, SettingsError

_LEAST_BETWEEN: Final = 2
_COLUMNS: Final = ("change", "window", "first_turn", "share_before", "share_after")

Values = npt.NDArray[np.float64]


def change_points(windows: pd.DataFrame, *, penalty: float = 3.0) -> pd.DataFrame:
    """Windows at which the load share of a pair jumps.

    Formula: PELT (exact) with squared distance from the segment's mean (`l2`) on i's load share `q_k`, segments of at
    least two windows, and a penalty of `penalty * s2 * ln K` a change. `s2` is the mean squared difference of
    neighbouring windows over 2 (von Neumann 1941), which a jump hardly raises, and at least the mean binomial variance
    `q(1 - q)/L_k` about the share q of the whole. A penalty of 2 is that of Schwarz's criterion (Yao 1988); with 3, a
    level series of 5 to 50 windows shows a change in 0 or 1 of 100 (`benchmarks/over_talk.py`: 6 acts a window).
    Windows without labor have no share and are left out. With fewer than four windows there is nothing to find.
    Sources: Killick, Fearnhead and Eckley (2012), JASA 107, 1590-1598; Yao (1988), Statistics and Probability Letters
    6, 181-189; Truong, Oudre and Vayatis (2020), Signal Processing 167, 107299 (`ruptures`).

    Args:
        windows: The first table of `trajectory`, whole. A loop goes over its pairs.
        penalty: Above 0; the higher, the fewer changes.

    Returns:
        One row a change and ordered pair, none where no change is found: the names of the pair as in `trajectory`'s
        slopes, `change` (from 1), `window` (the first after the change), `first_turn` (its first turn), `share_before`
        and `share_after` (load share of from_speaker on either side, up to the next change).

    Raises:
        MissingExtraError: `ruptures` is not installed.
        SettingsError: `penalty` is not above 0.
    """
    if not penalty > 0:
        raise SettingsError(f"penalty is {penalty!r}; expected a number above 0, such as 3.")
    try:
        import ruptures  # noqa: F401, PLC0415  (an extra)
    except ImportError as error:
        raise MissingExtraError("ruptures", extra="trajectory", purpose="Finding change points") from error
    one = windows.iloc[0::2].reset_index(drop=True)
    labor = windows["labor"].to_numpy(np.float64).reshape(-1, 2)
    keys = [*_series_key(one), "from_speaker", "to_speaker"]
    rows: list[dict[str, Any]] = []
    for begin, end in pairwise([*np.flatnonzero(one["window"] == 0), len(one)]):
        names = {key: one.at[begin, key] for key in keys}
        back = names | {"from_speaker": names["to_speaker"], "to_speaker": names["from_speaker"]}
        for number, (place, before, after) in enumerate(_changes(labor[begin:end], penalty), start=1):
            at = {"change": number} | {name: one.at[begin + place, name] for name in ("window", "first_turn")}
            rows.append(names | at | {"share_before": before, "share_after": after})
            rows.append(back | at | {"share_before": 1 - before, "share_after": 1 - after})
    return pd.DataFrame(rows, columns=[*keys, *_COLUMNS])


def _series_key(one: pd.DataFrame) -> list[str]:
    """What names a series beside its two people: the dyad, the conversation, or, over conversations, nothing."""
    if "dyad_id" in one:
        return ["dyad_id"]
    follows = one["window"].to_numpy()[1:] > 0
    ids = one["conversation_id"].to_numpy()
    return [] if (follows & (ids[1:] != ids[:-1])).any() else ["conversation_id"]


def _changes(labor: Values, penalty: float) -> list[tuple[int, float, float]]:
    """Of each change of one series with (K, 2) labor: its first window, and the share before and after."""
    import ruptures  # noqa: PLC0415

    acts = labor.sum(axis=1)
    known = np.flatnonzero(acts > 0)
    if len(known) < 2 * _LEAST_BETWEEN:
        return []
    own, acts = labor[known, 0], acts[known]
    share, whole = own / acts, own.sum() / acts.sum()
    spread = max(float((np.diff(share) ** 2).mean() / 2), float((whole * (1 - whole) / acts).mean()))
    if spread == 0:
        return []
    search = ruptures.Pelt(model="l2", min_size=_LEAST_BETWEEN, jump=1).fit(share[:, np.newaxis])
    edges = [0, *search.predict(pen=penalty * spread * np.log(len(share)))]
    means = [own[a:b].sum() / acts[a:b].sum() for a, b in pairwise(edges)]
    return [(int(known[at]), *around) for at, around in zip(edges[1:-1], pairwise(means), strict=True)]
