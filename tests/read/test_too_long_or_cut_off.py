"""Files that are no transcript at all, hold far too much in one line, or break off."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read.read_transcript import FORMATS, read_transcript
from tests.format_writers import WRITTEN, as_carried, as_transcribed
from tests.read.refusals import SKIP, noted, refused
from tests.talk import own_talk

LONG = "kumquat " * 6_250_000  # 50 MB

LONG_FILES: dict[str, Callable[[str], str]] = {
    "one line": lambda long: long,
    "script": lambda long: f"Zebulon: oh\nPerpetua: {long}\nZebulon: ok\n",
    "csv": lambda long: f"speaker,text\nZebulon,oh\nPerpetua,{long}\nZebulon,ok\n",
    "jsonl": lambda long: (
        f'{{"speaker": "Zebulon", "text": "oh"}}\n{{"speaker": "Perpetua", "text": "{long}"}}\n'
        '{"speaker": "Zebulon", "text": "ok"}\n'
    ),
    "whatsapp": lambda long: (
        f"28/03/2024, 17:52 - Zebulon: oh\n28/03/2024, 17:53 - Perpetua: {long}\n28/03/2024, 17:54 - Zebulon: ok\n"
    ),
    "webvtt": lambda long: (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Zebulon>oh</v>\n\n"
        f"00:03.000 --> 00:04.000\n<v Perpetua>{long}</v>\n\n00:05.000 --> 00:06.000\n<v Zebulon>ok</v>\n"
    ),
}


@pytest.mark.parametrize("kind", LONG_FILES)
def test_a_line_of_50_mb_is_refused_in_reasonable_time(kind: str) -> None:
    data = LONG_FILES[kind](LONG).encode()
    began = time.perf_counter()
    said = refused(data)
    assert time.perf_counter() - began < 60  # seconds where it is read once; minutes where a pattern starts over
    assert kind == "one line" or "100,000 characters" in said


@pytest.mark.parametrize("kind", [kind for kind in LONG_FILES if kind != "one line"])
def test_an_overlong_line_is_dropped_with_a_note_where_asked(kind: str) -> None:
    read = read_transcript(LONG_FILES[kind]("kumquat " * 20_000).encode(), settings=SKIP)
    assert read.frame["text"].tolist() == ["oh", "ok"]
    assert "100,000 characters" in noted(read, "dropped")


JUNK = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    * 20,
    "zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)) * 8,
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type /Catalog>>\nendobj\n" + bytes(range(128, 256)) * 8,
    "all bytes": bytes(range(256)) * 16,
    "zeros": bytes(4096),
}


@pytest.mark.parametrize("name", ["auto", *FORMATS])
@pytest.mark.parametrize("kind", JUNK)
def test_binary_junk(kind: str, name: str) -> None:
    assert "expected" in refused(JUNK[kind], format=name).lower()


@pytest.mark.parametrize("share", [0.35, 0.6, 0.97])
@pytest.mark.parametrize("way", WRITTEN)
def test_a_truncated_export_gives_an_error_or_the_talk_up_to_the_cut(way: str, share: float, tmp_path: Path) -> None:
    written = WRITTEN[way]
    talk = own_talk("kitchen_table")[["speaker", "text"]]
    path = written.write(as_transcribed(talk, written.loss), tmp_path / written.file)
    cut = path / "utterances.jsonl" if path.is_dir() else path
    whole = cut.read_bytes()
    cut.write_bytes(whole[: int(len(whole) * share)])
    expected = as_carried(talk, written.loss)
    try:
        read = read_transcript(path)
    except TranscriptError as error:
        said = str(error)
        assert not [row for row, text in enumerate(talk["text"]) if len(text) > 12 and text in said], (
            "the message quotes talk"
        )
        return
    # Formats of lines show no cut, so the last utterance may be a part of itself; all before it must be whole.
    n = len(read) - 1
    assert 0.2 * len(expected) < n < len(expected)
    assert read.frame["text"][:n].tolist() == expected["text"][:n].tolist()
    assert read.frame["speaker"][:n].tolist() == expected["speaker"][:n].tolist()
