import numpy as np
import pandas as pd
from hypothesis import given, settings

import labor_signals as ls
from labor_signals.aggregate.batches import batches_of
from labor_signals.aggregate.blocks import blocks_of
from labor_signals.aggregate.exchanges import exchanges_of
from labor_signals.aggregate.sums import sum_by_pair
from tests.aggregate.test_aggregate_asymmetry import coded, frame_of, talks


def exchanges(tagged):
    (block,) = blocks_of(tagged)
    return exchanges_of(block)


@given(talks)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_pairs_stand_in_the_order_of_the_sums(rows):
    tagged = ls.TaggedTranscript.from_codes(frame_of(rows))
    talk, sums = exchanges(tagged), sum_by_pair(tagged)
    np.testing.assert_array_equal(talk.conversation, sums.conversation[::2])
    np.testing.assert_array_equal(talk.one, sums.speaker[::2])
    np.testing.assert_array_equal(talk.two, sums.addressee[::2])
    np.testing.assert_array_equal(talk.count, sums.utterances[::2] + sums.utterances[1::2])
    np.testing.assert_array_equal(
        np.bincount(talk.pair, weights=talk.by_one, minlength=len(talk.one)), sums.utterances[::2]
    )


@given(talks)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_batches_share_out_every_utterance_in_order(rows):
    talk = exchanges(ls.TaggedTranscript.from_codes(frame_of(rows)))
    batches = batches_of(talk, factor=1.0)
    assert (np.diff(batches.of_row) >= 0).all()
    np.testing.assert_array_equal(batches.pair[batches.of_row], talk.pair)
    sizes = np.bincount(batches.of_row, minlength=len(batches.pair))
    assert (sizes > 0).all()
    assert batches.totals(batches.sums(np.ones(len(talk.pair)))).tolist() == talk.count.tolist()


def test_talk_between_two_is_picked_from_talk_among_three():
    rows = [("c", "Ana", "soothing"), ("c", "Ben", ""), ("c", "Cy", ""), ("c", "Ana", ""), ("c", "Cy", "initiating")]
    talk = exchanges(coded(rows, addressee=["Cy", "Ana", "Ana", "Ben", "Ana"]))
    between = [talk.row[talk.pair == pair].tolist() for pair in range(len(talk.one))]
    assert between == [[1, 3], [0, 2, 4]]
    assert talk.place.tolist() == [0, 1, 0, 1, 2]


def test_rows_out_of_order_are_put_in_talk_order():
    frame = pd.DataFrame({"speaker": list("ABAB"), "turn": [3, 2, 1, 0], "soothing": [1, 0, 0, 0]})
    for tag in ("initiating", "translating", "deflecting", "withdrawing"):
        frame[tag] = 0
    assert exchanges(ls.TaggedTranscript.from_codes(frame)).row.tolist() == [3, 2, 1, 0]
