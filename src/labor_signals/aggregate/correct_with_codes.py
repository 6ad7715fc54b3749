"""Scores that are right although the tagger errs, from a few hundred hand codes."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.records import TaggedTranscript, Transcript
from labor_signals.settings import DEFAULT_SETTINGS, Settings

LEAST_CODES: Final = 20
NO_LABOR: Final = "no labor left in a group by its codes; code more of it"

Scores = npt.NDArray[np.float64]


def correct_with_codes(
    tagged: TaggedTranscript, codes: pd.DataFrame, *, by: str = "speaker", settings: Settings = DEFAULT_SETTINGS
) -> pd.DataFrame:
    """Load and rate asymmetry between two groups of speakers, corrected by hand codes (prediction-powered inference).

    A tagger that misses one side's way of soothing makes an asymmetry of its own. With hand codes `Y` on a random
    sample of the utterances, the labor rate of group g is estimated as `mean(Y) + l (mean_all(w) - mean_sample(w))`,
    where `w` are the tagger's weights and `l` is tuned to the least variance. This is unbiased whatever the tagger's
    errors, and narrower than the hand codes alone as far as the tagger is right. Load and rate asymmetry are those of
    the two groups' rates; intervals are on the log ratio, with conversations as clusters where there are ten or more.

    Sources: Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023), Science 382, 669-674; Angelopoulos, Duchi and
    Zrnic (2023), PPI++, arXiv 2311.01453 (the tuning of `l`).

    Args:
        tagged: The talk with the tagger's tags.
        codes: Hand codes of utterances drawn at random from it: `conversation_id` and `turn`, and a column of 0 and 1,
            or numbers between, for each labor tag.
        by: What the two groups are: `speaker`, or a column of your own such as a role, with exactly two values.
        settings: `level`.

    Returns:
        Two rows, one each way: `from_group, to_group, utterances, coded, labor_rate, labor_rate_tagger, load_asymmetry,
        load_low, load_high, rate_asymmetry, rate_low, rate_high, load_asymmetry_tagger, tagger_weight` (`l`), `reason`.
        Where the corrected rate of a group is not above 0, as when its coded utterances hold no labor, a log ratio has
        no interval: scores and limits are NaN, and `reason` says so.

    Raises:
        TranscriptError: Codes do not match the talk, a group has fewer than 20, or there are not two groups.
    """
    coded = _match(tagged, codes)
    group, names = _groups(tagged.transcript, by)
    weight = _labor(tagged.probability, tagged)
    parts = [_mean(weight, coded, group == g, tagged.transcript.conversation) for g in (0, 1)]
    if min(part["coded"] for part in parts) < LEAST_CODES:
        raise TranscriptError(
            f"found {parts[0]['coded']} and {parts[1]['coded']} coded utterances of the two groups; expected at least "
            f"{LEAST_CODES} of each, drawn at random."
        )
    return _table(names, parts, settings.level)


def _match(tagged: TaggedTranscript, codes: pd.DataFrame) -> Scores:
    """(n,) the labor that people coded in each utterance, NaN where they did not."""
    needed = ["conversation_id", "turn", *tagged.labor]
    if missing := [name for name in needed if name not in codes.columns]:
        raise TranscriptError(f"codes lack the columns {', '.join(map(repr, missing))}; expected {', '.join(needed)}.")
    talk = tagged.transcript
    keys = pd.MultiIndex.from_arrays([talk.conversations.take(talk.conversation), talk.turn])
    wanted = pd.MultiIndex.from_arrays([codes["conversation_id"], codes["turn"]])
    if not keys.is_unique or not wanted.is_unique:
        raise TranscriptError(
            "conversation_id and turn do not name each utterance once; expected unique pairs in both."
        )
    at = keys.get_indexer(wanted)
    if (at < 0).any():
        raise TranscriptError(
            f"{(at < 0).sum():,} codes name utterances that the talk does not have; expected all to match."
        )
    values = codes[list(tagged.labor)].to_numpy(np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise TranscriptError("codes hold something else than numbers from 0 to 1; expected 0, 1 or a number between.")
    coded = np.full(len(talk), np.nan)
    coded[at] = values.sum(axis=1)
    return coded


def _groups(talk: Transcript, by: str) -> tuple[npt.NDArray[np.intp], pd.Index]:
    if by == "speaker":
        code, names = pd.factorize(talk.parties.take(talk.speaker))
    elif by in talk.extra.columns:
        code, names = pd.factorize(talk.extra[by])
    else:
        raise TranscriptError(f"found no column {by!r}; expected 'speaker' or a column of your own.")
    if len(names) != 2:
        raise TranscriptError(f"column {by!r} has {len(names)} values; expected exactly two groups to compare.")
    return code, pd.Index(names)


def _labor(probability: npt.NDArray[np.float32], tagged: TaggedTranscript) -> Scores:
    return np.asarray(probability[:, tagged.columns_of(tagged.labor)].sum(axis=1), dtype=np.float64)


def _mean(
    weight: Scores, coded: Scores, ours: npt.NDArray[np.bool_], conversation: npt.NDArray[np.int32]
) -> dict[str, float]:
    """The corrected mean of a group, its variance, and what went into it."""
    sample = ours & ~np.isnan(coded)
    n, count = int(sample.sum()), int(ours.sum())
    if n < 2:
        return {"coded": n, "utterances": count, "mean": np.nan, "variance": np.nan, "tuned": np.nan, "tagger": np.nan}
    y, f = coded[sample], weight[sample]
    spread = f.var(ddof=1)
    tuned = 0.0 if spread == 0 else float(np.clip(np.cov(y, f)[0, 1] / ((1 + n / count) * spread), 0, 1))
    mean = y.mean() + tuned * (weight[ours].mean() - f.mean())
    variance = _variance_of_mean(y - tuned * f, conversation[sample])
    variance += tuned**2 * _variance_of_mean(weight[ours], conversation[ours])
    return {
        "coded": n,
        "utterances": count,
        "mean": float(mean),
        "variance": variance,
        "tuned": tuned,
        "tagger": float(weight[ours].mean()),
    }


def _variance_of_mean(values: Scores, conversation: npt.NDArray[np.int32]) -> float:
    """Of a mean over utterances, with conversations as clusters where there are ten or more."""
    _, cluster = np.unique(conversation, return_inverse=True)
    clusters = int(cluster.max()) + 1
    residual = values - values.mean()
    if clusters < 10:
        return float(residual.var(ddof=1) / len(values))
    sums = np.bincount(cluster, weights=residual)
    return float(clusters / (clusters - 1) * (sums**2).sum() / len(values) ** 2)


def _table(names: pd.Index, parts: list[dict[str, float]], level: float) -> pd.DataFrame:
    from scipy.special import ndtri  # noqa: PLC0415  (costs import time)

    mean = np.array([part["mean"] for part in parts])
    count = np.array([part["utterances"] for part in parts])
    tagger = np.array([part["tagger"] for part in parts])
    spread = np.array([part["variance"] for part in parts])
    above = np.where(mean > 0, mean, np.nan)
    width = float(ndtri(0.5 + level / 2)) * np.sqrt((spread / above**2).sum())
    with np.errstate(all="ignore"):
        rate = np.log(above[0] / above[1])
        load = rate + np.log(count[0] / count[1])
    both = {"load": load, "rate": rate}
    ends = {
        f"{name}_{end}": [np.tanh((sign * value + shift) / 2) for sign in (1, -1)]
        for name, value in both.items()
        for end, shift in (("asymmetry", 0.0), ("low", -width), ("high", width))
    }
    amount = tagger * count
    naive = (amount - amount[::-1]) / amount.sum() if amount.any() else np.full(2, np.nan)
    return pd.DataFrame(
        {"from_group": names, "to_group": names[::-1]}
        | {name: [int(part[name]) for part in parts] for name in ("utterances", "coded")}
        | {"labor_rate": mean, "labor_rate_tagger": tagger}
        | ends
        | {
            "load_asymmetry_tagger": naive,
            "tagger_weight": [part["tuned"] for part in parts],
            "reason": NO_LABOR if np.isnan(above).any() else "",
        }
    )
