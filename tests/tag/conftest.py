import pytest

from labor_signals.tag.rule_tagger import RuleTagger


@pytest.fixture(scope="session")
def rules():
    return RuleTagger.built_in()
