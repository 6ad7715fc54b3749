import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from labor_signals.errors import TaggerError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag import static_tagger
from labor_signals.tag.model_folder import sha256_of
from labor_signals.tag.static_tagger import StaticTables, StaticTagger
from labor_signals.tag.tag_utterances import tag_utterances
from labor_signals.tag.tagger import Tagger
from labor_signals.train.fit_static import fit_static, predict_static, write_static
from labor_signals.train.static_net import StaticRecipe
from labor_signals.train.talks import Talk, talks_of
from tests.train.conftest import TOY_TAGS as TAGS
from tests.train.conftest import WORDS, toy_talk

RECIPE = StaticRecipe(
    triples=8, said=12, passed_on=8, hidden=16, epochs=25, utterances=60, learning_rate=0.02, dropout=0.1, lost=0.0
)


def frame(seed, talks=60, turns=9):
    return toy_talk(seed, talks, turns, filler=6)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    vocabulary = {word: place for place, word in enumerate(("[UNK]", *WORDS, "##s"))}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106  (a piece of the vocabulary)
    made.normalizer, made.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    made.save(str(path))
    return path


@pytest.fixture(scope="module")
def net(tokenizer):
    read = Tokenizer.from_file(str(tokenizer))
    vectors = np.random.default_rng(0).normal(0, 0.3, (read.get_vocab_size() + 2, 8)).astype(np.float32)
    return fit_static(
        talks_of(frame(0), TAGS), read, vectors=vectors, labels={"tags": slice(0, len(TAGS))}, recipe=RECIPE
    )


@pytest.fixture(scope="module")
def folder(net, tokenizer, tmp_path_factory):
    out = tmp_path_factory.mktemp("static") / "tiny"
    about = {"name": "tiny", "tags": list(TAGS)}
    write_static(net, out, tokenizer=tokenizer, validation=frame(1), about=about)
    return out


@pytest.fixture(scope="module")
def tagger(folder):
    return StaticTagger(folder)


