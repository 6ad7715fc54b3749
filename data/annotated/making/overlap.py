"""Word runs that two conversations share: python overlap.py [LENGTH] prints them (default: eight words).

Near-duplicates show as long shared runs. Eight words in a row are more than a stock phrase.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path


def shared_runs(folder: Path, length: int) -> dict[tuple[str, ...], set[str]]:
    """Runs of words that stand in more than one conversation, with the conversations."""
    where: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for path in sorted(folder.glob("batch_*.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            words = re.findall(r"[\w']+", row["text"].lower())
            for at in range(len(words) - length + 1):
                where[tuple(words[at : at + length])].add(row["conversation_id"])
    return {run: talks for run, talks in where.items() if len(talks) > 1}


if __name__ == "__main__":
    words_in_a_row = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    for run, talks in shared_runs(Path(__file__).parents[1] / "conversations", words_in_a_row).items():
        print(" ".join(run), "|", " ".join(sorted(talks)))
