import numpy as np
import pandas as pd
import pytest

from labor_signals.aggregate import blocks
from labor_signals.aggregate.repair_asymmetry import repair_asymmetry
from labor_signals.errors import SettingsError
from tests.aggregate.coded_talk import coded, degenerate, drawn, every_gap_has_a_reason, renamed, row, tagged


def test_who_acts_first_by_hand():
    rows = [
        ("Ana", "s"),
        ("Ben", "w s"),
        ("Ana", ""),
        ("Ben", ""),
        ("Ana", "t"),
        ("Ben", "s"),
        ("Ana", "d"),
        ("Ben", ""),
    ]
    ana = row(repair_asymmetry(coded(rows)), from_speaker="Ana")
    assert (ana.ruptures, ana.repairs, ana.unrepaired, ana.repair_asymmetry) == (2, 1, 1, 1)
    short = row(repair_asymmetry(coded(rows), within=2), from_speaker="Ana")
    assert (short.repairs, short.unrepaired) == (0, 2)
    assert "no rupture is repaired" in short.reason


def test_probabilities_by_hand():
    frame = pd.DataFrame({"speaker": ["Ana", "Ben", "Ana"], "initiating": [0, 0.5, 0.25], "soothing": [0, 0.2, 0.0]})
    frame = frame.assign(translating=0.0, deflecting=[0.5, 0, 0], withdrawing=[0.4, 0, 0])
    table = repair_asymmetry(tagged(frame))
    rupture, ben = 1 - 0.5 * 0.6, 1 - 0.5 * 0.8
    assert row(table, from_speaker="Ben").repairs == pytest.approx(rupture * ben)
    ana = row(table, from_speaker="Ana")
    assert ana.repairs == pytest.approx(rupture * (1 - ben) * 0.25)
    assert ana.unrepaired == pytest.approx(rupture * (1 - ben) * 0.75)


def timed(rows, minutes):
    return coded(rows, timestamp=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(minutes), unit="min"))


def test_a_long_silence_is_a_rupture_and_who_breaks_it_with_labor_repairs():
    rows = [("Ana" if turn % 2 == 0 else "Ben", "i" if turn == 5 else "") for turn in range(8)]
    ben = row(repair_asymmetry(timed(rows, [0, 1, 1, 1, 1, 60, 1, 1])), from_speaker="Ben")
    assert (ben.ruptures, ben.gaps, ben.repairs, ben.repair_asymmetry) == (1, 1, 1, 1)
    assert row(repair_asymmetry(timed(rows, [0, 1, 1, 1, 1, 9, 1, 1])), from_speaker="Ben").ruptures == 0
    wide = repair_asymmetry(timed(rows, [0, 1, 1, 1, 1, 60, 1, 1]), gap_factor=100)
    assert row(wide, from_speaker="Ben").ruptures == 0
    few = repair_asymmetry(timed(rows[3:7], [0, 1, 60, 1]))
    assert row(few, from_speaker="Ben").gaps == 0


def test_silence_counts_from_whoever_spoke_last():
    rows = [("Ana", ""), ("Ben", "")] * 3 + [("Cy", ""), ("Ana", "s")]
    talk = timed(rows, [0, 1, 1, 1, 1, 1, 9, 9])
    with_cy = coded(rows, addressee=["Ben", "Ana"] * 3 + ["Ana", "Ben"], timestamp=talk.transcript.timestamp)
    assert row(repair_asymmetry(with_cy), from_speaker="Ana", to_speaker="Ben").ruptures == 0  # 18 min, but never still


def test_seconds_of_a_recording_count_from_end_to_start():
    rows = [("Ana" if turn % 2 == 0 else "Ben", "s" if turn == 7 else "") for turn in range(8)]
    start = np.array([0, 60, 120, 180, 240, 300, 360, 500.0])
    table = repair_asymmetry(coded(rows, start=start, end=[*start[1:] - 2, 510]))
    assert row(table, from_speaker="Ben").gaps == 0
    table = repair_asymmetry(coded(rows, start=start, end=[*start[1:-1] - 2, 400, 510]))
    assert row(table, from_speaker="Ben").gaps == 1


def mender(share):
    def rule(codes, turn, draw):  # at every second turn of Ben's somebody mends at once, Ana with the share
        codes[turn] = 0
        if turn % 6 == 1:
            codes[turn, 4] = 1
        if turn % 6 == 2:
            codes[turn, 1] = draw.random() < share
        if turn % 6 == 3:
            codes[turn, 1] = 1

    return rule


def test_planted_share_is_covered():
    table = repair_asymmetry(tagged(drawn(0, conversations=300, turns=240, rule=mender(0.7))), within=2)
    ana = table[table.from_speaker == "Ana"]
    assert ana.repair_asymmetry.mean() == pytest.approx(0.4, abs=0.03)
    assert 0.91 <= ((ana.repair_low <= 0.4) & (ana.repair_high >= 0.4)).mean() <= 0.99


def test_swapping_names_flips_the_sign():
    frame = drawn(1, turns=120)
    one = row(repair_asymmetry(tagged(frame)), from_speaker="Ana")
    other = row(repair_asymmetry(tagged(renamed(frame, {"Ana": "Ben", "Ben": "Ana"}))), from_speaker="Ana")
    assert one.repair_asymmetry == -other.repair_asymmetry
    assert one.repair_low == pytest.approx(-other.repair_high)
    anew = repair_asymmetry(tagged(renamed(frame, {"Ana": "Zoe", "Ben": "Abe"})))
    pd.testing.assert_frame_equal(repair_asymmetry(tagged(frame)).iloc[:, 3:], anew.iloc[:, 3:])


def test_rows_out_of_talk_order_and_blocks_do_not_matter(monkeypatch):
    frame = drawn(2, conversations=4, turns=30)
    frame = frame.assign(turn=frame.groupby("conversation_id").cumcount())
    frame["timestamp"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame.turn**2 % 17 + frame.turn * 20, unit="min")
    whole = repair_asymmetry(tagged(frame))
    mixed = repair_asymmetry(tagged(frame.sort_values("turn", kind="stable", ignore_index=True)))
    pd.testing.assert_frame_equal(mixed, whole)
    monkeypatch.setattr(blocks, "_BLOCK", 10)
    pd.testing.assert_frame_equal(repair_asymmetry(tagged(frame)), whole)


@pytest.mark.parametrize("name", degenerate())
def test_degenerate_talk_has_reasons(name):
    every_gap_has_a_reason(repair_asymmetry(degenerate()[name]))


@pytest.mark.parametrize("wrong", [{"within": 0}, {"gap_factor": 1.0}])
def test_senseless_settings_are_refused(wrong):
    with pytest.raises(SettingsError):
        repair_asymmetry(tagged(drawn(0, turns=4)), **wrong)
