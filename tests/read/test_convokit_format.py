"""ConvoKit corpora: today's layout and the older one, and broken ones."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labor_signals.errors import TranscriptError
from labor_signals.read import convokit_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.read_transcript import read_transcript
from labor_signals.read.source import Source
from labor_signals.settings import Settings

# As Corpus.dump of ConvoKit 5.0.0 wrote it, field for field; "o" held a set, which goes into a pickle of its own.
DUMPED = """\
{"id": "u1", "conversation_id": "u1", "text": "Hey, how was it?", "speaker": "Ana", "meta": {"tone": "warm", \
"score": 1.5, "tags": ["x"], "o": "<##bin{0}&&@**>"}, "reply-to": null, "timestamp": 1700000000, "vectors": []}
{"id": "u2", "conversation_id": "u1", "text": "Fine.", "speaker": "Ben", "meta": {"tone": null}, "reply-to": "u1", \
"timestamp": null, "vectors": []}
{"id": "u3", "conversation_id": "u1", "text": "", "speaker": "Ana", "meta": {}, "reply-to": "u2", \
"timestamp": "1700000100", "vectors": []}
"""
BESIDE = {
    "conversations.json": {"u1": {"meta": {}, "vectors": []}},
    "corpus.json": {"name": "x"},
    "index.json": {
        "utterances-index": {"tone": ["<class 'str'>"], "o": ["bin"]}, "speakers-index": {"age": ["<class 'int'>"]},
        "conversations-index": {}, "overall-index": {"name": ["<class 'str'>"]}, "version": 1, "vectors": [],
    },
    "speakers.json": {"Ana": {"meta": {"age": 30}, "vectors": []}, "Ben": {"meta": {}, "vectors": []}},
}  # fmt: skip
OLD = [
    {"id": "1", "user": "ana", "root": "1", "text": "hi", "reply-to": None, "timestamp": "yesterday", "meta": {"a": 1}},
    {"id": "2", "user": "ben", "root": "1", "text": "hey", "reply-to": "1", "timestamp": None, "meta": {"b": 2}},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "utterances.jsonl").write_text(DUMPED, encoding="utf-8")
    for name, value in BESIDE.items():
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
    (tmp_path / "o-bin.p").write_bytes(b"\x80\x04never opened")
    return tmp_path


def read(path: Path, settings: Settings | None = None) -> RawTable:
    return convokit_format.read(Source(path=path, settings=settings or Settings()))


def with_lines(folder: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "utterances.jsonl").write_text(text, encoding="utf-8")
    return folder


def utterance(number: int, **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": f"u{number}",
        "speaker": "Ana",
        "conversation_id": "u1",
        "text": "x",
        "reply-to": None,
        "meta": {},
    }
    return plain | changes


def test_a_dumped_corpus(corpus: Path) -> None:
    assert convokit_format.matches(Source(path=corpus))
    raw = read(corpus)
    frame = raw.frame
    assert frame["utterance_id"].tolist() == ["u1", "u2", "u3"]
    assert frame["speaker"].tolist() == ["Ana", "Ben", "Ana"]
    assert frame["conversation_id"].tolist() == ["u1"] * 3
    assert frame["text"].tolist() == ["Hey, how was it?", "Fine.", ""]
    assert frame["reply_to"].tolist()[1:] == ["u1", "u2"]
    assert frame["timestamp"].tolist()[::2] == [1_700_000_000, 1_700_000_100]
    assert pd.isna(frame["timestamp"][1])
    assert frame["meta_tone"].tolist()[0] == "warm"
    assert frame["meta_score"].tolist()[0] == 1.5
    assert frame["meta_tags"].tolist()[0] == ["x"]
    assert (raw.place, raw.places) == ("line", [1, 2, 3])
    assert [(note.kind, note.count) for note in raw.notes] == [("kept", 1)]


def test_the_file_of_utterances_by_itself(corpus: Path) -> None:
    source = Source(path=corpus / "utterances.jsonl")
    assert convokit_format.matches(source)
    pd.testing.assert_frame_equal(convokit_format.read(source).frame, read(corpus).frame)


def test_the_older_layout(tmp_path: Path) -> None:
    file = tmp_path / "utterances.json"
    file.write_text(json.dumps(OLD, indent=1), encoding="utf-8")
    (tmp_path / "users.json").write_text('{"ana": {}, "ben": {}}', encoding="utf-8")
    assert convokit_format.matches(Source(path=tmp_path))
    assert convokit_format.matches(Source(path=file))
    raw = read(tmp_path)
    assert raw.frame["speaker"].tolist() == ["ana", "ben"]
    assert raw.frame["conversation_id"].tolist() == ["1", "1"]
    assert raw.frame["reply_to"].tolist()[1] == "1"
    assert raw.frame["timestamp"].tolist()[0] == "yesterday"
    assert raw.frame["meta_b"].isna().tolist() == [True, False]
    assert raw.place == "utterance"


def test_replies_become_addressees(corpus: Path) -> None:
    frame = read_transcript(corpus).frame
    assert frame["addressee"].tolist() == ["Ben", "Ana", "Ben"]


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "u2", "speaker": "Ana", "text": "kumquat',
        '["kumquat"]',
        utterance(2, speaker={"id": "kumquat"}),
        utterance(2, meta=["kumquat"]),
        {"id": "u2", "speaker": "Ana", "text": "kumquat"},
        "9" * 5000,
    ],
)
def test_broken_lines(line: object, tmp_path: Path) -> None:
    folder = with_lines(tmp_path, utterance(1), "", line, utterance(3))
    with pytest.raises(TranscriptError, match=r"^line 3: found 1 ") as caught:
        read(folder)
    assert "kumquat" not in str(caught.value)
    raw = read(folder, Settings(bad_rows="skip"))
    assert raw.frame["utterance_id"].tolist() == ["u1", "u3"]
    assert raw.places == [1, 4]
    assert [(note.kind, note.count, note.where) for note in raw.notes] == [("dropped", 1, (3,))]


def test_a_list_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "utterances.json").write_text(json.dumps(OLD, indent=0)[:-30], encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"^line 1\d: found broken JSON"):
        read(tmp_path)


def test_half_an_emoji_is_noted(tmp_path: Path) -> None:
    raw = read(with_lines(tmp_path, utterance(1, text="well \ud83d", meta={"mood": "\ud83d"}), utterance(2)))
    assert raw.frame["text"].tolist() == ["well ?", "x"]
    assert [(note.kind, note.count) for note in raw.notes] == [("changed", 1)]


def test_metadata_cannot_pass_for_a_column_of_ours(tmp_path: Path) -> None:
    raw = read(with_lines(tmp_path, utterance(1, meta={"speaker": "Eve", "text": 1}), utterance(2)))
    assert raw.frame["speaker"].tolist() == ["Ana", "Ana"]
    assert raw.frame["meta_speaker"].tolist()[0] == "Eve"


def test_nothing_to_read(tmp_path: Path) -> None:
    assert not convokit_format.matches(Source(path=tmp_path))
    with pytest.raises(TranscriptError, match=r"neither utterances\.jsonl nor utterances\.json"):
        read(tmp_path)
    with pytest.raises(TranscriptError, match="found no utterance"):
        read(with_lines(tmp_path, ""))


@pytest.mark.parametrize("content", ["", "[", "{", "[1]", '{"text": "hi", "speaker": "Ana"}', "Ana: hi", "[" * 5000])
def test_other_json_is_left_to_others(content: str) -> None:
    assert not convokit_format.matches(Source(given=content.encode()))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner))
RECORDS = st.fixed_dictionaries({"id": SCALARS, "speaker": SCALARS, "conversation_id": SCALARS, "text": VALUES},
                                optional={"reply-to": SCALARS, "timestamp": SCALARS, "meta": VALUES})  # fmt: skip


@given(st.lists(RECORDS.map(json.dumps) | st.text(max_size=20), max_size=5), st.sampled_from(["raise", "skip"]))
def test_whatever_stands_in_it_ends_in_rows_or_a_transcript_error(lines: list[str], bad_rows: str) -> None:
    content = "\n".join(lines).encode("utf-8", "replace")
    source = Source(given=content, settings=Settings(bad_rows=bad_rows))  # type: ignore[arg-type]
    assert convokit_format.matches(source) in {True, False}
    try:
        raw = convokit_format.read(source)
    except TranscriptError:
        return
    assert raw.places is not None
    assert len(raw.frame) == len(raw.places) > 0
