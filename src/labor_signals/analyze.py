"""The spine: read, tag, aggregate, report."""

from collections.abc import Mapping
from os import PathLike

from labor_signals.aggregate.aggregate_asymmetry import aggregate_asymmetry
from labor_signals.read.read_transcript import TranscriptSource, read_transcript
from labor_signals.report.build_report import build_report
from labor_signals.results import Report
from labor_signals.settings import DEFAULT_SETTINGS, Settings
from labor_signals.tag.tag_utterances import tag_utterances
from labor_signals.tag.tagger import Tagger


def analyze(
    source: TranscriptSource,
    *,
    format: str = "auto",  # noqa: A002  (as in read_transcript)
    columns: Mapping[str, str] | None = None,
    tagger: Tagger | str | PathLike[str] = "default",
    settings: Settings = DEFAULT_SETTINGS,
) -> Report:
    """Reads a transcript, tags its utterances and measures who carries what, toward whom.

    Args:
        source: What `read_transcript` takes: a path, DataFrame, list of (speaker, text) or of dicts, bytes, an
            open binary file, or a `Transcript`.
        format: Format of a file, or `auto`.
        columns: Maps your column names to the names expected.
        tagger: What `load_tagger` takes, or any object with the `Tagger` protocol.
        settings: Every setting of the run.

    Returns:
        The report, with its tables, summary, exports and views.

    Raises:
        TranscriptError: The source cannot be read.
        TaggerError: The tagger cannot be loaded, or gave something else than one probability an utterance and tag.

    Example:
        >>> import labor_signals as ls
        >>> report = ls.analyze([("Ana", "You've been quiet. What's going on?"), ("Ben", "Nothing. I'm fine.")])
        >>> report.utterances[["speaker", "tag"]].values.tolist()
        [['Ana', 'initiating'], ['Ben', 'withdrawing']]
    """
    transcript = read_transcript(source, format=format, columns=columns, settings=settings)
    tagged = tag_utterances(transcript, tagger=tagger, settings=settings)
    return build_report(tagged, aggregate_asymmetry(tagged, settings=settings))
