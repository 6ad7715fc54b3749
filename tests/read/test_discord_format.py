import json
from typing import Any

import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import discord_format
from labor_signals.read.build_transcript import build_transcript
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import DEFAULT_SETTINGS


def message(number: int, name: str, content: str, **more: Any) -> dict[str, Any]:
    nickname = more.pop("nickname", "")
    author = {"id": more.pop("account", name), "name": name, "nickname": nickname, "isBot": False}
    at = f"2024-03-31T0{number}:30:00.1234567+0{1 if number < 2 else 2}:00"
    return {"id": str(number), "type": "Default", "timestamp": at, "content": content, "author": author, **more}


def read(*messages: Any) -> RawTable:
    export = {"guild": {"id": "1"}, "channel": {"id": "2", "name": "us"}, "messages": list(messages)}
    return discord_format.read(Source(given=json.dumps(export).encode()))


def read_csv(*lines: str) -> RawTable:
    text = "\n".join(("AuthorID,Author,Date,Content,Attachments,Reactions", *lines))
    return discord_format.read(Source(given=text.encode()))


def noted(table: RawTable) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(note.kind, note.count, note.where) for note in table.notes]


def test_json_keeps_replies_and_bots_and_drops_the_system() -> None:
    table = read(
        message(1, "ana_88", "Rough day?", nickname="Ana"),
        message(2, "ben", "Joined the server.", type="GuildMemberJoin"),
        message(3, "ben", "A bit", type="Reply", reference={"messageId": "1", "channelId": "2"}),
        message(4, "ben", "", attachments=[{"url": "x"}]),
        message(5, "helper", "Reminder: water", reference={"messageId": "9", "type": "Forward"}),
    )
    assert table.frame["speaker"].tolist() == ["Ana", "ben", "ben", "helper"]
    assert table.frame["text"].tolist() == ["Rough day?", "A bit", "", "Reminder: water"]
    assert table.frame["utterance_id"].tolist() == ["1", "3", "4", "5"]
    assert table.frame["reply_to"].fillna("").tolist() == ["", "1", "", ""]
    assert table.places == [1, 3, 4, 5]
    assert noted(table) == [("dropped", 1, (2,)), ("kept", 1, (4,))]


def test_times_come_out_in_utc_across_the_change_of_clocks() -> None:
    table = read(message(1, "ana", "a"), message(3, "ben", "b"))
    transcript = build_transcript(table, columns={}, settings=DEFAULT_SETTINGS)
    assert transcript.timezone == "UTC"
    assert [str(moment)[:16] for moment in transcript.timestamp] == ["2024-03-31T00:30", "2024-03-31T01:30"]


def test_two_accounts_of_one_name_stay_two_people() -> None:
    table = read(message(1, "x", "a", account="10", nickname="Ana"), message(2, "y", "b", account="20", nickname="Ana"))
    assert table.frame["speaker"].tolist() == ["Ana (10)", "Ana (20)"]


def test_csv() -> None:
    table = read_csv(
        '"10","ana#0001","2024-03-28T17:00:00.0000000+00:00","Hm,\n""really""?","",""',
        '"11","ben#0002","2024-03-28T17:01:00.0000000+00:00","Joined the server.","",""',
        '"11","ben#0002","2024-03-28T17:02:00.0000000+00:00","","pic.png",""',
        '"11","ben#0002","2024-03-28T17:03:00.0000000+00:00","NA","",""',
    )
    assert table.format == "discord"
    assert table.frame["speaker"].tolist() == ["ana#0001", "ben#0002", "ben#0002"]
    assert table.frame["text"].tolist() == ['Hm,\n"really"?', "", "NA"]
    assert table.places == [1, 3, 4]
    assert noted(table) == [("dropped", 1, (2,)), ("kept", 1, (3,))]


def test_csv_that_breaks_off_says_where_without_quoting_it() -> None:
    with pytest.raises(TranscriptError, match="EOF inside string starting at row 1") as caught:
        read_csv('"10","ana","2024-03-28","a secr')
    assert "secr" not in str(caught.value)


def test_csv_with_too_many_cells_is_an_error() -> None:
    with pytest.raises(TranscriptError, match="Expected 6 fields in line 3, saw 8"):
        read_csv("1,a,2024-03-28,x,,", "1,a,2024-03-28,x,y,z,,")


def test_csv_with_more_cells_than_its_header_is_an_error() -> None:
    with pytest.raises(TranscriptError, match="more cells"):
        read_csv("1,a,2024-03-28,x,,,,", "1,a,2024-03-28,x,,,,")


def test_csv_without_messages_has_no_rows() -> None:
    assert len(read_csv().frame) == 0


@pytest.mark.parametrize("value", [{}, {"messages": [{"author": "ana", "content": "x"}]}, [], {"messages": None}])
def test_other_json_is_no_such_export(value: Any) -> None:
    source = Source(given=json.dumps(value).encode())
    assert not discord_format.matches(source)
    with pytest.raises(TranscriptError, match="Discord"):
        discord_format.read(source)


def test_it_is_told_by_its_messages_or_its_header() -> None:
    assert discord_format.matches(Source(given=json.dumps({"messages": [message(1, "a", "b")]}).encode()))
    assert discord_format.matches(Source(given=b"\xef\xbb\xbfAuthorID,Author,Date,Content,Attachments,Reactions\n"))
    assert not discord_format.matches(Source(given=b"Author,Date,Content\n1,2,3\n"))
