"""Codes of the windows of evaluation-only corpora, as ids alone.

python collect_real.py CODES_FOLDER SETTLED_FOLDER        writes ../real/codes.jsonl
"""

import json
import sys
from pathlib import Path

REAL = Path(__file__).parents[1] / "real"


def lines_of(folder: Path, pattern: str) -> dict[str, str]:
    """Codes by place, such as 90001.3, as the coder wrote them."""
    found = {}
    for path in sorted(folder.glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            place, *codes = line.split() or [""]
            if codes and codes[0] != "share":
                found[place] = " ".join(codes)
    return found


def main() -> None:
    codes, settled = Path(sys.argv[1]), lines_of(Path(sys.argv[2]), "settledreal_*.txt")
    coders = {name: lines_of(codes / name.upper(), "real_*.txt") for name in ("a", "b")}
    rows = []
    for window in map(json.loads, (REAL / "windows.jsonl").open(encoding="utf-8")):
        for number, utterance in enumerate(window["utterance_ids"]):
            place = f"{window['window']}.{number}"
            row = {"corpus": window["corpus"], "utterance_id": utterance}
            # the posts and replies of the check were coded once
            by = ("a",) if window["split"] == "check" else ("a", "b")
            row |= {f"coder_{name}": coders[name].get(place, "none") for name in by}
            rows.append(row | ({"settled": settled[place]} if place in settled else {}))
    (REAL / "codes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
