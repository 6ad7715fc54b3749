"""`python -m labor_signals.train.model_card MODEL DATA CORPORA`: measures a model and writes its card.

Every figure of `MODEL_CARD.md` comes from `measured.json`, which this command writes beside it.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from labor_signals.datasets import load_annotated, load_real
from labor_signals.tag.load_tagger import load_model
from labor_signals.tag.published_error import MEASURED_FILE
from labor_signals.tag.tagger import Tagger
from labor_signals.train.calibrate import sure
from labor_signals.train.evaluate import (
    Evaluation,
    evaluate_tagger,
    labor_columns,
    labor_error,
    table_by_group,
    table_by_tag,
)
from labor_signals.train.invariance import invariance_rates

GROUPS: Final = ("medium", "register", "variety", "relationship")
BINS: Final = 10
LEAST: Final = 150
LEAST_ACTS: Final = 30
CARD_FILE: Final = "MODEL_CARD.md"
_LOG: Final = logging.getLogger(__name__)


def measure(tagger: Tagger, data: Path, corpora: Path) -> dict[str, Any]:
    """Figures of the card: on the test split, on real talk held back, by kind of talk, under changes of the talk."""
    grid = pd.read_json(data / "grid.jsonl", lines=True)[["conversation_id", "everyday", *GROUPS]]
    own = load_annotated("test", folder=data).merge(grid, on="conversation_id", how="left")
    found = evaluate_tagger(tagger, own)
    real = evaluate_tagger(tagger, load_real("real_test", corpora=corpora, folder=data))
    everyday = found.carried[own["everyday"].to_numpy(dtype=bool)]
    return {
        "test": _records(table_by_tag(found)),
        "real_test": _records(table_by_tag(real)),
        "sizes": {"test": len(own), "real_test": len(real.frame)},
        "everyday_tagged": round(float(everyday.any(axis=1).mean()), 4),
        "groups": {name: _records(table_by_group(found, name, least=LEAST)) for name in GROUPS},
        "corpora": _records(table_by_group(real, "corpus")),
        "labor_error": [*_labor_errors(found, "medium"), *_labor_errors(real, "corpus")],
        "reliability": reliability(found),
        "invariance": {name: round(rate, 4) for name, rate in invariance_rates(tagger, own).items()},
    }


def _labor_errors(found: Evaluation, column: str) -> list[dict[str, Any]]:
    """Recall and false alarm of labor in each kind of talk that has enough of it."""
    rows = []
    labor = labor_columns(found)
    for value in sorted(found.frame[column].dropna().unique()):
        places = (found.frame[column] == value).to_numpy(np.bool_)
        acts = float(found.codes[places][:, labor].sum())
        if acts >= LEAST_ACTS:
            recall, false_alarm = labor_error(found, places)
            rows.append({"talk": value, "acts": acts, "recall": recall, "false_alarm": false_alarm})
    return _records(pd.DataFrame(rows, columns=["talk", "acts", "recall", "false_alarm"]))


def reliability(found: Evaluation) -> dict[str, list[list[float]]]:
    """For each tag: mean probability and share that carries it, in bins of equal width that hold utterances."""
    curves = {}
    for k, tag in enumerate(found.tags):
        known = sure(found.codes)[:, k]
        chance, yes = found.probability[known, k], found.codes[known, k] > 0.5
        place = np.minimum((chance * BINS).astype(int), BINS - 1)
        curves[tag] = [
            [
                round(float(chance[place == b].mean()), 3),
                round(float(yes[place == b].mean()), 3),
                int((place == b).sum()),
            ]
            for b in range(BINS)
            if (place == b).any()
        ]
    return curves


def write_card(folder: Path, measured: dict[str, Any]) -> None:
    """Writes `measured.json`, the reliability plot and the card."""
    (folder / MEASURED_FILE).write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    _plot(folder / "reliability.png", measured["reliability"])
    page = Environment(
        loader=PackageLoader("labor_signals.train", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (Markdown of our own figures)
    ).get_template("model_card.md.jinja")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in folder.iterdir() if path.name in config["files"]) / 1e6
    (folder / CARD_FILE).write_text(page.render(config=config, size=size, **measured), encoding="utf-8")


def _plot(path: Path, curves: dict[str, list[list[float]]]) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415  (an extra)

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for tag, points in curves.items():
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], marker="o", markersize=4, label=tag)
    axes.set(xlabel="probability", ylabel="share of utterances that carry the tag", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(table.round(4).to_json(orient="records"))
    return records


def main() -> None:
    """Runs the command."""
    folder, data, corpora = map(Path, sys.argv[1:4])
    write_card(folder, measure(load_model(folder), data, corpora))
    _LOG.info("wrote %s", folder / CARD_FILE)


if __name__ == "__main__":
    main()
