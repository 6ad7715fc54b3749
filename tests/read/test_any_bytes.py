"""Whatever comes in, a transcript or a TranscriptError comes out; what was written losslessly reads back the same."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labor_signals.errors import TranscriptError
from labor_signals.read.read_transcript import FORMATS, read_transcript
from labor_signals.records import Transcript
from labor_signals.settings import Settings
from tests.format_writers import WRITTEN, Writer, as_transcribed

# Words that stand in every valid file below, in the talk and as names. No message may repeat them.
SECRETS = ("kumquat", "zebulon", "perpetua")
VALID = pd.DataFrame(
    {
        "speaker": ["Zebulon", "Perpetua", "Zebulon", "Perpetua", "Zebulon"],
        "text": [
            "The kumquat tree: is it all right?",
            "kumquat, no.",
            "I'm sorry about the kumquat",
            "kumquat ❤️",
            "ok kumquat",
        ],
    }
)
WAYS = st.sampled_from(
    [
        Settings(),
        Settings(bad_rows="skip"),
        Settings(merge_turns=True, merge_gap=60.0),
        Settings(pseudonym_key="k", timezone="Europe/Dublin"),
    ]
)
JSON_WAYS = ("telegram", "instagram", "discord_json", "speech_json", "json", "jsonl", "convokit")


def few(examples: int) -> Callable[[Any], Any]:
    """The same examples on every run, and few of them: this file is run with every change."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )


def reads_or_says_why(source: Any, name: str, how: Settings) -> None:
    try:
        read = read_transcript(source, format=name, settings=how)
    except TranscriptError as error:
        said = str(error).lower()
        assert said
        assert not any(secret in said for secret in SECRETS), "the message repeats talk or a name"
        return
    assert isinstance(read, Transcript)
    assert len(read) == len(read.frame) > 0
    said = " ".join(map(str, read.notes)).lower()
    assert not any(secret in said for secret in SECRETS), "a note repeats talk or a name"


@cache
def valid_bytes(way: str) -> bytes:
    """A valid file of the format; of a ConvoKit folder, its utterances."""
    written = WRITTEN[way]
    with TemporaryDirectory() as folder:
        path = written.write(as_transcribed(VALID, written.loss), Path(folder) / written.file)
        return (path / "utterances.jsonl" if path.is_dir() else path).read_bytes()


def reads_or_says_why_in_place(data: bytes, way: str, name: str, how: Settings) -> None:
    """Like `reads_or_says_why`, with the bytes put where the format has them."""
    if way != "convokit":
        reads_or_says_why(data, name, how)
        return
    with TemporaryDirectory() as folder:
        path = WRITTEN[way].write(VALID, Path(folder) / "corpus")
        (path / "utterances.jsonl").write_bytes(data)
        reads_or_says_why(path, name, how)


# ------------------------------------------------------------------------------------------------ anything at all

STARTS = (
    b"", b"PAR1", b"PK\x03\x04", b"WEBVTT\n\n", b"@UTF8\n@Begin\n",
    b"<?xml version='1.0'?>\n<ANNOTATION_DOCUMENT>", b"{", b"[", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xff\xfe\x00\x00", b"speaker,text\n", b"speaker\ttext\n", b"\xd0\xcf\x11\xe0",
    b"1\n00:00:01,000 --> 00:00:02,000\n", b"[1/2/24, 10:00:00] A: b\n", b"A: b\n",
)  # fmt: skip
any_bytes = st.builds(bytes.__add__, st.sampled_from(STARTS), st.binary(max_size=200))

PIECES = (
    "\n", "\n\n", ": ", "\t", ",", ";", '"', "'", "<v ", ">", "</v>", " --> ", "00:00:01.000", "00:00:02,000",
    "WEBVTT", "NOTE ", "[28/03/2024, 17:52:03] ", "28/03/2024, 17:52 - ", "99/99/9999, 99:99 - ", "*CHI:\t",
    "@Begin", "@End", "@Participants:\t", "%mor:\t", "speaker,text", "speaker\ttext", "speaker", "text",
    "conversation_id", "timestamp", "turn", "NaN", "1e999", "-1", "\u200e", "\u202f", "{", "}", "[", "]",
    "null", "(laughs)", "\x15", "\ud7ff", "\u2028", "\r", "\ufeff", "\x00", "&#0;", "&lt;", "Ana", "Ben", "=",
)  # fmt: skip
any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join)

every_format = pytest.mark.parametrize("name", ["auto", *FORMATS])


@every_format
@few(15)
@given(data=any_bytes, how=WAYS)
def test_any_bytes(name: str, data: bytes, how: Settings) -> None:
    reads_or_says_why(data, name, how)


@every_format
@few(25)
@given(text=any_text, how=WAYS)
def test_any_text(name: str, text: str, how: Settings) -> None:
    reads_or_says_why(text.encode("utf-8", "surrogatepass"), name, how)


# ------------------------------------------------------------------------------------------------ damaged files


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """A file cut off, with bits flipped, or with lines doubled, dropped or swapped."""
    kind = draw(st.sampled_from(("cut", "flip", "double", "drop", "swap")))
    if kind == "cut":
        return data[: draw(st.integers(0, len(data)))]
    if kind == "flip":
        flipped = bytearray(data)
        for at in draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=4)):
            flipped[at] ^= 1 << draw(st.integers(0, 7))
        return bytes(flipped)
    lines = data.splitlines(keepends=True)
    one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    if kind == "double":
        lines.insert(other, lines[one])
    elif kind == "drop":
        del lines[one]
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


