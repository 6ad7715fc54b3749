"""Draws scenario cards from the grid: what a writer gets to see, and what the datasheet counts.

    python plan_cards.py FIRST COUNT OUT_FOLDER

writes `cards.jsonl` (the grid cells) and `batch_NNN.txt` (the cards as a writer reads them, about 550 turns each). Card
N is the same in every run: each card has a seed of its own. No card names a tag of the codebook. Cards from 3001 on are
aimed at what the tagger got wrong on talk from other sources: other media, and more of the acts that it missed. Cards
from 4001 on follow a reading of what had been written: styles of talk with their own length and people, a third of
them everyday talk with a moment or two in it, and avoidance by its manner and not by formulas. Cards from 6001 on are
the same with styles, topics and ways of answering aimed at scenes, quarrels and uneven help. Cards from 7801 on name a
temper for each speaker, and more of them are everyday talk; so did those from 7593 on, whose tempers were drawn by a
script that was not kept. Cards from 8601 on ask for talk in common phrases: trained listeners, textbooks, series.
"""

import json
import random
import sys
from pathlib import Path

GRID = json.loads((Path(__file__).parent / "grid.json").read_text())
TURNS_A_BATCH = 550
TURNS_A_PLAIN_BATCH = 280
FIRST_AIMED = 3001
FIRST_STYLED = 4001
FIRST_LATE = 6001
FIRST_TEMPERED = 7801
FIRST_PLAIN = 8601
EVERYDAY = (
    "Wholly everyday talk: nothing is wrong between them, nobody needs comfort, nothing is unsaid. "
    "Keep it so to the end."
)
MOMENT = "Ordinary talk from beginning to end, but for a moment in a turn or two; then it goes on as before."
HARD = "work in naturally, where they fit"
CARRIES = {
    "first": "{0} does nearly all of the reaching out and keeping the talk personal; "
    "{1} takes part when asked, ducks, or goes quiet.",
    "second": "{1} does nearly all of the reaching out and keeping the talk personal; "
    "{0} takes part when asked, ducks, or goes quiet.",
    "both": "Both do about the same share of reaching out, listening and mending.",
    "neither": "Nobody really reaches out: the feeling is in the room, but both keep off it, "
    "or quarrel past each other.",
    "as it goes": "As such talk goes.",
    "swaps": "In the first half {0} does the reaching out and mending; half-way it turns, and {1} does.",
}


def weighted(generator: random.Random, weights: dict[str, int]) -> str:
    return generator.choices(list(weights), list(weights.values()))[0]


def draw_card(number: int) -> dict[str, object]:
    if number >= FIRST_STYLED:
        return draw_styled_card(number)
    generator = random.Random(f"labor_signals card {number}")
    # The first 410 came out with two utterances in five tagged, more than talk has: the later ones are more ordinary.
    everyday = number % 10 < (4 if 410 < number < FIRST_AIMED else 3)
    lightly = number > 410 and not everyday and number % 10 in {4, 5, 6}
    variety = weighted(generator, GRID["variety"])
    aimed = number >= FIRST_AIMED
    medium = weighted(generator, GRID["aimed_medium"]) if aimed else ""
    several = number % 10 == 7 or any(word in medium for word in ("several", "between them", "group", "thread"))
    party = generator.choice((3, 3, 4, 5)) if several else 2
    names = [name.replace("_", " ") for name in generator.sample(GRID["names"][variety].split(), party)]
    low, high = map(int, weighted(generator, GRID["length"]).split("-"))
    topics = GRID["everyday_topic" if everyday else "charged_topic"]
    return {
        "card": number,
        "everyday": everyday,
        "lightly": lightly,
        "relationship": weighted(generator, GRID["relationship"]),
        "medium": medium or weighted(generator, GRID["medium"]),
        "variety": variety,
        "register": weighted(generator, GRID["register"]),
        "topic": generator.choice(topics),
        "carrier": "nobody" if everyday else weighted(generator, GRID["carrier"]),
        "speakers": names,
        "turns": generator.randint(low, high),
        "hard_cases": generator.sample(
            GRID["aimed_hard_case" if aimed else "hard_case"], 2 if everyday else 3 + 2 * aimed
        ),
    }


