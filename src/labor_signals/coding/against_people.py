"""`python -m labor_signals.coding.against_people data/annotated CORPORA_FOLDER`: our codes against people's labels.

The codes of this project were given by language-model annotators. In some public corpora people labelled the same
utterances: strategies (ESConv, CaSiNo, PersuasionForGood), levels (EPITOME), emotions (EmoryNLP). This prints how the
two go together, figures alone and no text. The corpora themselves are not part of the project.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import contingency, norm

from labor_signals.codebook import TAGS
from labor_signals.datasets import DatasetError, settled_weights

CORPORA: Final = ("esconv_dev", "epitome_dev", "casino", "persuasionforgood", "emorynlp")
MECHANISMS: Final = ("emotional_reactions", "interpretations", "explorations")
PREDICTED: Final[tuple[tuple[str, str], ...]] = (
    ("Reflection of feelings", "translating"),
    ("Restatement or Paraphrasing", "translating"),
    ("Affirmation and Reassurance", "soothing"),
    ("Question", "initiating"),
    ("emotional_reactions", "soothing"),
    ("interpretations", "translating"),
    ("explorations", "initiating"),
    ("showing-empathy", "soothing"),
    ("promote-coordination", "soothing"),
    ("small-talk", "initiating"),
    ("emotion-appeal", "initiating"),
    ("personal-story", "initiating"),
    ("personal-related-inquiry", "initiating"),
)
"""Labels that people gave, and the tag that by the codebook's wording should go with each.

