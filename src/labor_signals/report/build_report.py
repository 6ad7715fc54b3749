"""The front door of step 4."""

from labor_signals.records import TaggedTranscript
from labor_signals.results import Asymmetry, Report


def build_report(tagged: TaggedTranscript, asymmetry: Asymmetry) -> Report:
    """Puts talk, tags and scores together.

    Raises:
        ValueError: The scores were not computed from these tags.
    """
    if asymmetry.tagged is not tagged:
        raise ValueError(
            "the scores were made from other tags; expected those that aggregate_asymmetry made from these tags. "
            "Aggregate again."
        )
    return Report(tagged=tagged, asymmetry=asymmetry)
