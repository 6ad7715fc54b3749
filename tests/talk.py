"""The conversations that the tests read: our own in `tests/data`, public ones where they lie beside the checkout."""

import json
from functools import cache
from pathlib import Path

import pandas as pd

OWN = Path(__file__).parent / "data"
CORPORA = Path(__file__).parents[2] / "shared" / "corpora"

OWN_NAMES = tuple(sorted(path.stem for path in OWN.glob("*.jsonl")))
CORPUS_NAMES = tuple(sorted(path.stem for path in CORPORA.glob("*.jsonl"))) if CORPORA.is_dir() else ()
NO_CORPORA = "the public corpora are not beside this checkout (shared/corpora)"


def own_talk(name: str) -> pd.DataFrame:
    """A conversation of ours, with all the columns it has."""
    return _frame(OWN / f"{name}.jsonl")


@cache
def drawn_talk(corpus: str, *, conversations: int, seed: int = 0) -> pd.DataFrame:
    """Some whole conversations of a public corpus, drawn by seed, in the order of the file; not to be changed."""
    talk = _frame(CORPORA / f"{corpus}.jsonl")[["conversation_id", "turn", "speaker", "text"]]
    ids = talk["conversation_id"].drop_duplicates()
    drawn = ids.sample(min(conversations, len(ids)), random_state=seed)
    return talk[talk["conversation_id"].isin(drawn)].reset_index(drop=True)


def _frame(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8") as lines:
        return pd.DataFrame([json.loads(line) for line in lines])