@pytest.mark.parametrize("told", ["auto", "named"])
@pytest.mark.parametrize("way", WRITTEN)
@few(18)
@given(draw=st.data(), how=WAYS)
def test_damaged_files(way: str, told: str, draw: st.DataObject, how: Settings) -> None:
    name = WRITTEN[way].name if told == "named" else "auto"
    reads_or_says_why_in_place(draw.draw(damaged(valid_bytes(way))), way, name, how)


# ------------------------------------------------------------------------------------------------ any JSON

KEYS = (
    "speaker", "text", "messages", "segments", "from", "content", "sender_name", "timestamp_ms", "author",
    "name", "id", "reply-to", "conversation_id", "timestamp", "start", "end", "words", "date", "type", "turn",
    "utterance_id", "reply_to", "addressee", "participants",
)  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.sampled_from([2**63, -(2**70), 1e308, "2024-99-99", "kumquat", "", " "])
)  # fmt: skip
any_json = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, held in inside for place in places(held, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    held = dict(value) if isinstance(value, dict) else list(value)
    held[path[0]] = replaced(held[path[0]], path[1:], new)
    return held


@every_format
@few(15)
@given(value=any_json, how=WAYS)
def test_any_json(name: str, value: Any, how: Settings) -> None:
    reads_or_says_why(json.dumps(value).encode(), name, how)


@pytest.mark.parametrize("told", ["auto", "named"])
@pytest.mark.parametrize("way", JSON_WAYS)
@few(30)
@given(draw=st.data(), new=any_json, how=WAYS)
def test_exports_with_any_value_in_any_place(way: str, told: str, draw: st.DataObject, new: Any, how: Settings) -> None:
    name = WRITTEN[way].name if told == "named" else "auto"
    by_line = way in {"jsonl", "convokit"}
    held = [json.loads(line) for line in valid_bytes(way).splitlines()] if by_line else json.loads(valid_bytes(way))
    changed = replaced(held, draw.draw(st.sampled_from(places(held)[1:] if by_line else places(held))), new)
    data = "".join(json.dumps(line) + "\n" for line in changed) if by_line else json.dumps(changed)
    reads_or_says_why_in_place(data.encode(), way, name, how)


any_cell = (
    scalars
    | st.binary(max_size=4)
    | st.dates()
    | st.datetimes()
    | st.lists(st.integers(), max_size=2)
    | st.just(pd.NA)
    | st.just(pd.NaT)
)


@few(100)
@given(rows=st.lists(st.tuples(any_cell, any_cell, any_cell), max_size=6), third=st.sampled_from(KEYS[2:]), how=WAYS)
def test_any_frame(rows: list[tuple[Any, ...]], third: str, how: Settings) -> None:
    reads_or_says_why(pd.DataFrame(rows, columns=["speaker", "text", third]), "auto", how)


@few(100)
@given(
    rows=st.lists(
        st.tuples(any_cell, any_cell) | st.dictionaries(st.sampled_from(KEYS), any_cell) | any_cell, max_size=5
    ),
    how=WAYS,
)
def test_any_list(rows: list[Any], how: Settings) -> None:
    reads_or_says_why(rows, "auto", how)


# ------------------------------------------------------------------------------------------------ there and back

AWKWARD = (
    "NA", "N/A", "nan", "null", "None", "true", "1", "1.0", "007", "1e5", "=1+1", "-", "#", '"', "'", "''",
    "a,b", "a;b", "a\tb", "a|b", "\\", "2024-03-28", "speaker", "text", "a: b", "<v A>", "👍🏽", "e\u0301",
    "\u2028", "שלום", "@",
)  # fmt: skip
printable = st.text(st.characters(exclude_categories=["C"]), max_size=20)
texts = printable | st.sampled_from(AWKWARD) | st.just("") | st.just("two\nlines")
names = (printable | st.sampled_from(AWKWARD)).map(str.strip).filter(bool)
conversations = st.lists(st.tuples(names, texts), min_size=1, max_size=8).map(
    lambda rows: pd.DataFrame(rows, columns=["speaker", "text"])
)

LOSSLESS = ("csv", "tsv", "excel", "json", "jsonl", "parquet", "convokit")


def said(read: Transcript) -> list[tuple[str, str]]:
    return list(zip(read.frame["speaker"], read.frame["text"], strict=True))


def rows_of(talk: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(talk["speaker"], talk["text"], strict=True))


@pytest.mark.parametrize("told", ["auto", "named"])
@pytest.mark.parametrize("way", LOSSLESS)
@few(20)
@given(talk=conversations)
def test_what_is_written_reads_back_the_same(
    way: str, told: str, tmp_path_factory: pytest.TempPathFactory, talk: pd.DataFrame
) -> None:
    write: Writer = WRITTEN[way].write
    path = write(talk, tmp_path_factory.getbasetemp() / f"{uuid4().hex}-{WRITTEN[way].file}")
    read = read_transcript(path, format=way if told == "named" else "auto")
    assert (read.format, said(read)) == (way, rows_of(talk))


@few(60)
@given(talk=conversations)
def test_frames_and_lists_read_back_the_same(talk: pd.DataFrame) -> None:
    expected = rows_of(talk)
    assert said(read_transcript(talk)) == expected
    assert said(read_transcript(expected)) == expected
    assert said(read_transcript([{"speaker": who, "text": text} for who, text in expected])) == expected


@few(40)
@given(talk=conversations)
def test_reading_what_was_read_changes_nothing(talk: pd.DataFrame) -> None:
    once = read_transcript(talk)
    twice = read_transcript(once.frame.drop(columns=["addressee_guessed"]))
    assert said(twice) == said(once)
    assert twice.turn.tolist() == once.turn.tolist()
    assert twice.addressee.tolist() == once.addressee.tolist()
