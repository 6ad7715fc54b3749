"""Bad input ends in a result that says what was dropped, or in an error: found, expected, what to do, and where.

No message may quote the talk: every text below holds one of `refusals.SECRETS`, and every message is searched for them.
"""

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read.read_transcript import FORMATS, read_transcript
from labor_signals.settings import Settings
from tests.format_writers import WRITTEN
from tests.read.refusals import ROWS, SKIP, noted, refused, told


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"speaker": [who for who, _ in ROWS], "text": [text for _, text in ROWS]} | columns)


# ------------------------------------------------------------------------------------------------ columns


@pytest.mark.parametrize("way", ["csv", "tsv", "excel", "json", "jsonl", "parquet"])
@pytest.mark.parametrize("missing", ["speaker", "text"])
def test_missing_column_is_named_with_what_was_found(way: str, missing: str, tmp_path: Path) -> None:
    talk = frame(notes_column=[1, 2, 3]).rename(columns={missing: "zz_other"})
    path = WRITTEN[way].write(talk, tmp_path / WRITTEN[way].file)
    said = refused(path, format=way)
    assert repr(missing) in said
    assert "zz_other" in said
    assert "columns=" in said


def test_missing_columns_in_a_frame_and_in_dicts() -> None:
    assert "'speaker' and 'text'" in refused(frame().rename(columns={"speaker": "zz_a", "text": "zz_b"}))
    assert "'speaker'" in refused([{"zz_a": who, "text": text} for who, text in ROWS])


def test_renaming_repairs_a_missing_column() -> None:
    talk = frame().rename(columns={"speaker": "zz_a", "text": "zz_b"})
    assert len(read_transcript(talk, columns={"zz_a": "speaker", "zz_b": "text"})) == 3


def test_a_rename_of_a_column_that_is_not_there_is_an_error() -> None:
    assert "zz_gone" in refused(frame(), columns={"zz_gone": "speaker"})


@pytest.mark.parametrize("way", ["csv", "tsv", "excel"])
def test_a_table_without_header_is_refused_without_quoting_its_first_row(way: str, tmp_path: Path) -> None:
    talk = pd.DataFrame(ROWS[1:], columns=list(ROWS[0]))  # the first row of talk stands where the header should
    path = WRITTEN[way].write(talk, tmp_path / WRITTEN[way].file)
    refused(path, format=way)


def test_two_columns_of_one_name() -> None:
    twice = pd.DataFrame([["a", "b", "c"]], columns=["speaker", "text", "text"])
    assert "'text'" in refused(twice)


# ------------------------------------------------------------------------------------------------ nothing in it


@pytest.mark.parametrize("name", ["auto", *FORMATS])
@pytest.mark.parametrize(
    "data", [b"", b" \n\t \r\n", b"\xef\xbb\xbf", b"\xff\xfe"], ids=["nothing", "blanks", "mark", "mark-16"]
)
def test_empty_file(name: str, data: bytes) -> None:
    assert "expected" in refused(data, format=name).lower()


EMPTY_SHELLS = {
    "csv": b"speaker,text\n",
    "tsv": b"speaker\ttext\n",
    "json": b"[]",
    "webvtt": b"WEBVTT\n\n",
    "chat": b"@UTF8\n@Begin\n@Languages:\teng\n@Participants:\tA Ana Adult\n@ID:\teng|o|A|||||Adult|||\n@End\n",
    "eaf": b'<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT><HEADER/><TIME_ORDER/></ANNOTATION_DOCUMENT>',
    "telegram": b'{"name": "us", "type": "personal_chat", "id": 1, "messages": []}',
    "instagram": b'{"participants": [], "messages": [], "title": "us", "thread_path": "inbox/us_1"}',
    "discord": b'{"guild": {"id": "0"}, "channel": {"id": "9"}, "messages": [], "messageCount": 0}',
    "speech_json": b'{"segments": [], "language": "en"}',
    "whatsapp": b"28/03/2024, 17:52 - Messages and calls are end-to-end encrypted. Tap to learn more.\n",
}


