"""The front door of step 4."""

from labor_signals.records import Asymmetry, Report, TaggedTranscript


def build_report(tagged: TaggedTranscript, asymmetry: Asymmetry) -> Report:
    """Puts talk, tags and scores together.

    Raises:
        ValueError: The scores were not computed from these tags.
    """
    if asymmetry.provenance != tagged.provenance:
        raise ValueError(
            "the scores carry another provenance than the tags; expected scores that aggregate_asymmetry made "
            "from these tags. Aggregate again."
        )
    return Report(tagged=tagged, asymmetry=asymmetry)
