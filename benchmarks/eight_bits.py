"""What 8 bits cost the default tagger: against its own weights in full precision, on the validation split.

    python benchmarks/eight_bits.py [--model default] [--split validation]        (needs the train extra)

Both are calibrated and cut at the thresholds of the model's config. Printed: macro-F1 of either, the share of
utterances that keep all their tags, the share that keep each tag, and the mean and largest difference of a probability.
"""

import argparse
from pathlib import Path

import numpy as np

import labor_signals as ls
from labor_signals.datasets import load_annotated
from labor_signals.tag.load_tagger import SHIPPED, shipped_folder
from labor_signals.tag.torch_runner import TorchRunner
from labor_signals.tag.trained_tagger import TrainedTagger
from labor_signals.train.evaluate import Evaluation

FOLDER = Path(__file__).parents[1] / "data" / "annotated"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--split", default="validation")
    options = parser.parse_args()
    folder = shipped_folder(SHIPPED[options.model]) if options.model in SHIPPED else Path(options.model)
    talk = load_annotated(options.split, folder=FOLDER)
    transcript = ls.read_transcript(talk[["conversation_id", "speaker", "text"]])
    eight, full = TrainedTagger(folder), TrainedTagger(folder)
    full._runner = TorchRunner(folder, device="cpu", labels=len(full.tags))
    codes = talk[list(eight.tags)].to_numpy(np.float32)
    weights = [tagger.predict_proba(transcript) for tagger in (eight, full)]
    carried = [weight >= eight.thresholds for weight in weights]
    for name, weight, given in zip(("8 bits", "full precision"), weights, carried, strict=True):
        print(f"macro-F1, {name}: {Evaluation(talk, eight.tags, codes, weight, given).macro_f1:.4f}")
    same = carried[0] == carried[1]
    print(f"all tags equal: {same.all(axis=1).mean():.2%} of {len(talk):,} utterances")
    print(
        "each tag equal:", ", ".join(f"{tag} {share:.2%}" for tag, share in zip(eight.tags, same.mean(0), strict=True))
    )
    difference = np.abs(weights[0] - weights[1])
    print(f"difference of a probability: mean {difference.mean():.4f}, largest {difference.max():.3f}")


if __name__ == "__main__":
    main()
