"""Pseudonyms: stable, everywhere a speaker is named, and nowhere else."""

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labor_signals.read import pseudonyms
from labor_signals.read.pseudonyms import pseudonymise
from labor_signals.read.read_transcript import read_transcript
from labor_signals.settings import Settings

CODE = r"P-[0-9A-HJKMNP-TV-Z]{6}"


def frame_of(names: list[Any], *texts: Any) -> pd.DataFrame:
    rows = max(len(names), len(texts))
    return pd.DataFrame(
        {
            "speaker": [names[i % len(names)] for i in range(rows)],
            "text": [texts[i] if i < len(texts) else "hm" for i in range(rows)],
        }
    )


def said(text: str, *names: str, key: str = "k") -> str:
    """The text with each speaker's pseudonym written as 1, 2, ... and any other one as ?."""
    new, _ = pseudonymise(frame_of(list(names), text), key=key)
    order = {code: str(n) for n, code in reversed([*enumerate(new["speaker"], start=1)])}
    return re.sub(CODE, lambda found: order.get(found[0], "?"), str(new["text"].iloc[0]))


def test_speakers_and_addressees() -> None:
    frame = frame_of(["Ana", "Ben"], "a", "b").assign(addressee=pd.Series(["Ben", None]), note="Ana")
    before = frame.copy(deep=True)
    new, note = pseudonymise(frame, key="k")
    assert new["speaker"].str.fullmatch(CODE).all()
    assert new["speaker"].nunique() == 2
    assert new["addressee"][0] == new["speaker"][1]
    assert new["addressee"].isna()[1]
    assert new["note"].tolist() == ["Ana", "Ana"]
    assert (note.kind, note.count) == ("changed", 2)
    pd.testing.assert_frame_equal(frame, before)


def test_same_key_same_pseudonyms_in_every_file() -> None:
    one = pseudonymise(frame_of(["Ana", "Ben"]), key="k")[0]["speaker"]
    other = pseudonymise(frame_of(["Zoë", "Ben", "Ana"]), key="k")[0]["speaker"]
    assert one.tolist() == [other[2], other[1]]
    assert not set(one) & set(pseudonymise(frame_of(["Ana", "Ben"]), key="another")[0]["speaker"])


def test_one_name_however_written() -> None:
    new, note = pseudonymise(frame_of(["José Díaz", "JOSE\u0301  DI\u0301AZ ", "josé díaz"]), key="k")
    assert new["speaker"].nunique() == 1
    assert note.count == 1


def test_clashes_are_lengthened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonyms, "SHORTEST", 1)
    names = [f"name{n}" for n in range(200)]
    codes = pseudonymise(frame_of(names), key="k")[0]["speaker"]
    assert codes.nunique() == 200
    assert codes.str.len().between(4, 8).all()
    again = pseudonymise(frame_of(names[::-1]), key="k")[0]["speaker"]
    assert codes.tolist() == again.tolist()[::-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maria, are you there?", "1, are you there?"),
        ("maria's right, LOPEZ’s wrong", "1's right, 1’s wrong"),
        ("ask Maria Lopez or maria  lopez", "ask 1 or 1"),
        ("@Maria @lopez @MariaLopez @maria.lopez", "@1 @1 @1 @1"),
        ("mail maria.lopez@web", "mail 1@web"),
        ("Marian and Lopezes and marialopez", "Marian and Lopezes and marialopez"),
        ("María López", "María López"),
        ("Maria-Ana and (Maria)", "1-Ana and (1)"),
        ("Theresa told her", "Theresa told her"),
    ],
)
def test_where_a_name_is_said(text: str, expected: str) -> None:
    assert said(text, "Maria Lopez", "Dr. Ben O'Neil") == expected


def test_titles_initials_and_apostrophes() -> None:
    assert said("Dr O’Neil, dr. a doctor", "Dr. A. O'Neil") == "Dr 1, dr. a doctor"
    assert said("Smith and Anne-Marie, no, Anne", "Anne-Marie Smith") == "1 and 1-1, no, 1"


