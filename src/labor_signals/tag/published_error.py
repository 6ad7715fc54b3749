"""How often a shipped tagger errs, as measured on talk that it had not seen."""

import json
from os import PathLike
from pathlib import Path
from typing import Final

from labor_signals.errors import TaggerError
from labor_signals.tag.load_tagger import SHIPPED, shipped_folder

MEASURED_FILE: Final = "measured.json"

Bounds = tuple[float, float]


def published_error(name: str | PathLike[str] = "default") -> dict[str, Bounds]:
    """Least and largest recall and false alarm of labor over the kinds of talk on which a tagger was measured.

    Extremes over some ten kinds of talk, of which the smaller are uncertain: bounds on the careful side. They stand in
    the model's card: written conversations by medium, real talk by source. Who speaks otherwise than any of these may
    be heard worse than the bounds say.

    Args:
        name: `default` or `fast`, or the folder of a model with a card of its own.

    Returns:
        `recall` and `false_alarm`, as `labor_signals.aggregate.sensitivity.sensitivity_range` takes them.

    Raises:
        TaggerError: The model comes without measured error.

    Example:
        >>> sorted(published_error("default"))
        ['false_alarm', 'recall']
    """
    folder = shipped_folder(SHIPPED[name]) if isinstance(name, str) and name in SHIPPED else Path(name)
    try:
        rows = json.loads((folder / MEASURED_FILE).read_text(encoding="utf-8"))["labor_error"]
        return {
            what: (min(float(row[what]) for row in rows), min(1.0, max(float(row[what]) for row in rows)))
            for what in ("recall", "false_alarm")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TaggerError(
            f"found no measured error of {folder.name!r} ({type(error).__name__}); expected {MEASURED_FILE} with "
            "'labor_error' beside the model, as `python -m labor_signals.train.model_card` writes it."
        ) from error
