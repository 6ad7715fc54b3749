import json
from typing import Any

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import instagram_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source


def message(second: int, name: str, content: str | None, **more: Any) -> dict[str, Any]:
    said = {} if content is None else {"content": content}
    return {"sender_name": name, "timestamp_ms": 1711645200000 + second * 1000, **said, **more}


def as_meta_writes(text: str) -> str:
    return text.encode().decode("latin-1")


def read(*messages: Any) -> RawTable:
    return instagram_format.read(Source(given=json.dumps({"participants": [], "messages": list(messages)}).encode()))


def noted(table: RawTable) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(note.kind, note.count, note.where) for note in table.notes]


def test_newest_first_is_put_in_order_of_time() -> None:
    table = read(message(3, "Ana", "c"), message(2, "Ben", "b2"), message(2, "Ben", "b1"), message(1, "Ana", "a"))
    assert table.frame["text"].tolist() == ["a", "b1", "b2", "c"]
    assert table.frame["timestamp"].iloc[0] == pd.Timestamp("2024-03-28 17:00:01", tz="UTC")
    assert table.places == [4, 3, 2, 1]
    assert noted(table) == [("changed", 4, ())]


def test_oldest_first_stays() -> None:
    table = read(message(1, "Ana", "a"), message(2, "Ben", "b"))
    assert table.frame["text"].tolist() == ["a", "b"]
    assert table.notes == ()


def test_double_encoding_is_undone_in_names_and_text() -> None:
    table = read(message(1, as_meta_writes("Zoë"), as_meta_writes("it’s ok 💛")), message(2, "Ben", "already “fine” é"))
    assert table.frame["speaker"].tolist() == ["Zoë", "Ben"]
    assert table.frame["text"].tolist() == ["it’s ok 💛", "already “fine” é"]
    assert noted(table) == [("changed", 1, (1,))]


def test_what_is_not_said_has_no_words_and_calls_are_dropped() -> None:
    table = read(
        message(1, "Ana", None, photos=[{"uri": "x"}]),
        message(2, "Ben", "Liked a message"),
        message(3, "Ben", "Ben sent an attachment.", share={"link": "x"}),
        message(4, "Ben", None, is_unsent=True),
        message(5, "Ana", "Ana started a video chat", call_duration=60),
        message(6, "Ana", "That was nice."),
    )
    assert table.frame["text"].tolist() == ["", "", "", "", "That was nice."]
    assert noted(table) == [("dropped", 1, (5,)), ("kept", 3, (1, 2, 3)), ("kept", 1, (4,))]


def test_encrypted_messenger_download() -> None:
    table = read(
        {"senderName": "Ana", "text": "hi", "timestamp": 1711645201000, "type": "text", "isUnsent": False, "media": []},
        {"senderName": "Ben", "text": "", "timestamp": 1711645202000, "type": "text", "isUnsent": True, "media": []},
    )
    assert table.frame["speaker"].tolist() == ["Ana", "Ben"]
    assert noted(table) == [("kept", 1, (2,))]


def test_broken_values_become_missing_ones() -> None:
    table = read(message(2, "Ana", "hi"), {"sender_name": [], "timestamp_ms": "soon", "content": {}}, "no message")
    assert table.frame["speaker"].isna().tolist() == [False, True]
    assert table.frame["timestamp"].tolist()[1] == "not a time: str"
    assert noted(table)[0] == ("dropped", 1, (3,))


def test_half_a_surrogate_pair_is_replaced_with_a_note() -> None:
    source = Source(given=rb'{"messages":[{"sender_name":"Ana","timestamp_ms":1711645200000,"content":"hm \ud83d"}]}')
    table = instagram_format.read(source)
    assert table.frame["text"].tolist() == ["hm ?"]
    assert [note.kind for note in table.notes] == ["changed"]


@pytest.mark.parametrize("value", [{}, {"messages": []}, {"messages": [{"sender_name": "Ana"}]}, [1], {"messages": {}}])
def test_other_json_is_no_such_download(value: Any) -> None:
    source = Source(given=json.dumps(value).encode())
    assert not instagram_format.matches(source)
    with pytest.raises(TranscriptError, match="Instagram"):
        instagram_format.read(source)


def test_it_is_told_by_its_messages() -> None:
    assert instagram_format.matches(Source(given=json.dumps({"messages": [message(1, "Ana", "a")]}).encode()))
