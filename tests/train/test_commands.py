"""The commands `evaluate`, from a table of coded talk to what it prints, and `train`, from its options to a recipe."""

from types import SimpleNamespace

import pytest

from labor_signals.cli import main
from labor_signals.train import train_tagger as training
from labor_signals.train.fit import Recipe
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


def test_a_teacher_named_twice_counts_twice(coded, tmp_path, monkeypatch):
    seen = {}
    made = SimpleNamespace(name="toy", tags=("soothing",))
    monkeypatch.setattr(training, "train_tagger", lambda *_, **more: seen.update(more) or made)
    coded.write_text(toy_talk(2).assign(split="train").to_csv(index=False))

    assert _train(coded, tmp_path, "--teacher", "fast", "--teacher", "rules", "--teacher", "fast") == 0
    teacher = seen["recipe"].teacher
    assert [tagger.name for tagger in teacher.taggers] == ["labor-static-en", "rules"]
    assert teacher.shares == (2, 1)


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


def _train(coded, tmp_path, *words):
    return main(["train", "--data", str(coded), "--base", "base", "--out", str(tmp_path / "out"), *words])


def test_any_number_of_the_recipe_can_be_set(coded, tmp_path, monkeypatch):
    seen = {}
    made = SimpleNamespace(name="toy", tags=("soothing",))
    monkeypatch.setattr(training, "train_tagger", lambda *_, **more: seen.update(more) or made)
    coded.write_text(toy_talk(2).assign(split="train").to_csv(index=False))

    words = ["--set", "learning_rate=7e-5", "--set", "soup=true", "--set", "pieces=512", "--epochs", "3"]
    assert _train(coded, tmp_path, *words) == 0
    assert seen["recipe"] == Recipe(learning_rate=7e-5, soup=True, pieces=512, epochs=3)


@pytest.mark.parametrize(
    "word", ["rate=1", "pieces=7.5", "hidden=", "hidden", "hidden=nan", "decay=-1", "soup=1", "teacher=x", "epochs=2"]
)
def test_what_cannot_be_set_is_named(coded, tmp_path, capsys, word):
    assert _train(coded, tmp_path, "--set", word) != 0
    assert f"found --set {word}; expected one of learning_rate=float" in capsys.readouterr().err
