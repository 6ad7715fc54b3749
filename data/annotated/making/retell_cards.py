"""Cards that ask to tell a stretch of a public-domain play again, turn for turn, as talk of today.

    python retell_cards.py FIRST COUNT CORPORA_FOLDER OUT_FOLDER

writes `cards.jsonl` (grid cells, with the id of the first utterance of the play) and `batch_NNNNN.txt` (cards and the
lines to tell again: never committed). What happens between people in a play was thought out by somebody who had not
read the codebook, and does not follow cards. Stretches come from the coded windows of plays (`../public`), those with
most tags a turn first, rare tags counting more; cards show no tag. Such batches are for training alone, as their
originals are.
"""

import json
import random
import sys
from collections import defaultdict
from pathlib import Path

from plan_cards import GRID, TURNS_A_BATCH, weighted

HERE = Path(__file__).parent
COUNTS = {"initiating": 1.0, "soothing": 1.0, "translating": 1.5, "deflecting": 1.5, "withdrawing": 2.0}
LONGEST_TURN = 90
MOST_SPEAKERS = 5
TALK_ONLY = {"casino", "persuasionforgood"}


def told(number: int, stretch: list[dict[str, str]]) -> tuple[dict[str, object], str]:
    """Grid cell and the card's text."""
    generator = random.Random(f"labor_signals card {number}")
    variety = weighted(generator, GRID["variety"])
    voices = list(dict.fromkeys(row["speaker"] for row in stretch))
    names = [name.replace("_", " ") for name in generator.sample(GRID["names"][variety].split(), len(voices))]
    settings = [style for style in GRID["retold_medium"] if len(voices) == 2 or not style.startswith("two: ")]
    medium = generator.choice(settings).removeprefix("two: ")
    called = dict(zip(voices, names, strict=True))
    card: dict[str, object] = {
        "card": number,
        "everyday": False,
        "lightly": False,
        "relationship": "as in the play",
        "medium": medium,
        "variety": variety,
        "register": weighted(generator, GRID["register"]),
        "topic": "a stretch of a play, told again",
        "carrier": "nobody",
        "speakers": names,
        "turns": len(stretch),
        "retold": stretch[0]["utterance_id"],
    }
    text = "\n".join(
        [
            f"## {number:05d}",
            f"who: {', '.join(names)} (what they are to each other: as in the lines below)",
            f"medium: {medium}    English: {variety}, {card['register']}",
            f"turns: {len(stretch)}",
            "to tell again:",
            *(f"    {called[row['speaker']]}: {row['text']}" for row in stretch),
        ]
    )
    return card, text


def stretches(corpora: Path, generator: random.Random) -> list[list[dict[str, str]]]:
    """One stretch of each window of a play, those with most going on between people first."""
    with (HERE.parent / "public" / "codes.jsonl").open(encoding="utf-8") as lines:
        codes = {row["utterance_id"]: row["coder_a"] for row in map(json.loads, lines)}
    with (HERE.parent / "public" / "windows.jsonl").open(encoding="utf-8") as lines:
        windows = [row for row in map(json.loads, lines) if row["corpus"] not in TALK_ONLY]
    talk: dict[str, dict[str, str]] = {}
    for corpus in sorted({window["corpus"] for window in windows}):
        with (corpora / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
            talk |= {row["utterance_id"]: row for row in map(json.loads, lines)}
    found = []
    for window in windows:
        rows = [talk[name] for name in window["utterance_ids"]]
        worth = [sum(COUNTS[tag] for tag in COUNTS if f"{tag}." in codes[row["utterance_id"]]) for row in rows]
        length = min(len(rows), generator.randint(14, 26))
        best = max(range(len(rows) - length + 1), key=lambda start: sum(worth[start : start + length]))
        stretch = rows[best : best + length]
        fits = max(len(row["text"].split()) for row in stretch) <= LONGEST_TURN
        if fits and length >= 10 and 2 <= len({row["speaker"] for row in stretch}) <= MOST_SPEAKERS:
            found.append((sum(worth[best : best + length]) / length, stretch))
    return [stretch for _, stretch in sorted(found, key=lambda pair: -pair[0])]


def main() -> None:
    first, count, corpora, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    chosen = stretches(corpora, random.Random("labor_signals retold"))[:count]
    random.Random("labor_signals retold order").shuffle(chosen)
    pairs = [told(first + place, stretch) for place, stretch in enumerate(chosen)]
    (folder / "cards.jsonl").write_text("".join(json.dumps(card) + "\n" for card, _ in pairs))
    batches: dict[int, list[str]] = defaultdict(list)
    start, turns = first, 0
    for card, text in pairs:
        batches[start].append(text)
        turns += card["turns"]
        if turns >= TURNS_A_BATCH:
            start, turns = card["card"] + 1, 0
    for start, texts in batches.items():
        (folder / f"batch_{start:05d}.txt").write_text("\n\n".join(texts) + "\n")


if __name__ == "__main__":
    main()
