"""The exceptions that labor_signals raises on purpose.

Every message says what was found, what was expected and what to do. None of them quotes talk: a row, a line
or an id is enough to find the place, and people's conversations stay out of logs.
"""


class LaborSignalsError(Exception):
    """Base of every exception that this library raises on purpose."""


class TranscriptError(LaborSignalsError, ValueError):
    """The source cannot be read as a transcript."""


class TaggerError(LaborSignalsError, ValueError):
    """A tagger cannot be loaded, or what it returned does not fit the transcript."""


class SettingsError(LaborSignalsError, ValueError):
    """A setting has a value that it cannot take."""


class MissingExtraError(LaborSignalsError, ImportError):
    """An optional dependency is needed; the message carries the pip line that installs it."""

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package!r}, which a plain install leaves out. "
            f"Install it with: pip install 'labor-signals[{extra}]'"
        )
