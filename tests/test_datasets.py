"""What a machine can check of the annotated data; counts and agreement come from the files, not from here."""

import importlib.util
import json
import shutil
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score as sklearn_kappa

import labor_signals as ls
from labor_signals.codebook import CODEBOOK, CODEBOOK_VERSION, TAGS
from labor_signals.coding.describe import describe
from labor_signals.coding.reliability import agreement, cohen_kappa, krippendorff_alpha
from labor_signals.datasets import DatasetError, load_annotated, load_public, load_real, load_shares, read_codes
from tests.talk import CORPORA, CORPUS_NAMES, NO_CORPORA

FOLDER = Path(__file__).parents[1] / "data" / "annotated"


def _making(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / "making" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def coded():
    return load_annotated(folder=FOLDER)


@pytest.fixture(scope="module")
def grid():
    return pd.DataFrame([json.loads(line) for line in (FOLDER / "grid.jsonl").read_text().splitlines()])


def test_ids_are_unique_and_turns_count_up(coded):
    assert coded.utterance_id.is_unique
    assert (coded.groupby("conversation_id").turn.diff().dropna() == 1).all()
    assert (coded.text.str.strip() != "").all()


def test_no_conversation_or_batch_crosses_a_split(coded):
    assert (coded.groupby("conversation_id").split.nunique() == 1).all()
    assert (coded.groupby("batch").split.nunique() == 1).all()
    assert set(coded.split) == {"train", "validation", "test"}


def test_codes_are_weights_of_known_tags(coded):
    weights = coded[list(TAGS)]
    assert ((weights >= 0) & (weights <= 1)).all(axis=None)
    assert (weights.max(axis=1) <= 0.5).mean() >= 0.65  # most talk carries no sure tag


def test_what_is_evaluated_on_was_coded_twice_or_waits_for_it(coded):
    held_out = coded[coded.split != "train"]
    assert held_out.coders.eq(2).mean() >= 0.6
    assert coded[coded.split == "train"].coders.eq(2).mean() >= 0.2


def test_every_code_file_is_in_order():
    check = _making("check_codes")
    for path in sorted((FOLDER / "codes").glob("*/batch_*.txt")):
        for line in path.read_text().splitlines():
            place, *codes = line.split()
            if codes[0] != "share" and codes != ["none"]:
                assert check.problem_of(codes) is None, f"{path.name} {place}"


def test_moves_of_the_checker_are_those_of_the_codebook():
    assert {tag.name: set(tag.moves) for tag in CODEBOOK} == _making("check_codes").MOVES
    assert f"Version {CODEBOOK_VERSION}" in (FOLDER / "CODEBOOK.md").read_text()


def test_grid_describes_what_was_written(coded, grid):
    sizes = grid.set_index("conversation_id").utterances
    counted = coded.groupby("conversation_id").size()
    assert (sizes[counted.index] == counted).all()
    speakers = grid.set_index("conversation_id").speakers.map(set)
    spoken = coded.groupby("conversation_id").speaker.agg(set)
    assert (spoken == speakers[spoken.index]).all()


def test_grid_is_as_varied_as_planned(grid):
    assert grid.topic.nunique() >= 120
    assert grid.everyday.mean() >= 0.25
    several, aimed = grid.speakers.map(len) > 2, grid.conversation_id >= "ls-03001"
    assert 0.07 <= several[~aimed].mean() <= 0.13
    assert several[aimed].mean() <= 0.5  # scenes, tables and group chats
    carried = grid.carrier.value_counts()
    assert abs(carried["first"] - carried["second"]) / (carried["first"] + carried["second"]) < 0.15


def test_no_two_conversations_are_near_duplicates():
    assert _making("overlap").shared_runs(FOLDER / "conversations", 12) == {}


def test_the_reader_reads_a_batch_as_it_is():
    path = sorted((FOLDER / "conversations").glob("batch_*.jsonl"))[0]
    talk = ls.read_transcript(path)
    assert talk.format == "jsonl"
    assert len(talk) == len(path.read_text().splitlines())


def test_coded_talk_aggregates_and_agrees_with_the_coders_shares(coded):
    shares = load_shares(folder=FOLDER).groupby("conversation_id").share.mean().dropna()
    frame = coded.drop(columns="timestamp", errors="ignore")
    pairs = ls.aggregate_asymmetry(ls.TaggedTranscript.from_codes(frame)).pairs
    first = frame.groupby("conversation_id").speaker.first()
    pairs = pairs[pairs.from_speaker == pairs.conversation_id.map(first)].set_index("conversation_id")
    both = pairs.join(shares, how="inner").dropna(subset=["load_asymmetry", "share"])
    assert len(both) > 100
    assert both.load_asymmetry.corr(both.share, method="spearman") > 0.8


def test_describe_prints_what_the_files_hold(coded):
    text = describe(FOLDER)
    assert f"{coded.conversation_id.nunique():,} conversations, {len(coded):,} utterances" in text
    assert "initiating" in text


def test_alpha_and_kappa_equal_the_packages():
    generator = np.random.default_rng(0)
    one = generator.random(500) < 0.2
    two = np.where(generator.random(500) < 0.1, ~one, one)
    assert krippendorff_alpha(one, two) == pytest.approx(
        krippendorff.alpha([one.astype(int), two.astype(int)], level_of_measurement="nominal")
    )
    assert cohen_kappa(one, two) == pytest.approx(sklearn_kappa(one, two))
    assert np.isnan(krippendorff_alpha(np.zeros(3, bool), np.zeros(3, bool)))


def test_agreement_resamples_conversations():
    codes = pd.DataFrame({"soothing": np.tile([1.0, 0, 0, 0], 50)})
    other = codes.copy()
    other.iloc[:20] = 0.0
    table = agreement(codes, other, conversation=np.repeat(np.arange(20), 10).astype(object)).iloc[0]
    assert table.one == 50
    assert table.alpha_low < table.alpha < table.alpha_high


def test_what_is_missing_or_wrong_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"splits\.json"):
        load_annotated(folder=tmp_path)
    with pytest.raises(DatasetError, match="'dev'"):
        load_annotated("dev", folder=FOLDER)
    shutil.copytree(FOLDER, tmp_path / "copy")
    path = sorted((tmp_path / "copy" / "codes" / "coder_a").glob("batch_*.txt"))[0]
    path.write_text("99999.0 soothing.comfort\n")
    with pytest.raises(DatasetError, match="ls-99999-000"):
        load_annotated(folder=tmp_path / "copy")


