"""Rows per second from tagged utterances to pair scores, against a pandas groupby that does the same.

    python benchmarks/aggregate.py [ROWS ...]        (default: 10 thousand, 1 million and 10 million)

Both start from the same integer-coded columns in memory and end with one row an ordered pair: how many utterances, and
load, rate and avoidance asymmetry. Each size runs in a process of its own, the two methods in turn, five times; printed
are the medians, their ratio and the most memory that the process held with ours alone, the data included. "named
tables" is the whole of `aggregate_asymmetry`: speakers, pairs and pairs by tag, with names.
"""

import json
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa

from labor_signals.aggregate.aggregate_asymmetry import aggregate_asymmetry
from labor_signals.aggregate.avoidance_asymmetry import avoidance_asymmetry
from labor_signals.aggregate.load_asymmetry import load_asymmetry
from labor_signals.aggregate.rate_asymmetry import rate_asymmetry
from labor_signals.aggregate.sums import sum_by_pair
from labor_signals.codebook import AVOIDANCE_TAGS, LABOR_TAGS, TAGS
from labor_signals.provenance import stamp
from labor_signals.records import TaggedTranscript, Transcript, no_evidence
from labor_signals.settings import Settings

REPEATS = 5


def make(rows: int) -> TaggedTranscript:
    """Talk of 2 to 4 speakers and about 20 utterances a conversation; every conversation has names of its own."""
    generator = np.random.default_rng(0)
    talks = max(1, rows // 20)
    conversation = np.sort(generator.integers(0, talks, rows)).astype(np.int32)
    size = generator.integers(2, 5, talks).astype(np.int32)
    seat = (generator.random(rows) * size[conversation]).astype(np.int32)
    other = (seat + 1 + (generator.random(rows) * (size[conversation] - 1)).astype(np.int32)) % size[conversation]
    first = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int32)[conversation]
    none = np.full(rows, np.nan)
    talk = Transcript(
        conversations=pd.Index([f"c{i}" for i in range(talks)]),
        parties=pd.Index([f"s{i}" for i in range(int(size.sum()))]),
        conversation=conversation,
        speaker=first + seat,
        addressee=first + other,
        addressee_guessed=np.zeros(rows, dtype=bool),
        turn=np.arange(rows),
        text=pa.chunked_array([pa.array([""] * rows, type=pa.large_string())]),
        timestamp=np.full(rows, "NaT", dtype="datetime64[us]"),
        timezone=None,
        start=none,
        end=none.copy(),
        extra=pd.DataFrame(index=range(rows)),
    )
    return TaggedTranscript(
        transcript=talk,
        labor=LABOR_TAGS,
        avoidance=AVOIDANCE_TAGS,
        probability=generator.random((rows, len(TAGS)), dtype=np.float32),
        thresholds=np.full(len(TAGS), 0.5, dtype=np.float32),
        evidence=no_evidence(),
        provenance=stamp("benchmark", tagger_digest=None, settings=Settings()),
    )


def pair_scores(tagged: TaggedTranscript) -> pd.DataFrame:
    sums = sum_by_pair(tagged)
    labor = sums.weight[[TAGS.index(tag) for tag in LABOR_TAGS]].sum(axis=0)
    avoidance = sums.weight[[TAGS.index(tag) for tag in AVOIDANCE_TAGS]].sum(axis=0)
    return pd.DataFrame(
        {
            "conversation": sums.conversation,
            "speaker": sums.speaker,
            "addressee": sums.addressee,
            "utterances": sums.utterances,
            "load_asymmetry": load_asymmetry(labor),
            "rate_asymmetry": rate_asymmetry(labor, utterances=sums.utterances),
            "avoidance_asymmetry": avoidance_asymmetry(avoidance),
        }
    )


def with_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    keys = ["conversation", "speaker", "addressee"]
    sums = frame.groupby(keys, sort=False).agg(utterances=("initiating", "size"), **{tag: (tag, "sum") for tag in TAGS})
    sums = sums.reset_index()
    back = sums.rename(columns={"speaker": "addressee", "addressee": "speaker"})
    both = sums.merge(back, on=keys, how="outer", suffixes=("", "_back")).fillna(0)
    for name, tags in (("labor", LABOR_TAGS), ("avoidance", AVOIDANCE_TAGS)):
        own, other = both[list(tags)].sum(axis=1), both[[f"{tag}_back" for tag in tags]].sum(axis=1)
        both[f"{name}_asymmetry"] = (own - other) / (own + other)
        if name == "labor":
            own, other = own / both["utterances"], other / both["utterances_back"]
            both["rate_asymmetry"] = (own - other) / (own + other)
    return both


def measure(rows: int) -> dict[str, float]:
    tagged = make(rows)
    talk = tagged.transcript
    pair_scores(tagged)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    columns = {"conversation": talk.conversation, "speaker": talk.speaker, "addressee": talk.addressee}
    frame = pd.DataFrame(columns | {tag: tagged.probability[:, k] for k, tag in enumerate(TAGS)})
    check(tagged, with_pandas(frame))
    pandas, ours = [], []
    for _ in range(REPEATS):
        ours.append(_seconds(lambda: pair_scores(tagged)))
        pandas.append(_seconds(lambda: with_pandas(frame)))
    tables = _seconds(lambda: aggregate_asymmetry(tagged))
    return {"ours": np.median(ours), "pandas": np.median(pandas), "tables": tables, "gib": memory}


def check(tagged: TaggedTranscript, expected: pd.DataFrame) -> None:
    """The two do the same work: same pairs, same scores."""
    keys = ["conversation", "speaker", "addressee"]
    both = pair_scores(tagged).merge(expected, on=keys, suffixes=("", "_expected"))
    if len(both) != len(expected):
        raise SystemExit(f"{len(expected)} pairs from pandas, {len(both)} of them from ours")
    np.testing.assert_allclose(both["load_asymmetry"], both["labor_asymmetry"], atol=1e-4)
    np.testing.assert_allclose(both["rate_asymmetry"], both["rate_asymmetry_expected"], atol=1e-4)


def _seconds(work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(measure(int(sys.argv[2]))))
        return
    heads = ("utterances", "ours, rows/s", "pandas, rows/s", "ratio", "named tables, rows/s", "GiB")
    print("  ".join(f"{head:>{max(len(head), 10)}}" for head in heads))
    for rows in [int(value) for value in sys.argv[1:]] or [10_000, 1_000_000, 10_000_000]:
        command = [sys.executable, __file__, "--one", str(rows)]
        got = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        cells = (
            f"{rows:,}",
            f"{rows / got['ours']:,.0f}",
            f"{rows / got['pandas']:,.0f}",
            f"{got['pandas'] / got['ours']:.1f}",
            f"{rows / got['tables']:,.0f}",
            f"{got['gib']:.2f}",
        )
        print("  ".join(f"{cell:>{max(len(head), 10)}}" for head, cell in zip(heads, cells, strict=True)))


if __name__ == "__main__":
    main()
