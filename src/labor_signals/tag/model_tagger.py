"""What all taggers with a model's folder have in common."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from labor_signals.records import FloatArray, Transcript
from labor_signals.tag.model_folder import ModelConfig, read_config


class ModelTagger(ABC):
    """A tagger whose files lie in a folder, with calibration and thresholds in its config.

    Attributes:
        folder: Where its files lie.
        config: What the model's config says.
        name: Name of the model.
        digest: SHA-256 (hex) of the config, which holds the hashes of the files.
        tags: Its tags.
        labor: Which of them count as labor.
        avoidance: Which of them count as avoidance.
        thresholds: (K,) the thresholds chosen.

    Raises:
        TaggerError: The folder holds no such model, a file of it is not the one it should be, or there is no such
            threshold.
    """

    def __init__(self, folder: str | PathLike[str], *, kind: str, needs: Sequence[str], threshold: str | float) -> None:
        self.folder = Path(folder)
        self.config: ModelConfig = read_config(self.folder, kind=kind, needs=needs)
        self.name = self.config.name
        self.digest = self.config.digest
        self.tags = self.config.tags
        self.labor = self.config.labor
        self.avoidance = self.config.avoidance
        self.thresholds = self.config.threshold(threshold)

    def predict_proba(self, transcript: Transcript) -> FloatArray:
        """(n, K) calibrated probabilities, rows in the transcript's order."""
        return self.config.calibrated(self.logits(transcript))

    @abstractmethod
    def logits(self, transcript: Transcript) -> FloatArray:
        """(n, K) outputs of the model before calibration."""
