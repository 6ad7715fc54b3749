"""Whether one role carries more than another over the dyads of a corpus: supporter and seeker, parent and child."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.aggregate.batches import Batches
from labor_signals.aggregate.bootstrap import bootstrap_interval
from labor_signals.aggregate.chance import sign_flip_p
from labor_signals.aggregate.dyad_units import codes_of_dyads, dyad_column
from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.sums import Sums, sum_by_pair, total_of
from labor_signals.errors import TranscriptError
from labor_signals.records import TaggedTranscript, Transcript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

LEAST_DYADS: Final = 5
COLUMNS: Final = (
    *("from_role", "to_role", "dyads", "scored", "utterances", "labor", "load_asymmetry", "load_low", "load_high"),
    *("load_p", "rate_asymmetry", "rate_low", "rate_high", "rate_p", "above", "reason"),
)

Scores = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def compare_roles(
    tagged: TaggedTranscript,
    *,
    role: str,
    dyad: str | None = None,
    cluster: str | None = None,
    settings: Settings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Mean load and rate asymmetry between two roles, over dyads, each of which counts the same.

    A single short talk rarely says who carries the work; many of them together do. Dyads are the independent units: a
    dyad's score is that of its sums over all its conversations (`load_asymmetry`, `rate_asymmetry`), the score of the
    corpus is the mean of its dyads' scores. The interval is a bootstrap over dyads (expanded percentile); the test
    flips the signs of the dyads' scores, exactly up to twelve dyads. Where dyads share somebody, as one helper with
    many callers, they are no longer independent: with `cluster`, those of one cluster are drawn, and their signs
    flipped, together; each dyad still counts the same. Dyads without any labor have no score and are left
    out. The spread between dyads is that of their expected counts, which is the error of a mean over a population;
    error of the tagger that leans one way is not in it, and `correct_with_codes` is the cure.

    Formula: `mean_d A_ij(d)`. Range: [-1, 1]. Sign: positive when the first role carries more.
    Sources: Hesterberg (2015), The American Statistician 69, 371-386; Fisher (1935), The Design of Experiments, 21.

    Args:
        tagged: The talk with its tags.
        role: A column of the user's own with the role of each utterance's speaker, or `speaker`, where the names
            themselves are roles. A speaker whose role stands in some rows has it in all; talk of those who have none
            (as those who never speak) is left out, as is talk between two of the same role.
        dyad: A column of the user's own that names the dyad. `None`: `dyad_id` where there is such a column, else each
            conversation is a dyad of its own.
        cluster: A column of the user's own that names what dyads share, such as the helper. `None`: nothing.
        settings: `level`, `seed`.

    Returns:
        Two rows for each two roles that talk with each other, one each way: `from_role, to_role, dyads, scored` (dyads
        with any labor), `utterances, labor, load_asymmetry, load_low, load_high, load_p, rate_asymmetry, rate_low,
        rate_high, rate_p, above` (share of the scored dyads in which the first role's load is the larger; ties count
        half) and `reason`: why a number is NaN.

    Raises:
        TranscriptError: There is no such column, a speaker's role changes within a conversation, or a dyad's cluster
            between its conversations.
    """
    dyads = codes_of_dyads(tagged, dyad_column(tagged, dyad))[0]
    shared = dyads if cluster is None else _clusters(tagged, cluster, dyads)
    table = _dyads(tagged, role, dyads, shared)
    parts = [_both_ways(rows, settings) for _, rows in table.groupby(["one", "two"], sort=False)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def _clusters(tagged: TaggedTranscript, cluster: str, dyad: Codes) -> Codes:
    """(conversations,) code of each conversation's cluster."""
    code = codes_of_dyads(tagged, cluster, kind="cluster")[0]
    if changing := int((pd.Series(code).groupby(dyad).nunique() > 1).sum()):
        raise TranscriptError(
            f"column {cluster!r} changes between the conversations of {changing:,} dyads; expected one cluster for "
            "each dyad. Correct it, or name what makes the dyad with `dyad`."
        )
    return code


def _dyads(tagged: TaggedTranscript, role: str, dyad: Codes, cluster: Codes) -> pd.DataFrame:
    """One row a dyad and two roles, with what each did towards the other."""
    sums = sum_by_pair(tagged)
    one, two, roles = _sides(tagged.transcript, role, sums)
    labor = total_of(tagged, sums, tagged.labor)
    back = np.arange(len(labor)) ^ 1
    frame = pd.DataFrame(
        {"cluster": cluster[sums.conversation], "dyad": dyad[sums.conversation], "one": one, "two": two}
        | {"own": labor, "other": labor[back], "own_turns": sums.utterances, "other_turns": sums.utterances[back]}
    )
    known = frame[(frame["one"] >= 0) & (frame["one"] < frame["two"])]
    found = known.groupby(["one", "two", "cluster", "dyad"], as_index=False).sum()
    return found.assign(one=roles.take(found["one"].to_numpy()), two=roles.take(found["two"].to_numpy()))


def _sides(talk: Transcript, role: str, sums: Sums) -> tuple[Codes, Codes, pd.Index]:
    """(m,) role of the one who speaks and of the one spoken to, -1 without one, and the roles."""
    if role == "speaker":
        return sums.speaker.astype(np.int64), sums.addressee.astype(np.int64), talk.parties
    if role not in talk.extra.columns:
        found = ", ".join(map(repr, talk.extra.columns)) or "none"
        raise TranscriptError(f"found no column {role!r} of roles; expected 'speaker' or one of your own: {found}.")
    code, roles = pd.factorize(talk.extra[role], sort=True)
    played = pd.DataFrame({"conversation": talk.conversation, "speaker": talk.speaker, "role": code})
    role_of = played[code >= 0].groupby(["conversation", "speaker"])["role"].agg(["min", "max"])
    if several := int((role_of["min"] != role_of["max"]).sum()):
        raise TranscriptError(
            f"{several:,} speakers have more than one role within a conversation; expected one for each. Correct the "
            "column, or give the parts of the talk conversation ids of their own."
        )
    one, two = (
        role_of["min"].reindex(pd.MultiIndex.from_arrays([sums.conversation, side]), fill_value=-1).to_numpy()
        for side in (sums.speaker, sums.addressee)
    )
    return one, two, pd.Index(roles)


def _both_ways(dyads: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Two rows, one each way, for all dyads of two roles."""
    labor = dyads[["own", "other"]].to_numpy(np.float64).ravel()
    turns = dyads[["own_turns", "other_turns"]].to_numpy(np.int64).ravel()
    scores = {"load": load_asymmetry(labor)[::2], "rate": rate_asymmetry(labor, utterances=turns)[::2]}
    load = scores["load"][~np.isnan(scores["load"])]
    share = float((np.sign(load) / 2 + 0.5).mean()) if len(load) else np.nan
    roles = dyads[["one", "two"]].to_numpy()[0]
    columns: dict[str, object] = {"from_role": roles, "to_role": roles[::-1]}
    columns |= {"dyads": len(dyads), "scored": len(load)}
    columns |= {"utterances": turns.reshape(-1, 2).sum(axis=0), "labor": labor.reshape(-1, 2).sum(axis=0)}
    for name, values in scores.items():
        known = ~np.isnan(values)
        mean, low, high, p = _over_dyads(values[known], dyads["cluster"].to_numpy()[known], settings)
        columns |= {f"{name}_asymmetry": [mean, -mean], f"{name}_low": [low, -high], f"{name}_high": [high, -low]}
        columns |= {f"{name}_p": p}
    return pd.DataFrame(columns | {"above": [share, 1 - share], "reason": _reason(columns)})


def _reason(columns: dict[str, object]) -> str:
    """Why a number of the row is NaN, empty where none is."""
    if columns["scored"] == 0:
        return "no labor between these roles"
    if np.isnan(np.array([columns["load_low"], columns["rate_low"]], np.float64)).any():
        return f"fewer than {LEAST_DYADS} dyads, or clusters of them, with a score: no interval"
    return "" if np.isfinite([columns["load_p"], columns["rate_p"]]).all() else "all scores are 0: no test"  # type: ignore[arg-type]


def _over_dyads(scores: Scores, cluster: Codes, settings: Settings) -> tuple[float, float, float, float]:
    """Mean of the dyads' scores, both ends of its interval, and its test; dyads of a cluster stand together."""
    if not len(scores):
        return np.nan, np.nan, np.nan, np.nan
    mean = float(scores.mean())
    _, unit = np.unique(cluster, return_inverse=True)
    totals, counts = (np.bincount(unit, weights=part).astype(np.float64) for part in (scores, np.ones(len(scores))))
    if len(totals) < LEAST_DYADS:
        return mean, np.nan, np.nan, np.nan
    place = np.arange(len(totals))
    units = Batches(of_row=place, pair=np.zeros_like(place), first=place[:1], count=np.array([len(totals)]))

    def of_sums(total: Scores, count: Scores) -> Scores:
        return total / count

    low, high = bootstrap_interval((totals, counts), units, score=of_sums, level=settings.level, seed=settings.seed)
    return mean, float(low[0]), float(high[0]), float(sign_flip_p(totals, units, seed=settings.seed)[0])
