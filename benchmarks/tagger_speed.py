"""Utterances per second of the default and the fast tagger, against the naive way with torch.

    python benchmarks/tagger_speed.py [--utterances 1000] [--threads 2]        (needs the train extra)

End to end: from a `Transcript` in memory to calibrated weights (`predict_proba`), on CPU. "torch" is what one would
write first: a transformers BertModel of the shape of the default tagger's encoder, in fp32, run once an utterance on
"[CLS] previous 3 turns [SEP] utterance [SEP]", at most 128 pieces, in batches of 16 sorted by length. Its weights are
random, which is all the same for speed; each utterance is cut into pieces once, which favours it.

Text: conversations drawn from the test split of the annotated set, once whole, and once joined end to end and cut every
20 turns. All three run in one process, in turn, with the same number of threads; a repetition takes a second or longer.
Printed are medians with the least and the most of the repetitions, and ratios of the medians with the least and the
most of the ratios within a repetition. Memory is the most that a process of its own held that loads one of the three
and tags the whole conversations once.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import labor_signals as ls
from labor_signals.codebook import TAGS
from labor_signals.datasets import load_annotated
from labor_signals.records import Transcript
from labor_signals.tag.load_tagger import SHIPPED, shipped_folder
from labor_signals.tag.pieces import TOKENIZER_FILE, load_tokenizer
from labor_signals.tag.torch_runner import ENCODER_FILE

FOLDER = Path(__file__).parents[1] / "data" / "annotated"
TAGGERS = ("default", "fast", "torch")
RATIOS = (("default", "torch"), ("fast", "default"))
REPEATS = 5
LEAST_SECONDS = 1.0
TURNS = 20
CONTEXT, PIECES, BATCH = 3, 128, 16
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


class OneByOne:
    """The naive way: the encoder reads every utterance anew, with the turns before it."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        import torch  # noqa: PLC0415  (only here, so that it is not counted as the memory of the others)
        from transformers import BertConfig, BertModel  # noqa: PLC0415

        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self._tokenizer = load_tokenizer(folder / TOKENIZER_FILE)
        self._begin, self._border = map(self._tokenizer.token_to_id, ("[CLS]", "[SEP]"))
        config = BertConfig.from_json_file(folder / ENCODER_FILE)
        self._encoder = BertModel(config, add_pooling_layer=False).float().eval()
        self._head = torch.nn.Linear(config.hidden_size, len(TAGS))

    def predict_proba(self, transcript: Transcript) -> np.ndarray:
        import torch  # noqa: PLC0415

        inputs = self._inputs(transcript)
        order = np.argsort([len(before) + len(said) for before, said in inputs], kind="stable")
        found = np.zeros((len(inputs), len(TAGS)), np.float32)
        with torch.inference_mode():
            for begin in range(0, len(order), BATCH):
                rows = order[begin : begin + BATCH]
                states = self._encoder(**self._padded([inputs[row] for row in rows])).last_hidden_state
                found[rows] = torch.sigmoid(self._head(states[:, 0])).numpy()
        return found

    def _inputs(self, transcript: Transcript) -> list[tuple[list[int], list[int]]]:
        """Pieces of the turns before and of the utterance; a long context loses its beginning."""
        texts = ["" if text is None else text for text in transcript.text.to_pylist()]
        pieces = [piece.ids for piece in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        talk, inputs = transcript.conversation.tolist(), []
        for row, own in enumerate(pieces):
            earlier = [place for place in range(max(0, row - CONTEXT), row) if talk[place] == talk[row]]
            before = [piece for place in earlier for piece in pieces[place]]
            said = [*own[: PIECES - 3], self._border]
            room = PIECES - 2 - len(said)
            inputs.append(([self._begin, *before[max(0, len(before) - room) :], self._border], said))
        return inputs

    @staticmethod
    def _padded(inputs: list[tuple[list[int], list[int]]]) -> dict:
        import torch  # noqa: PLC0415

        longest = max(len(before) + len(said) for before, said in inputs)
        ids, kind, real = (torch.zeros((len(inputs), longest), dtype=torch.int64) for _ in range(3))
        for row, (before, said) in enumerate(inputs):
            end = len(before) + len(said)
            ids[row, :end] = torch.tensor(before + said)
            kind[row, len(before) : end] = 1
            real[row, :end] = 1
        return {"input_ids": ids, "token_type_ids": kind, "attention_mask": real}


def load(name: str, *, threads: int):
    if name == "torch":
        return OneByOne(shipped_folder(SHIPPED["default"]), threads=threads)
    return ls.load_tagger(name, threads=threads)


def texts_of(utterances: int) -> dict[str, Transcript]:
    """At least so many utterances of the test split, ending with a conversation's end; more than it has, repeat it."""
    frame = load_annotated("test", folder=FOLDER)[["conversation_id", "speaker", "text"]]
    drawn = np.random.default_rng(0).permutation(frame["conversation_id"].unique())
    frame = frame.set_index("conversation_id").loc[drawn].reset_index()
    copies = -(-utterances // len(frame))
    names = frame["conversation_id"]
    whole = pd.concat([frame.assign(conversation_id=names + f"-{copy}") for copy in range(copies)], ignore_index=True)
    last = whole["conversation_id"].iloc[utterances - 1]
    whole = whole.head(int(np.flatnonzero(whole["conversation_id"] == last)[-1]) + 1)
    joined = whole.assign(conversation_id=np.arange(len(whole)) // TURNS)
    return {"whole conversations": ls.read_transcript(whole), f"joined, {TURNS} turns": ls.read_transcript(joined)}


def pieces_each(talk: Transcript) -> float:
    """Mean number of word pieces of an utterance."""
    tokenizer = load_tokenizer(shipped_folder(SHIPPED["fast"]) / TOKENIZER_FILE)
    texts = ["" if text is None else text for text in talk.text.to_pylist()]
    return float(np.mean([len(piece) for piece in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]))


def speed(tagger, talk: Transcript) -> float:
    """Utterances a second, over as many passes as fill the time."""
    begin, passes, seconds = time.perf_counter(), 0, 0.0
    while seconds < LEAST_SECONDS:
        tagger.predict_proba(talk)
        passes, seconds = passes + 1, time.perf_counter() - begin
    return passes * len(talk) / seconds


def measure_speed(utterances: int, threads: int) -> dict:
    texts, taggers = texts_of(utterances), {name: load(name, threads=threads) for name in TAGGERS}
    warm_up = next(iter(texts_of(10 * BATCH).values()))
    for tagger in taggers.values():
        tagger.predict_proba(warm_up)
    speeds = {text: {name: [] for name in TAGGERS} for text in texts}
    for _ in range(REPEATS):
        for text, talk in texts.items():
            for name, tagger in taggers.items():
                speeds[text][name].append(speed(tagger, talk))
    talk = next(iter(texts.values()))
    talks = [len(text.conversations) for text in texts.values()]
    return {"utterances": len(talk), "pieces": pieces_each(talk), "conversations": talks, "speeds": speeds}


def measure_memory(name: str, utterances: int, threads: int) -> float:
    """The most MiB that this process has held."""
    load(name, threads=threads).predict_proba(next(iter(texts_of(utterances).values())))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(part: str, utterances: int, threads: int):
    """The result of one part; libraries take their number of threads from the environment when they are loaded."""
    # -P: torch shall find Python's own `statistics`, not the file beside this one
    command = [sys.executable, "-P", __file__, "--part", part, f"--utterances={utterances}", f"--threads={threads}"]
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads))
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment).stdout)


