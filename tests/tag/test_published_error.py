import json

import pandas as pd
import pytest

from labor_signals.aggregate.sensitivity import sensitivity_range
from labor_signals.errors import TaggerError
from labor_signals.tag.published_error import published_error


def test_bounds_are_the_least_and_the_most_of_the_card(tmp_path):
    rows = [{"recall": 0.6, "false_alarm": 0.02}, {"recall": 0.4, "false_alarm": 0.05}]
    (tmp_path / "measured.json").write_text(json.dumps({"labor_error": rows}))
    assert published_error(tmp_path) == {"recall": (0.4, 0.6), "false_alarm": (0.02, 0.05)}


@pytest.mark.parametrize("name", ["default", "fast"])
def test_shipped_taggers_come_with_bounds_that_the_range_takes(name):
    pairs = pd.DataFrame({"utterances": [60, 60], "labor": [40.0, 25.0], "load_asymmetry": [0.23, -0.23]})
    ranged = sensitivity_range(pairs, **published_error(name))
    known = ranged.dropna(subset=["load_lowest", "load_highest"])
    assert len(known) > 0
    assert (known.load_lowest <= known.load_highest).all()


@pytest.mark.parametrize("content", [None, "{", "{}", '{"labor_error": []}'])
def test_a_model_without_measured_error_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "measured.json").write_text(content)
    with pytest.raises(TaggerError, match="found no measured error"):
        published_error(tmp_path)
