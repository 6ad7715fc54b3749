import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.aggregate import blocks
from labor_signals.aggregate.responsiveness import ANSWERS, responsiveness
from labor_signals.errors import TaggerError
from tests.aggregate.coded_talk import (
    ben_withdraws,
    coded,
    degenerate,
    drawn,
    every_gap_has_a_reason,
    renamed,
    row,
    tagged,
)

TALK = [
    ("Ana", "i"),  # a new bid follows: unanswered
    ("Ana", "i"),
    ("Ana", ""),
    ("Ben", "s"),  # engaged
    ("Ben", "w"),  # and withdrawn, in the same turn
    ("Ana", "i"),
    ("Ben", ""),  # plain
    ("Ana", "i"),
    ("Ben", "d"),
    ("Ana", "i"),  # the talk ends
]


def test_answers_by_hand():
    ana = row(responsiveness(coded(TALK)), from_speaker="Ana")
    assert (ana.turns, ana.bids) == (4, 5)
    assert [ana[name] for name in ANSWERS] == [1, 1, 1, 1, 2]
    assert ana.unanswered_share == pytest.approx(0.4)
    ben = row(responsiveness(coded(TALK)), from_speaker="Ben")
    assert ben.bids == 0
    assert np.isnan(ben.engaged_share)
    assert ben.reason == "no bids"


def test_probabilities_by_hand():
    frame = pd.DataFrame({"speaker": ["Ana", "Ana", "Ben", "Ben"], "initiating": [0.5, 0.4, 0, 0]})
    frame = frame.assign(
        soothing=[0, 0, 0.5, 0.5], translating=[0, 0, 0.2, 0], deflecting=0.0, withdrawing=[0, 0, 0.3, 0]
    )
    ana = row(responsiveness(tagged(frame)), from_speaker="Ana")
    answered = 1 - 0.5 * 0.6
    assert ana.bids == pytest.approx(0.9)
    assert ana.unanswered == pytest.approx(0.9 - answered)
    assert ana.engaged == pytest.approx(answered * (1 - 0.25 * 0.8))
    assert ana.withdrawn == pytest.approx(answered * 0.3)
    assert ana.plain == pytest.approx(answered * 0.25 * 0.8 * 0.7)


def test_in_a_crowd_only_the_one_spoken_to_answers():
    rows = [("Ana", "i"), ("Cy", "s"), ("Ben", "w"), ("Ana", "")]
    table = responsiveness(coded(rows, addressee=["Ben", "Ana", "Ana", "Ben"]))
    ana = row(table, from_speaker="Ana", to_speaker="Ben")
    assert (ana.withdrawn, ana.engaged, ana.unanswered) == (1, 0, 0)


def test_planted_answers_are_found_and_covered():
    frame = drawn(0, conversations=200, turns=160, rate=0.3, rule=ben_withdraws)
    table = responsiveness(tagged(frame))
    ana = table[table.from_speaker == "Ana"]
    assert ana.withdrawn.sum() / ana.bids.sum() == pytest.approx(0.8, abs=0.02)
    covered = (ana.withdrawn_low <= 0.8) & (ana.withdrawn_high >= 0.8)
    assert 0.91 <= covered.mean() <= 0.985
    ben = table[table.from_speaker == "Ben"]
    assert ben.withdrawn.sum() / ben.bids.sum() == pytest.approx(0.3, abs=0.03)


def test_names_do_not_matter():
    frame = drawn(1, turns=60)
    one = responsiveness(tagged(frame))
    other = responsiveness(tagged(renamed(frame, {"Ana": "Zoe", "Ben": "Abe"})))
    pd.testing.assert_frame_equal(one.iloc[:, 3:], other.iloc[:, 3:])
    swapped = responsiveness(tagged(renamed(frame, {"Ana": "Ben", "Ben": "Ana"})))
    both = one.merge(swapped, left_on=["from_speaker"], right_on=["to_speaker"])
    assert list(both.engaged_share_x) == list(both.engaged_share_y)


@pytest.mark.parametrize("name", degenerate())
def test_degenerate_talk_has_reasons(name):
    every_gap_has_a_reason(responsiveness(degenerate()[name]))


def test_blocks_do_not_matter(monkeypatch):
    talk = tagged(drawn(2, conversations=5, turns=30))
    whole = responsiveness(talk)
    monkeypatch.setattr(blocks, "_BLOCK", 10)
    pd.testing.assert_frame_equal(responsiveness(talk), whole)


def test_other_tags_are_refused():
    talk = tagged(drawn(2, turns=4))
    other = ls.TaggedTranscript(**{**vars(talk), "tags": ("bid", *talk.tags[1:])})
    with pytest.raises(TaggerError, match="initiating"):
        responsiveness(other)
