"""The annotated conversations of this project, as frames that every step reads.

The data lie in `data/annotated` of the repository, not in the package; `data/annotated/DATASHEET.md` says how they were
made. Codes were given by language-model annotators working from the codebook, not by people.
"""

import json
from os import PathLike
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from labor_signals.codebook import MOVES, NEIGHBOURING_ACTS, TAGS
from labor_signals.errors import LaborSignalsError

Split = Literal["train", "validation", "test"]
RealSplit = Literal["real_validation", "real_test"]
SPLITS: Final = ("train", "validation", "test")
REAL_SPLITS: Final = ("real_validation", "real_test")
DOUBT: Final = 0.5
_HERE: Final = Path("data/annotated")


class DatasetError(LaborSignalsError, ValueError):
    """The annotated data are not where they are looked for, or not in order."""


def load_annotated(
    split: Split | None = None, *, folder: str | PathLike[str] = _HERE, second_level: bool = False
) -> pd.DataFrame:
    """The coded conversations written for this project.

    Args:
        split: `train`, `validation` or `test`; `None` for all. Splits never share a conversation or a writer's batch.
        folder: Where the data lie: `data/annotated` of a checkout.
        second_level: Adds one column a move (such as `soothing.validate`) and neighbouring act (such as `answering`).

    Returns:
        One row an utterance, conversation after conversation: `conversation_id, utterance_id, turn, speaker, text,
        timestamp` (where the talk has one), `split, batch`, one column a tag, `coders` (how many coded it), and
        `settled` (whether a third look settled it). A tag is 1, 0.5 where a coder gave it with doubt, or 0; with two
        coders their mean, or the settled code.

    Raises:
        DatasetError: The folder holds no annotated data, or a code points to an utterance that is not there.

    Example:
        >>> from labor_signals.datasets import load_annotated
        >>> frame = load_annotated("test")                                     # doctest: +SKIP
        >>> ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame))      # doctest: +SKIP
    """
    root = Path(folder)
    if not (root / "splits.json").is_file():
        raise DatasetError(f"found no splits.json in {root}; expected the folder data/annotated of a checkout.")
    if split not in (None, *SPLITS):
        raise DatasetError(f"split is {split!r}; expected one of {', '.join(SPLITS)}, or None for all.")
    splits: dict[str, str] = json.loads((root / "splits.json").read_text(encoding="utf-8"))
    batches = [batch for batch, of in splits.items() if split in (None, of)]
    labels = _labels(second_level)
    parts = [_batch(root, batch, labels).assign(split=splits[batch], batch=batch) for batch in batches]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def load_shares(*, folder: str | PathLike[str] = _HERE) -> pd.DataFrame:
    """What share of the emotional work each coder says that the first speaker of a conversation carries.

    Returns:
        `conversation_id, coder, share`: 0 to 100, NaN where next to no emotional work happens.
    """
    rows = []
    for path in sorted((Path(folder) / "codes").glob("coder_*/batch_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            place, *codes = line.split() or [""]
            if codes[:1] == ["share"]:
                share = np.nan if codes[1] == "null" else float(codes[1])
                rows.append((f"ls-{place}", path.parent.name, share))
    return pd.DataFrame(rows, columns=["conversation_id", "coder", "share"])


def load_real(split: RealSplit, *, corpora: str | PathLike[str], folder: str | PathLike[str] = _HERE) -> pd.DataFrame:
    """Coded windows of public conversations, whose text is not part of this project.

    Args:
        split: `real_validation`, which may guide choices, or `real_test`, for final figures only.
        corpora: The folder with the corpora's JSONL files, one utterance a line with `utterance_id, speaker, text`.
        folder: Where the codes lie: `data/annotated` of a checkout.

    Returns:
        One row an utterance, each window a conversation of its own: `utterance_id, speaker, text`, one column a tag
        (the settled code where coders differed, else the mean of two), `conversation_id, corpus`.

    Raises:
        DatasetError: A corpus, or an utterance of it, is not there.
    """
    if split not in REAL_SPLITS:
        raise DatasetError(f"split is {split!r}; expected one of {', '.join(REAL_SPLITS)}.")
    return _windows(Path(folder) / "real", Path(corpora), labels=TAGS, split=split)


def load_public(
    *, corpora: str | PathLike[str], folder: str | PathLike[str] = _HERE, second_level: bool = False
) -> pd.DataFrame:
    """Coded windows of the public corpora that may be trained on. As `load_real` and `load_annotated`."""
    return _windows(Path(folder) / "public", Path(corpora), labels=_labels(second_level), split=None)


def _labels(second_level: bool) -> tuple[str, ...]:
    return (*TAGS, *MOVES, *NEIGHBOURING_ACTS) if second_level else TAGS


def _windows(root: Path, corpora: Path, *, labels: tuple[str, ...], split: str | None) -> pd.DataFrame:
    """Codes by id, joined with the text of the corpora."""
    with (root / "codes.jsonl").open(encoding="utf-8") as lines:
        codes = {row["utterance_id"]: row for row in map(json.loads, lines)}
    with (root / "windows.jsonl").open(encoding="utf-8") as lines:
        windows = [window for window in map(json.loads, lines) if split in (None, window.get("split"))]
    talks = {corpus: _corpus(corpora / f"{corpus}.jsonl") for corpus in sorted({row["corpus"] for row in windows})}
    parts: list[pd.DataFrame] = []
    for window in windows:
        talk, ids = talks[window["corpus"]], window["utterance_ids"]
        if missing := [place for place in ids if place not in talk.index]:
            raise DatasetError(
                f"{window['corpus']} has no utterance {missing[0]!r}; expected the corpus that was coded."
            )
        weights = pd.DataFrame([settled_weights(codes[place], labels) for place in ids], columns=list(labels))
        said = talk.loc[ids, ["speaker", "text"]].reset_index()
        named = {"conversation_id": window["window"], "corpus": window["corpus"]}
        parts.append(pd.concat([said, weights], axis=1).assign(**named))
    return pd.concat(parts, ignore_index=True)


def _corpus(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise DatasetError(f"found no {path.name} among the corpora; expected the file that was coded.")
    with path.open(encoding="utf-8") as lines:
        talk: pd.DataFrame = pd.DataFrame([json.loads(line) for line in lines]).set_index("utterance_id")
    return talk


def settled_weights(row: dict[str, str], labels: tuple[str, ...]) -> list[float]:
    """Weights of the labels in a row of `codes.jsonl`: the settled code if there is one, else the coders' mean."""
    codes = [row["settled"]] if "settled" in row else [row[name] for name in ("coder_a", "coder_b") if name in row]
    found = [weights_of(code.split()) | second_level_of(code.split()) for code in codes]
    return [float(np.mean([weights.get(label, 0.0) for weights in found])) for label in labels]


def read_codes(path: Path, *, second_level: bool = False) -> dict[str, dict[str, float]]:
    """Weights of the tags of every coded utterance of a coder's file, by utterance id; of moves and acts on request."""
    codes: dict[str, dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        place, *found = line.split() or [""]
        if not found or found[0] == "share":
            continue
        talk, _, number = place.partition(".")
        codes[f"ls-{talk}-{int(number):03d}"] = weights_of(found) | (second_level_of(found) if second_level else {})
    return codes


def weights_of(codes: list[str]) -> dict[str, float]:
    """Weight of each tag in codes such as `["soothing.comfort", "translating.reflect?", "=answering"]`."""
    tags = [code for code in codes if not code.startswith("=") and code != "none"]
    return {tag.rstrip("?").partition(".")[0]: DOUBT if tag.endswith("?") else 1.0 for tag in tags}


def second_level_of(codes: list[str]) -> dict[str, float]:
    """Weight of each move and neighbouring act, as `weights_of`: `{"soothing.comfort": 1.0}`."""
    found = [code.removeprefix("=") for code in codes if code != "none"]
    return {code.rstrip("?"): DOUBT if code.endswith("?") else 1.0 for code in found}


def _batch(root: Path, batch: str, labels: tuple[str, ...]) -> pd.DataFrame:
    with (root / "conversations" / f"{batch}.jsonl").open(encoding="utf-8") as lines:
        frame = pd.DataFrame([json.loads(line) for line in lines])
    files = sorted((root / "codes").glob(f"coder_*/{batch}.txt"))
    if not files:
        return frame.head(0)
    places = pd.Index(frame["utterance_id"])
    weights = np.mean([_matrix(path, places, labels) for path in files], axis=0)
    settled = np.zeros(len(frame), dtype=bool)
    third = root / "codes" / "settled" / f"{batch}.txt"
    if third.is_file():
        settled = places.isin(list(read_codes(third)))
        weights[settled] = _matrix(third, places, labels)[settled]
    tags = pd.DataFrame(weights, columns=list(labels))
    return pd.concat([frame, tags], axis=1).assign(coders=len(files), settled=settled)


def _matrix(path: Path, places: pd.Index, labels: tuple[str, ...]) -> np.ndarray:
    codes = read_codes(path, second_level=len(labels) > len(TAGS))
    unknown = [place for place in codes if place not in places]
    if unknown:
        raise DatasetError(f"{path.name}: codes point to {unknown[0]!r}, which is not in the batch.")
    return (
        pd.DataFrame.from_dict(codes, orient="index").reindex(index=places, columns=list(labels)).fillna(0.0).to_numpy()
    )
