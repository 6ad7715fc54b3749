import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read.column_names import ALIASES, canonical_names
from labor_signals.read.raw_table import CANONICAL


def test_every_canonical_name_has_lower_case_aliases_and_no_alias_two_meanings():
    assert set(ALIASES) == set(CANONICAL)
    every = [alias for aliases in ALIASES.values() for alias in aliases]
    assert len(every) == len(set(every))
    assert all(alias == alias.lower() for alias in every)


def test_exact_names_go_before_aliases():
    assert canonical_names(["speaker", "name", "text"], {}) == {"speaker": "speaker", "text": "text"}


@pytest.mark.parametrize("column", ["Speaker", " speaker ", "SPEAKER_NAME", "Author", "sender"])
def test_aliases_whatever_their_case_and_spaces(column):
    assert canonical_names([column, "Message"], {}) == {column: "speaker", "Message": "text"}


def test_two_aliases_of_one_name_are_taken_for_neither():
    assert canonical_names(["speaker", "message", "content"], {}) == {"speaker": "speaker"}


def test_the_name_itself_in_another_spelling_beats_its_aliases():
    assert canonical_names(["Speaker", "name", "reply-to"], {}) == {"Speaker": "speaker", "reply-to": "reply_to"}


def test_the_mapping_goes_first():
    found = canonical_names(["who", "said", "author", "message"], {"who": "speaker", "said": "text"})
    assert found == {"who": "speaker", "said": "text"}


def test_the_mapping_can_give_a_canonical_column_another_meaning():
    assert canonical_names(["text", "body"], {"text": "utterance_id"}) == {"text": "utterance_id", "body": "text"}


def test_a_mapped_column_that_is_not_there_is_named_with_those_found():
    with pytest.raises(TranscriptError, match=r"'wer'.*'who', 'said'"):
        canonical_names(["who", "said"], {"wer": "speaker"})


def test_two_columns_cannot_stand_for_one():
    with pytest.raises(TranscriptError, match="more than one column to 'text'"):
        canonical_names(["a", "b"], {"a": "text", "b": "text"})