@pytest.mark.parametrize("name", EMPTY_SHELLS)
def test_no_utterances(name: str) -> None:
    refused(EMPTY_SHELLS[name], format=name)
    refused(EMPTY_SHELLS[name])


@pytest.mark.parametrize("source", [[], (), pd.DataFrame({"speaker": [], "text": []}), pd.DataFrame()])
def test_no_utterances_in_memory(source: Any) -> None:
    refused(source)


@pytest.mark.parametrize(
    "source", [None, 7, {"speaker": "Zebulon"}, "Zebulon: kumquat", "no/such/file.csv", "a" * 5_000, "a\x00b"]
)
def test_something_that_is_no_source(source: Any) -> None:
    assert "expected" in refused(source)


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    refused(tmp_path)
    (tmp_path / "utterances.jsonl").write_text("")
    refused(tmp_path)


def test_unknown_format_names_the_known_ones() -> None:
    said = refused(b"Zebulon: kumquat", format="pdf")
    assert "webvtt" in said


# ------------------------------------------------------------------------------------------------ encodings


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("way", ["csv", "script"])
def test_other_encodings_are_read_or_refused_but_never_garbled(encoding: str, way: str, tmp_path: Path) -> None:
    talk = pd.DataFrame([(who.replace("Zebulon", "Zoë"), text) for who, text in ROWS * 6], columns=["speaker", "text"])
    text = WRITTEN[way].write(talk, tmp_path / WRITTEN[way].file).read_text(encoding="utf-8")
    try:
        read = read_transcript(text.encode(encoding))
    except TranscriptError as error:
        assert encoding == "utf-16-le", "only UTF-16 without its mark may be refused"
        told(str(error))
        return
    assert read.frame["speaker"].tolist() == talk["speaker"].tolist()
    assert read.frame["text"].tolist() == talk["text"].tolist()
    if encoding in {"cp1252", "latin-1"}:
        assert "not UTF-8" in noted(read, "guessed")


# ------------------------------------------------------------------------------------------------ rows


def test_one_speaker_only_speaks_to_nobody() -> None:
    read = read_transcript([("Zebulon", "kumquat"), ("Zebulon", "kumquat!")])
    assert len(read) == 2
    assert read.frame["addressee"].isna().all()


def test_missing_text_is_kept_empty_and_counted() -> None:
    read = read_transcript(frame(text=["kumquat", None, math.nan]))
    assert read.frame["text"].tolist() == ["kumquat", "", ""]
    assert "2" in noted(read, "kept")
    assert "(at 2, 3)" in noted(read, "kept")


@pytest.mark.parametrize("nobody", [None, math.nan, pd.NA, "", "  "])
def test_missing_speaker(nobody: object) -> None:
    talk = frame(speaker=["Zebulon", nobody, "Perpetua"])
    said = refused(talk)
    assert "speaker" in said
    assert "row 2" in said
    assert "bad_rows='skip'" in said
    read = read_transcript(talk, settings=SKIP)
    assert len(read) == 2
    assert noted(read, "dropped").startswith("dropped 1: no speaker (at 2)")


def test_no_row_is_usable() -> None:
    assert "all 3" in refused(frame(speaker=[None, None, None]), settings=SKIP)


def test_duplicate_ids() -> None:
    ids = ["u1", "u2", "u2"]
    read = read_transcript(frame(utterance_id=ids))
    assert len(read) == 3
    assert "utterance_id" in noted(read, "kept")
    answering = frame(utterance_id=ids, reply_to=[None, "u1", "u2"])
    assert "row 3" in refused(answering)
    skipped = read_transcript(answering, settings=SKIP)
    assert len(skipped) == 2
    assert "utterance_id" in noted(skipped, "dropped")


