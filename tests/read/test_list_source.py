import math

import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read.list_source import table_from_list


def test_pairs():
    raw = table_from_list([("Ana", "hi"), ["Ben", "NA"], ("Ana", None)])
    assert raw.format == "list"
    assert raw.frame["speaker"].tolist() == ["Ana", "Ben", "Ana"]
    assert raw.frame["text"].tolist()[:2] == ["hi", "NA"]
    assert raw.frame["text"].isna().tolist() == [False, False, True]


def test_dicts_keep_columns_of_the_users_own():
    raw = table_from_list([{"speaker": "Ana", "text": "hi", "mood": {"x": 1}}, {"speaker": "Ben", "text": math.nan}])
    assert raw.frame["mood"].iloc[0] == {"x": 1}
    assert raw.frame["text"].isna().tolist() == [False, True]


def test_half_a_surrogate_pair_is_replaced_with_a_note():
    raw = table_from_list([("Ana", "fine"), ("Ben", "broken \ud83d")])
    assert raw.frame["text"].tolist() == ["fine", "broken ?"]
    assert [(note.kind, note.count, note.where) for note in raw.notes] == [("changed", 1, (2,))]


def test_an_empty_list():
    with pytest.raises(TranscriptError, match="empty list"):
        table_from_list([])


@pytest.mark.parametrize(
    ("items", "number"),
    [
        ([("Ana", "hi"), {"speaker": "Ben", "text": "secret"}], 2),
        ([("Ana", "hi"), ("Ben", "secret", 3)], 2),
        ([("Ana", "hi"), ("Ben", ["secret"])], 2),
        (["ab", "cd"], 1),
        ([{"speaker": "Ana"}, None], 2),
    ],
)
def test_mixed_and_malformed_items_are_named_by_number_and_not_quoted(items, number):
    with pytest.raises(TranscriptError, match=rf"^item {number} is ") as error:
        table_from_list(items)
    assert "secret" not in str(error.value)
