"""CHAT: speakers, plain words, times, and what cannot be read."""

import time
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labor_signals.errors import TranscriptError
from labor_signals.read import chat_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import Settings

HEADERS = """@UTF8
@Begin
@Languages:\teng
@Participants:\tMOT Maria_Jane Mother, CHI Target_Child, FAT Joe Father
@ID:\teng|own|MOT|||||Mother|||
@ID:\teng|own|CHI|2;03.|||||Target_Child|||
"""


def read(body: str, *, headers: str = HEADERS, settings: Settings | None = None) -> RawTable:
    return chat_format.read(Source(given=(headers + body + "\n@End\n").encode(), settings=settings or Settings()))


def said(line: str) -> str:
    return str(read(f"*MOT:\t{line}").frame["text"].iloc[0])


def test_speakers_go_by_name_and_else_by_code() -> None:
    frame = read("*MOT:\thello .\n*CHI:\thi .\n*XYZ:\tnobody announced me .").frame
    assert frame["speaker"].tolist() == ["Maria Jane", "CHI", "XYZ"]
    assert frame["participant_code"].tolist() == ["MOT", "CHI", "XYZ"]
    assert frame["role"].tolist()[:2] == ["Mother", "Target_Child"]
    assert frame["role"].isna().tolist() == [False, False, True]


def test_a_name_that_two_bear_does_not_make_one_speaker_of_them() -> None:
    headers = "@UTF8\n@Begin\n@Participants:\tMOT Sam Mother, FAT Sam Father, SIS MOT Sister\n"
    frame = read("*MOT:\ta .\n*FAT:\tb .\n*SIS:\tc .", headers=headers).frame
    assert frame["speaker"].tolist() == ["MOT", "FAT", "SIS"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("I <went home> [//] came back .", "I went home came back."),
        ("you <want to> [/] want to go &-um now .", "you want to want to go um now."),
        ("(be)cause I'm runnin(g) late .", "because I'm running late."),
        ("well (.) I (1.5) see (..) .", "well I see."),
        ("I gonna [: going to] go [*] [= a comment] [+ bch] !", "I gonna go!"),
        ("and then I +...", "and then I..."),
        ("but you +/.", "but you —"),
        ('he said +"/.', "he said."),
        ('+" go away .', "go away."),
        ("+< yes , I know ‡ okay ?", "yes, I know, okay?"),
        ("&=laughs sure xxx you [>] do .", "sure you do."),
        ("wha:t „ right ?", "what, right?"),
        ("⌈no⌉ ↗ ∆fast∆ °soft° .", "no fast soft."),
        ("a hot_dog and ice+cream at C_B_S@l .", "a hot dog and ice cream at C B S."),
        ("no &*CHI:mhm you sit .", "no you sit."),
        ("so long [% unclosed and said .", "so long % unclosed and said."),
        ("it's 😊 fine .", "it's 😊 fine."),
    ],
)
def test_codes_go_and_words_stay(written: str, plain: str) -> None:
    assert said(written) == plain


def test_continuation_lines_belong_to_their_utterance() -> None:
    raw = read("*MOT:\tfirst [= over\n\ttwo lines] half\n\tsecond half .\n%com:\tnot talk\n*CHI:\tyes .")
    assert raw.frame["text"].tolist() == ["first half second half.", "yes."]
    assert (raw.place, raw.places) == ("line", [7, 11])


def test_bullets_become_seconds() -> None:
    old = '\x15%snd:"tape"_4000_5250\x15'
    frame = read(f"*MOT:\tone . \x151000_2500\x15\n*CHI:\ttwo . {old}\n*MOT:\tthree .").frame
    assert frame["start"].tolist()[:2] == [1.0, 4.0]
    assert frame["end"].tolist()[:2] == [2.5, 5.25]
    assert frame[["start", "end"]].isna().all(axis=1).tolist() == [False, False, True]


def test_a_lone_bullet_mark_does_not_swallow_words() -> None:
    assert said("hi \x15 there .") == "hi there."


def test_utterances_without_words_are_kept_and_noted() -> None:
    raw = read("*MOT:\txxx .\n*CHI:\t0 .\n*MOT:\t&=sighs .\n*CHI:\twww .\n*MOT:\tokay .")
    assert raw.frame["text"].tolist() == ["", "", "", "", "okay."]
    (note,) = raw.notes
    assert (note.kind, note.count, note.where) == ("kept", 4, (7, 8, 9, 10))


