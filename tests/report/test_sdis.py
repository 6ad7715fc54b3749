import re

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.codebook import TAGS
from labor_signals.report.build_report import build_report
from labor_signals.report.sdis import _letter, _tag_codes, to_sdis
from tests.aggregate.coded_talk import coded, degenerate, drawn, tagged

SESSION = re.compile(r"<C(\d+)>([^/]*)/")


def parsed(path):
    """Data type, declared codes, and by session the list of its events, each a list of codes."""
    text = re.sub(r"%[^%]*%", "", path.read_text(encoding="ascii"))
    head, body = text.split(";")
    kind, *declared = head.split()
    sessions = {}
    for number, events in SESSION.findall(body):
        units = events.split(".")[:-1] if kind == "Multievent" else events.split()
        sessions[int(number)] = [unit.split() for unit in units]
    assert not SESSION.sub("", body).strip()
    return kind, declared, sessions


def test_by_hand(tmp_path):
    path = to_sdis(coded([("Ben", "s"), ("Ana", ""), ("Ben", "w")]), tmp_path / "talk.sds")
    assert parsed(path) == ("Event", ["A_SOO", "A_WIT", "B_NON"], {1: [["A_SOO"], ["B_NON"], ["A_WIT"]]})
    assert "% A is speaker 1, B is speaker 2 %" in path.read_text()
    assert "% SOO: soothing %" in path.read_text()


def test_all_codes_of_an_utterance(tmp_path):
    path = to_sdis(coded([("Ben", "s i"), ("Ana", ""), ("Ben", "w")]), tmp_path / "talk.sds", codes="all")
    assert parsed(path)[0] == "Multievent"
    assert parsed(path)[2] == {1: [["A_INI", "A_SOO"], ["B_NON"], ["A_WIT"]]}


def test_the_codes_read_back_are_those_that_went_in_in_talk_order(tmp_path):
    frame = drawn(1, conversations=4, turns=31).assign(turn=lambda rows: rows.groupby("conversation_id").cumcount())
    shuffled = tagged(frame.sample(frac=1, random_state=2))
    _, declared, sessions = parsed(to_sdis(shuffled, tmp_path / "talk.sds", codes="all"))
    ids = shuffled.transcript.conversations
    ana = list(shuffled.transcript.parties).index("Ana")
    for number, events in sessions.items():
        talk = frame[frame.conversation_id == ids[number - 1]]
        for (_, row), event in zip(talk.iterrows(), events, strict=True):
            letter = "AB"[(row.speaker == "Ana") == (ana == 1)]
            assert event == [f"{letter}_{tag[:3].upper()}" for tag in TAGS if row[tag]] or event == [f"{letter}_NON"]
    assert len(sessions) == 4
    assert set(declared) == {code for events in sessions.values() for event in events for code in event}


def test_two_people_keep_their_letters_whoever_begins(tmp_path):
    frame = pd.DataFrame({"conversation_id": [1, 1, 2, 2], "speaker": ["Ana", "Ben", "Ben", "Ana"]})
    codes = tagged(frame.assign(**{tag: [1, 0, 0, 1] if tag == "soothing" else 0 for tag in TAGS}))
    sessions = parsed(to_sdis(codes, tmp_path / "talk.sds"))[2]
    assert sessions == {1: [["A_SOO"], ["B_NON"]], 2: [["B_NON"], ["A_SOO"]]}


def test_no_text_no_names_no_ids(tmp_path):
    frame = pd.DataFrame({"conversation_id": "secret; / %", "speaker": ["Zoë;", "Bob/"], "text": ["hush", "quiet"]})
    path = to_sdis(tagged(frame.assign(**dict.fromkeys(TAGS, 0))), tmp_path / "talk.sds")
    written = path.read_text()
    assert not [word for word in ("secret", "Zo", "Bob", "hush", "quiet") if word in written]
    assert parsed(path)[2] == {1: [["A_NON"], ["B_NON"]]}


@pytest.mark.parametrize("codes", ["primary", "all"])
def test_degenerate_talk(tmp_path, codes):
    for number, talk in enumerate(degenerate().values()):
        sessions = parsed(to_sdis(talk, tmp_path / f"{number}.sds", codes=codes))[2]
        assert sum(map(len, sessions.values())) == len(talk.transcript)


def test_letters_and_codes_are_all_different():
    assert [_letter(number) for number in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    short = _tag_codes(("soothing", "soothing less", "nonsense", "ärger", "%;/"))
    assert list(short.values()) == ["SOO", "SO1", "NO1", "RGE", "TAG", "NON"]


def test_nothing_is_overwritten_and_reached_from_the_report(tmp_path):
    codes = tagged(drawn(3, turns=10))
    report = build_report(codes, ls.aggregate_asymmetry(codes))
    path = report.to_sdis(tmp_path / "talk.sds")
    assert path.read_bytes() == to_sdis(codes, tmp_path / "again.sds").read_bytes()
    with pytest.raises(FileExistsError):
        report.to_sdis(path)
    with pytest.raises(ValueError, match="'primary' or 'all'"):
        report.to_sdis(tmp_path / "other.sds", codes="some")
    assert np.array_equal(sorted(file.name for file in tmp_path.iterdir()), ["again.sds", "talk.sds"])
