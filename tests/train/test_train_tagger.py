import json
import shutil

import numpy as np
import pytest

import labor_signals as ls
from labor_signals.errors import TaggerError
from labor_signals.tag.load_tagger import load_model
from labor_signals.tag.trained_tagger import TrainedTagger
from labor_signals.train.commands import READERS
from labor_signals.train.evaluate import errors_of, evaluate_tagger, f1_of, labor_error, table_by_group, table_by_tag
from labor_signals.train.start import check_base
from labor_signals.train.train_tagger import train_tagger
from tests.train.conftest import TOY_TAGS, toy_talk


@pytest.fixture(scope="module")
def found(trained):
    return evaluate_tagger(load_model(trained), toy_talk(2))


def test_it_learns_what_a_turn_does_and_what_it_answers(found):
    scores = dict(zip(found.tags, f1_of(found.counts()), strict=True))

    assert scores["soothing"] > 0.95
    # of those who say `fine`, a fifth answer another's `sorry`: a third at best without the talk before
    assert scores["withdrawing"] > 0.6


def test_later_talk_changes_no_weight(trained):
    tagger, talk = TrainedTagger(trained), toy_talk(3, talks=1, turns=60)
    whole = tagger.predict_proba(ls.read_transcript(talk))
    for end in (1, 7, 31):
        part = tagger.predict_proba(ls.read_transcript(talk.head(end)))
        np.testing.assert_allclose(part, whole[:end], atol=1e-4)


def test_what_is_tagged_together_changes_no_weight(trained):
    tagger, talk = TrainedTagger(trained), toy_talk(4, talks=6)
    together = tagger.predict_proba(ls.read_transcript(talk))
    apart = [tagger.predict_proba(ls.read_transcript(part)) for _, part in talk.groupby("conversation_id", sort=False)]

    np.testing.assert_array_equal(together, np.concatenate(apart))


def test_the_number_of_threads_changes_no_weight(trained):
    talk = ls.read_transcript(toy_talk(4, talks=6))
    one, several, many = (TrainedTagger(trained, threads=threads).predict_proba(talk) for threads in (1, 3, 20))

    np.testing.assert_array_equal(one, several)
    np.testing.assert_array_equal(one, many)


def test_torch_and_onnx_agree(trained):
    talk = ls.read_transcript(toy_talk(5, talks=8))
    from labor_signals.tag.torch_runner import TorchRunner  # noqa: PLC0415

    eight_bit, full = TrainedTagger(trained), TrainedTagger(trained)
    full._runner = TorchRunner(trained, device="cpu", labels=2)
    difference = np.abs(eight_bit.predict_proba(talk) - full.predict_proba(talk))

    assert difference.max() < 0.2
    assert difference.mean() < 0.02


def test_empty_texts_carry_nothing(trained):
    tagger = TrainedTagger(trained)

    assert ls.tag_utterances(ls.read_transcript([("A", ""), ("B", "fine")]), tagger=tagger).probability[0].sum() == 0


def test_a_model_of_ones_own_loads_like_any_other(trained):
    tagged = ls.tag_utterances(ls.read_transcript([("A", "sorry you hear that")]), tagger=trained)

    assert (tagged.tags, tagged.labor, tagged.avoidance) == (TOY_TAGS, ("soothing",), ("withdrawing",))
    assert tagged.provenance.tagger == "toy"


@pytest.mark.parametrize(("choice", "message"), [("recall", "expected a number"), (0.0, "above 0"), (1.5, "above 0")])
def test_an_unknown_threshold_is_refused(trained, choice, message):
    with pytest.raises(TaggerError, match=message):
        ls.load_tagger(trained, threshold=choice)


def test_thresholds_can_be_chosen(trained):
    assert ls.load_tagger(trained, threshold=0.25).thresholds == pytest.approx([0.25, 0.25])
    strict, loose = (ls.load_tagger(trained, threshold=f"precision:{p}").thresholds for p in (0.95, 0.5))
    assert (strict >= loose).all()


def test_a_changed_file_is_refused(trained, tmp_path):
    copy = shutil.copytree(trained, tmp_path / "copy")
    (copy / "tokenizer.json").write_text((copy / "tokenizer.json").read_text() + "\n")
    with pytest.raises(TaggerError, match=r"'tokenizer\.json' .*SHA-256 differs"):
        ls.load_tagger(copy)
    (copy / "tokenizer.json").unlink()
    with pytest.raises(TaggerError, match=r"no file 'tokenizer\.json'"):
        TrainedTagger(copy)


