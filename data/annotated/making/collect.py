"""Turns written batches into the project's files, and files into coding sheets.

python collect.py gather CARDS_FOLDER WRITTEN_FOLDER     -> ../conversations/batch_NNNNN.jsonl, added to ../grid.jsonl
python collect.py sheets OUT_FOLDER [BATCH ...]          -> OUT_FOLDER/batch_NNNNN.txt, as coders read them
"""

import json
import random
import re
import sys
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path

from check_written import LINE, blocks_of

HERE = Path(__file__).parent
CONVERSATIONS = HERE.parent / "conversations"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def timestamps(number: str, times: list[str | None]) -> list[str | None]:
    """Clock times, with or without a day, on a calendar: a time that goes back is the next day."""
    if not any(times):
        return [None] * len(times)
    monday = datetime(2024, 1, 1) + timedelta(weeks=random.Random(number).randrange(60))
    now, day, written = monday, 0, []
    for time in times:
        clock = re.search(r"(\d{1,2})[:.](\d{2})\s*([ap]m)?", time or "", re.IGNORECASE)
        if clock is None:
            written.append(None)
            continue
        hour = int(clock[1]) % 12 + 12 * (clock[3].lower() == "pm") if clock[3] else int(clock[1]) % 24
        named = next((i for i, name in enumerate(DAYS) if re.search(rf"\b{name}", time or "", re.IGNORECASE)), None)
        if named is not None:
            day += (named - day) % 7
        moment = monday + timedelta(days=day, hours=hour, minutes=int(clock[2]))
        if moment < now:
            day += 1 if named is None else 7
            moment = monday + timedelta(days=day, hours=hour, minutes=int(clock[2]))
        now = moment
        written.append(moment.isoformat())
    return written


def gather(cards_folder: Path, written_folder: Path) -> None:
    cards = {f"{card['card']:05d}": card for card in map(json.loads, (cards_folder / "cards.jsonl").open())}
    CONVERSATIONS.mkdir(exist_ok=True)
    grid = []
    for path in sorted(written_folder.glob("batch_*.txt")):
        rows = []
        for number, lines in blocks_of(path).items():
            matches = [match for line in lines if (match := LINE.match(line))]
            whens = timestamps(number, [match["time"] for match in matches])
            for turn, (match, when) in enumerate(zip(matches, whens, strict=True)):
                row = {
                    "conversation_id": f"ls-{number}",
                    "utterance_id": f"ls-{number}-{turn:03d}",
                    "turn": turn,
                    "speaker": match["name"],
                    "text": match["text"],
                }
                rows.append(row | ({"timestamp": when} if when else {}))
            card = {key: value for key, value in cards[number].items() if key not in {"card", "turns", "hard_cases"}}
            grid.append({"conversation_id": f"ls-{number}", "batch": path.stem, "utterances": len(matches)} | card)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (CONVERSATIONS / f"{path.stem}.jsonl").write_text(text, encoding="utf-8")
    plan = HERE.parent / "grid.jsonl"
    before = [json.loads(line) for line in plan.open(encoding="utf-8")] if plan.exists() else []
    gathered = {row["batch"] for row in grid}
    rows = sorted([row for row in before if row["batch"] not in gathered] + grid, key=itemgetter("conversation_id"))
    plan.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def sheets(out: Path, batches: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(CONVERSATIONS.glob("batch_*.jsonl")):
        if batches and path.stem.removeprefix("batch_") not in batches:
            continue
        talks: dict[str, list[dict[str, object]]] = {}
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            talks.setdefault(row["conversation_id"], []).append(row)
        text = ""
        for name, rows in talks.items():
            speakers = list(dict.fromkeys(str(row["speaker"]) for row in rows))
            text += f"# {name.removeprefix('ls-')} {', '.join(speakers)}\n"
            text += "".join(f"{row['turn']} {row['speaker']}: {row['text']}\n" for row in rows) + "\n"
        (out / f"{path.stem}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "gather":
        gather(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        sheets(Path(sys.argv[2]), sys.argv[3:])
