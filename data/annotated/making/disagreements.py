"""Where two coders differ: python disagreements.py prints two tables, over written and real talk that both coded.

The first counts the ten most frequent kinds of disagreement. Two coders differ on an utterance where their sets of tags
differ; a tag given with doubt counts as given. The second counts how often neighbouring tags stand against each other.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from labor_signals.codebook import TAGS
from labor_signals.datasets import read_codes, weights_of

ROOT = Path(__file__).parents[1]
MOST_FREQUENT = 10
# the rows of the codebook's table of neighbours that set two tags, or a tag and none, against each other
NEIGHBOURS = (
    ("initiating", "translating"),
    ("soothing", "translating"),
    ("soothing", "deflecting"),
    ("deflecting", "withdrawing"),
    *((tag, "none") for tag in TAGS),
)

Tags = dict[str, float]
"""A coder's tags of an utterance, each with its weight: 1, or less where it was given with doubt."""


def written_pairs() -> Iterator[tuple[Tags, Tags]]:
    for second in sorted((ROOT / "codes" / "coder_b").glob("batch_*.txt")):
        first = ROOT / "codes" / "coder_a" / second.name
        if not first.is_file():
            continue
        one, two = read_codes(first), read_codes(second)
        for line in (ROOT / "conversations" / f"{second.stem}.jsonl").open(encoding="utf-8"):
            place = json.loads(line)["utterance_id"]
            yield one.get(place, {}), two.get(place, {})


def real_pairs() -> Iterator[tuple[Tags, Tags]]:
    for row in map(json.loads, (ROOT / "real" / "codes.jsonl").open(encoding="utf-8")):
        if "coder_b" in row:
            yield weights_of(row["coder_a"].split()), weights_of(row["coder_b"].split())


def is_doubtful(one: Tags, two: Tags) -> bool:
    """Whether every tag that only one of the coders gave was given with doubt."""
    return all((one | two)[tag] < 1 for tag in one.keys() ^ two.keys())


def kind_of(one: Tags, two: Tags) -> str:
    """In what way two sets of tags differ, whoever of the coders gave which."""
    only_one, only_two = (
        " and ".join(tag for tag in TAGS if tag in part) for part in (one.keys() - two.keys(), two.keys() - one.keys())
    )
    if not one or not two:
        return f"none against {only_one or only_two}"
    if only_one and only_two:
        return " against ".join(sorted((only_one, only_two)))
    return f"{only_one or only_two} added to another tag"


def is_given(tag: str, tags: Tags) -> bool:
    return tag in tags if tag != "none" else not tags


def confusion(first: str, second: str, pairs: list[tuple[Tags, Tags]]) -> tuple[int, int, int, int]:
    """Utterances that both coders give the first alone of the two, the second alone, both; and one this, one that."""
    counts: Counter[tuple[bool, ...]] = Counter()
    for pair in pairs:
        counts[tuple(is_given(tag, tags) for tags in pair for tag in (first, second))] += 1
    return (
        counts[True, False, True, False],
        counts[False, True, False, True],
        counts[True, True, True, True],
        counts[True, False, False, True] + counts[False, True, True, False],
    )


def main() -> None:
    written, real = list(written_pairs()), list(real_pairs())
    kinds = {
        name: Counter(kind_of(one, two) for one, two in pairs if one.keys() != two.keys())
        for name, pairs in (("written", written), ("real", real))
    }
    both = kinds["written"] + kinds["real"]
    total = both.total()
    doubtful = sum(is_doubtful(one, two) for one, two in written + real if one.keys() != two.keys())
    print(f"{total:,} of {len(written) + len(real):,} utterances: the coders differ in the set of tags;")
    print(f"in {doubtful:,} of these, every tag that only one of them gave was given with doubt\n")
    print(f"{'kind of disagreement':40}{'written':>8}{'real':>6}{'all':>6}{'share':>8}")
    for kind, count in both.most_common(MOST_FREQUENT):
        print(f"{kind:40}{kinds['written'][kind]:8}{kinds['real'][kind]:6}{count:6}{count / total:8.1%}")
    print(f"{'all kinds':40}{kinds['written'].total():8}{kinds['real'].total():6}{total:6}{1:8.1%}")

    print("\nneighbours: both coders the first, both the second, both coders both, one this and one that;")
    print("confused: the last, as a share of itself and of all that both gave alike (with none: the tag alone)\n")
    print(f"{'first / second':28}{'first':>7}{'second':>8}{'both':>6}{'this/that':>11}{'confused':>10}")
    for first, second in NEIGHBOURS:
        alike, other, together, apart = confusion(first, second, written + real)
        compared = apart + alike + (0 if second == "none" else other + together)
        print(f"{f'{first} / {second}':28}{alike:7}{other:8}{together:6}{apart:11}{apart / compared:10.1%}")


if __name__ == "__main__":
    main()
