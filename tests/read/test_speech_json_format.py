import json
from typing import Any

import numpy as np
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import speech_json_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source


def source_of(value: Any) -> Source:
    return Source(given=json.dumps(value).encode())


def read(value: Any) -> RawTable:
    source = source_of(value)
    assert speech_json_format.matches(source)
    return speech_json_format.read(source)


def rows(table: RawTable) -> list[tuple[str, str]]:
    return list(zip(table.frame["speaker"], table.frame["text"], strict=True))


def noted(table: RawTable) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(note.kind, note.count, note.where) for note in table.notes]


def segment(speaker: Any, text: str, start: Any, end: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text} | ({} if speaker is None else {"speaker": speaker})


def test_whisper_segments_and_those_without_a_speaker() -> None:
    said = [
        segment(None, " Hm.", 0.0, 0.4),
        segment("SPEAKER_00", " You sound tired.", 0.5, 1.5) | {"avg_logprob": -0.2, "words": [{"word": "You"}]},
        segment(None, " Rest.", 1.5, 2.0),
        segment("SPEAKER_01", " I am.", 2.0, 2.5),
    ]
    table = read({"segments": said, "language": "en"})
    assert rows(table) == [
        ("SPEAKER_00", "Hm."),
        ("SPEAKER_00", "You sound tired."),
        ("SPEAKER_00", "Rest."),
        ("SPEAKER_01", "I am."),
    ]
    assert table.frame["start"].tolist() == [0.0, 0.5, 1.5, 2.0]
    assert table.frame["avg_logprob"].iloc[1] == -0.2
    assert "words" not in table.frame
    assert noted(table) == [("guessed", 2, (1, 3))]


def test_no_speaker_at_all_says_to_run_diarisation() -> None:
    with pytest.raises(TranscriptError, match="diarisation"):
        read({"segments": [segment(None, "hi", 0, 1)]})


def test_bare_list_counts_if_it_is_no_table_of_utterances() -> None:
    said = [segment("A", "hi", 0, 1) | {"confidence": 0.9}, segment("B", "ho", 1, 2)]
    assert rows(read(said)) == [("A", "hi"), ("B", "ho")]
    assert not speech_json_format.matches(source_of([row | {"conversation_id": "x"} for row in said]))
    assert not speech_json_format.matches(source_of([{"speaker": "A", "text": "hi"}]))


def test_assemblyai_counts_milliseconds() -> None:
    table = read(
        {
            "id": "x",
            "status": "completed",
            "utterances": [segment("A", "hi", 250, 1500), segment("B", "ho", 1500, 2000)],
        }
    )
    assert table.frame["start"].tolist() == [0.25, 1.5]
    assert table.frame["end"].tolist() == [1.5, 2.0]


def aws_item(text: str, start: str | None, speaker: str | None = None) -> dict[str, Any]:
    item: dict[str, Any] = {
        "type": "punctuation" if start is None else "pronunciation",
        "alternatives": [{"content": text}],
    }
    if start is not None:
        item |= {"start_time": start, "end_time": str(float(start) + 0.5)}
    return item | ({"speaker_label": speaker} if speaker else {})


def test_aws_words_with_speakers_apart_or_beside() -> None:
    beside = [
        aws_item("Sleep", "0.0", "spk_0"), aws_item("well", "0.5", "spk_0"), aws_item("?", None, "spk_0"),
        aws_item("No", "1.0", "spk_1"), aws_item(".", None),
    ]  # fmt: skip
    apart = [{key: value for key, value in item.items() if key != "speaker_label"} for item in beside]
    labels = [
        {"speaker_label": who, "items": [{"start_time": at, "speaker_label": who} for at in times]}
        for who, times in (("spk_0", ("0.0", "0.5")), ("spk_1", ("1.0",)))
    ]
    for results in ({"items": beside}, {"items": apart, "speaker_labels": {"segments": labels}}):
        table = read({"jobName": "x", "results": results})
        assert rows(table) == [("spk_0", "Sleep well?"), ("spk_1", "No.")]
        assert table.frame["start"].tolist() == [0.0, 1.0]
        assert table.frame["end"].tolist() == [1.0, 1.5]
        assert table.notes == ()


def test_aws_audio_segments_win_over_words() -> None:
    audio = [{"transcript": "Sleep well?", "start_time": "0.0", "end_time": "1.0", "speaker_label": "spk_0"}]
    table = read({"results": {"items": [aws_item("x", "0.0")], "audio_segments": audio}})
    assert rows(table) == [("spk_0", "Sleep well?")]


def word(text: str, start: float, speaker: int | None) -> dict[str, Any]:
    return {"word": text.lower(), "punctuated_word": text, "start": start, "end": start + 0.4} | (
        {} if speaker is None else {"speaker": speaker}
    )


def test_deepgram_utterances_or_words() -> None:
    said = [
        {"start": 0.0, "end": 1.0, "transcript": "Sleep well?", "speaker": 0, "channel": 0},
        {"start": 1.0, "end": 2.0, "transcript": "No.", "speaker": 1, "channel": 0},
    ]
    words = [word("Sleep", 0.0, 0), word("well?", 0.5, 0), word("No.", 1.0, 1)]
    for results in ({"utterances": said}, {"channels": [{"alternatives": [{"words": words}]}]}):
        assert rows(read({"results": results})) == [("speaker 0", "Sleep well?"), ("speaker 1", "No.")]


def test_deepgram_channels_tell_speakers_apart() -> None:
    channels = [
        {"alternatives": [{"words": [word("Hi.", 1.0, None)]}]},
        {"alternatives": [{"words": [word("Yes?", 0.0, None)]}]},
    ]
    assert rows(read({"results": {"channels": channels}})) == [("channel 1", "Yes?"), ("channel 0", "Hi.")]


def test_word_of_nobody_goes_with_the_word_before_and_is_noted() -> None:
    words = [word("Sleep", 0.0, 0), word("well?", 0.5, None), word("No.", 1.0, 1)]
    table = read({"results": {"channels": [{"alternatives": [{"words": words}]}]}})
    assert rows(table) == [("speaker 0", "Sleep well?"), ("speaker 1", "No.")]
    assert noted(table) == [("guessed", 1, (1,))]


def test_odd_times_and_entries_are_noted() -> None:
    table = read({"segments": [segment("A", "hi", "0.5", "soon"), segment("B", "ho", None, True), 7]})
    assert table.frame["start"].iloc[0] == 0.5
    assert np.isnan(table.frame["end"]).all()
    assert noted(table) == [("dropped", 1, (3,)), ("kept", 2, (1, 2))]


def test_json_that_breaks_off_says_where() -> None:
    broken = json.dumps({"segments": [segment("A", "hi", 0, 1)]}, indent=1)[:-4]
    with pytest.raises(TranscriptError, match="breaks off at line 9,"):
        speech_json_format.read(Source(given=broken.encode()))


@pytest.mark.parametrize(
    "value", [{}, [], {"segments": []}, {"segments": [1]}, {"results": []}, {"results": {"items": 3}}, "x"]
)
def test_other_json_is_no_speech(value: Any) -> None:
    assert not speech_json_format.matches(source_of(value))
    with pytest.raises(TranscriptError):
        speech_json_format.read(source_of(value))
