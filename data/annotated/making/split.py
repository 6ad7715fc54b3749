"""Gives every written batch its split, once and for all: python split.py writes ../splits.json.

Every ninth batch, beginning with the third, is test; every ninth, beginning with the seventh, validation. Batches
follow the card numbers, and cards are drawn independently, so that a batch is a random sample of the grid. A batch
never changes its split.
"""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]

batches = sorted(path.stem for path in (ROOT / "conversations").glob("batch_*.jsonl"))
splits = {batch: {2: "test", 6: "validation"}.get(place % 9, "train") for place, batch in enumerate(batches)}
before = json.loads((ROOT / "splits.json").read_text()) if (ROOT / "splits.json").exists() else {}
if any(splits[batch] != split for batch, split in before.items()):
    raise SystemExit("a batch would change its split: batches must be added behind the last one")
(ROOT / "splits.json").write_text(json.dumps(splits, indent=1) + "\n")
