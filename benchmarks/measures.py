"""Seconds for every measure over a corpus, on 2 cores: python benchmarks/measures.py [CONVERSATIONS] [UTTERANCES].

The target is 10,000 conversations of 100 utterances, with their intervals and tests, in under 120 seconds together.
"""

import sys
import time

import numpy as np
import pandas as pd

import labor_signals as ls
from labor_signals.codebook import TAGS

LAZY = (
    *("sequences", "responsiveness", "pursue_withdraw", "repair", "prompted_labor"),
    *("contact", "lumped", "inequality", "silence", "trajectory"),
)


def main() -> None:
    talks, length = (int(sys.argv[at]) if len(sys.argv) > at else default for at, default in ((1, 10_000), (2, 100)))
    generator = np.random.default_rng(0)
    frame = pd.DataFrame({"conversation_id": np.repeat(np.arange(talks), length)})
    frame["speaker"] = np.where(generator.random(len(frame)) < 0.5, "one", "two")
    frame["start"] = np.tile(np.arange(length) * 4.0, talks) + generator.random(len(frame))
    for tag in TAGS:
        frame[tag] = generator.random(len(frame)) ** 4
    tagged = ls.TaggedTranscript.from_codes(frame)
    begin = time.perf_counter()
    asymmetry = ls.aggregate_asymmetry(tagged)
    total = time.perf_counter() - begin
    print(f"{'speakers, pairs, pairs_by_tag':<30} {total:7.1f} s")
    for name in LAZY:
        begin = time.perf_counter()
        getattr(asymmetry, name)
        took = time.perf_counter() - begin
        total += took
        print(f"{name:<30} {took:7.1f} s")
    begin = time.perf_counter()
    asymmetry.dyads()
    total += time.perf_counter() - begin
    print(f"{'dyads':<30} {time.perf_counter() - begin:7.1f} s\n{'all':<30} {total:7.1f} s")


if __name__ == "__main__":
    main()
