import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate.silence import _quantile, silence
from labor_signals.codebook import TAGS
from labor_signals.errors import SettingsError


def talk_of(speakers, bids=(), **more):
    frame = pd.DataFrame(0.0, index=range(len(speakers)), columns=list(TAGS)).assign(speaker=list(speakers), **more)
    frame.loc[list(bids), "initiating"] = 1
    return ls.TaggedTranscript.from_codes(frame)


def of(table, name):
    (row,) = table[table.from_speaker == name].itertuples()
    return row


def clock(seconds):
    return pd.Timestamp("2024-01-01") + pd.to_timedelta(np.asarray(seconds, dtype=float), unit="s")


def test_latencies_of_timestamps_by_hand():
    table = silence(talk_of("ABABAAB", timestamp=clock([0, 10, 14, 34, 40, 50, 80])))
    ana, ben = of(table, "A"), of(table, "B")
    # Ben answers after 10, 20 and 30 (from the last of two by Ana); Ana after 4 and 6
    assert (ben.answers, ben.median_latency) == (3, 20)
    assert (ana.answers, ana.median_latency) == (2, 5)
    assert ben.mean_log_latency == pytest.approx(np.log([10, 20, 30]).mean())
    assert ben.latency_asymmetry == pytest.approx(np.log(20) - np.log([4, 6]).mean())
    assert ana.latency_asymmetry == -ben.latency_asymmetry
    assert ana.reason == "too few answers for an interval"


def test_recordings_count_from_the_end_and_overlaps_are_short():
    table = silence(talk_of("ABAB", start=[0.0, 2.5, 3.9, 7.0], end=[2.0, 4.0, 6.0, 8.0]))
    ana, ben = of(table, "A"), of(table, "B")
    assert ben.median_latency == pytest.approx(0.75)
    assert ana.median_latency == pytest.approx(-0.1)
    assert (ana.overlaps, ben.overlaps) == (1, 0)
    assert ana.mean_log_latency == pytest.approx(np.log(0.1))


def test_without_an_end_the_start_counts():
    assert of(silence(talk_of("ABA", start=[0.0, 3.0, 5.0])), "B").median_latency == 3


def test_unanswered_bids_by_hand():
    # latencies 10, 10, 10, 500, 10: the median is 10, so that beyond 100 seconds a bid is unanswered
    times = clock([0, 10, 20, 30, 530, 540, 550])
    ana = of(silence(talk_of("ABABABA", bids=[0, 2, 6], timestamp=times)), "A")
    assert (ana.bids, ana.ended_bids, ana.late_bids, ana.unanswered_bids) == (3, 1, 0, 1)
    table = silence(talk_of("ABABABA", bids=[3, 5], timestamp=times))
    ben = of(table, "B")
    assert (ben.bids, ben.ended_bids, ben.late_bids) == (2, 0, 1)
    assert ben.unanswered_after == 100
    assert (of(table, "A").overlong, ben.overlong) == (1, 0)
    assert of(silence(talk_of("ABABABA", bids=[3], timestamp=times), unanswered_after=60), "B").late_bids == 0


def test_bids_are_expected_counts():
    talk = talk_of("AB", timestamp=clock([0, 5]))
    codes = talk.frame[["speaker", "timestamp"]].assign(**dict.fromkeys(TAGS, 0.0)).assign(initiating=[0.25, 0.75])
    ben = of(silence(ls.TaggedTranscript.from_codes(codes)), "B")
    assert (ben.bids, ben.ended_bids) == (0.75, 0.75)


def test_missing_times_say_so():
    table = silence(talk_of("ABAB", bids=[0, 3]))
    assert (table.reason == "no answer has a time").all()
    assert (
        table[["median_latency", "latency_asymmetry", "late_bids", "overlong", "unanswered_bids"]].isna().all(axis=None)
    )
    assert table.answers.tolist() == [1, 2]
    assert of(table, "B").ended_bids == 1
    assert of(table, "A").untimed_bids == 1
    some = silence(talk_of("ABAB", start=[0.0, 1.0, np.nan, np.nan]))
    assert (some.reason == "one direction has no answer with a time").all()
    assert of(some, "B").timed_answers == 1


