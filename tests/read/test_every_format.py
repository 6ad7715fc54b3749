"""Every format gives the same utterances, order and speakers as the same talk in a frame.

The public corpora are never quoted, not even where a test fails: `same_talk` names row numbers and nothing else.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labor_signals.read.read_transcript import FORMATS, read_transcript
from labor_signals.records import Transcript
from tests.format_writers import WRITTEN, as_carried, as_transcribed
from tests.talk import CORPUS_NAMES, NO_CORPORA, OWN_NAMES, drawn_talk, own_talk

CARRY_CONVERSATIONS = ("csv", "tsv", "excel", "json", "jsonl", "parquet", "convokit")

every_way = pytest.mark.parametrize("way", WRITTEN)
every_own = pytest.mark.parametrize("name", OWN_NAMES)
every_corpus = pytest.mark.parametrize(
    "corpus", CORPUS_NAMES or [pytest.param("", marks=pytest.mark.skip(reason=NO_CORPORA))]
)


def rows_that_differ(column: str, read: Transcript, expected: Transcript) -> str:
    """Row numbers only, so that no talk gets into a failure message."""
    one, other = read.frame[column].astype(object), expected.frame[column].astype(object)
    differ = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b and not (pd.isna(a) and pd.isna(b))]
    return f"{column} differs in {len(differ)} of {len(one)} rows: {differ[:10]}" if differ else ""


def same_talk(read: Transcript, expected: Transcript, columns: tuple[str, ...] = ("speaker", "text")) -> None:
    if len(read) != len(expected):
        pytest.fail(f"{len(read)} utterances, expected {len(expected)}; notes: {[str(note) for note in read.notes]}")
    found = [difference for column in columns if (difference := rows_that_differ(column, read, expected))]
    if found:
        pytest.fail("; ".join(found))


def conversations_of(corpus: str) -> list[pd.DataFrame]:
    """The three longest of forty drawn ones. Where a corpus holds single comments, all forty are taken as one talk."""
    talk = drawn_talk(corpus, conversations=40)
    sizes = talk.groupby("conversation_id", sort=False).size()
    if sizes.max() == 1:
        return [talk[["speaker", "text"]]]
    longest = sizes.nlargest(3).index
    return [talk.loc[talk["conversation_id"] == one, ["speaker", "text"]].reset_index(drop=True) for one in longest]


def read_back(talk: pd.DataFrame, way: str, folder: Path, told: str = "auto") -> tuple[Transcript, Transcript]:
    """The talk as read from the format, and as read from a frame."""
    written = WRITTEN[way]
    path = written.write(as_transcribed(talk, written.loss), folder / written.file)
    return read_transcript(path, format=told), read_transcript(as_carried(talk, written.loss))


def test_every_format_is_written_in_some_way() -> None:
    assert {written.name for written in WRITTEN.values()} == set(FORMATS)


@every_own
@every_way
def test_own_talk_reads_the_same_in_every_format(name: str, way: str, tmp_path: Path) -> None:
    read, expected = read_back(own_talk(name)[["speaker", "text"]], way, tmp_path)
    assert read.format == WRITTEN[way].name
    same_talk(read, expected)


@every_corpus
@every_way
def test_public_talk_reads_the_same_in_every_format(corpus: str, way: str, tmp_path: Path) -> None:
    for number, talk in enumerate(conversations_of(corpus)):
        folder = tmp_path / str(number)
        folder.mkdir()
        read, expected = read_back(talk, way, folder)
        assert read.format == WRITTEN[way].name
        same_talk(read, expected)


@every_way
def test_format_is_told_by_content_and_not_by_suffix(way: str, tmp_path: Path) -> None:
    written = WRITTEN[way]
    talk = own_talk("kitchen_table")[["speaker", "text"]]
    path = written.write(as_transcribed(talk, written.loss), tmp_path / written.file)
    bare = path.rename(tmp_path / "export")
    read = read_transcript(bare)
    assert read.format == written.name
    same_talk(read, read_transcript(as_carried(talk, written.loss)))


@every_way
def test_bytes_and_an_open_file_read_like_the_path(way: str, tmp_path: Path) -> None:
    written = WRITTEN[way]
    talk = own_talk("drive_home")[["speaker", "text"]]
    path = written.write(as_transcribed(talk, written.loss), tmp_path / written.file)
    if path.is_dir():
        pytest.skip("a ConvoKit corpus is a folder, and has no bytes of its own")
    from_path = read_transcript(path)
    same_talk(read_transcript(path.read_bytes()), from_path)
    with path.open("rb") as stream:
        same_talk(read_transcript(stream), from_path)


@every_way
def test_naming_the_format_gives_what_auto_gives(way: str, tmp_path: Path) -> None:
    read, expected = read_back(own_talk("lift_rota")[["speaker", "text"]], way, tmp_path, told=WRITTEN[way].name)
    same_talk(read, expected)


@pytest.mark.parametrize("way", CARRY_CONVERSATIONS)
def test_own_conversations_stay_apart_in_one_file(way: str, tmp_path: Path) -> None:
    talk = pd.concat(
        [own_talk(name)[["conversation_id", "turn", "speaker", "text"]] for name in OWN_NAMES], ignore_index=True
    )
    read, expected = read_back(talk, way, tmp_path)
    _same_conversations(read, expected, way)


@every_corpus
@pytest.mark.parametrize("way", CARRY_CONVERSATIONS)
def test_public_conversations_stay_apart_in_one_file(corpus: str, way: str, tmp_path: Path) -> None:
    read, expected = read_back(drawn_talk(corpus, conversations=20), way, tmp_path)
    _same_conversations(read, expected, way)


def _same_conversations(read: Transcript, expected: Transcript, way: str) -> None:
    # A ConvoKit conversation is called by the id of its first utterance, so there only the division is compared.
    columns = ("speaker", "text") if way == "convokit" else ("conversation_id", "turn", "speaker", "text")
    same_talk(read, expected, columns)
    np.testing.assert_array_equal(read.conversation, expected.conversation)


@pytest.mark.parametrize("way", ["csv", "tsv", "excel", "json", "jsonl", "parquet"])
def test_tables_keep_times_and_whom_a_message_answers(way: str, tmp_path: Path) -> None:
    read, expected = read_back(own_talk("flatmates"), way, tmp_path)
    same_talk(read, expected, ("speaker", "text", "addressee", "addressee_guessed", "timestamp"))
    assert read.timezone == "UTC"


@pytest.mark.parametrize(
    "way", [way for way in WRITTEN if way.startswith(("telegram", "discord", "whatsapp", "instagram"))]
)
def test_messengers_keep_their_times(way: str, tmp_path: Path) -> None:
    read, _ = read_back(own_talk("kitchen_table")[["speaker", "text"]], way, tmp_path)
    gaps = np.diff(read.timestamp).astype("timedelta64[s]").astype(int)
    # WhatsApp on Android writes whole minutes: 65 seconds apart are one minute apart, now and then two.
    assert set(gaps) <= ({60, 120} if way == "whatsapp_android" else {65})
    assert str(read.timestamp[0]).startswith("2024-03-28T")


@pytest.mark.parametrize("way", ["webvtt_teams", "webvtt_zoom", "srt", "chat", "eaf", "speech_json"])
def test_recordings_keep_start_and_end(way: str, tmp_path: Path) -> None:
    read, _ = read_back(own_talk("sisters_on_the_phone")[["speaker", "text"]], way, tmp_path)
    assert (np.diff(read.start) > 0).all()
    assert (read.end > read.start).all()


@every_way
def test_a_folder_or_file_is_left_as_it_was(way: str, tmp_path: Path) -> None:
    written = WRITTEN[way]
    path = written.write(
        as_transcribed(own_talk("kitchen_table")[["speaker", "text"]], written.loss), tmp_path / written.file
    )
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    read_transcript(path)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
