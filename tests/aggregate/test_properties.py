"""What must hold of every measure, whatever the talk: names mean nothing, and conversations do not meddle."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labor_signals as ls
from labor_signals.aggregate.containment import containment
from labor_signals.aggregate.emotional_contact import emotional_contact
from labor_signals.aggregate.inequality import inequality
from labor_signals.aggregate.lumped import lumped
from labor_signals.aggregate.prompted_labor import prompted_labor
from labor_signals.aggregate.pursue_withdraw import pursue_withdraw
from labor_signals.aggregate.repair_asymmetry import repair_asymmetry
from labor_signals.aggregate.responsiveness import responsiveness
from labor_signals.aggregate.sequences import sequences
from labor_signals.aggregate.silence import silence
from labor_signals.aggregate.trajectory import trajectory
from labor_signals.codebook import TAGS

MEASURES = {
    "pairs": lambda talk: ls.aggregate_asymmetry(talk).pairs,
    "speakers": lambda talk: ls.aggregate_asymmetry(talk).speakers,
    "contact": emotional_contact,
    "lumped": lumped,
    "inequality": inequality,
    "responsiveness": responsiveness,
    "sequences": sequences,
    "pursue-withdraw": pursue_withdraw,
    "repair": repair_asymmetry,
    "prompted": prompted_labor,
    "silence": silence,
    "containment": lambda talk: containment(talk, hedges=talk.transcript.extra["hedges"]),
    "windows": lambda talk: trajectory(talk, width=4)[0],
    "slopes": lambda talk: trajectory(talk, width=4)[1],
}
NAMES = ("conversation_id", "speaker", "from_speaker", "to_speaker", "given", "then", "window")
utterances = st.tuples(
    st.sampled_from(["Ana", "Ben"]), st.sets(st.sampled_from(TAGS), max_size=2), st.integers(1, 90), st.integers(0, 2)
)
talks = st.lists(utterances, min_size=1, max_size=60)


def frame_of(rows, conversation="one"):
    frame = pd.DataFrame([{tag: float(tag in tags) for tag in TAGS} for _, tags, _, _ in rows], columns=list(TAGS))
    return frame.assign(
        conversation_id=conversation,
        speaker=[who for who, *_ in rows],
        start=np.cumsum([float(wait) for _, _, wait, _ in rows]),
        hedges=[hedges for *_, hedges in rows],
        text="some eleven words that could be counted as they stand here",
    )


def measured(name, frame):
    """The measure's table by its names, in an order that does not hang on theirs."""
    table = MEASURES[name](ls.TaggedTranscript.from_codes(frame))
    return table.set_index([key for key in NAMES if key in table.columns]).sort_index()


@pytest.mark.parametrize("name", MEASURES)
@given(rows=talks)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_what_is_said_of_a_person_goes_with_the_person_not_the_name(name, rows):
    swapped = {"Ana": "Ben", "Ben": "Ana"}
    frame = frame_of(rows)
    before, after = measured(name, frame), measured(name, frame.assign(speaker=frame["speaker"].map(swapped)))
    people = [level for level in before.index.names if level in ("speaker", "from_speaker", "to_speaker")]
    after = after.rename(index=swapped, level=None) if people else after

    text = [column for column in before.columns if before[column].dtype.kind not in "fiub"]
    pd.testing.assert_frame_equal(
        after.sort_index().drop(columns=text), before.drop(columns=text), check_like=True, rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("name", MEASURES)
@given(rows=talks, others=talks)
@settings(max_examples=8, deadline=None, derandomize=True)
def test_another_conversation_changes_nothing(name, rows, others):
    alone = measured(name, frame_of(rows))
    beside = measured(name, pd.concat([frame_of(others, "another"), frame_of(rows)], ignore_index=True))
    here = beside[beside.index.get_level_values("conversation_id") == "one"]

    pd.testing.assert_frame_equal(here, alone, rtol=1e-6, atol=1e-9, check_dtype=False)