def test_repeats_are_kept_once_and_cannot_fill_the_memory() -> None:
    nested = "<" * 12 + "no" + "> [x 99]" * 12
    raw = read(f"*MOT:\tno [x 3] .\n*MOT:\tno [x 99999999999] .\n*MOT:\t{nested} .\n*MOT:\tno [x [a]99999999999] .")
    assert raw.frame["text"].tolist() == ["no."] * 3 + ["no x 99999999999."]
    assert [(note.kind, note.count) for note in raw.notes] == [("changed", 14)]


@pytest.mark.parametrize(
    "line", ["<" * 40_000 + "hi" + ">" * 40_000 + " [/] hi .", "(" * 80_000 + "hi hi .", "[" * 80_000 + "hi hi ."]
)
def test_nesting_without_end_takes_no_time(line: str) -> None:
    began = time.perf_counter()
    assert said(line) == "hi hi."
    assert time.perf_counter() - began < 5


def test_broken_morphology_does_not_matter() -> None:
    assert read("*MOT:\thi .\n%mor:\tco|hi n|too n|many .").frame["text"].tolist() == ["hi."]


def test_date_of_the_recording_rides_along() -> None:
    frame = read("*MOT:\thi .", headers=HEADERS + "@Date:\t25-JAN-1983\n").frame
    assert frame["date"].tolist() == ["1983-01-25"]


@pytest.mark.parametrize("line", ["*MOT hello there", "*MOT:\t" + "so " * 200])
def test_main_lines_that_cannot_be_used(line: str) -> None:
    body = f"*MOT:\tone .\n{line}\n\tgoing on .\n*CHI:\ttwo ."
    with pytest.raises(TranscriptError, match=r"^line 8: found 1 ") as caught:
        read(body, settings=Settings(max_characters=500))
    assert "hello there" not in str(caught.value)
    raw = read(body, settings=Settings(bad_rows="skip", max_characters=500))
    assert raw.frame["text"].tolist() == ["one.", "two."]
    assert raw.places == [7, 10]
    assert [(note.kind, note.count, note.where) for note in raw.notes] == [("dropped", 1, (8,))]


def test_no_utterance() -> None:
    with pytest.raises(TranscriptError, match="found no utterance"):
        read("%com:\tnothing was said")


class PanicException(BaseException):
    """Stands in for the one that pyo3 makes up, which no module exports."""


def parser_that_raises(error: BaseException) -> Mock:
    return Mock(from_strs=Mock(side_effect=error))


@pytest.mark.parametrize("kind", [PanicException, ValueError])
def test_a_parser_that_gives_up_ends_in_an_error_without_talk(
    kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rustling.chat.CHAT", parser_that_raises(kind("inside 'kumquat'")))
    with pytest.raises(TranscriptError, match=f"the CHAT parser failed \\({kind.__name__}\\)") as caught:
        read("*MOT:\tkumquat .")
    assert "kumquat" not in str(caught.value)


def test_an_interrupt_is_not_taken_for_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rustling.chat.CHAT", parser_that_raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        read("*MOT:\thi .")


@pytest.mark.parametrize(
    ("content", "expected"),
    [(HEADERS, True), ("\ufeff" + HEADERS, True), ("@ana: hi\n", False), ("", False), ("\x00\x01", False)],
)
def test_told_by_its_first_header(content: str, expected: bool) -> None:
    assert chat_format.matches(Source(given=content.encode())) is expected


PIECES = st.sampled_from(
    ["*MOT:\t", "*", "@Participants:\t", "@ID:\t", "|", "@Date:\t", "%mor:\t", "\n", "\n\t", " ", "[", "]", "<", ">",
     "[x 9]", "(", ")", "&-", "&=", "&*A:", "+...", "+\"/.", "\x15", "\x151_2\x15", "xxx", "0", "↫", "≠", "^", ":",
     "é", "e\u0301", "😊", "word", "@s:", ",", "_"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60), st.sampled_from(["raise", "skip"]))
def test_whatever_stands_in_it_ends_in_rows_or_a_transcript_error(body: str, bad_rows: str) -> None:
    given_bytes = (HEADERS + body).encode("utf-8", "replace")
    source = Source(given=given_bytes, settings=Settings(bad_rows=bad_rows))  # type: ignore[arg-type]
    assert chat_format.matches(source) in {True, False}
    try:
        raw = chat_format.read(source)
    except TranscriptError:
        return
    assert len(raw.frame) > 0
    assert raw.places is None or len(raw.places) == len(raw.frame)
