import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate import slope as slope_module
from labor_signals.aggregate.slope import slopes
from labor_signals.aggregate.trajectory import trajectory
from labor_signals.codebook import TAGS
from labor_signals.errors import SettingsError, TranscriptError

NAMES = ("Ana", "Ben")


def shift(rng, n, share, *, names=NAMES, rate=0.6, **more):
    """Talk that alternates, in which the first of the names does a planted share (n,) of the labor."""
    own = np.arange(n) % 2 == 0
    acts = rng.random(n) < rate * np.where(own, share, 1 - np.asarray(share))
    frame = pd.DataFrame(0.0, index=range(n), columns=list(TAGS)).assign(soothing=acts.astype(float))
    return frame.assign(speaker=np.where(own, *names), **more)


def codes(frame):
    return ls.TaggedTranscript.from_codes(frame)


def of(table, name):
    return table[table.from_speaker == name].reset_index(drop=True)


def test_windows_by_hand():
    frame = pd.DataFrame(0.0, index=range(12), columns=list(TAGS)).assign(speaker=["Ana", "Ben"] * 6)
    frame.loc[[0, 2, 5, 8], "initiating"] = 1
    windows, slope = trajectory(codes(frame), width=4)
    ana = of(windows, "Ana")
    assert ana.window.tolist() == [0, 1, 2]
    assert ana.position.tolist() == [0, 0.5, 1]
    assert (ana.last_turn - ana.first_turn).tolist() == [3, 3, 3]
    assert ana.utterances.tolist() == [2, 2, 2]
    assert ana.labor.tolist() == [2, 0, 1]
    assert ana.load_asymmetry.tolist() == [1, -1, 1]
    assert of(windows, "Ben").load_asymmetry.tolist() == [-1, 1, -1]
    # shares 1, 0, 1 with weights 2, 1, 1 at 0, 1/2, 1: x is -3/8, 1/8, 5/8 from its mean, y is 1/4, -3/4, 1/4
    by_hand = (2 * -3 / 32 + -3 / 32 + 5 / 32) / (2 * 9 / 64 + 1 / 64 + 25 / 64)
    assert of(slope, "Ana").slope[0] == pytest.approx(by_hand)
    assert of(slope, "Ana").scale[0] == "first to last window"


def test_windows_have_about_the_width_asked_for_and_lose_nothing():
    frame = shift(np.random.default_rng(0), 119, 0.5)
    windows, slope = trajectory(codes(frame))
    sizes = windows.groupby("window").utterances.sum()
    assert len(sizes) == 5
    assert sizes.between(20, 25).all()
    assert sizes.sum() == 119
    assert windows.labor.sum() == frame.soothing.sum()
    assert slope.windows.tolist() == [5, 5]


def test_slope_equals_statsmodels():
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(1)
    count = 25
    weight, x = rng.uniform(4, 12, count), np.linspace(0, 1, count)
    share = np.clip(0.5 + 0.2 * x + rng.normal(0, 0.2, count), 0.05, 0.95)
    own, series = weight * share, np.zeros(count, dtype=np.int64)
    lags = int(4 * (count / 100) ** (2 / 9))
    model = api.WLS(share, api.add_constant(x), weights=weight)
    plain = model.fit()
    robust = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    found = slopes(own, weight - own, x, series, level=0.95)
    assert found.slope[0] == pytest.approx(plain.params[1])
    centred = x - (weight * x).sum() / weight.sum()
    meat = slope_module._long_run(weight * centred * plain.resid, series, np.array([count]))
    by_hand = np.sqrt(meat[0] * count / (count - 2)) / (weight * centred**2).sum()
    assert by_hand == pytest.approx(robust.bse[1])
    assert found.error[0] >= 0.95 * max(plain.bse[1], robust.bse[1])


def test_planted_drift_is_found_and_signed():
    rng = np.random.default_rng(2)
    frame = shift(rng, 800, np.linspace(0.9, 0.1, 800))
    slope = trajectory(codes(frame))[1]
    ana, ben = of(slope, "Ana").iloc[0], of(slope, "Ben").iloc[0]
    assert ana.slope == pytest.approx(-0.8, abs=0.2)
    assert ana.slope_p < 0.001
    assert ana.slope_low < -0.78 < ana.slope_high
    assert (ben.slope, ben.slope_low, ben.slope_high) == pytest.approx((-ana.slope, -ana.slope_high, -ana.slope_low))
    assert ben.slope_p == ana.slope_p


def test_without_drift_few_slopes_are_called_clear():
    rng = np.random.default_rng(3)
    frames = [shift(rng, 240, 0.6, conversation_id=at) for at in range(400)]
    slope = of(trajectory(codes(pd.concat(frames, ignore_index=True)))[1], "Ana")
    assert len(slope) == 400
    assert (slope.slope_p < 0.05).mean() < 0.07
    assert 0.35 < (slope.slope_p < 0.5).mean() < 0.6
    assert ((slope.slope_low <= 0) & (slope.slope_high >= 0)).mean() > 0.93


def test_swapping_names_flips_signs_and_renaming_changes_nothing():
    frame = shift(np.random.default_rng(4), 200, np.linspace(0.2, 0.8, 200))
    base = trajectory(codes(frame))
    swapped = trajectory(codes(frame.assign(speaker=frame.speaker.map({"Ana": "Ben", "Ben": "Ana"}))))
    renamed = trajectory(codes(frame.assign(speaker=frame.speaker.map({"Ana": "Zoe", "Ben": "Cy"}))))
    for table, other, name in zip(base, swapped, ("load_asymmetry", "slope"), strict=True):
        np.testing.assert_allclose(of(table, "Ana")[name], -of(other, "Ana")[name])
    for table, other in zip(base, renamed, strict=True):
        ends = ["from_speaker", "to_speaker"]
        pd.testing.assert_frame_equal(table.drop(columns=ends), other.drop(columns=ends))