def test_doubt_counts_half(tmp_path):
    path = tmp_path / "batch.txt"
    path.write_text("00001.3 soothing.comfort translating.reflect?\n00001.4 =answering\n00001.5 none\n00001 share 70\n")
    assert read_codes(path) == {
        "ls-00001-003": {"soothing": 1.0, "translating": 0.5},
        "ls-00001-004": {},
        "ls-00001-005": {},
    }


def test_real_windows_hold_ids_alone_and_cross_no_split():
    windows = [json.loads(line) for line in (FOLDER / "real" / "windows.jsonl").read_text().splitlines()]
    codes = [json.loads(line) for line in (FOLDER / "real" / "codes.jsonl").read_text().splitlines()]
    assert {key for row in codes for key in row} <= {"corpus", "utterance_id", "coder_a", "coder_b", "settled"}
    for window in windows:
        whole = window["split"] == "check"  # posts with replies, for the comparison with people's labels
        assert 15 <= len(window["utterance_ids"]) <= 25 or whole
    ids = [place for window in windows for place in window["utterance_ids"]]
    assert len(ids) == len(set(ids)) == len(codes)
    talks = [(window["corpus"], window["utterance_ids"][0].rsplit("_", 1)[0]) for window in windows]
    assert len(set(talks)) == len(talks)
    check = _making("check_codes")
    for row in codes:
        for name in ("coder_a", "coder_b", "settled"):
            assert row.get(name, "none") == "none" or check.problem_of(row[name].split()) is None


@pytest.mark.skipif(not CORPUS_NAMES, reason=NO_CORPORA)
@pytest.mark.parametrize("split", ["real_validation", "real_test"])
def test_real_windows_load_with_the_corpora(split):
    frame = load_real(split, corpora=CORPORA, folder=FOLDER)
    assert len(frame) > 1_000
    assert frame.utterance_id.is_unique
    assert (frame[list(TAGS)].max(axis=1) > 0.5).mean() > 0.05


def test_missing_corpora_are_named(tmp_path):
    with pytest.raises(DatasetError, match=r"emorynlp\.jsonl"):
        load_real("real_validation", corpora=tmp_path, folder=FOLDER)
    with pytest.raises(DatasetError, match="'test'"):
        load_real("test", corpora=tmp_path, folder=FOLDER)


@pytest.mark.skipif(not CORPUS_NAMES, reason=NO_CORPORA)
def test_public_windows_load_with_the_corpora_and_are_not_of_the_evaluation_only_ones():
    frame = load_public(corpora=CORPORA, folder=FOLDER)
    assert frame.utterance_id.is_unique
    assert len(frame) > 9_000
    assert not {"esconv_dev", "epitome_dev", "emorynlp"} & set(frame.corpus)
    assert (frame[list(TAGS)].max(axis=1) <= 0.5).mean() > 0.65


def test_public_codes_are_ids_and_codes_alone():
    rows = [json.loads(line) for line in (FOLDER / "public" / "codes.jsonl").read_text().splitlines()]
    coders = ("coder_a", "coder_b")
    assert {key for row in rows for key in row} == {"corpus", "utterance_id", *coders}
    check = _making("check_codes")
    codes = [row[coder] for row in rows for coder in coders if coder in row]
    assert all(code == "none" or check.problem_of(code.split()) is None for code in codes)
