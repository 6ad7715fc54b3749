"""The cards of the shipped models say what was measured."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from labor_signals.tag.load_tagger import SHIPPED, shipped_folder
from labor_signals.train.model_card import CARD_FILE, reliability, write_card


@pytest.mark.parametrize("name", sorted(set(SHIPPED)))
def test_a_shipped_card_is_written_from_its_measured_figures(name, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(shipped_folder(SHIPPED[name]), folder)
    card = (folder / CARD_FILE).read_text(encoding="utf-8")
    measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    (folder / CARD_FILE).unlink()

    write_card(folder, measured)

    assert (folder / CARD_FILE).read_text(encoding="utf-8") == card
    assert (folder / "reliability.png").stat().st_size > 10_000


def test_reliability_bins_what_is_sure():
    found = SimpleNamespace(
        tags=("soothing",),
        probability=np.array([[0.01], [0.05], [0.92], [0.98], [1.0], [0.97]]),
        codes=np.array([[0.0], [1.0], [1.0], [1.0], [0.0], [0.5]]),  # the last is doubtful
    )

    assert reliability(found) == {"soothing": [[0.03, 0.5, 2], [0.967, 0.667, 3]]}
