"""Talk with codes for the tests of measures: by hand, or drawn with a planted truth."""

import numpy as np
import pandas as pd

import labor_signals as ls
from labor_signals.codebook import TAGS


def coded(rows, *, conversation="one", **more):
    """Rows of (speaker, tags) as a frame of human codes; tags by their first letters, such as `i w`."""
    frame = pd.DataFrame([{"speaker": who, **{tag: int(tag[0] in tags.split()) for tag in TAGS}} for who, tags in rows])
    return ls.TaggedTranscript.from_codes(frame.assign(conversation_id=conversation, **more))


def drawn(seed, *, conversations=1, turns=200, rate=0.2, rule=None):
    """Strictly alternating talk; `rule(codes, turn, draw)` may change the codes of the turn, given the one before."""
    draw = np.random.default_rng(seed)
    parts = []
    for number in range(conversations):
        codes = (draw.random((turns, len(TAGS))) < rate).astype(float)
        for turn in range(1, turns) if rule else ():
            rule(codes, turn, draw)
        frame = pd.DataFrame(codes, columns=list(TAGS)).assign(conversation_id=number)
        parts.append(frame.assign(speaker=np.where(np.arange(turns) % 2 == 0, "Ana", "Ben")))
    return pd.concat(parts, ignore_index=True)


def ben_withdraws(codes, turn, draw):
    """Where Ana (even turns) bids, Ben mostly withdraws; otherwise seldom."""
    if turn % 2 == 1:
        codes[turn, 4] = draw.random() < (0.8 if codes[turn - 1, 0] else 0.1)


def tagged(frame):
    return ls.TaggedTranscript.from_codes(frame)


def row(table, **where):
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def renamed(frame, names):
    return frame.assign(speaker=frame["speaker"].map(names))


def degenerate():
    """Name and talk of what no measure may fall over."""
    quiet = pd.DataFrame(0.0, index=range(40), columns=list(TAGS)).assign(speaker=["Ana", "Ben"] * 20)
    loud = pd.DataFrame(1.0, index=range(40), columns=list(TAGS)).assign(speaker=["Ana", "Ben"] * 20)
    crowd = drawn(3, turns=300).assign(speaker=[f"s{number}" for number in np.arange(300) * 7 % 30])
    timed = drawn(4, turns=40)
    times = pd.Series(pd.date_range("2024-01-01", periods=40, freq="min"))
    times[::3] = pd.NaT
    return {
        "one speaker": tagged(quiet.head(1)),
        "two utterances": coded([("Ana", "i"), ("Ben", "w")]),
        "never answered": coded([("Ana", "i"), ("Ana", "s")], addressee="Ben"),
        "no tag": tagged(quiet),
        "every tag": tagged(loud),
        "thirty speakers": tagged(crowd),
        "missing times": tagged(timed.assign(timestamp=times)),
    }


def every_gap_has_a_reason(table):
    numbers = table.select_dtypes("number")
    silent = table["reason"].eq("")
    assert not numbers[silent].isna().any().any()
    assert not np.isinf(numbers.to_numpy(dtype=float)).any()
