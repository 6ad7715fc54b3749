"""Utterances per second of every reader, against pandas reading the same rows from CSV.

    python benchmarks/read.py [UTTERANCES]        (default: 20,000)

The talk is this project's own, repeated; each format is written as the tool itself exports it. Time runs from the path
to a checked `Transcript` (columns, times, addressees included), pandas' from the path to a frame of strings. Reader and
pandas take turns, five times each; printed are the medians and their ratio (1.0: as fast as pandas reads CSV).
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.format_writers import WRITTEN
from tests.talk import own_talk

from labor_signals import read_transcript

REPEATS = 5


def repeated_talk(utterances: int) -> pd.DataFrame:
    talk = own_talk("sisters_on_the_phone")[["speaker", "text"]]
    talk = talk[talk["text"].str.len() > 0]
    return pd.concat([talk] * (utterances // len(talk) + 1), ignore_index=True).head(utterances)


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    talk = repeated_talk(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        csv = folder / "plain.csv"
        talk.to_csv(csv, index=False)
        print(f"{len(talk):,} utterances")
        print(f"{'written as':<20} {'read as':<12} {'utterances/s':>13} {'pandas CSV':>12} {'ratio':>6}")
        for key, form in WRITTEN.items():
            (folder / key).mkdir()
            path = form.write(talk, folder / key / form.file)
            found = read_transcript(path)
            if found.format != form.name:
                raise SystemExit(f"{key} was read as {found.format}, not {form.name}")
            ours, pandas = [], []
            for _ in range(REPEATS):
                ours.append(seconds(lambda path=path: read_transcript(path)))
                pandas.append(seconds(lambda: pd.read_csv(csv, dtype=str, keep_default_na=False)))
            mine, plain = np.median(ours), np.median(pandas)
            print(
                f"{key:<20} {form.name:<12} {len(talk) / mine:>13,.0f} {len(talk) / plain:>12,.0f} {plain / mine:>6.2f}"
            )


if __name__ == "__main__":
    main()
