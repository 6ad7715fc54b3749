"""The utterances on which two coders differ, for a third look: python adjudicate.py SHEET CODES_A CODES_B OUT.

Each is shown with the talk up to it and both codes, in an order drawn at random, so that no coder can be favoured.
"""

import random
import re
import sys
from pathlib import Path

CONTEXT = 8


def read_codes(path: Path) -> dict[str, list[str]]:
    codes = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        place, *rest = line.split() or [""]
        if rest and rest[0] != "share":
            codes[place] = [code for code in rest if not code.startswith("=")]
    return codes


def weights(codes: list[str]) -> dict[str, float]:
    return {code.rstrip("?").partition(".")[0]: 0.5 if code.endswith("?") else 1.0 for code in codes}


def main() -> None:
    sheet, one, two, out = (Path(argument) for argument in sys.argv[1:])
    first, second = read_codes(one), read_codes(two)
    blocks, talk, lines = [], "", []
    for line in sheet.read_text(encoding="utf-8").splitlines():
        if opened := re.match(r"# (\S+)", line):
            talk, lines = opened[1], []
        elif number := re.match(r"(\d+) ", line):
            lines.append(line)
            place = f"{talk}.{number[1]}"
            a, b = first.get(place, []), second.get(place, [])
            if weights(a) != weights(b):
                shown = [" ".join(a) or "none", " ".join(b) or "none"]
                random.Random(place).shuffle(shown)
                blocks.append("\n".join([f"## {place}", *lines[-CONTEXT:], f"   ({shown[0]})  or  ({shown[1]})"]))
    out.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(blocks)} differ\n")


if __name__ == "__main__":
    main()