def test_accents_may_be_left_out_or_encoded_otherwise() -> None:
    assert said("Jose, José, Jose\u0301, JOSÉ", "José Díaz") == "1, 1, 1, 1"
    assert said("Jose\u0301", "Jose Diaz") == "Jose\u0301"
    assert said("STRAUSS Strauß strauss", "Strauß") == "1 1 1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("will you come, Will? @will!", "will you come, 1? @1!"),
        ("I hope so, Hope.", "I hope so, 2."),
        ("Mark my words, may I mark it?", "3 my words, may I mark it?"),
        ("WILL!", "1!"),
        ("will smith came", "1 came"),
    ],
)
def test_names_that_are_everyday_words_need_a_capital(text: str, expected: str) -> None:
    assert said(text, "Will Smith", "Hope", "Mark Lopez") == expected


def test_contracted_not_is_no_name() -> None:
    assert said("Don't, don't! Don's here, Don'll see.", "Don") == "Don't, don't! 1's here, 1'll see."


def test_a_shared_part_points_to_nobody_in_particular() -> None:
    assert said("Maria? Lopez? Kelly? Maria Kelly?", "Maria Lopez", "Maria Kelly") == "?? 1? 2? 2?"
    first = pseudonymise(frame_of(["Maria Lopez", "Maria Kelly"], "Maria"), key="k")[0]["text"][0]
    assert first == pseudonymise(frame_of(["Maria"]), key="k")[0]["speaker"][0]


def test_a_shared_part_that_is_somebodys_whole_name_is_theirs() -> None:
    assert said("Maria? Lopez?", "Maria Lopez", "Maria") == "2? 1?"


@pytest.mark.parametrize("name", ["user", "Speaker 1", "SPEAKER_00", "Mum", "supporter", "A", "1", "Target_Child"])
def test_labels_are_replaced_as_speakers_only(name: str) -> None:
    text = "a user, 1 speaker, SPEAKER_00, my mum, a target child, Speaker 1, supporter, A"
    new, _ = pseudonymise(frame_of([name, "Ana"], text), key="k")
    assert re.fullmatch(CODE, new["speaker"][0])
    assert new["text"][0] == text


def test_handles_and_numbers() -> None:
    assert said("@cool_cat_99 a cool cat", "cool_cat_99") == "@1 a cool cat"
    assert said("call +44 7700 900123", "+44 7700 900123") == "call 1"
    assert said("maria says hi 🌸", "~Maria 🌸") == "1 says hi 🌸"
    assert said("write to ana@example.org, ana", "ana@example.org") == "write to 1, 1"


def test_texts_without_a_name_and_missing_ones_are_left_as_they_are() -> None:
    frame = frame_of(["Ana"], "e\u0301 ﬁ  x", None, "Ana")
    new, note = pseudonymise(frame, key="k")
    assert new["text"][0] == frame["text"][0]
    assert new["text"].isna().tolist() == [False, True, False]
    assert new["text"].dtype == frame["text"].dtype
    assert "in 1 texts" in note.what


@pytest.mark.parametrize("speaker", [["Ana", None], [3, 4], pd.Categorical(["Ana", "ana"])])
def test_any_kind_of_column(speaker: Any) -> None:
    frame = pd.DataFrame({"speaker": speaker, "text": ["x", 5]}, index=[7, 9])
    new, _ = pseudonymise(frame, key="k")
    assert new["speaker"].isna().tolist() == frame["speaker"].isna().tolist()
    assert new["text"].tolist() == ["x", 5]
    assert new.index.tolist() == [7, 9]


def test_on_reading() -> None:
    settings = Settings(pseudonym_key="k")
    read = read_transcript([("Maria Lopez", "Ben?"), ("Ben", "yes, Maria")], settings=settings)
    first, second = read.parties
    assert read.frame["text"].tolist() == [f"{second}?", f"yes, {first}"]
    assert "Maria" not in repr([str(note) for note in read.notes])


def test_thousands_of_names_are_one_search() -> None:
    names = [f"Xa{n:x}q Yb{n:x}z" for n in range(1000)]
    new, _ = pseudonymise(frame_of(names, *(["nothing to see for anybody here"] * 999), "xa3e7q!"), key="k")
    assert new["text"].iloc[-1] == f"{new['speaker'].iloc[-1]}!"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.lists(st.text(max_size=30), max_size=5))
def test_any_names_and_texts(names: list[str], texts: list[str]) -> None:
    frame = frame_of(names, *texts)
    new, _ = pseudonymise(frame, key="k")
    assert len(new) == len(frame)
    given_names, codes = frame["speaker"], new["speaker"]
    assert (codes.str.fullmatch(r"P-\w{6,}") | (given_names == "")).all()
