"""From single words with speakers to stretches of speech: AWS Transcribe and Deepgram."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from labor_signals.read.chat_export import number_or_none, text_or_none

GUESSED: Final = "words without a speaker"  # a key of the segments made here


class Word(NamedTuple):
    """A word or a punctuation mark; `speaker` is `None` where none was found for it."""

    text: str
    speaker: Any
    start: Any
    end: Any
    is_mark: bool = False


def segments_of_aws(value: Any) -> list[dict[str, Any]]:
    """The segments of AWS Transcribe: `audio_segments` where they have speakers, else runs of its `items`."""
    results = value["results"]
    audio = [segment for segment in _objects(results.get("audio_segments")) if segment.get("speaker_label")]
    if audio:
        return [
            _segment(
                segment.get("speaker_label"),
                segment.get("transcript"),
                segment.get("start_time"),
                segment.get("end_time"),
            )
            for segment in _objects(results.get("audio_segments"))
        ]
    labels = _aws_labels(results.get("speaker_labels"))
    return list(_runs(_aws_word(item, labels) for item in _objects(results.get("items"))))


def segments_of_deepgram(value: Any) -> list[dict[str, Any]]:
    """The segments of Deepgram: `utterances` where it was asked for them, else runs of words.

    With several channels, speakers are counted in each by itself, so the channel becomes part of the label.
    """
    results = value["results"]
    utterances = _objects(results.get("utterances"))
    if utterances:
        several = len({str(utterance.get("channel")) for utterance in utterances}) > 1
        return [
            _segment(_channel_label(utterance.get("speaker"), utterance.get("channel") if several else None),
                     utterance.get("transcript"), utterance.get("start"), utterance.get("end"))
            for utterance in utterances
        ]  # fmt: skip
    channels = _objects(results.get("channels"))
    segments = []
    for at, channel in enumerate(channels):
        best = _objects(channel.get("alternatives"))[:1]
        words = _objects(best[0].get("words")) if best else []
        number = at if len(channels) > 1 else None
        segments += list(_runs(_deepgram_word(word, number) for word in words))
    return sorted(segments, key=lambda segment: number_or_none(segment["start"]) or 0.0)


def _runs(words: Iterable[Word]) -> Iterator[dict[str, Any]]:
    """One segment a stretch of words of one speaker; a mark, or a word of nobody, goes with the word before it."""
    run: list[Word] = []
    for word in words:
        if run and word.speaker is not None and not word.is_mark and word.speaker != run[0].speaker:
            yield _joined(run)
            run = []
        run.append(word)
    if run:
        yield _joined(run)


def _joined(run: list[Word]) -> dict[str, Any]:
    text = "".join(word.text if word.is_mark else f" {word.text}" for word in run)
    ends = [word.end for word in run if word.end is not None]
    guessed = any(word.speaker is None and not word.is_mark for word in run)
    return _segment(run[0].speaker, text, run[0].start, ends[-1] if ends else None) | {GUESSED: guessed}


def _segment(speaker: Any, text: Any, start: Any, end: Any) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, "start": start, "end": end}


def _aws_labels(speaker_labels: Any) -> dict[str, Any]:
    """Older results keep speakers apart from words; the start time, as written, joins them."""
    segments = _objects(speaker_labels.get("segments")) if isinstance(speaker_labels, dict) else []
    return {
        str(item.get("start_time")): item.get("speaker_label")
        for segment in segments
        for item in _objects(segment.get("items"))
    }


def _aws_word(item: dict[str, Any], labels: dict[str, Any]) -> Word:
    best = _objects(item.get("alternatives"))[:1]
    is_mark = item.get("type") == "punctuation"
    start = item.get("start_time")
    speaker = text_or_none(item.get("speaker_label")) or (None if is_mark else labels.get(str(start)))
    return Word(
        text_or_none(best[0].get("content")) or "" if best else "", speaker, start, item.get("end_time"), is_mark
    )


def _deepgram_word(word: dict[str, Any], channel: int | None) -> Word:
    text = text_or_none(word.get("punctuated_word")) or text_or_none(word.get("word")) or ""
    return Word(text, _channel_label(word.get("speaker"), channel), word.get("start"), word.get("end"))


def _channel_label(speaker: Any, channel: Any) -> Any:
    """The speaker, with the channel where there are several; the channel alone where nobody was told apart in it."""
    if isinstance(channel, list):  # [index, number of channels]
        channel = channel[0] if channel else None
    if channel is None:
        return speaker
    return f"channel {channel}" if speaker is None else f"channel {channel} speaker {speaker}"


def _objects(entries: Any) -> list[dict[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
