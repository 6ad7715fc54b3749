"""labor_signals: who carries the emotional labor of a conversation, toward whom, and how sure one can be.

    import labor_signals as ls
    report = ls.analyze([("Ana", "You've been quiet. What's going on?"), ("Ben", "Nothing. I'm fine.")])
    report.pairs

Importing it loads neither torch nor spacy, touches no network and changes nothing.
"""

from labor_signals.aggregate.aggregate_asymmetry import aggregate_asymmetry
from labor_signals.analyze import analyze
from labor_signals.codebook import CODEBOOK, TAGS
from labor_signals.errors import LaborSignalsError, TranscriptError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import TaggedTranscript, Transcript
from labor_signals.results import Asymmetry, Report
from labor_signals.settings import Settings
from labor_signals.tag.load_tagger import load_tagger
from labor_signals.tag.tag_utterances import tag_utterances
from labor_signals.version import __version__

__all__ = [
    "CODEBOOK",
    "TAGS",
    "Asymmetry",
    "LaborSignalsError",
    "Report",
    "Settings",
    "TaggedTranscript",
    "Transcript",
    "TranscriptError",
    "__version__",
    "aggregate_asymmetry",
    "analyze",
    "load_tagger",
    "read_transcript",
    "tag_utterances",
]
