import json
from typing import Any

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import telegram_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source


def message(number: int, name: str | None, text: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": f"2024-03-28T18:00:{number:02d}",
        "date_unixtime": str(1711645200 + number),
        "from": name,
        "from_id": f"user{name}",
        "text": text,
        **more,
    }


CHAT = {
    "name": "us",
    "type": "personal_chat",
    "id": 77,
    "messages": [
        {"id": 1, "type": "service", "date": "2024-03-28T18:00:01", "date_unixtime": "1711645201",
         "action": "phone_call", "actor": "Ana", "text": ""},
        message(2, "Ana", ["Call ", {"type": "bold", "text": "me"}, "?"]),
        message(3, "Ben", "", media_type="voice_message", file="(File not included.)"),
        message(4, "Ben", "In a bit", reply_to_message_id=2),
        message(5, "Ana", "see this", forwarded_from="Cy"),
        message(6, None, "gone", from_id="user99"),
        message(7, "Ana", "elsewhere", reply_to_message_id=4, reply_to_peer_id="channel5"),
        "no message",
    ],
}  # fmt: skip


def source_of(value: Any) -> Source:
    return Source(given=json.dumps(value).encode())


def read(value: Any) -> RawTable:
    return telegram_format.read(source_of(value))


def test_one_chat() -> None:
    table = read(CHAT)
    frame = table.frame
    assert frame["speaker"].tolist() == ["Ana", "Ben", "Ben", "Ana", "user99", "Ana"]
    assert frame["text"].tolist() == ["Call me?", "", "In a bit", "see this", "gone", "elsewhere"]
    assert frame["utterance_id"].tolist() == ["2", "3", "4", "5", "6", "7"]
    assert frame["reply_to"].fillna("").tolist() == ["", "", "2", "", "", ""]
    assert "conversation_id" not in frame
    assert table.places == [2, 3, 4, 5, 6, 7]
    assert [(note.kind, note.count, note.where) for note in table.notes] == [
        ("dropped", 1, (8,)),
        ("dropped", 1, (1,)),
        ("kept", 1, (3,)),
        ("kept", 1, (5,)),
        ("changed", 1, (6,)),
        ("dropped", 1, (7,)),
    ]


def test_unix_times_are_in_utc_and_dates_alone_as_written() -> None:
    assert read(CHAT).frame["timestamp"].iloc[0] == pd.Timestamp("2024-03-28 17:00:02", tz="UTC")
    old = [{key: value for key, value in message(2, "Ana", "x").items() if key != "date_unixtime"}]
    assert read({"messages": old}).frame["timestamp"].tolist() == ["2024-03-28T18:00:02"]


def test_whole_account_has_a_conversation_a_chat() -> None:
    other = {"name": "them", "type": "private_group", "id": 78, "messages": [message(2, "Cy", "hi")]}
    table = read(
        {
            "about": "x",
            "chats": {"list": [CHAT, other]},
            "left_chats": {"list": [{"messages": [message(1, "Di", "bye")]}]},
        }
    )
    assert table.frame["conversation_id"].tolist() == ["77"] * 6 + ["78", "chat 3"]
    assert table.places is not None
    assert table.places[-2:] == [9, 10]


def test_two_accounts_of_one_name_stay_two_people() -> None:
    table = read({"messages": [message(1, "Ana", "a", from_id="user1"), message(2, "Ana", "b", from_id="user2")]})
    assert table.frame["speaker"].tolist() == ["Ana (user1)", "Ana (user2)"]
    assert [(note.kind, note.count) for note in table.notes] == [("changed", 2)]


def test_export_that_breaks_off_says_where() -> None:
    whole = json.dumps(CHAT, indent=1)
    broken = whole[: whole.index("In a bit") + 4]
    with pytest.raises(TranscriptError, match=f"breaks off at line {broken.count(chr(10)) + 1},"):
        telegram_format.read(Source(given=broken.encode()))


def test_time_that_is_none_is_left_for_the_checks_that_follow() -> None:
    table = read({"messages": [message(1, "Ana", "a"), message(2, "Ana", "b") | {"date_unixtime": "soon"}]})
    assert table.frame["timestamp"].tolist()[1] == "not a time: str"


@pytest.mark.parametrize(
    "value", [{}, [], {"messages": 3}, {"messages": [{"type": "message"}]}, {"chats": {"list": [1]}}, 5]
)
def test_other_json_is_no_telegram(value: Any) -> None:
    assert not telegram_format.matches(source_of(value))
    with pytest.raises(TranscriptError):
        read(value)


def test_it_is_told_by_its_messages() -> None:
    assert telegram_format.matches(source_of(CHAT))
    assert telegram_format.matches(source_of({"chats": {"list": [CHAT]}}))
