"""Checks the form of a written batch against its cards: python check_written.py CARDS WRITTEN. Prints what to mend."""

import re
import sys
from pathlib import Path

LINE = re.compile(r"^(?P<name>[^\[\]:]{1,30}?)(?: \[(?P<time>[^\]]{1,20})\])?: (?P<text>\S.*)$")


def cards_of(path: Path) -> dict[str, dict[str, object]]:
    cards = {}
    for block in path.read_text().split("## ")[1:]:
        number, rest = block.split("\n", 1)
        names = re.search(r"^who: (.*?) \(", rest, re.MULTILINE)[1].split(", ")
        cards[number.strip()] = {"names": names, "turns": int(re.search(r"^turns: (\d+)", rest, re.MULTILINE)[1])}
    return cards


def blocks_of(path: Path) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    current: list[str] = []
    for line in path.read_text().splitlines():
        if line.startswith("## "):
            current = blocks.setdefault(line[3:].strip(), [])
        elif line.strip():
            current.append(line.rstrip())
    return blocks


def main() -> int:
    cards, blocks = cards_of(Path(sys.argv[1])), blocks_of(Path(sys.argv[2]))
    problems = [f"{number}: not written" for number in cards if number not in blocks]
    problems += [f"{number}: no such card" for number in blocks if number not in cards]
    for number, lines in blocks.items():
        card = cards.get(number)
        if card is None:
            continue
        if abs(len(lines) - card["turns"]) > 2:
            problems.append(f"{number}: {len(lines)} turns, the card says {card['turns']}")
        for line in lines:
            match = LINE.match(line)
            if match is None or match["name"] not in card["names"]:
                problems.append(f"{number}: not 'Name: text' with a name of the card: {line[:60]!r}")
        missing = set(card["names"]) - {match["name"] for line in lines if (match := LINE.match(line))}
        if missing:
            problems.append(f"{number}: {', '.join(sorted(missing))} never speaks")
    sys.stdout.write("\n".join([*problems, f"{sum(map(len, blocks.values()))} turns, {len(problems)} problems"]) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
