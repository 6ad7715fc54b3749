"""Windows of 20 to 40 turns of the public corpora that may be trained on, as coding sheets outside the project.

    python public_windows.py sheets CORPORA_FOLDER SHEETS_FOLDER   -> sheets with the text, ../public/windows.jsonl
    python public_windows.py codes CODES_FOLDER [SECOND_FOLDER]    -> the codes found join ../public/codes.jsonl

Text of these corpora is never committed: what is written beside the data are ids and codes. One window a
conversation, drawn by seed, and in the third round what a stretch of a play has left before or after its first
window; a sheet mixes corpora. Only windows of sheets that have been coded are kept.
"""

import json
import random
import sys
from pathlib import Path

from collect_real import lines_of
from real_windows import as_sheet, conversations

PUBLIC = Path(__file__).parents[1] / "public"
# Each round draws from conversations that those before left out.
ROUNDS = (
    {
        "plays": 200,
        "persuasionforgood": 70,
        "casino": 60,
        "hedda_gabler": 20,
        "master_builder": 20,
        "ideal_husband": 14,
    },
    {"plays": 150, "persuasionforgood": 80, "casino": 50, "taskmaster4": 20},
    {"plays": 46, "persuasionforgood": 40, "casino": 20},
)
# The third round also takes these corpora's longest rest of each conversation, of this many turns at least.
RESTS_ROUND, RESTS, LEAST_REST = 2, ("plays", "hedda_gabler", "master_builder", "ideal_husband"), 12
UTTERANCES_A_SHEET = 600


def draw(corpora: Path) -> list[list[tuple[str, list[dict[str, object]]]]]:
    """Windows of each round, in random order: the corpus, and the rows of each."""
    generator, rounds = random.Random("labor_signals public windows"), []
    parts: dict[str, tuple[int, int]] = {}
    for number, windows in enumerate(ROUNDS):
        of_round = rests(corpora, parts) if number == RESTS_ROUND else []
        for corpus, wanted in windows.items():
            long_enough = {
                name: rows
                for name, rows in conversations(corpora / f"{corpus}.jsonl").items()
                if len(rows) >= 10 and name not in parts
            }
            for name in generator.sample(sorted(long_enough), min(wanted, len(long_enough))):
                rows = long_enough[name]
                size = min(len(rows), generator.randint(20, 40))
                begin = generator.randint(0, len(rows) - size)
                parts[name] = (begin, begin + size)
                of_round.append((corpus, rows[begin : begin + size]))
        generator.shuffle(of_round)
        rounds.append(of_round)
    return rounds


def rests(corpora: Path, parts: dict[str, tuple[int, int]]) -> list[tuple[str, list[dict[str, object]]]]:
    """What is left of conversations whose first window is taken: the longer of what is before it and after it."""
    found = []
    for corpus in RESTS:
        for name, rows in conversations(corpora / f"{corpus}.jsonl").items():
            begin, end = parts.get(name, (0, len(rows)))
            rest = max(rows[:begin], rows[end:], key=len)
            if len(rest) >= LEAST_REST:
                found.append((corpus, rest))
    return found


def write_sheets(corpora: Path, sheets: Path) -> None:
    sheets.mkdir(parents=True, exist_ok=True)
    PUBLIC.mkdir(exist_ok=True)
    sheet, number, lines = 0, 0, []
    texts: dict[int, str] = {}
    for windows in draw(corpora):
        said = UTTERANCES_A_SHEET
        for corpus, rows in windows:
            if said >= UTTERANCES_A_SHEET:
                sheet, said = sheet + 1, 0
            name = f"8{number:04d}"
            texts[sheet] = texts.get(sheet, "") + as_sheet(name, rows) + "\n"
            ids = [row["utterance_id"] for row in rows]
            lines.append({"window": name, "sheet": sheet, "corpus": corpus, "utterance_ids": ids})
            number += 1
            said += len(rows)
    (PUBLIC / "windows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    for number, text in texts.items():
        (sheets / f"public_{number:02d}.txt").write_text(text, encoding="utf-8")


def write_codes(coders: dict[str, Path]) -> None:
    """Joins the codes of each coder's folder with those that are there."""
    rows = {row["utterance_id"]: row for row in map(json.loads, (PUBLIC / "codes.jsonl").open(encoding="utf-8"))}
    drawn = [json.loads(line) for line in (PUBLIC / "windows.jsonl").open(encoding="utf-8")]
    for coder, codes in coders.items():
        coded = {int(path.stem.partition("_")[2]) for path in codes.glob("public_*.txt")}
        found = lines_of(codes, "public_*.txt")
        for window in drawn:
            for number, utterance in enumerate(window["utterance_ids"] if window["sheet"] in coded else ()):
                row = rows.setdefault(utterance, {"corpus": window["corpus"], "utterance_id": utterance})
                row[coder] = found.get(f"{window['window']}.{number}", "none")
    windows = [window for window in drawn if window["utterance_ids"][0] in rows]
    ordered = [rows[utterance] for window in windows for utterance in window["utterance_ids"]]
    for name, lines in (("codes", ordered), ("windows", windows)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (PUBLIC / f"{name}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "sheets":
        write_sheets(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        write_codes(dict(zip(("coder_a", "coder_b"), map(Path, sys.argv[2:]), strict=False)))
