"""Coded conversations as a model is trained on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation, n utterances in talk order.

    Attributes:
        name: Its id.
        texts: The words of each utterance.
        speakers: (n,) who speaks, as positions in `names`.
        names: Names of the speakers; they are never shown to the model, but may stand in the texts.
        targets: (n, L) soft targets, one column a label.
    """

    name: str
    texts: tuple[str, ...]
    speakers: tuple[int, ...]
    names: tuple[str, ...]
    targets: Floats

    def __len__(self) -> int:
        return len(self.texts)

    def part(self, begin: int, end: int) -> "Talk":
        """Utterances `begin` to `end`."""
        return replace(
            self, texts=self.texts[begin:end], speakers=self.speakers[begin:end], targets=self.targets[begin:end]
        )


def talks_of(frame: pd.DataFrame, labels: Sequence[str]) -> list[Talk]:
    """Conversations of a frame with `conversation_id, speaker, text` and one column a label, in the frame's order."""
    talks = []
    for name, rows in frame.groupby("conversation_id", sort=False):
        codes, names = pd.factorize(rows["speaker"])
        talks.append(
            Talk(
                name=str(name),
                texts=tuple(rows["text"].fillna("")),
                speakers=tuple(codes.tolist()),
                names=tuple(map(str, names)),
                targets=rows[list(labels)].to_numpy(np.float32),
            )
        )
    return talks
