"""Three hundred settled utterances, drawn at random, for coding once more, blind, at the end.

    python recode.py sheet CORPORA_FOLDER OUT_FILE     utterances with the talk up to them, without any code
    python recode.py codes CODES_FILE                  -> ../recoded.jsonl, ids and codes alone

Drawn from the validation and test splits, written and real, each utterance as likely as any other.
"""

import json
import random
import sys
from pathlib import Path

import pandas as pd

from labor_signals.datasets import load_annotated, load_real

ROOT = Path(__file__).parents[1]
DRAWN = 300
CONTEXT = 10


def settled_talk(corpora: Path) -> pd.DataFrame:
    frames = [load_annotated(split, folder=ROOT) for split in ("validation", "test")]
    frames += [load_real(split, corpora=corpora, folder=ROOT) for split in ("real_validation", "real_test")]
    columns = ["conversation_id", "utterance_id", "speaker", "text"]
    return pd.concat([frame[columns] for frame in frames], ignore_index=True)


def write_sheet(corpora: Path, out: Path) -> None:
    talk = settled_talk(corpora)
    places = random.Random("labor_signals blind recoding").sample(range(len(talk)), DRAWN)
    blocks, ids = [], []
    for number, place in enumerate(places):
        own = talk[talk["conversation_id"] == talk["conversation_id"].iloc[place]]
        shown = own.loc[max(own.index[0], place - CONTEXT) : place]
        lines = [f"{row.speaker}: {' '.join(str(row.text).split())}" for row in shown.itertuples()]
        blocks.append("\n".join([f"## 70000.{number}", *lines]))
        ids.append({"place": number, "utterance_id": talk["utterance_id"].iloc[place]})
    out.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    (ROOT / "recoded.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ids), encoding="utf-8")


def write_codes(codes: Path) -> None:
    found = {}
    for line in codes.read_text(encoding="utf-8").splitlines():
        place, *rest = line.split() or [""]
        if rest:
            found[int(place.partition(".")[2])] = " ".join(rest)
    path = ROOT / "recoded.jsonl"
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    text = "".join(json.dumps(row | {"recoded": found.get(row["place"], "none")}) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "sheet":
        write_sheet(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        write_codes(Path(sys.argv[2]))
