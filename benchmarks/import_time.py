"""Seconds to import labor_signals, against importing pandas alone, each in fresh processes.

python benchmarks/import_time.py
"""

import subprocess
import sys
import time

import numpy as np

REPEATS = 9
HEAVY = ("torch", "transformers", "spacy", "sklearn", "scipy", "matplotlib", "onnxruntime", "jinja2")


def seconds(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def main() -> None:
    plain, ours = [], []
    for _ in range(REPEATS):
        plain.append(seconds("import pandas"))
        ours.append(seconds("import labor_signals"))
    code = f"import labor_signals, sys; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    before, after = np.median(plain), np.median(ours)
    print(
        f"pandas {before:.3f} s, labor_signals {after:.3f} s, {after - before:+.3f} s; heavy modules loaded: {loaded}"
    )


if __name__ == "__main__":
    main()
