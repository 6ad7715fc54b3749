import pytest

from labor_signals import Settings
from labor_signals.errors import SettingsError


@pytest.mark.parametrize(
    "wrong",
    [
        {"bad_rows": "ignore"},
        {"merge_turns": "yes"},
        {"day_first": "auto"},
        {"merge_gap": -1},
        {"merge_gap": float("nan")},
        {"max_characters": 0},
        {"timezone": "Mars/Olympus"},
        {"pseudonym_key": ""},
    ],
)
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Settings(**wrong)


def test_digest_tells_settings_apart_and_hides_the_key():
    assert Settings().digest == Settings().digest
    assert Settings().digest != Settings(merge_turns=True).digest
    assert Settings(pseudonym_key="a").digest == Settings(pseudonym_key="b").digest != Settings().digest
