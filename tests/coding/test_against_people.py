import json

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from statsmodels.stats.contingency_tables import Table2x2

from labor_signals.codebook import TAGS
from labor_signals.coding.against_people import (
    PREDICTED,
    against_people,
    associations,
    auc,
    labels_of,
    level_ranks,
    load_labelled,
    main,
    odds_ratio,
)
from labor_signals.datasets import DatasetError


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def strategy(name, code, times, **human):
    return [({"strategy": name, **human}, {"coder_a": code, "coder_b": code})] * times


def levels(reactions, code, times):
    given = {"emotional_reactions": reactions, "interpretations": 0, "explorations": 0}
    return [({"role": "responder", "levels": given}, {"coder_a": code})] * times


ESCONV = [
    *strategy("Affirmation and Reassurance", "soothing.comfort", 8),
    *strategy("Affirmation and Reassurance", "none", 4),
    *strategy("Information", "soothing.validate", 3),
    *strategy("Information", "=advising", 15),
    *strategy("Question", "initiating.deepen", 9),
    *[({}, {"coder_a": "soothing.comfort", "coder_b": "soothing.comfort"})] * 5,
]
EPITOME = [*levels(0, "none", 20), *levels(1, "soothing.comfort?", 8), *levels(2, "soothing.affirm", 4)]
PERSUASION = [
    ("persuader", {"strategies": ["emotion-appeal", "thank"]}, "none"),
    ("persuadee", {"strategies": ["thank"]}, "none"),
    ("persuadee", {}, "none"),
]


@pytest.fixture
def folders(tmp_path):
    folder, corpora = tmp_path / "annotated", tmp_path / "corpora"
    real = []
    for corpus, coded in (("esconv_dev", ESCONV), ("epitome_dev", EPITOME)):
        ids = [f"{corpus}_{number}" for number in range(len(coded))]
        said = [
            {"utterance_id": place, "speaker": "s", "human": human}
            for place, (human, _) in zip(ids, coded, strict=True)
        ]
        write(corpora / f"{corpus}.jsonl", said)
        real += [
            {"corpus": corpus, "utterance_id": place} | codes for place, (_, codes) in zip(ids, coded, strict=True)
        ]
    write(folder / "real" / "codes.jsonl", real)
    said = [{"utterance_id": f"p{k}", "speaker": who, "human": human} for k, (who, human, _) in enumerate(PERSUASION)]
    write(corpora / "persuasionforgood.jsonl", said)
    public = [{"corpus": "persuasionforgood", "utterance_id": f"p{k}", "coder_a": "none"} for k in range(3)]
    write(folder / "public" / "codes.jsonl", [*public, {"corpus": "plays", "utterance_id": "x", "coder_a": "none"}])
    return folder, corpora


def test_what_people_gave_is_read_in_every_form():
    assert labels_of({"strategy": "Question", "split": "dev"}) == {"Question"}
    assert labels_of({"strategies": ["thank", "closing"]}) == {"thank", "closing"}
    assert labels_of({"levels": {"emotional_reactions": 0, "explorations": 2}}) == {"explorations"}
    assert labels_of({"levels": {"emotional_reactions": 0}}) == frozenset()
    assert labels_of({"emotion": "Sad"}) == {"Sad"}
    assert labels_of({"split": "dev", "failed": False}) is None


def test_predicted_tags_are_those_of_the_codebook():
    assert {tag for _, tag in PREDICTED} <= set(TAGS)
    assert len(set(PREDICTED)) == len(PREDICTED)


def test_only_what_people_labelled_is_compared_and_roles_apart(folders):
    frame = load_labelled(*folders)
    assert frame.group.value_counts().to_dict() == {
        "esconv_dev": 39,
        "epitome_dev": 32,
        "persuasionforgood, persuader": 1,
        "persuasionforgood, persuadee": 1,
    }
    assert frame[frame.group == "epitome_dev"].emotional_reactions.max() == 2
    assert frame[frame.group == "esconv_dev"].emotional_reactions.isna().all()


def test_the_settled_code_counts_and_else_the_mean(tmp_path):
    codes = [
        {"coder_a": "none", "coder_b": "soothing.comfort", "settled": "translating.reflect?"},
        {"coder_a": "none", "coder_b": "soothing.comfort"},
    ]
    rows = [{"corpus": "esconv_dev", "utterance_id": str(k)} | row for k, row in enumerate(codes)]
    write(tmp_path / "real" / "codes.jsonl", rows)
    write(tmp_path / "public" / "codes.jsonl", [])
    said = [{"utterance_id": str(k), "speaker": "s", "human": {"strategy": "Question"}} for k in range(2)]
    write(tmp_path / "corpora" / "esconv_dev.jsonl", said)
    frame = load_labelled(tmp_path, tmp_path / "corpora")
    assert frame.soothing.tolist() == [0, 0.5]
    assert frame.translating.tolist() == [0.5, 0]


