import math

import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import script_format
from labor_signals.read.script_labels import speakers_among
from labor_signals.read.source import Source


def source(text):
    return Source(given=text if isinstance(text, bytes) else text.encode())


def talk(text):
    frame = script_format.read(source(text)).frame
    return list(zip(frame["speaker"], frame["text"], strict=True))


def kinds(text):
    return [(note.kind, note.count, note.where) for note in script_format.read(source(text)).notes]


def test_lines_with_a_name():
    found = source("Ana: Are you all right?\n\nBen: Fine: really.\n")
    assert script_format.matches(found)
    raw = script_format.read(found)
    assert raw.frame.to_dict("list") == {"speaker": ["Ana", "Ben"], "text": ["Are you all right?", "Fine: really."]}
    assert (raw.format, raw.place, raw.places, raw.notes) == ("script", "line", [1, 3], ())


@pytest.mark.parametrize(
    "name",
    ["Dr. Smith", "Mrs. O'Neil-Jones", "SPEAKER 1", "Speaker_01", "J.R. Ewing", "Müller", "山田", "अनिता", "Р. Иванов",
     "@ana", "user", "1st Soldier", "The Earl Of Caversham", "Ana & Ben", "Kari Nordmann de la Cruz"],
)  # fmt: skip
def test_names(name):
    assert talk(f"{name}: hi\nOther: ho\n") == [(name, "hi"), ("Other", "ho")]


@pytest.mark.parametrize(
    "line",
    ["http://example.org is down", "12:30 is too late", "At 12:30 then", "the thing is: I can't", "Well, listen: no",
     "Look: no", "I said no. Then: yes", "what? Really: no", ":) fine", "One two three four five six: x", "no :("],
)  # fmt: skip
def test_what_is_no_name_goes_on_with_the_talk(line):
    assert talk(f"Ana: hi\n{line}\nBen: ho\nAna: so\n") == [("Ana", f"hi {line}"), ("Ben", "ho"), ("Ana", "so")]


def test_continuation_lines_join_with_a_space_and_names_can_stand_alone():
    text = "Ana: one\n  two\nthree\n\n   Ben: four\nBen:\nfive\nsix\nAna:\n"
    assert talk(text) == [("Ana", "one two three Ben: four"), ("Ben", "five six"), ("Ana", "")]


def test_a_script_that_is_indented_as_a_whole():
    assert talk("    Ana: a\n      b\n    Ben: c\n") == [("Ana", "a b"), ("Ben", "c")]


def test_stage_directions_go_with_a_note():
    text = (
        "ANA (softly): Well [pauses] then. (She means it.)\n(She goes to\n the door.)\n[Thunder]\n*a knock*\n"
        "BEN: (rising) (angrily) Go, [NAME].\nANA: [weeps]\n"
    )
    assert talk(text) == [("ANA", "Well then. (She means it.)"), ("BEN", "Go, [NAME]."), ("ANA", "")]
    assert kinds(text) == [("dropped", 4, (2, 3, 4, 5)), ("changed", 3, (1, 6, 7))]


def test_a_parenthesis_never_swallows_an_utterance():
    assert talk("(Ana: hi\nBen: ho\nAna: (so\nBen: what)\n")[-3:] == [("Ben", "ho"), ("Ana", "(so"), ("Ben", "what)")]


def test_title_and_headings_go_with_a_note():
    text = "The Long Night\nDate: 2024\n\nACT I\nANA: a\nSCENE 2. A room\nBEN: b\n"
    assert talk(text) == [("ANA", "a"), ("BEN", "b")]
    assert kinds(text) == [("dropped", 2, (1, 2)), ("dropped", 2, (4, 6))]


def test_times_become_start():
    text = "[00:12:03] Ana: a\n00:12 Ben: b\nAna [01:00:00.5]: c\n(1:02) Ben: d\n"
    text += "[00:20:00]\nAna: e\n00:01 - 00:03 Ben: f\nAna: g\n"
    raw = script_format.read(source(text))
    assert raw.frame["speaker"].tolist() == ["Ana", "Ben"] * 3 + ["Ana"]
    assert raw.frame["start"].tolist()[:6] == [723, 12, 3600.5, 62, 1200, 1]
    assert math.isnan(raw.frame["start"].tolist()[6])
    assert [(note.kind, note.count) for note in raw.notes] == [("guessed", 3)]


def test_dates_become_timestamp():
    raw = script_format.read(source("[2024-03-01 10:11:12] Ana: a\n2024-03-01T10:12:00Z Ben: b\n"))
    assert raw.frame["timestamp"].tolist() == ["2024-03-01 10:11:12", "2024-03-01T10:12:00Z"]
    assert raw.frame["text"].tolist() == ["a", "b"]


def test_names_in_bold_and_other_colons():
    assert talk("**Ana:** a\n**Ben**: b\n_Ana_: c\nBen : d\nAna：e\nBen:f\n") == [
        ("Ana", "a"), ("Ben", "b"), ("Ana", "c"), ("Ben", "d"), ("Ana", "e"), ("Ben", "f"),
    ]  # fmt: skip


def test_printed_plays_with_names_in_capitals():
    text = "MRS. WARREN. Well?\nVIVIE [rising]. No. I said\nno.\nMRS. WARREN. I see. GO.\n"
    assert script_format.matches(source(text))
    assert talk(text) == [("MRS. WARREN", "Well?"), ("VIVIE", "No. I said no."), ("MRS. WARREN", "I see. GO.")]


def test_a_label_that_occurs_once_in_a_long_file():
    labels = ["ANA", "BEN"] * 10
    assert speakers_among([*labels, "SERVANT"]) == ({"ANA", "BEN", "SERVANT"}, set())
    assert speakers_among([*labels, "Remembering", "Look", "the plan"]) == (
        {"ANA", "BEN"}, {"Remembering", "Look", "the plan"},
    )  # fmt: skip
    assert speakers_among(["Ana", "Ben", "ana"]) == ({"Ana", "Ben", "ana"}, set())


def test_labels_taken_for_talk_are_noted():
    assert kinds("Ana: a\nLook: b\nBen: c\nAna: d\n") == [("guessed", 1, (2,))]


@pytest.mark.parametrize("given", ["", "   \n", "No speaker here.\nNone here.", b"\x00\x01", b"\xff\xfe\xff"])
def test_no_speaker(given):
    assert not script_format.matches(source(given))
    with pytest.raises(TranscriptError):
        script_format.read(source(given))


@pytest.mark.parametrize(
    "text",
    [
        "Ana: hi\n",
        "host: a\nport: 1\nname: x\nuser: y\nmode: z\nlevel: 3\n",
        "Dear Ana,\n" + "I write to you.\n" * 9 + "Yours:\nBen: x",
    ],
)
def test_prose_and_settings_are_no_script(text):
    assert not script_format.matches(source(text))


def test_a_latin_1_file_is_read_with_a_note():
    text = "Zoë: Ça va très bien\nRenée: à bientôt\n" * 4
    raw = script_format.read(source(text.encode("latin-1")))
    assert raw.frame["speaker"].tolist() == ["Zoë", "Renée"] * 4
    assert [note.kind for note in raw.notes] == ["guessed"]


def test_a_very_long_line_takes_no_time():
    text = "Ana: " + "(a [b " * 200_000 + "\n" + "(" * 100_000 + "\nBen: ho\n"
    assert [speaker for speaker, _ in talk(text)] == ["Ana", "Ben"]