def test_a_config_that_cannot_be_read_is_refused(trained, tmp_path):
    copy = shutil.copytree(trained, tmp_path / "copy")
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"format": 99}))
    with pytest.raises(TaggerError, match="format 99 instead of 2"):
        TrainedTagger(copy)
    (copy / "config.json").write_text("{")
    with pytest.raises(TaggerError, match="cannot be read"):
        TrainedTagger(copy)


def test_an_unknown_device_is_refused(trained):
    with pytest.raises(TaggerError, match="expected 'cpu', or a device that torch has"):
        ls.load_tagger(trained, device="abacus")


def test_another_base_is_refused(base):
    with pytest.raises(TaggerError, match=r"expected 53aa51172d14\.\.\., that of all-MiniLM-L6-v2"):
        check_base(base)
    with pytest.raises(TaggerError, match=r"found no model\.safetensors"):
        check_base(base / "nowhere")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda talk: talk.drop(columns="speaker"), "training talk has no column 'speaker'"),
        (lambda talk: talk.assign(soothing=2.0), r"lie outside \[0, 1\]"),
        (lambda talk: talk.assign(withdrawing=0.0), "no utterance that carries 'withdrawing'"),
    ],
)
def test_codes_that_cannot_be_learnt_are_refused(base, tmp_path, monkeypatch, change, message):
    monkeypatch.setattr("labor_signals.train.start.check_base", lambda _: None)
    with pytest.raises(TaggerError, match=message):
        train_tagger(change(toy_talk(0)), toy_talk(1), base=base, out=tmp_path / "x", tags=TOY_TAGS)


def test_tables_of_an_evaluation(found):
    by_tag = table_by_tag(found).set_index("tag")
    assert list(by_tag.index) == [*TOY_TAGS, "macro"]
    assert by_tag.loc["macro", "f1"] == pytest.approx(found.macro_f1)
    assert (by_tag["f1_low"] <= by_tag["f1"]).all()
    assert (by_tag["f1"] <= by_tag["f1_high"]).all()
    assert by_tag["auc"].between(0.5, 1).all()

    half = np.where(np.arange(len(found.frame)) < 200, "one", "two")
    groups = table_by_group(type(found)(found.frame.assign(half=half), *_rest(found)), "half", least=1)
    assert groups["utterances"].tolist() == [200, len(half) - 200]


def _rest(found):
    return found.tags, found.codes, found.probability, found.carried


def test_errors_are_what_differs_the_surest_first(found):
    errors = list(errors_of(found))
    wrong = ((found.codes > 0.5) != found.carried).sum()

    assert len(errors) == wrong
    distances = [abs(found.codes[row, found.tags.index(tag)] - found.probability[row, found.tags.index(tag)])
                 for row, tag, _ in errors]  # fmt: skip
    assert distances == sorted(distances, reverse=True)


def test_evaluation_leaves_doubtful_codes_out(found):
    doubtful = type(found)(found.frame, found.tags, np.full_like(found.codes, 0.5), found.probability, found.carried)

    assert doubtful.counts().sum() == 0


@pytest.mark.parametrize("name", ["fast", "rules"])
def test_taggers_without_another_device_say_so(name):
    with pytest.raises(TaggerError, match="device is 'cuda'; expected 'cpu'"):
        ls.load_tagger(name, device="cuda")


def test_a_shipped_model_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("labor_signals.tag.load_tagger.shipped_folder", lambda _: tmp_path / "gone")
    with pytest.raises(TaggerError, match=r"model of tagger 'fast' is missing from this installation; install"):
        ls.load_tagger("fast")


def test_the_error_of_the_labor_sum_is_found(found):
    codes = np.zeros((400, 2), np.float32)
    codes[::4, 0] = 1
    weight = np.where(codes > 0, 0.7, 0.1) * np.array([1, 0])
    recall, false_alarm = labor_error(type(found)(found.frame, TOY_TAGS, codes, weight, weight > 0.5))
    assert (recall, false_alarm) == (pytest.approx(0.7), pytest.approx(0.1))
    assert np.isnan(labor_error(type(found)(found.frame, TOY_TAGS, codes * 0, weight, weight > 0.5))).all()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("talk.csv", "conversation_id,speaker,text,soothing\n007,1,None,1\n007,2,2024-01-02,0\n"),
        (
            "talk.jsonl",
            '{"conversation_id": "007", "speaker": 1, "text": "None", "soothing": 1}\n'
            '{"conversation_id": "007", "speaker": 2, "text": "2024-01-02", "soothing": 0}\n',
        ),
    ],
)
def test_a_table_of_coded_talk_is_read_as_it_is_written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    read = READERS[path.suffix](path)

    assert read["conversation_id"].tolist() == ["007", "007"]
    assert read["speaker"].tolist() == ["1", "2"]
    assert read["text"].tolist() == ["None", "2024-01-02"]
    assert read["soothing"].tolist() == [1, 0]