def test_counts_of_a_pair_and_its_ratio(folders):
    table = associations(load_labelled(*folders)).set_index(["group", "label", "tag"])
    row = table.loc[("esconv_dev", "Affirmation and Reassurance", "soothing")]
    assert row[["both", "label_only", "tag_only", "neither"]].tolist() == [8, 4, 3, 24]
    assert row.odds_ratio == pytest.approx(16)
    assert row.predicted
    assert not row.haldane
    assert "Question" not in table.index.get_level_values("label")  # nine, fewer than ten
    assert table.loc[("epitome_dev", "emotional_reactions", "soothing")].haldane


def test_doubtful_codes_can_be_left_out(folders):
    table = associations(load_labelled(*folders), given=0.75).set_index(["label", "tag"])
    assert table.loc[("emotional_reactions", "soothing"), "both"] == 4
    assert associations(load_labelled(*folders), least=100).empty


@pytest.mark.parametrize("cells", [[[8, 4], [3, 24]], [[1, 90], [40, 2]], [[300, 20], [10, 500]]])
def test_ratio_and_interval_equal_the_packages(cells):
    table = Table2x2(np.array(cells))
    assert odds_ratio(cells) == pytest.approx((table.oddsratio, *table.oddsratio_confint()))


@pytest.mark.parametrize("cells", [[[0, 4], [3, 24]], [[7, 0], [0, 9]]])
def test_a_zero_cell_is_corrected_after_haldane(cells):
    table = Table2x2(np.array(cells) + 0.5)
    assert odds_ratio(cells) == pytest.approx((table.oddsratio, *table.oddsratio_confint()))


@pytest.mark.parametrize("cells", [[[0, 0], [3, 24]], [[0, 5], [0, 9]]])
def test_what_never_occurs_has_no_ratio(cells):
    assert np.isnan(odds_ratio(cells)).all()


def test_auc_is_the_mann_whitney_statistic():
    generator = np.random.default_rng(0)
    tagged, untagged = generator.integers(0, 3, 40), generator.integers(0, 3, 70)
    counts = [np.bincount(levels, minlength=3) for levels in (tagged, untagged)]
    assert auc(*counts) == pytest.approx(mannwhitneyu(tagged, untagged).statistic / (40 * 70))
    assert auc([0, 0, 5], [3, 1, 0]) == 1
    assert auc([[1, 1, 1], [4, 0, 0]], [[1, 1, 1], [0, 4, 0]]).tolist() == [0.5, 0]


def test_levels_are_told_apart(folders):
    ranks = level_ranks(load_labelled(*folders))
    first = ranks[(ranks.mechanism == "emotional_reactions") & (ranks.tag == "soothing")].iloc[0]
    assert first[["of_level_0", "of_level_1", "of_level_2"]].tolist() == ["0/20", "8/8", "4/4"]
    assert first.auc == first.low == first.high == 1
    assert ranks.predicted.iloc[:3].all()
    assert ranks[ranks.tag == "withdrawing"].auc.isna().all()


def test_the_command_prints_figures_with_the_predicted_pairs_first(folders, capsys):
    main([str(folder) for folder in folders])
    text = capsys.readouterr().out
    assert text == against_people(*folders) + "\n"
    assert "given by language-model annotators" in text
    esconv = text[text.index("== esconv_dev") : text.index("== epitome_dev")]
    assert esconv.index("predicted by the codebook") < esconv.index("Affirmation") < esconv.index("others whose")
    assert "translating" not in esconv.partition("\n")[2]  # too rare a tag, and no pair predicted
    assert "nan" not in text.lower()


def test_what_is_missing_is_named(folders, tmp_path):
    folder, corpora = folders
    with pytest.raises(DatasetError, match=r"found no codes\.jsonl .* data/annotated"):
        load_labelled(tmp_path, corpora)
    with pytest.raises(DatasetError, match=r"found no esconv_dev\.jsonl"):
        load_labelled(folder, tmp_path)
    with pytest.raises(SystemExit, match=r"found no esconv_dev\.jsonl"):
        main([str(folder), str(tmp_path)])
    with pytest.raises(SystemExit, match="found 1 arguments; expected two folders"):
        main([str(folder)])
    write(corpora / "esconv_dev.jsonl", [{"utterance_id": "other", "speaker": "s", "human": {}}])
    with pytest.raises(DatasetError, match=r"'esconv_dev_0' in esconv_dev\.jsonl"):
        load_labelled(folder, corpora)


def test_codes_that_nobody_labelled_are_refused(tmp_path):
    write(tmp_path / "real" / "codes.jsonl", [])
    write(tmp_path / "public" / "codes.jsonl", [{"corpus": "plays", "utterance_id": "x", "coder_a": "none"}])
    with pytest.raises(DatasetError, match="no coded utterance that people labelled"):
        load_labelled(tmp_path, tmp_path)
