"""Diarised speech recognition as JSON: the Whisper family, AWS Transcribe, Deepgram, AssemblyAI."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.chat_export import first_objects, json_of, number_or_none, only_objects, text_or_none
from labor_signals.read.raw_table import RawTable
from labor_signals.read.said_frame import note, said_frame
from labor_signals.read.source import Source
from labor_signals.read.speech_words import GUESSED, segments_of_aws, segments_of_deepgram

_EXPECTED: Final = (
    "the JSON of a speech recogniser with speakers: a list 'segments' or 'utterances', or the results of AWS "
    "Transcribe or Deepgram"
)
_OF_A_SEGMENT: Final = ("start", "end", "text")
# A bare list with one of these is a table of utterances, which the json reader takes with all its columns.
_OF_A_TABLE: Final = ("conversation_id", "turn", "addressee", "reply_to", "utterance_id", "timestamp")
_NAMED: Final = ("speaker", "text", "start", "end", GUESSED)


def matches(source: Source) -> bool:
    """Whether the source is JSON with segments of speech in one of the known layouts."""
    return _layout_of(source.json) is not None


def read(source: Source) -> RawTable:
    """The segments of the source, one row each; runs of words of one speaker where it holds words only.

    Raises:
        TranscriptError: It is no such JSON, breaks off, or no segment has a speaker.
    """
    recognised = json_of(source, _EXPECTED)
    layout = _layout_of(recognised)
    if layout is None:
        raise TranscriptError(f"found JSON without segments of speech; expected {_EXPECTED}.")
    entries, strange = only_objects(list(layout(recognised)))
    segments = [segment for _, segment in entries]
    places = [place for place, _ in entries]
    speakers = [_speaker(segment) for segment in segments]
    if not any(speakers):
        raise TranscriptError(
            f"found {len(segments):,} segments of speech, none of which has a speaker; expected a 'speaker' in them. "
            "Run the recogniser again with speaker diarisation."
        )
    # A segment of nobody goes on with the speaker before it; at the very start, with the first one found.
    named = pd.Series(speakers, dtype=object).ffill().bfill().tolist()
    nobody = [place for place, segment in entries if _speaker(segment) is None or segment.get(GUESSED) is True]
    texts = [segment["text"].strip() if isinstance(segment.get("text"), str) else "" for segment in segments]
    said = said_frame({"speaker": named, "text": texts, **_seconds(segments), **_extra(segments)})
    return RawTable(
        frame=said.frame,
        format="speech_json",
        notes=(
            *source.notes,
            *strange,
            *note(
                "guessed",
                nobody,
                "segments that have no speaker, or words without one; taken as said by the speaker before",
            ),
            *_unread_times(segments, places),
            *said.notes,
        ),
        place="segment",
        places=places,
    )


def _layout_of(value: Any) -> Callable[[Any], Iterable[Any]] | None:
    """How to get at the segments of this JSON; `None` where it is no known layout."""
    if isinstance(value, list):
        return _bare if _are_segments(value, (*_OF_A_SEGMENT, "speaker"), but_not=_OF_A_TABLE) else None
    if not isinstance(value, dict):
        return None
    if _are_segments(value.get("segments"), _OF_A_SEGMENT):
        return _of_whisper
    if _are_segments(value.get("utterances"), (*_OF_A_SEGMENT, "speaker"), but_not=_OF_A_TABLE):
        return _of_assemblyai
    return _layout_of_results(value.get("results"))


def _layout_of_results(results: Any) -> Callable[[Any], Iterable[Any]] | None:
    if isinstance(results, dict):
        if isinstance(results.get("items"), list) or isinstance(results.get("audio_segments"), list):
            return segments_of_aws
        if isinstance(results.get("channels"), list) or isinstance(results.get("utterances"), list):
            return segments_of_deepgram
    return None


def _are_segments(entries: Any, keys: tuple[str, ...], *, but_not: tuple[str, ...] = ()) -> bool:
    """Whether this is a list whose first objects have all these keys between them, and each has the first two."""
    if not isinstance(entries, list) or not (objects := first_objects(entries)):
        return False
    present = {key for entry in objects for key in entry}
    return (
        present.issuperset(keys)
        and present.isdisjoint(but_not)
        and all({"start", "end"} <= entry.keys() for entry in objects)
    )


def _bare(value: Any) -> Iterable[Any]:
    return list(value)


def _of_whisper(value: Any) -> Iterable[Any]:
    return list(value["segments"])


def _of_assemblyai(value: Any) -> Iterable[Any]:
    """AssemblyAI counts milliseconds."""
    return [_in_seconds(entry) if isinstance(entry, dict) else entry for entry in value["utterances"]]


def _in_seconds(entry: dict[str, Any]) -> dict[str, Any]:
    times = {key: number_or_none(entry.get(key)) for key in ("start", "end")}
    return entry | {key: entry.get(key) if time is None else time / 1000 for key, time in times.items()}


def _speaker(segment: dict[str, Any]) -> str | None:
    """The label as the recogniser gave it; bare numbers become `speaker 0`, `speaker 1`."""
    label = segment.get("speaker")
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    text = text_or_none(label)
    return f"speaker {text}" if text and isinstance(label, int) else text


def _seconds(segments: list[dict[str, Any]]) -> dict[str, pd.Series]:
    return {
        name: pd.Series([number_or_none(segment.get(name)) for segment in segments], dtype="float64")
        for name in ("start", "end")
    }


def _unread_times(segments: list[dict[str, Any]], places: list[int]) -> tuple[Note, ...]:
    unread = [
        place
        for place, segment in zip(places, segments, strict=True)
        if any(segment.get(name) is not None and number_or_none(segment[name]) is None for name in ("start", "end"))
    ]
    return note("kept", unread, "segments with a start or end that is no number of seconds; kept without it")


def _extra(segments: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """What else is said of segments (confidence and the like) rides along; lists of words and tokens do not."""
    keys = dict.fromkeys(
        key
        for segment in segments
        for key, value in segment.items()
        if key not in _NAMED and not isinstance(value, list | dict)
    )
    return {
        key: [None if isinstance(value := segment.get(key), list | dict) else value for segment in segments]
        for key in keys
    }
