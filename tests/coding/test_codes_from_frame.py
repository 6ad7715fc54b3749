import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.codebook import TAGS


def codes(**columns):
    return pd.DataFrame({"speaker": ["Ana", "Ben"], **{tag: [0, 0] for tag in TAGS}, **columns})


def test_codes_need_no_text_and_no_tagger():
    tagged = ls.TaggedTranscript.from_codes(codes(soothing=[1, 0.5]))
    assert tagged.frame.tag.tolist() == ["soothing", "soothing"]
    assert tagged.provenance.tagger == "human codes"
    assert ls.aggregate_asymmetry(tagged).pairs.labor.tolist() == [1, 0.5]


def test_columns_are_renamed():
    frame = codes().rename(columns={"soothing": "SOO", "speaker": "who"}).assign(SOO=[1, 0])
    tagged = ls.TaggedTranscript.from_codes(frame, columns={"SOO": "soothing", "who": "speaker"})
    assert tagged.carried[:, TAGS.index("soothing")].tolist() == [True, False]


def test_a_missing_tag_is_named():
    with pytest.raises(ls.TranscriptError, match="missing the code columns 'deflecting'"):
        ls.TaggedTranscript.from_codes(codes().drop(columns="deflecting"))


@pytest.mark.parametrize("bad", [2, -1, "yes", None])
def test_codes_outside_0_to_1_are_refused_with_their_row(bad):
    with pytest.raises(ls.TranscriptError, match=r"'soothing' .* 1 rows \(2\)"):
        ls.TaggedTranscript.from_codes(codes(soothing=[0, bad]))


def test_the_users_own_columns_ride_along():
    tagged = ls.TaggedTranscript.from_codes(codes(coder=["x", "y"]))
    assert tagged.frame.coder.tolist() == ["x", "y"]
