"""How well a tagger finds the coders' tags: per tag, over all, by kind of talk, and where it errs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from labor_signals.codebook import LABOR_TAGS
from labor_signals.datasets import DatasetError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import FloatArray
from labor_signals.tag.tag_utterances import tag_utterances
from labor_signals.tag.tagger import Tagger
from labor_signals.train.calibrate import expected_calibration_error, sure

RESAMPLES: Final = 1_000
LEVEL: Final = 0.95
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Codes and weights of the same utterances.

    Attributes:
        frame: The talk, n utterances, as it was given.
        tags: The K tags.
        codes: (n, K) the coders' weights, from 0 to 1.
        probability: (n, K) the tagger's.
        carried: (n, K) whether the tagger gives the tag.
    """

    frame: pd.DataFrame
    tags: tuple[str, ...]
    codes: FloatArray
    probability: FloatArray
    carried: BoolArray

    def counts(self, rows: BoolArray | slice = slice(None)) -> npt.NDArray[np.int64]:
        """(K, 3): right, given, and coded; utterances that coders doubted are left out."""
        return _counts(self.codes[rows], self.carried[rows])

    @property
    def macro_f1(self) -> float:
        """Mean over tags of F1."""
        return float(f1_of(self.counts()).mean())


def evaluate_tagger(tagger: Tagger, frame: pd.DataFrame) -> Evaluation:
    """Has a tagger tag coded talk.

    Args:
        tagger: The tagger.
        frame: `conversation_id, speaker, text` and one column a tag with codes from 0 to 1, as
            `labor_signals.datasets` gives them; in talk order, or with `turn`.
    """
    columns = [name for name in ("conversation_id", "turn", "speaker", "text") if name in frame.columns]
    tagged = tag_utterances(read_transcript(frame[columns]), tagger=tagger)
    if missing := [tag for tag in tagged.tags if tag not in frame.columns]:
        raise DatasetError(
            f"the coded talk has no column {', '.join(map(repr, missing))}; expected one for each tag of "
            f"{tagger.name!r}: {', '.join(tagged.tags)}."
        )
    codes = frame[list(tagged.tags)].apply(pd.to_numeric, errors="coerce").to_numpy(np.float32)
    if not ((codes >= 0) & (codes <= 1)).all():
        raise DatasetError("codes of the talk lie outside [0, 1], or are missing; expected numbers from 0 to 1.")
    return Evaluation(frame, tagged.tags, codes, tagged.probability, tagged.carried)


def table_by_tag(found: Evaluation, *, seed: int = 0) -> pd.DataFrame:
    """One row a tag, and one for `macro`, the mean over tags.

    Columns: `tag, coded, precision, recall, f1, f1_low, f1_high, auc, average_precision, calibration`. Intervals are
    95 % bootstrap percentiles over conversations; `calibration` is the expected calibration error.
    """
    sums = found.counts()
    talk, ids = pd.factorize(found.frame["conversation_id"])
    per_talk = np.array([found.counts(talk == number) for number in range(len(ids))])
    generator = np.random.default_rng(seed)
    drawn = np.array([f1_of(per_talk[generator.integers(0, len(ids), len(ids))].sum(axis=0)) for _ in range(RESAMPLES)])
    drawn = np.column_stack([drawn, drawn.mean(axis=1)])
    low, high = np.quantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    f1 = f1_of(sums)
    ranking = [_ranking(found, k) for k in range(len(found.tags))]
    rows: dict[str, Any] = {
        "tag": [*found.tags, "macro"],
        "coded": [*sums[:, 2], sums[:, 2].sum()],
        "precision": _with_mean(sums[:, 0] / np.maximum(1, sums[:, 1])),
        "recall": _with_mean(sums[:, 0] / np.maximum(1, sums[:, 2])),
        "f1": _with_mean(f1),
        "f1_low": low,
        "f1_high": high,
        "auc": _with_mean([one for one, _ in ranking]),
        "average_precision": _with_mean([two for _, two in ranking]),
        "calibration": _with_mean(expected_calibration_error(found.probability, found.codes)),
    }
    return pd.DataFrame(rows)