def show(got: dict, memory: dict[str, float], threads: int) -> None:
    talks = " and ".join(map(str, got["conversations"]))
    print(
        f"{got['utterances']:,} utterances in {talks} conversations, {got['pieces']:.1f} word pieces each; "
        f"{threads} threads on {os.cpu_count()} CPUs; median of {REPEATS} repetitions in turn (least to most)"
    )
    print(f"torch: fp32, random weights, one pass an utterance with {CONTEXT} turns of context, batches of {BATCH}")
    heads = [f"{name}, utterances/s" for name in TAGGERS] + [f"{one} : {other}" for one, other in RATIOS]
    print("  ".join(f"{head:>26}" for head in ("", *heads)))
    for text, speeds in got["speeds"].items():
        cells = []
        for runs in speeds.values():
            cells.append(f"{np.median(runs):,.0f} ({min(runs):,.0f} to {max(runs):,.0f})")
        for one, other in RATIOS:
            each = np.divide(speeds[one], speeds[other])
            ratio = np.median(speeds[one]) / np.median(speeds[other])
            cells.append(f"{ratio:.1f} ({each.min():.1f} to {each.max():.1f})")
        print("  ".join(f"{cell:>26}" for cell in (text, *cells)))
    print("  ".join(f"{cell:>26}" for cell in ("peak memory, MiB", *(f"{memory[name]:,.0f}" for name in TAGGERS))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--utterances", type=int, default=1_000, help="at least so many (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each (default: %(default)s)")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    asked = (options.utterances, options.threads)
    if min(asked) < 1:
        parser.error("--utterances and --threads must be at least 1")
    if options.part == "speed":
        sys.stdout.write(json.dumps(measure_speed(*asked)))
    elif options.part:
        sys.stdout.write(json.dumps(measure_memory(options.part, *asked)))
    else:
        memory = {name: in_own_process(name, *asked) for name in TAGGERS}
        show(in_own_process("speed", *asked), memory, options.threads)


if __name__ == "__main__":
    main()