def draw_styled_card(number: int) -> dict[str, object]:
    generator = random.Random(f"labor_signals card {number}")
    late = "plain_" if number >= FIRST_PLAIN else "late_" if number >= FIRST_LATE else ""
    styles = GRID[late + "style"]
    style = generator.choices(styles, [style["weight"] for style in styles])[0]
    tempered = FIRST_TEMPERED <= number < FIRST_PLAIN
    mix = weighted(generator, GRID["tempered_mix" if tempered else late + "mix"])
    variety = weighted(generator, GRID["variety"])
    low, _, high = str(style["people"]).partition("-")
    party = generator.randint(int(low), int(high or low))
    shortest, longest = map(int, style["turns"].split("-"))
    charged = mix == "charged"
    topics = GRID["charged_topic" if charged else "everyday_topic"]
    if late and charged and generator.random() < 0.6:
        topics = GRID["late_topic"]
    moments = generator.sample(GRID[late + "moment"], generator.choice((1, 2))) if mix == "a moment" else []
    card: dict[str, object] = {
        "card": number,
        "everyday": mix == "everyday",
        "lightly": mix == "a moment",
        "relationship": style.get("who") or weighted(generator, GRID["relationship"]),
        "medium": style["medium"],
        "variety": variety,
        "register": weighted(generator, GRID["register"]),
        "topic": generator.choice(topics),
        "carrier": "nobody" if not charged else style.get("carrier") or weighted(generator, GRID["carrier"]),
        "speakers": [name.replace("_", " ") for name in generator.sample(GRID["names"][variety].split(), party)],
        "turns": generator.randint(shortest, longest),
        "hard_cases": moments or (generator.sample(GRID[late + "manner"], 5 if late else 4) if charged else []),
    }
    if tempered:
        card["tempers"] = {name: generator.choice(GRID["temper"]) for name in card["speakers"]}
    return card


def as_text(card: dict[str, object]) -> str:
    names = card["speakers"]
    carrier = (
        EVERYDAY
        if card["everyday"]
        else MOMENT
        if card["carrier"] == "nobody"
        else CARRIES[str(card["carrier"])].format(*names)
    )
    if card["lightly"] and card["carrier"] != "nobody":
        carrier += " But the topic is only touched on: for most of the turns they talk about ordinary things."
    tempers = card.get("tempers") or {}
    hard = "; ".join(card["hard_cases"]) if not card["everyday"] and not (tempers and not card["lightly"]) else ""
    lead = "ways of answering to draw on, as they fit" if card["card"] >= FIRST_STYLED else HARD
    return "\n".join(
        [
            f"## {card['card']:05d}",
            f"who: {', '.join(names)} ({card['relationship']}; "
            "fit ages and roles to the names as you like, or make the talk fit the names)",
            f"medium: {card['medium']}    English: {card['variety']}, {card['register']}",
            f"topic: {card['topic']}",
            f"turns: {card['turns']}",
            f"drift: {carrier}",
            *([f"{HARD if card['lightly'] else lead}: {hard}"] if hard else []),
            *([f"tempers: {'; '.join(f'{name}: {temper}' for name, temper in tempers.items())}"] if tempers else []),
        ]
    )


def main() -> None:
    first, count, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    cards = [draw_card(number) for number in range(first, first + count)]
    (folder / "cards.jsonl").write_text("".join(json.dumps(card) + "\n" for card in cards))
    batch, turns, batches = [], 0, []
    full = TURNS_A_PLAIN_BATCH if first >= FIRST_PLAIN else TURNS_A_BATCH
    for card in cards:
        batch.append(card)
        turns += int(card["turns"])
        if turns >= full or card is cards[-1]:
            batches.append(batch)
            batch, turns = [], 0
    for batch in batches:
        name = f"batch_{batch[0]['card']:05d}.txt"
        (folder / name).write_text("\n\n".join(as_text(card) for card in batch) + "\n")


if __name__ == "__main__":
    main()