def test_degenerate_talk():
    assert silence(talk_of("AAAA")).empty
    one_way = silence(talk_of("AAAA", bids=[1], addressee="B"))
    assert (one_way.reason == "nobody answers in either direction").all()
    assert of(one_way, "A").ended_bids == 1
    assert silence(talk_of("AB", timestamp=clock([0, 0]))).median_latency.dropna().tolist() == [0]
    same = silence(talk_of("AB" * 40, timestamp=clock(np.arange(80) * 5)))
    assert same.latency_asymmetry.tolist() == [0, 0]
    many = silence(talk_of([f"s{at % 30}" for at in range(600)], timestamp=clock(np.arange(600))))
    assert many.answers.sum() > 0
    assert (many.latency_asymmetry.notna() | (many.reason != "")).all()


def lognormal(rng, n, factor, conversation=0):
    """Talk that alternates; the median latency of Ben is `factor` times Ana's 20 seconds; slow spells for both."""
    spell = np.repeat(rng.normal(0, 0.3, n // 10 + 1), 10)[:n]
    gap = 20 * np.exp(rng.normal(0, 1, n) + spell) * np.where(np.arange(n) % 2 == 1, factor, 1)
    who = np.where(np.arange(n) % 2 == 0, "Ana", "Ben")
    frame = pd.DataFrame(0.0, index=range(n), columns=list(TAGS))
    return frame.assign(speaker=who, start=np.cumsum(gap), conversation_id=conversation)


@pytest.mark.parametrize("n", [30, 120, 400])
def test_intervals_cover_the_planted_ratio(n):
    rng = np.random.default_rng(n)
    frame = pd.concat([lognormal(rng, n, 2.5, at) for at in range(600)], ignore_index=True)
    table = silence(ls.TaggedTranscript.from_codes(frame))
    ben = table[table.from_speaker == "Ben"]
    assert ben.latency_asymmetry.mean() == pytest.approx(np.log(2.5), abs=0.06)
    covered = (ben.latency_low <= np.log(2.5)) & (ben.latency_high >= np.log(2.5))
    assert 0.93 < covered.mean() < 0.995


def test_swapping_names_flips_signs_and_renaming_changes_nothing():
    frame = lognormal(np.random.default_rng(1), 80, 3)
    base, swapped, renamed = (
        silence(
            ls.TaggedTranscript.from_codes(
                frame.assign(speaker=frame.speaker.map(dict(zip(("Ana", "Ben"), to, strict=True))))
            )
        )
        for to in (("Ana", "Ben"), ("Ben", "Ana"), ("Zoe", "Cy"))
    )
    ana, other = of(base, "Ana"), of(swapped, "Ana")
    assert ana.latency_asymmetry == pytest.approx(-other.latency_asymmetry)
    assert (ana.latency_low, ana.latency_high) == pytest.approx((-other.latency_high, -other.latency_low))
    pd.testing.assert_frame_equal(base.iloc[:, 3:], renamed.iloc[:, 3:])


def test_quantiles_equal_numpy():
    rng = np.random.default_rng(2)
    group, share = np.sort(rng.integers(0, 20, 100)), rng.random(21)
    values = rng.normal(size=100)
    found = _quantile(values, group, share)
    for at in np.unique(group):
        assert found[at] == pytest.approx(np.quantile(values[group == at], share[at]))
    assert np.isnan(found[20])


def test_wrong_arguments_say_what_to_do():
    with pytest.raises(SettingsError, match="expected one of the tags"):
        silence(talk_of("AB"), bid="bidding")
    with pytest.raises(SettingsError, match="unanswered_after is 1"):
        silence(talk_of("AB"), unanswered_after=1)
