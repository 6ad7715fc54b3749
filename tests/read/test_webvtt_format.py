import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import webvtt_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

TEAMS = """WEBVTT

NOTE duration "00:01:02"

STYLE
::cue { color: white }

f3a1/12-0
00:00:03.120 --> 00:00:05.000 align:start
<v.loud Ana Torres>You&apos;ve been <i>quiet</i>
today.</v>

00:00:05.500 --> 00:00:09.000
<v Ben O'Neil>Have I?</v> <v Ana Torres>A bit &amp; more.</v>
"""

ZOOM = """WEBVTT

1
00:00:01.000 --> 00:00:03.500
Ana Torres: Are you coming?

2
00:00:03.500 --> 00:00:06.000
I saved you a seat.

3
01:00:06.000 --> 01:00:08.250
Ben: At 10:30. Promise: no later.
"""


def read(text: str) -> RawTable:
    return webvtt_format.read(Source(given=text.encode()))


def rows(table: RawTable) -> list[tuple[str, str]]:
    return list(zip(table.frame["speaker"], table.frame["text"], strict=True))


def test_teams_voice_tags_give_a_row_a_voice_without_markup() -> None:
    table = read(TEAMS)
    assert rows(table) == [
        ("Ana Torres", "You've been quiet today."),
        ("Ben O'Neil", "Have I?"),
        ("Ana Torres", "A bit & more."),
    ]
    assert table.places == [1, 2, 2]
    assert table.notes == ()


def test_times_are_seconds() -> None:
    frame = read(ZOOM).frame
    assert frame["start"].tolist() == [1.0, 3.5, 3606.0]
    assert frame["end"].tolist() == [3.5, 6.0, 3608.25]


def test_zoom_names_come_off_and_a_cue_without_one_goes_on_with_a_note() -> None:
    table = read(ZOOM)
    assert rows(table) == [
        ("Ana Torres", "Are you coming?"),
        ("Ana Torres", "I saved you a seat."),
        ("Ben", "At 10:30. Promise: no later."),
    ]
    assert [(note.kind, note.count, note.where) for note in table.notes] == [("guessed", 1, (2,))]


def test_name_before_a_colon_is_talk_where_voice_tags_name_speakers() -> None:
    table = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Listen: no.\n\n00:02.000 --> 00:03.000\n<v Ben>Fine: go.\n")
    assert rows(table) == [("Ana", "Listen: no."), ("Ben", "Fine: go.")]


def test_captions_without_any_speaker_say_what_to_do() -> None:
    with pytest.raises(TranscriptError, match="diarisation"):
        read("WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n\n00:02.000 --> 00:03.000\nhi\n")


def test_one_opening_such_as_listen_is_no_speaker_in_captions_that_name_nobody() -> None:
    cues = "\n".join(f"00:0{n}.000 --> 00:0{n}.900\nwords\n" for n in range(5))
    with pytest.raises(TranscriptError, match="none of which names a speaker"):
        read(f"WEBVTT\n\n{cues}\n00:07.000 --> 00:08.000\nListen: no.\n")


def test_cue_with_broken_times_and_stray_text_are_dropped_with_notes() -> None:
    table = read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>one\n\nstray words\n\n00:0x.000 --> 00:03.000\n<v Ben>two\n\n"
        "00:03.000 --> 00:04.000\n<v Ben>three\n"
    )
    assert rows(table) == [("Ana", "one"), ("Ben", "three")]
    assert [(note.kind, note.count, note.where) for note in table.notes] == [("dropped", 1, (8,)), ("dropped", 1, (6,))]


def test_silent_cue_is_dropped_with_a_note_and_hearts_stay() -> None:
    table = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>I <3 you\n\n00:02.000 --> 00:03.000\n<i></i>\n")
    assert rows(table) == [("Ana", "I <3 you")]
    assert [(note.kind, note.where) for note in table.notes] == [("dropped", (2,))]


def test_words_before_the_first_name_have_no_speaker() -> None:
    table = read("WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n\n00:02.000 --> 00:03.000\n<v Ana>hi\n")
    assert table.frame["speaker"].isna().tolist() == [True, False]


@pytest.mark.parametrize("text", ["", "hello", "WEBVTT", "WEBVTT\n\nnothing here"])
def test_file_without_cues_is_an_error(text: str) -> None:
    with pytest.raises(TranscriptError):
        read(text)


def test_it_is_told_by_its_first_word() -> None:
    assert webvtt_format.matches(Source(given=b"\xef\xbb\xbfWEBVTT - a title\n"))
    assert not webvtt_format.matches(Source(given=b"1\n00:00:01,000 --> 00:00:02,000\nAna: hi\n"))