def table_by_group(found: Evaluation, column: str, *, least: int = 100) -> pd.DataFrame:
    """Macro-F1 and share of utterances tagged, for each value of a column with enough utterances.

    Tags that coders never gave in a group are left out of its mean.
    """
    rows = []
    for value, places in found.frame.groupby(column, sort=True).indices.items():
        if len(places) < least:
            continue
        sums = _counts(found.codes[places], found.carried[places])
        coded = sums[:, 2] > 0
        rows.append(
            {
                column: value,
                "utterances": len(places),
                "macro_f1": f1_of(sums)[coded].mean() if coded.any() else np.nan,
                "tagged": found.carried[places].any(axis=1).mean(),
                "coded": (found.codes[places] > 0.5).any(axis=1).mean(),
            }
        )
    return pd.DataFrame(rows)


def labor_columns(found: Evaluation) -> list[int]:
    """Where the labor tags of the codebook stand among the tagger's."""
    return [k for k, tag in enumerate(found.tags) if tag in LABOR_TAGS]


def labor_error(found: Evaluation, rows: BoolArray | slice = slice(None)) -> tuple[float, float]:
    """Recall and false alarm of the summed labor weight, as `sensitivity_range` takes them.

    With `y` the coders' labor of an utterance and `w` the tagger's: `E[w | y] = f + (r - f) y`. The false alarm `f` is
    the mean of `w` where coders gave no labor at all; the recall `r` is `f` plus the rise of `w` for each act coded.

    Returns:
        `(r, f)`; NaN where coders gave labor nowhere, or everywhere.
    """
    labor = labor_columns(found)
    coded, weight = (part[rows][:, labor].sum(axis=1) for part in (found.codes, found.probability))
    none = coded == 0
    if none.all() or not none.any():
        return np.nan, np.nan
    false_alarm = weight[none].mean()
    rise = (weight[~none].mean() - false_alarm) / coded[~none].mean()
    return float(false_alarm + rise), float(false_alarm)


def errors_of(found: Evaluation) -> Iterator[tuple[int, str, str]]:
    """Where tagger and coders differ: position, tag, and `missed` or `wrong`; the surest errors first."""
    known, coded = sure(found.codes), found.codes > 0.5
    distance = np.where(known & (coded != found.carried), np.abs(found.codes - found.probability), -1.0)
    for place in np.argsort(-distance, axis=None, kind="stable"):
        row, k = divmod(int(place), len(found.tags))
        if distance[row, k] < 0:
            return
        yield row, found.tags[k], "missed" if coded[row, k] else "wrong"


def f1_of(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """F1 of counts (..., 3) of right, given and coded; 0 where nothing was given or coded."""
    both = counts[..., 1] + counts[..., 2]
    scores: npt.NDArray[np.float64] = np.divide(2 * counts[..., 0], both, out=np.zeros(both.shape), where=both > 0)
    return scores


def _counts(codes: FloatArray, carried: BoolArray) -> npt.NDArray[np.int64]:
    known, coded = sure(codes), codes > 0.5
    return np.column_stack([(part & known).sum(axis=0) for part in (coded & carried, carried, coded)])


def _ranking(found: Evaluation, k: int) -> tuple[float, float]:
    """AUC and average precision of a tag, NaN where coders never or always gave it."""
    known = sure(found.codes)[:, k]
    yes = found.codes[known, k] > 0.5
    if yes.all() or not yes.any():
        return np.nan, np.nan
    weights = found.probability[known, k]
    return float(roc_auc_score(yes, weights)), float(average_precision_score(yes, weights))


def _with_mean(values: Sequence[float] | npt.NDArray[Any]) -> list[float]:
    return [*map(float, values), float(np.mean(values))]
