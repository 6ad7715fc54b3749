import sys

import numpy as np
import pandas as pd
import pytest

from labor_signals.aggregate.change_points import change_points
from labor_signals.aggregate.trajectory import trajectory
from labor_signals.errors import MissingExtraError, SettingsError
from tests.aggregate.test_trajectory import codes, conversations, shift


def jump(seed=0):
    return shift(np.random.default_rng(seed), 800, np.where(np.arange(800) < 400, 0.85, 0.15), rate=0.8)


def test_planted_jump_is_found_once_in_both_directions():
    pytest.importorskip("ruptures")
    windows, _ = trajectory(codes(jump()))
    found = change_points(windows)
    assert found.from_speaker.tolist() == ["Ana", "Ben"]
    assert found.change.tolist() == [1, 1]
    assert found.window.between(19, 21).all()
    ana, ben = found.iloc[0], found.iloc[1]
    assert ana.share_before > 0.7
    assert ana.share_after < 0.3
    assert ana.share_before == pytest.approx(1 - ben.share_before)
    turn = windows[windows.window == ana.window].first_turn.iloc[0]
    assert ana.first_turn == turn


def test_level_talk_has_few_changes():
    pytest.importorskip("ruptures")
    rng = np.random.default_rng(1)
    frames = [shift(rng, 300, 0.6, conversation_id=at) for at in range(150)]
    found = change_points(trajectory(codes(pd.concat(frames, ignore_index=True)))[0])
    assert found.conversation_id.nunique() <= 0.1 * 150


def test_segments_are_the_best_of_all_cuts():
    """Against a search over every place of one change, on talk with one large change."""
    pytest.importorskip("ruptures")
    windows, _ = trajectory(codes(jump(2)))
    labor = windows.labor.to_numpy().reshape(-1, 2)
    share = labor[:, 0] / labor.sum(axis=1)
    cost = [share[:at].var() * at + share[at:].var() * (len(share) - at) for at in range(2, len(share) - 1)]
    assert change_points(windows).window[0] == 2 + int(np.argmin(cost))


@pytest.mark.parametrize("rate", [0, 1])
def test_degenerate_talk_has_no_change(rate):
    pytest.importorskip("ruptures")
    rng = np.random.default_rng(3)
    for n in (2, 60, 200):
        assert change_points(trajectory(codes(shift(rng, n, 1.0, rate=rate)))[0]).empty
    alone = trajectory(codes(shift(rng, 50, 0.5).assign(speaker="Ana")))[0]
    assert change_points(alone).empty


def test_over_conversations_names_the_dyad_and_not_one_conversation():
    pytest.importorskip("ruptures")
    frame = conversations(np.random.default_rng(4), [0.9] * 6 + [0.1] * 6)
    found = change_points(trajectory(codes(frame), over="conversations")[0])
    assert found.window.tolist() == [6, 6]
    assert "conversation_id" not in found
    by_dyad = change_points(trajectory(codes(frame), over="conversations", dyads=["x"] * 12)[0])
    assert by_dyad.dyad_id.tolist() == ["x", "x"]


def test_without_ruptures_the_pip_line_is_given(monkeypatch):
    monkeypatch.setitem(sys.modules, "ruptures", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'labor-signals\[trajectory\]'"):
        change_points(trajectory(codes(jump()))[0])


def test_penalty_must_be_above_zero():
    with pytest.raises(SettingsError, match="penalty is 0"):
        change_points(trajectory(codes(jump()))[0], penalty=0)
