"""`python -m labor_signals.coding.describe data/annotated`: counts, agreement and grid, from the files themselves."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from labor_signals.codebook import TAGS
from labor_signals.coding.reliability import agreement
from labor_signals.datasets import load_annotated, load_shares, read_codes, settled_weights, weights_of

# the first card of each round of writing
_ROUNDS = (1, 411, 3001, 4001, 6001, 7138, 7593, 8401, 8601)
_CELLS = ("relationship", "medium", "variety", "register", "carrier")


def describe(folder: Path) -> str:
    """The text that the command prints."""
    coded = load_annotated(folder=folder)
    with (folder / "grid.jsonl").open(encoding="utf-8") as lines:
        grid = pd.DataFrame([json.loads(line) for line in lines])
    parts = [
        _counts(coded, grid),
        _tags(coded),
        _rounds(coded, grid),
        _agreement(folder),
        _shares(folder),
        _by_id(folder / "real"),
        _by_id(folder / "public"),
        _recoded(folder, coded),
    ]
    for cell in _CELLS:
        parts.append(grid.groupby(cell)["utterances"].agg(conversations="size", utterances="sum").to_string())
    speakers = grid["speakers"].map(len).value_counts().sort_index()
    parts.append("speakers  conversations\n" + speakers.to_string(header=False))
    return "\n\n".join(parts)


def _counts(coded: pd.DataFrame, grid: pd.DataFrame) -> str:
    lines = [
        f"written: {len(grid):,} conversations, {grid['utterances'].sum():,} utterances",
        f"topics: {grid['topic'].nunique()}",
        f"wholly everyday: {grid['everyday'].mean():.0%} of conversations",
        f"coded: {coded['conversation_id'].nunique():,} conversations, {len(coded):,} utterances, "
        f"{(coded['coders'] > 1).sum():,} of them by two coders, {coded['settled'].sum():,} settled by a third look",
    ]
    by_split = coded.groupby("split")["conversation_id"].agg(conversations="nunique", utterances="size")
    return "\n".join([*lines, "", by_split.to_string()])


def _tags(coded: pd.DataFrame) -> str:
    weights = coded[list(TAGS)]
    table = pd.DataFrame({"sure": (weights > 0.5).sum(), "doubtful": ((weights > 0) & (weights <= 0.5)).sum()})
    none = float((weights.max(axis=1) <= 0.5).mean())
    return f"{table.to_string()}\n\nno sure tag: {none:.1%} of coded utterances"


def _rounds(coded: pd.DataFrame, grid: pd.DataFrame) -> str:
    """Coded talk by round of writing; `several` are the conversations of more than two."""
    card = coded["conversation_id"].str.removeprefix("ls-").astype(int)
    of_round = np.searchsorted(_ROUNDS, card, side="right") - 1
    tagged = coded.assign(tagged=coded[list(TAGS)].max(axis=1) > 0.5, card=card)
    table = tagged.groupby(of_round).agg(
        first=("card", "min"),
        last=("card", "max"),
        conversations=("conversation_id", "nunique"),
        utterances=("card", "size"),
        tagged=("tagged", "mean"),
    )
    several = grid.loc[grid["speakers"].map(len) > 2, "conversation_id"]
    named = tagged[tagged["conversation_id"].isin(several)]
    table.insert(3, "several", named.groupby(of_round[named.index])["conversation_id"].nunique())
    return f"rounds of writing, by their cards\n{table.round(3).to_string(index=False)}"


def _agreement(folder: Path) -> str:
    both = sorted((folder / "codes" / "coder_b").glob("batch_*.txt"))
    if not both:
        return "agreement: no batch has two coders yet"
    frames, conversation = [], []
    both = [path for path in both if (folder / "codes" / "coder_a" / path.name).is_file()]
    for path in both:
        lines = (folder / "conversations" / f"{path.stem}.jsonl").read_text(encoding="utf-8").splitlines()
        places = [json.loads(line) for line in lines]
        coders = [read_codes(folder / "codes" / coder / path.name) for coder in ("coder_a", "coder_b")]
        frames.append(
            [[[codes.get(row["utterance_id"], {}).get(tag, 0.0) for tag in TAGS] for row in places] for codes in coders]
        )
        conversation += [row["conversation_id"] for row in places]
    one, two = (
        pd.DataFrame(np.concatenate([np.array(part[k]) for part in frames]), columns=list(TAGS)) for k in (0, 1)
    )
    table = agreement(one, two, conversation=np.array(conversation, dtype=object))
    title = f"agreement of two language-model coders, {len(one):,} utterances, doubtful codes counted"
    return f"{title}\n{table.round(2).to_string(index=False)}"


def _by_id(folder: Path) -> str:
    """Counts and agreement of the windows of public talk, of which only ids and codes are here."""
    with (folder / "codes.jsonl").open(encoding="utf-8") as lines:
        rows = list(map(json.loads, lines))
    with (folder / "windows.jsonl").open(encoding="utf-8") as lines:
        window = {place: row["window"] for row in map(json.loads, lines) for place in row["utterance_ids"]}
    twice = [row for row in rows if "coder_b" in row]
    windows = np.array([window[row["utterance_id"]] for row in twice], dtype=object)
    settled = sum("settled" in row for row in rows)
    title = (
        f"{folder.name} talk: {len(rows):,} utterances; by two coders {len(set(windows))} windows, {len(twice):,} "
        f"utterances, {settled} settled by a third look"
    )
    if not twice:
        return title
    one, two = (
        pd.DataFrame([weights_of(row[coder].split()) for row in twice]).reindex(columns=list(TAGS)).fillna(0.0)
        for coder in ("coder_a", "coder_b")
    )
    return f"{title}\n{agreement(one, two, conversation=windows).round(2).to_string(index=False)}"


def _recoded(folder: Path, coded: pd.DataFrame) -> str:
    """Agreement of settled codes with the same utterances coded once more, blind."""
    path = folder / "recoded.jsonl"
    if not path.is_file():
        return "coded once more, blind: nothing yet"
    with path.open(encoding="utf-8") as lines:
        again = {row["utterance_id"]: row["recoded"] for row in map(json.loads, lines)}
    with (folder / "real" / "codes.jsonl").open(encoding="utf-8") as lines:
        real = {row["utterance_id"]: settled_weights(row, TAGS) for row in map(json.loads, lines)}
    own = coded.set_index("utterance_id")[list(TAGS)]
    ids = [place for place in again if place in own.index or place in real]
    one = pd.DataFrame(
        [own.loc[place].tolist() if place in own.index else real[place] for place in ids], columns=list(TAGS)
    )
    two = pd.DataFrame([weights_of(again[place].split()) for place in ids]).reindex(columns=list(TAGS)).fillna(0.0)
    written = sum(place in own.index for place in ids)
    title = f"settled codes and a blind re-coding of {len(ids)} utterances drawn at random, {written} of them written"
    return f"{title}\n{agreement(one, two, conversation=np.array(ids, dtype=object)).round(2).to_string(index=False)}"


def _shares(folder: Path) -> str:
    shares = load_shares(folder=folder).pivot_table(index="conversation_id", columns="coder", values="share")
    both = shares.dropna()
    if both.shape[1] < 2 or len(both) < 3:
        return "share carried by the first speaker: no two coders yet"
    r = float(np.corrcoef(both.to_numpy().T)[0, 1])
    return f"share carried by the first speaker: r = {r:.3f} over {len(both)} conversations that two coders judged"


if __name__ == "__main__":
    sys.stdout.write(describe(Path(sys.argv[1] if len(sys.argv) > 1 else "data/annotated")) + "\n")
