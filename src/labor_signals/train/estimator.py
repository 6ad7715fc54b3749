"""A tagger with the face of a scikit-learn classifier, for `cross_val_score` and the like."""

import tempfile
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.utils.validation import check_is_fitted

from labor_signals.codebook import TAGS
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import FloatArray
from labor_signals.tag.load_tagger import load_model
from labor_signals.train.fit import Recipe
from labor_signals.train.static_net import StaticRecipe
from labor_signals.train.train_tagger import train_tagger

_COLUMNS: Final = ["conversation_id", "speaker", "text"]
SURE: Final = 0.5
_MODEL: Final = "model"
_OF_THIS_PROCESS: Final = ("_folder", "tagger_")


class TaggerClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Multi-label classifier of utterances; whole conversations are its samples' groups.

    Split by conversation, as context counts: `cross_val_score(tagger, X, y, groups=X["conversation_id"],
    cv=GroupKFold())`. Pickled, a fitted one takes the files of its model along.

    Args:
        base: The folder of all-MiniLM-L6-v2.
        tags: The tags, in the order of the columns of `y`.
        fast: Whether to fit the tables of the fast tier instead of an encoder.
        epochs: Passes over the data; the design's own by default.
        held_out: Share of conversations kept from fitting, on which calibration and thresholds are set.
        seed: Of order and variation.

    Attributes:
        tagger_: The fitted tagger.
        classes_: The tags.
    """

    def __init__(
        self,
        base: str | PathLike[str],
        *,
        tags: Sequence[str] = TAGS,
        fast: bool = False,
        epochs: int | None = None,
        held_out: float = 0.2,
        seed: int = 0,
    ) -> None:
        self.base = base
        self.tags = tags
        self.fast = fast
        self.epochs = epochs
        self.held_out = held_out
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:  # noqa: N803  (scikit-learn's name)
        """Fits to `conversation_id, speaker, text` and (n, K) codes from 0 to 1."""
        codes = pd.DataFrame(np.asarray(y, dtype=np.float64), columns=list(self.tags), index=X.index)
        frame = pd.concat([X[_COLUMNS], codes], axis=1)
        split = GroupShuffleSplit(1, test_size=self.held_out, random_state=self.seed)
        fitted, kept = next(split.split(frame, groups=frame["conversation_id"]))
        design: type[Recipe | StaticRecipe] = StaticRecipe if self.fast else Recipe
        settings: dict[str, Any] = {"seed": self.seed} | ({} if self.epochs is None else {"epochs": self.epochs})
        self._folder = tempfile.TemporaryDirectory(prefix="labor-signals-")
        self.tagger_ = train_tagger(
            frame.iloc[fitted],
            frame.iloc[kept],
            base=self.base,
            out=Path(self._folder.name) / _MODEL,
            recipe=design(**settings),
            tags=self.tags,
        )
        self.classes_ = np.array(self.tags, dtype=object)
        return self

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        if "tagger_" not in state:
            return state
        files = {path.name: path.read_bytes() for path in self.tagger_.folder.iterdir()}
        return {name: value for name, value in state.items() if name not in _OF_THIS_PROCESS} | {"_files": files}

    def __setstate__(self, state: dict[str, Any]) -> None:
        files = state.pop("_files", None)
        super().__setstate__(state)
        if files is None:
            return
        self._folder = tempfile.TemporaryDirectory(prefix="labor-signals-")
        folder = Path(self._folder.name) / _MODEL
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.tagger_ = load_model(folder)

    def predict_proba(self, X: pd.DataFrame) -> FloatArray:  # noqa: N803
        """(n, K) calibrated probabilities, rows in the order of `X`."""
        check_is_fitted(self)
        return self.tagger_.predict_proba(read_transcript(X[_COLUMNS]))

    def predict(self, X: pd.DataFrame) -> npt.NDArray[np.int64]:  # noqa: N803
        """(n, K) 1 where an utterance carries a tag."""
        carried: npt.NDArray[np.int64] = (self.predict_proba(X) >= self.tagger_.thresholds).astype(np.int64)
        return carried

    def score(self, X: pd.DataFrame, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> float:  # noqa: N803
        """Macro-F1; doubtful codes count as not given."""
        true = (np.asarray(y, dtype=np.float64) > SURE).astype(np.int64)
        return float(f1_score(true, self.predict(X), average="macro", zero_division=0, sample_weight=sample_weight))