@pytest.fixture
def copied(folder, tmp_path):
    """A copy of the model that may be changed."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def weights(tagger, talk):
    return tagger.predict_proba(read_transcript(talk[["conversation_id", "speaker", "text"]]))


def test_it_learns_from_words_and_from_what_was_said_before(tagger):
    talk = frame(2)

    carried = weights(tagger, talk) >= tagger.thresholds

    for k, tag in enumerate(TAGS):
        coded = talk[tag].to_numpy() > 0.5
        assert 2 * (carried[:, k] & coded).sum() / (carried[:, k].sum() + coded.sum()) > 0.8, tag


def test_it_has_the_members_of_a_tagger(tagger, folder):
    assert isinstance(tagger, Tagger)
    assert (tagger.name, tagger.tags, tagger.labor, tagger.avoidance) == ("tiny", TAGS, TAGS[:1], TAGS[1:])
    assert tagger.digest == sha256_of(folder / "config.json")


def test_tables_compute_what_was_fitted(tagger, net, tokenizer):
    talk = frame(2)
    fitted = np.concatenate(predict_static(net, talks_of(talk, TAGS), Tokenizer.from_file(str(tokenizer))))

    logits = tagger.logits(read_transcript(talk[["conversation_id", "speaker", "text"]]))

    assert 1 / (1 + np.exp(-logits)) == pytest.approx(fitted, abs=0.01)  # the tables are in half precision


def test_later_talk_changes_nothing(tagger):
    talk = frame(3, talks=1, turns=40)
    whole = weights(tagger, talk)

    for end in (1, 2, 9, 10, 39):
        np.testing.assert_array_equal(weights(tagger, talk.head(end)), whole[:end])


def test_what_else_is_tagged_changes_nothing(tagger, monkeypatch):
    talk = frame(4, talks=90, turns=11)
    monkeypatch.setattr(static_tagger, "UTTERANCES_AT_ONCE", 37)
    whole = weights(tagger, talk)
    monkeypatch.undo()

    np.testing.assert_array_equal(weights(tagger, talk), whole)
    apart = [weights(tagger, rows) for _, rows in talk.groupby("conversation_id", sort=False)]
    np.testing.assert_array_equal(np.concatenate(apart), whole)
    order = np.random.default_rng(0).permutation(90)
    mixed = pd.concat([talk[talk["conversation_id"] == f"t{number}"] for number in order])
    np.testing.assert_array_equal(weights(tagger, mixed), whole[mixed.index])


def test_conversations_whose_turns_are_interleaved(tagger):
    talk = frame(5, talks=2, turns=8).assign(turn=[*range(8)] * 2)
    mixed = talk.sort_values("turn", kind="stable")

    found = tagger.predict_proba(read_transcript(mixed[["conversation_id", "speaker", "text", "turn"]]))

    np.testing.assert_array_equal(found, weights(tagger, talk)[mixed.index])


def test_context_counts_and_who_said_it(tagger):
    def last(*turns):
        return weights(tagger, pd.DataFrame(turns, columns=["speaker", "text"]).assign(conversation_id="c"))[-1, 1]

    assert last(("A", "sorry hear that"), ("B", "fine")) > last(("A", "bus today"), ("B", "fine")) + 0.3
    assert last(("A", "sorry hear that"), ("B", "fine")) > last(("A", "sorry hear that"), ("A", "fine")) + 0.3


def test_speakers_names_play_no_part(tagger):
    talk = frame(6)
    renamed = talk.assign(speaker=talk["speaker"].map({"A": "Zoe", "B": "sorry fine"}))

    np.testing.assert_array_equal(weights(tagger, renamed), weights(tagger, talk))


def test_texts_without_words(tagger):
    talk = pd.DataFrame({"conversation_id": "c", "speaker": ["A", "B", "A"], "text": ["", None, "   "]})

    found = weights(tagger, talk)

    assert ((found >= 0) & (found <= 1)).all()
    assert set(tag_utterances(read_transcript(talk), tagger=tagger).frame["tag"]) == {"none"}


def test_no_talk_at_all(tagger):
    _, tables = tagger._loaded
    nobody = np.zeros(0, np.int32)

    assert tables.logits([], nobody, nobody).shape == (0, len(TAGS))


def test_a_very_long_text_and_words_never_seen(tagger):
    talk = pd.DataFrame({"conversation_id": "c", "speaker": ["A", "B"], "text": ["rain " * 5_000, "🦆 schadenfreude"]})

    assert np.isfinite(weights(tagger, talk)).all()


def test_thresholds_are_stored_and_can_be_chosen(folder):
    config = json.loads((folder / "config.json").read_text())

    assert list(StaticTagger(folder).thresholds) == pytest.approx(config["thresholds"]["f1"])
    assert list(StaticTagger(folder, threshold="precision:0.9").thresholds) == pytest.approx(
        config["thresholds"]["precision:0.9"]
    )
    assert list(StaticTagger(folder, threshold=0.3).thresholds) == pytest.approx([0.3, 0.3])
    with pytest.raises(TaggerError, match="expected a number"):
        StaticTagger(folder, threshold="precision:0.123")


def test_a_changed_file_is_refused(copied):
    with (copied / "tables.npz").open("ab") as file:
        file.write(b" ")

    with pytest.raises(TaggerError, match=r"tables\.npz.*SHA-256 differs"):
        StaticTagger(copied)


def change(folder, **values):
    config = json.loads((folder / "config.json").read_text()) | values
    config["files"] = {name: sha256_of(folder / name) for name in config["files"]}
    (folder / "config.json").write_text(json.dumps(config))


def test_a_model_of_another_kind_is_refused(copied):
    change(copied, kind="packed")

    with pytest.raises(TaggerError, match="kind 'packed'; expected 'static'"):
        StaticTagger(copied)


def test_a_config_that_vouches_for_no_tables_is_refused(copied):
    change(copied, files={"tokenizer.json": ""})

    with pytest.raises(TaggerError, match=r"names no tables\.npz"):
        StaticTagger(copied)


def test_tables_that_do_not_fit_the_tokenizer_are_refused(copied):
    with np.load(copied / "tables.npz") as file:
        arrays = dict(file)
    np.savez(copied / "tables.npz", **arrays | {"pieces": arrays["pieces"][1:], "weight": arrays["weight"][1:]})
    change(copied)

    with pytest.raises(TaggerError, match="holds 15 pieces and 2 tags; expected 16"):
        StaticTagger(copied).predict_proba(read_transcript([("A", "fine")]))


@pytest.mark.parametrize("arrays", [{}, {"pieces": np.array([{}])}, dict.fromkeys(static_tagger.SHAPES, 1)])
def test_tables_of_something_else_are_refused(copied, arrays):
    np.savez(copied / "tables.npz", **arrays)

    with pytest.raises(TaggerError, match=r"tables\.npz .*; expected"):
        StaticTables.read(copied / "tables.npz")


def test_a_folder_of_something_else_is_not_written_over(net, tokenizer, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(TaggerError, match="holds something else"):
        write_static(net, tmp_path, tokenizer=tokenizer, validation=frame(1), about={"name": "x", "tags": list(TAGS)})


def test_fitting_again_gives_the_same(tokenizer):
    read = Tokenizer.from_file(str(tokenizer))
    talks: list[Talk] = talks_of(frame(0, talks=4), TAGS)
    vectors = np.random.default_rng(0).normal(size=(read.get_vocab_size() + 2, 4)).astype(np.float32)
    recipe = replace(RECIPE, epochs=2, augment=True, dropout=0.3)

    one, other = (
        fit_static(talks, read, vectors=vectors, labels={"tags": slice(0, 2)}, recipe=recipe).arrays(slice(None))
        for _ in range(2)
    )

    assert all((one[name] == other[name]).all() for name in one)
