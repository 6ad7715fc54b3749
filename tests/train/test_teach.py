from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from labor_signals.cli import main
from labor_signals.errors import TaggerError
from labor_signals.tag.load_tagger import load_model
from labor_signals.tag.model_folder import sha256_of
from labor_signals.train import start
from labor_signals.train import train_tagger as training
from labor_signals.train.static_net import StaticRecipe
from labor_signals.train.teach import taught
from tests.train.conftest import TOY_TAGS, toy_talk


@dataclass
class Teacher:
    """Gives weights by the number of words, its tags in another order than the data's."""

    name = "teacher"
    digest = None
    tags = TOY_TAGS[::-1]
    thresholds = np.array([0.5, 0.5])

    def predict_proba(self, transcript):
        words = np.array([len(str(text).split()) for text in transcript.text])
        return np.column_stack([np.zeros(len(words)), words >= 3]).astype(np.float32)


TALK = pd.DataFrame(
    {
        "conversation_id": ["a", "a", "b"],
        "speaker": ["A", "B", "A"],
        "text": ["sorry hear that", "fine", "sorry hear that"],
        "soothing": [0.0, 1.0, np.nan],
        "withdrawing": [1.0, 0.0, np.nan],
    }
)


def test_codes_and_weights_are_mixed_tag_by_tag():
    found = taught(TALK, Teacher(), tags=TOY_TAGS, share=0.4)

    np.testing.assert_allclose(found["soothing"], [0.4, 0.6, 1.0], atol=1e-6)
    np.testing.assert_allclose(found["withdrawing"], [0.6, 0.0, 0.0], atol=1e-6)
    assert found["text"].tolist() == TALK["text"].tolist()


def test_a_teacher_with_other_tags_is_refused():
    with pytest.raises(TaggerError, match="does not know 'thanking'"):
        taught(TALK.assign(thanking=0.0), Teacher(), tags=("soothing", "thanking"), share=0.4)


@pytest.fixture
def toy_base(base, monkeypatch):
    monkeypatch.setattr(start, "BASE_SHA256", sha256_of(base / "model.safetensors"))
    return base


def test_a_tagger_can_learn_from_talk_that_only_its_teacher_has_coded(toy_base, trained, tmp_path, caplog):
    caplog.set_level("INFO", "labor_signals.train")
    uncoded = toy_talk(7, talks=120).assign(conversation_id=lambda talk: "u" + talk["conversation_id"])
    uncoded[list(TOY_TAGS)] = np.nan
    train = pd.concat([toy_talk(6, talks=2), uncoded], ignore_index=True)
    sizes = {"triples": 8, "said": 16, "hidden": 16}
    recipe = StaticRecipe(teacher=load_model(trained), disturbed=0, epochs=8, utterances=60, **sizes)

    tagger = training.train_tagger(
        train, toy_talk(1), base=toy_base, out=tmp_path / "toy", recipe=recipe, tags=TOY_TAGS
    )

    from labor_signals.train.evaluate import evaluate_tagger, f1_of  # noqa: PLC0415

    found = evaluate_tagger(tagger, toy_talk(2))
    assert f1_of(found.counts())[found.tags.index("soothing")] > 0.9
    assert f"weighing {len(train)} utterances" in caplog.text
    assert f"fitting to {len(train)} utterances, 8 times" in caplog.text


def test_without_a_teacher_talk_without_codes_is_refused(toy_base, tmp_path):
    with pytest.raises(TaggerError, match="are missing"):
        training.train_tagger(
            TALK, toy_talk(1), base=toy_base, out=tmp_path / "toy", recipe=StaticRecipe(), tags=TOY_TAGS
        )


def test_the_command_drops_uncoded_talk_that_is_coded_already(toy_base, trained, tmp_path, monkeypatch, capsys):
    seen = {}
    monkeypatch.setattr(
        training, "train_tagger", lambda train, *_, **more: seen.update(train=train, **more) or Teacher()
    )
    coded = pd.concat([toy_talk(6, talks=2).assign(split="train"), toy_talk(1, talks=2).assign(split="validation")])
    coded["utterance_id"] = [f"c{row}" for row in range(len(coded))]
    coded.to_csv(tmp_path / "coded.csv", index=False)
    uncoded = toy_talk(7, talks=3).assign(conversation_id=lambda talk: "u" + talk["conversation_id"])
    uncoded["utterance_id"] = ["c0", *(f"u{row}" for row in range(len(uncoded) - 1))]
    uncoded.drop(columns=list(TOY_TAGS)).to_json(tmp_path / "more.jsonl", orient="records", lines=True)
    words = ["train", "--data", str(tmp_path / "coded.csv"), "--base", str(toy_base), "--out", str(tmp_path / "out")]
    words += ["--tags", ",".join(TOY_TAGS), "--fast", "--uncoded", str(tmp_path / "more.jsonl")]

    (tmp_path / "bare.csv").write_text("conversation_id,text\nx,hello\n")
    bare = [str(tmp_path / "bare.csv") if word.endswith("more.jsonl") else word for word in words]

    assert main(words) != 0
    assert main([*bare, "--teacher", str(trained)]) != 0
    assert "'bare.csv' has no column 'speaker'" in capsys.readouterr().err
    assert main([*words, "--teacher", str(trained), "--narrow"]) != 0
    assert "tables have no heads to cut" in capsys.readouterr().err
    assert main([*words, "--teacher", str(trained), "--teacher", str(trained)]) == 0
    assert seen["recipe"].teacher.name == load_model(trained).name
    assert main([*words, "--teacher", str(trained)]) == 0

    assert seen["recipe"].teacher.name == load_model(trained).name
    assert set(seen["train"]["conversation_id"]) == {"t0", "t1", "ut1", "ut2"}
