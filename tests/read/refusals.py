"""What bad input must end in, and the check that no message quotes the talk."""

from typing import Any

import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.records import Transcript
from labor_signals.settings import Settings

SECRETS = ("kumquat", "zebulon", "perpetua", "grüß")
SKIP = Settings(bad_rows="skip")
ROWS = [
    ("Zebulon", "Where did the kumquat go?"),
    ("Perpetua", "kumquat? gone."),
    ("Zebulon", "Grüße an die kumquat; schade"),
]


def told(said: str) -> str:
    """The message, once it is sure that it quotes nobody."""
    assert not [secret for secret in SECRETS if secret in said.lower()], "the message quotes talk or a name"
    return said


def refused(source: Any, **options: Any) -> str:
    """The message of the TranscriptError that reading must end in."""
    with pytest.raises(TranscriptError) as caught:
        read_transcript(source, **options)
    said = told(str(caught.value))
    assert len(said) < 2_000
    return said


def noted(read: Transcript, kind: str) -> str:
    """The notes of one kind, as one line."""
    told(" ".join(map(str, read.notes)))
    return "; ".join(str(note) for note in read.notes if note.kind == kind)
