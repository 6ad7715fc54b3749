"""The command `evaluate`, from a table of coded talk to what it prints."""

import pytest

from labor_signals.cli import main
from tests.train.conftest import toy_talk


@pytest.fixture
def coded(tmp_path):
    talk = toy_talk(2)
    talk["medium"] = ["phone" if int(name[1:]) % 2 else "letters" for name in talk["conversation_id"]]
    path = tmp_path / "coded.csv"
    talk.to_csv(path, index=False)
    return path


def test_a_tagger_is_compared_with_coded_talk(coded, trained, capsys):
    assert main(["evaluate", "--data", str(coded), "--tagger", str(trained), "--by", "medium", "--errors", "2"]) == 0

    tags, media, *errors = capsys.readouterr().out.strip().split("\n\n")
    assert tags.split()[:4] == ["tag", "coded", "precision", "recall"]
    assert [line.split()[0] for line in tags.splitlines()[1:]] == ["soothing", "withdrawing", "macro"]
    assert {line.split()[0] for line in media.splitlines()[1:]} == {"phone", "letters"}
    assert len(errors) == 2
    assert all(" in t" in error.splitlines()[0] and len(error.splitlines()) <= 5 for error in errors)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--by", "colour"], "the data have no column 'colour'; expected one of"),
        (["--data", "data/annotated", "--split", "real_test"], "real_test needs --corpora"),
        (["--data", "README.md"], "--data is 'README.md'; expected a folder or a file with one of .csv"),
        (["--data", "nowhere.csv"], "there is no file or folder nowhere.csv"),
    ],
)
def test_what_cannot_be_evaluated_is_named(coded, trained, capsys, words, message):
    assert main(["evaluate", "--data", str(coded), "--tagger", str(trained), *words]) != 0
    assert message in capsys.readouterr().err