EmoryNLP's emotions stand in no pair: the codebook codes what an utterance does, not what its speaker feels. Nor do
refusals of a donation: saying no to a plan carries no tag.
"""

_ROLES_COMPARED_APART: Final = ("persuasionforgood",)
_LEAST: Final = 10
_GIVEN: Final = 0.5
_COVERAGE: Final = 0.95
_RESAMPLES: Final = 2_000


def labels_of(human: Mapping[str, Any]) -> frozenset[str] | None:
    """Labels that people gave an utterance, from a corpus's `human` field; `None` where nobody labelled it.

    Of EPITOME's levels, a mechanism is a label where its level is 1 or 2.
    """
    if "strategies" in human:
        return frozenset(human["strategies"])
    if "levels" in human:
        return frozenset(name for name, level in human["levels"].items() if level > 0)
    single = human.get("strategy", human.get("emotion"))
    return None if single is None else frozenset([single])


def load_labelled(folder: Path, corpora: Path) -> pd.DataFrame:
    """Coded utterances that people labelled too.

    Args:
        folder: `data/annotated` of a checkout, with `real/codes.jsonl` and `public/codes.jsonl`.
        corpora: The folder with the corpora's JSONL files, one utterance a line, people's labels in `human`.

    Returns:
        One row an utterance: `utterance_id, group` (the corpus; with the role where the two roles were given labels of
        their own), one column a tag (the settled code, else the mean of the coders), `labels` (a set), and one column
        a mechanism of EPITOME (NaN elsewhere).

    Raises:
        DatasetError: Codes, a corpus or an utterance are missing, or people labelled none of what was coded.
    """
    codes = [row for part in ("real", "public") for row in _lines(folder / part / "codes.jsonl")]
    rows = []
    for corpus in CORPORA:
        coded = {row["utterance_id"]: row for row in codes if row["corpus"] == corpus}
        if not coded:
            continue
        said = {row["utterance_id"]: row for row in _lines(corpora / f"{corpus}.jsonl")}
        if missing := sorted(set(coded) - set(said)):
            raise DatasetError(
                f"found no utterance {missing[0]!r} in {corpus}.jsonl; expected the file that was coded. "
                "Get the corpus in the version that the datasheet names."
            )
        for place, row in coded.items():
            human = said[place].get("human") or {}
            labels = labels_of(human)
            if labels is not None:
                group = f"{corpus}, {said[place]['speaker']}" if corpus in _ROLES_COMPARED_APART else corpus
                levels = human.get("levels", {})
                rows.append(
                    {"utterance_id": place, "group": group, "labels": labels}
                    | dict(zip(TAGS, settled_weights(row, TAGS), strict=True))
                    | levels
                )
    if not rows:
        raise DatasetError(
            f"found no coded utterance that people labelled; expected some of {', '.join(CORPORA)}. "
            "Check that both folders belong to the same data."
        )
    frame = pd.DataFrame(rows)
    return frame.reindex(columns=["utterance_id", "group", *TAGS, "labels", *MECHANISMS])


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise DatasetError(
            f"found no {path.name} in {path.parent}; expected one JSON object a line. "
            "Name data/annotated of a checkout first, then the folder of the corpora."
        )
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def odds_ratio(table: npt.ArrayLike) -> tuple[float, float, float]:
    """Odds ratio of a 2x2 table with its 95 % interval.

    Formula: `a d / (b c)`, interval `exp(log OR +- 1.96 sqrt(1/a + 1/b + 1/c + 1/d))`; where a cell is 0, 0.5 is added
    to all four first (Haldane's correction).
    Range: 0 to infinity, 1 where the two have nothing to do with each other; NaN where a row or column is all 0.
    Source: Woolf (1955), Annals of Human Genetics 19, 251-253; Haldane (1956), Annals of Human Genetics 20, 309-311.
    """
    cells = np.asarray(table, dtype=np.int64)
    if not (cells.sum(axis=0).all() and cells.sum(axis=1).all()):
        return float("nan"), float("nan"), float("nan")
    if cells.all():
        found = contingency.odds_ratio(cells, kind="sample")
        low, high = found.confidence_interval(_COVERAGE)
        return float(found.statistic), float(low), float(high)
    (a, b), (c, d) = cells + 0.5
    log_ratio, reach = np.log(a * d / (b * c)), norm.ppf(0.5 + _COVERAGE / 2) * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return float(np.exp(log_ratio)), float(np.exp(log_ratio - reach)), float(np.exp(log_ratio + reach))


def associations(frame: pd.DataFrame, *, least: int = _LEAST, given: float = _GIVEN) -> pd.DataFrame:
    """How each label that people gave goes with each tag, among the utterances of its group that people labelled.

    Args:
        frame: As `load_labelled` returns it.
        least: Labels given less often than this in a group are left out.
        given: From which weight on a tag counts as given; 0.5 counts doubtful codes.

    Returns:
        One row a group, label and tag: `group, label, tag`; `both, label_only, tag_only, neither` (counts);
        `odds_ratio, low, high` (95 %; see `odds_ratio`), `haldane` (whether a cell was 0), `predicted`.
    """
    rows = []
    for group, part in frame.groupby("group", sort=False):
        counts = part["labels"].explode().value_counts()
        for label in sorted(counts[counts >= least].index):
            has_label = np.array([label in labels for labels in part["labels"]])
            for tag in TAGS:
                has_tag = part[tag].to_numpy() >= given
                cells = [[int((x & y).sum()) for y in (has_tag, ~has_tag)] for x in (has_label, ~has_label)]
                (both, label_only), (tag_only, neither) = cells
                ratio, low, high = odds_ratio(cells)
                haldane = not np.isnan(ratio) and not np.all(cells)
                pair = {"group": group, "label": label, "tag": tag}
                table = {"both": both, "label_only": label_only, "tag_only": tag_only, "neither": neither}
                ratios = {"odds_ratio": ratio, "low": low, "high": high, "haldane": haldane}
                rows.append(pair | table | ratios | {"predicted": (label, tag) in PREDICTED})
    columns = [*("group", "label", "tag", "both", "label_only", "tag_only", "neither")]
    return pd.DataFrame(rows, columns=[*columns, "odds_ratio", "low", "high", "haldane", "predicted"])


def auc(tagged: npt.ArrayLike, untagged: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Chance that a tagged utterance has the higher level than an untagged one, ties counting half.

    Formula: `(sum_{i>j} t_i u_j + sum_i t_i u_i / 2) / (sum t * sum u)`, the Mann-Whitney U over its greatest value.
    Range: 0 to 1; 0.5 where tag and level have nothing to do with each other.
    Source: Hanley and McNeil (1982), Radiology 143, 29-36.

    Args:
        tagged: (..., levels) how many tagged utterances have each level, lowest level first.
        untagged: The same of the untagged; neither may be all 0.
    """
    t, u = np.asarray(tagged, dtype=np.float64), np.asarray(untagged, dtype=np.float64)
    below = np.cumsum(u, axis=-1) - u / 2
    ranks: npt.NDArray[np.float64] = (t * below).sum(axis=-1) / (t.sum(axis=-1) * u.sum(axis=-1))
    return ranks


def level_ranks(frame: pd.DataFrame, *, given: float = _GIVEN, seed: int = 0) -> pd.DataFrame:
    """How each tag goes with each mechanism's level of EPITOME.

    Args:
        frame: As `load_labelled` returns it.
        given: From which weight on a tag counts as given.
        seed: Of the bootstrap.

    Returns:
        One row a mechanism and tag: `mechanism, tag, of_level_0, of_level_1, of_level_2` (tagged / all replies at that
        level), `auc, low, high` (95 % percentile bootstrap of tagged and of untagged replies, NaN for a tag given to
        none or all), `predicted`; predicted pairs first.
    """
    generator, rows = np.random.default_rng(seed), []
    replies = frame.dropna(subset=list(MECHANISMS))
    for mechanism in MECHANISMS:
        level = replies[mechanism].to_numpy(np.int64)
        for tag in TAGS:
            has = replies[tag].to_numpy() >= given
            tagged, untagged = (np.bincount(level[mask], minlength=3) for mask in (has, ~has))
            shares = {f"of_level_{at}": f"{tagged[at]}/{tagged[at] + untagged[at]}" for at in range(3)}
            rank = low = high = float("nan")
            if tagged.any() and untagged.any():
                rank = float(auc(tagged, untagged))
                draws = (generator.multinomial(n.sum(), n / n.sum(), _RESAMPLES) for n in (tagged, untagged))
                low, high = np.quantile(auc(*draws), (0.5 - _COVERAGE / 2, 0.5 + _COVERAGE / 2))
            found = {"auc": rank, "low": low, "high": high, "predicted": (mechanism, tag) in PREDICTED}
            rows.append({"mechanism": mechanism, "tag": tag} | shares | found)
    return pd.DataFrame(rows).sort_values("predicted", ascending=False, kind="stable", ignore_index=True)


def against_people(folder: Path, corpora: Path) -> str:
    """The text that the command prints."""
    frame = load_labelled(folder, corpora)
    table = associations(frame)
    parts = [
        "Our codes (given by language-model annotators) against labels that people gave, utterance by utterance,\n"
        "among those that people labelled. Doubtful codes counted. Intervals: 95 %, as if utterances were\n"
        "independent, not adjusted for the number of pairs. Left out: labels given fewer than "
        f"{_LEAST} times, and beyond the\npredicted pairs tags given fewer than {_LEAST} times. "
        "haldane: a cell is 0, so that 0.5 was added to all four."
    ]
    for group, part in frame.groupby("group", sort=False):
        tags = ", ".join(f"{tag} {int((part[tag] >= _GIVEN).sum())}" for tag in TAGS)
        parts.append(f"== {group}: {len(part)} utterances that people labelled; tagged {tags}")
        parts.extend(_pairs(table[table["group"] == group]))
        if part[MECHANISMS[0]].notna().any():
            ranks = level_ranks(part).drop(columns="predicted").round(2)
            parts.append(f"levels, AUC of the tag (predicted pairs first)\n{ranks.to_string(index=False, na_rep='-')}")
    return "\n\n".join(parts)


def _pairs(table: pd.DataFrame) -> list[str]:
    """The pairs that the codebook predicts, then the others, strongest first."""
    strength = np.log(table["odds_ratio"]).abs().fillna(-1.0).to_numpy()
    ordered = table.assign(haldane=np.where(table["haldane"], "yes", "")).iloc[np.argsort(-strength, kind="stable")]
    apart = (ordered["low"] > 1) | (ordered["high"] < 1)
    other = ~ordered["predicted"] & (ordered["both"] + ordered["tag_only"] >= _LEAST)
    told = (
        ("predicted by the codebook", ordered[ordered["predicted"]]),
        ("others whose interval leaves out 1, strongest first", ordered[other & apart]),
        ("others whose interval holds 1", ordered[other & ~apart]),
    )
    return [
        f"{title}\n{rows.drop(columns=['group', 'predicted']).round(2).to_string(index=False, na_rep='-')}"
        for title, rows in told
        if len(rows)
    ]


def main(arguments: Sequence[str]) -> None:
    """Prints the comparison of the two folders that the arguments name."""
    if len(arguments) != 2:
        raise SystemExit(
            f"found {len(arguments)} arguments; expected two folders. "
            "Run python -m labor_signals.coding.against_people data/annotated CORPORA_FOLDER"
        )
    try:
        sys.stdout.write(against_people(Path(arguments[0]), Path(arguments[1])) + "\n")
    except DatasetError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main(sys.argv[1:])
