"""Whole windows of 15 to 25 turns of the evaluation-only public corpora, as coding sheets outside the project.

    python real_windows.py CORPORA_FOLDER SHEETS_FOLDER

writes sheets with the text where the coders work, and `../real/windows.jsonl` with ids alone: text of these corpora is
never committed. One window a conversation, drawn by seed. Every second window of a corpus is validation, the others
test.
"""

import json
import random
import sys
from pathlib import Path

# The second round is there because the first held too few deflecting and withdrawing turns to measure them.
# The posts with replies of the third serve the comparison with labels that people gave, and belong to neither split.
ROUNDS = ({"esconv_dev": 72, "emorynlp": 56}, {"emorynlp": 80}, {"epitome_dev": 160})
WHOLE = {"epitome_dev"}
WINDOWS_A_SHEET = 32


def conversations(path: Path) -> dict[str, list[dict[str, object]]]:
    talks: dict[str, list[dict[str, object]]] = {}
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        talks.setdefault(row["conversation_id"], []).append(row)
    return talks


def as_sheet(name: str, rows: list[dict[str, object]]) -> str:
    """A window as coders read it: its name and speakers, then one numbered line an utterance."""
    speakers = ", ".join(dict.fromkeys(str(row["speaker"]) for row in rows))
    said = (f"{place} {row['speaker']}: {' '.join(str(row['text']).split())}\n" for place, row in enumerate(rows))
    return f"# {name} {speakers}\n{''.join(said)}"


def draw(corpora: Path) -> list[tuple[str, list[dict[str, object]]]]:
    """Windows round after round, in random order within each: the corpus, and the rows of each."""
    generator, drawn, used = random.Random("labor_signals real windows"), [], set[str]()
    for windows in ROUNDS:
        of_round = []
        for corpus, wanted in windows.items():
            long_enough = {
                name: rows
                for name, rows in conversations(corpora / f"{corpus}.jsonl").items()
                if (corpus in WHOLE or len(rows) >= 15) and name not in used
            }
            for name in generator.sample(sorted(long_enough), min(wanted, len(long_enough))):
                used.add(name)
                rows = long_enough[name]
                size = min(len(rows), generator.randint(15, 25)) if corpus not in WHOLE else len(rows)
                begin = generator.randint(0, len(rows) - size)
                of_round.append((corpus, rows[begin : begin + size]))
        generator.shuffle(of_round)
        drawn.extend(of_round)
    return drawn


def main() -> None:
    corpora, sheets = Path(sys.argv[1]), Path(sys.argv[2])
    sheets.mkdir(parents=True, exist_ok=True)
    real = Path(__file__).parents[1] / "real"
    real.mkdir(exist_ok=True)
    seen: dict[str, int] = {}
    lines, texts = [], []
    for number, (corpus, rows) in enumerate(draw(corpora)):
        name, seen[corpus] = f"9{number:04d}", seen.get(corpus, 0) + 1
        split = "check" if corpus in WHOLE else "real_validation" if seen[corpus] % 2 else "real_test"
        ids = [row["utterance_id"] for row in rows]
        lines.append({"window": name, "corpus": corpus, "split": split, "utterance_ids": ids})
        texts.append(as_sheet(name, rows))
    (real / "windows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for at in range(0, len(texts), WINDOWS_A_SHEET):
        (sheets / f"real_{at // WINDOWS_A_SHEET + 1}.txt").write_text(
            "\n".join(texts[at : at + WINDOWS_A_SHEET]), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