def test_short_and_silent_talk_say_why():
    rng = np.random.default_rng(5)
    windows, slope = trajectory(codes(shift(rng, 2, 0.5)))
    assert len(windows) == 2
    assert (slope.reason == "fewer than 3 windows").all()
    assert slope.slope.isna().all()
    windows, slope = trajectory(codes(shift(rng, 100, 0.5, rate=0)))
    assert (windows.reason == "no labor in either direction").all()
    assert (slope.reason == "fewer than 3 windows with labor").all()
    alone = trajectory(codes(shift(rng, 100, 0.5).assign(speaker="Ana")))
    assert [len(table) for table in alone] == [0, 0]
    one_way = trajectory(codes(shift(rng, 100, 0.5).assign(speaker="Ana", addressee="Ben")))[0]
    assert (one_way.reason == "one direction has no utterances").all()


def test_labor_of_one_alone_has_a_level_line_and_no_false_certainty():
    frame = shift(np.random.default_rng(6), 120, 1.0, rate=1.0)
    row = of(trajectory(codes(frame))[1], "Ana").iloc[0]
    assert row.slope == 0
    assert row.slope_p == 1
    assert row.slope_high > 0.01


def test_perfect_line_of_three_windows_is_no_proof():
    found = slopes(np.array([1.0, 2, 3]), np.array([3.0, 2, 1]), np.linspace(0, 1, 3), np.zeros(3, int), level=0.95)
    assert found.slope[0] == pytest.approx(0.5)
    assert found.p[0] > 0.05


def test_windows_carry_times_where_there_are_some():
    frame = shift(np.random.default_rng(7), 80, 0.5)
    bare = trajectory(codes(frame))[0]
    assert bare.timestamp.isna().all()
    assert bare.start.isna().all()
    times = pd.Series(pd.date_range("2024-01-01", periods=80, freq="min"))
    times[20] = pd.NaT
    windows = of(trajectory(codes(frame.assign(timestamp=times)))[0], "Ana")
    assert windows.timestamp.tolist() == [pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=m) for m in (0, 21, 40, 60)]
    assert of(trajectory(codes(frame.assign(start=np.arange(80.0))))[0], "Ana").start.tolist() == [0, 20, 40, 60]


def conversations(rng, shares, dates=None, *, names=NAMES):
    frames = []
    for at, share in enumerate(shares):
        frame = shift(rng, 60, share, names=names, conversation_id=f"c{at}")
        frames.append(frame if dates is None else frame.assign(timestamp=dates[at]))
    return pd.concat(frames, ignore_index=True)


def test_over_conversations_by_date_whatever_their_order_in_the_frame():
    rng = np.random.default_rng(8)
    dates = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-12-01", "2024-06-01"])
    windows, slope = trajectory(codes(conversations(rng, [0.9, 0.8, 0.7, 0.1, 0.5], dates)), over="conversations")
    ana = of(windows, "Ana")
    assert ana.conversation_id.tolist() == ["c0", "c1", "c2", "c4", "c3"]
    days = [0, 31, 60, 152, 335]
    np.testing.assert_allclose(ana.position, np.array(days) / 335)
    row = of(slope, "Ana").iloc[0]
    assert row.scale == "first to last conversation, by date"
    assert row.slope < -0.5
    assert row.windows == 5
    assert "conversation_id" not in slope


def test_over_conversations_without_dates_goes_by_order():
    frame = conversations(np.random.default_rng(9), [0.2, 0.4, 0.6, 0.8])
    windows, slope = trajectory(codes(frame), over="conversations")
    assert of(windows, "Ana").position.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert (slope.scale == "first to last conversation, in order").all()
    assert of(slope, "Ana").slope[0] > 0.2


def test_dyads_keep_apart_people_with_the_same_name():
    frame = conversations(np.random.default_rng(10), [0.1, 0.9, 0.3, 0.7, 0.6, 0.4])
    windows, slope = trajectory(codes(frame), over="conversations", dyads=["x", "y"] * 3)
    assert slope.dyad_id.tolist() == ["x", "x", "y", "y"]
    assert windows[windows.dyad_id == "x"].conversation_id.unique().tolist() == ["c0", "c2", "c4"]
    assert of(slope, "Ana").slope[0] > 0 > of(slope, "Ana").slope[1]


def test_wrong_arguments_say_what_to_do():
    talk = codes(conversations(np.random.default_rng(11), [0.5, 0.5]))
    with pytest.raises(SettingsError, match="width is 0"):
        trajectory(talk, width=0)
    with pytest.raises(TranscriptError, match="expected one for each of the 2 conversations"):
        trajectory(talk, over="conversations", dyads=["x"])


def test_thirty_speakers():
    rng = np.random.default_rng(12)
    frame = shift(rng, 900, 0.5).assign(speaker=[f"s{at % 30}" for at in range(900)])
    windows, slope = trajectory(codes(frame))
    assert windows.utterances.sum() == 900
    assert len(slope) == len(slope[["from_speaker", "to_speaker"]].drop_duplicates())
    assert (slope.slope.notna() | (slope.reason != "")).all()