def test_unsorted_turns_keep_the_order_of_the_source_and_say_so() -> None:
    read = read_transcript(frame(turn=[2, 0, 1]))
    assert read.turn.tolist() == [2, 0, 1]
    assert read.frame["text"].tolist() == [text for _, text in ROWS]
    assert read.talk_order is not None
    assert read.talk_order.tolist() == [1, 2, 0]
    assert "turn" in noted(read, "kept")


@pytest.mark.parametrize("turn", [[0, "zz", 2], [0, None, 2], [0, 1.5, 2], [0, math.inf, 2]])
def test_turns_that_are_no_whole_numbers(turn: list[Any]) -> None:
    assert "row 2" in refused(frame(turn=turn))
    assert "turn" in noted(read_transcript(frame(turn=turn), settings=SKIP), "dropped")


def test_a_time_that_cannot_be_read() -> None:
    times = ["2024-03-28 10:00", "the kumquat day", "2024-03-28 10:02"]
    assert "row 2" in refused(frame(timestamp=times))
    read = read_transcript(frame(timestamp=times), settings=SKIP)
    assert len(read) == 3
    assert "timestamp" in noted(read, "kept")


def test_days_and_months_that_nothing_decides() -> None:
    times = ["03/04/2024 10:00", "01/05/2024 09:00", "02/03/2024 10:00"]
    assert "day_first" in refused(frame(timestamp=times))
    read = read_transcript(frame(timestamp=times), settings=Settings(day_first=True))
    assert str(read.timestamp[0]).startswith("2024-04-03")


@pytest.mark.parametrize("bad", ['{"speaker": "Zebulon", "text": "kumqu', "kumquat", "[1, 2]"])
def test_a_line_of_jsonl_that_is_no_record_is_named(bad: str) -> None:
    lines = [json.dumps({"speaker": who, "text": text}) for who, text in ROWS]
    data = "\n".join([*lines[:2], bad, lines[2], ""]).encode()
    assert "line 3" in refused(data, format="jsonl")
    read = read_transcript(data, format="jsonl", settings=SKIP)
    assert len(read) == 3
    assert "3" in noted(read, "dropped")


def test_a_row_of_csv_with_too_many_fields_is_named() -> None:
    data = b"speaker,text\nZebulon,kumquat\nPerpetua,kumquat,gone,away\nZebulon,oh\n"
    assert "line 3" in refused(data, format="csv")
    read = read_transcript(data, format="csv", settings=SKIP)
    assert len(read) == 2
    assert "3" in noted(read, "dropped")


@pytest.mark.parametrize("column", ["conversation_id", "addressee", "reply_to", "utterance_id", "timestamp", "start"])
@pytest.mark.parametrize("odd", [["x"], {"x": 1}, b"\x80", "x\ud800"], ids=["list", "dict", "bytes", "surrogate"])
def test_cells_that_are_no_plain_values_end_in_a_result_or_in_an_error_of_ours(column: str, odd: object) -> None:
    talk = frame(utterance_id=["u1", "u2", "u3"], reply_to=[None, "u1", "u2"])
    talk[column] = pd.Series([odd, None, None] if column in {"timestamp", "start"} else [odd, "u1", "u2"], dtype=object)
    if column == "timestamp":
        assert "row 1" in refused(talk)
    assert len(read_transcript(talk, settings=SKIP)) == 3


@pytest.mark.parametrize(
    "text",
    ["Hélène,I’m fine.\nMarc,It’s ok. Thanks.\n", "Muñoz,It was £20.\nZoë,“Was it?”\n" * 200, "João,No – I’m here.\n"],
)
def test_english_with_a_few_windows_characters_is_read_as_it_was_written(text):
    found = read_transcript(("speaker,text\n" + text).encode("cp1252")).frame

    assert ",".join(found.loc[0, ["speaker", "text"]]) == text.splitlines()[0]
