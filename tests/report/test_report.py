import json

import numpy as np
import pandas as pd
import pytest

import labor_signals as ls
from labor_signals.codebook import TAGS
from labor_signals.report.build_report import build_report

HOSTILE = "<script>alert('x')</script>"


def report_of(frame):
    tagged = ls.TaggedTranscript.from_codes(frame)
    return build_report(tagged, ls.aggregate_asymmetry(tagged))


@pytest.fixture
def report():
    frame = pd.DataFrame(
        {
            "speaker": ["Ana", "Ben", "Ana", "Ben"],
            "text": ["What is wrong?", "Nothing.", "I'm sorry.", f"ok {HOSTILE}"],
            "mood": pd.Categorical(["low", "low", "mid", "mid"]),
            "when": pd.to_datetime(["2024-01-01", None, "2024-01-02", "2024-01-03"]),
            "nested": [{"a": 1}, None, [np.int64(2)], "x"],
        }
    )
    codes = {tag: [0.0] * 4 for tag in TAGS} | {
        "initiating": [1, 0, 0, 0],
        "withdrawing": [0, 1, 0, 0],
        "soothing": [0, 0, 1, 0],
    }
    return report_of(frame.assign(**codes))


def test_tables_of_one_report_belong_together(report):
    assert len(report.utterances) == 4
    assert report.utterances.tag.tolist() == ["initiating", "withdrawing", "soothing", "none"]
    assert report.speakers.labor.tolist() == [2, 0]
    assert report.pairs.load_asymmetry.tolist() == [1, -1]


def test_summary_names_who_carries_and_what_is_not_claimed(report):
    summary = report.summary()
    assert "Ana -> Ben: load asymmetry +1.00" in summary
    assert "no interval: too few utterances" in summary
    assert "Verdict: not enough evidence (2.0 expected acts" in summary
    assert "describe a conversation, not a person" in summary
    assert "human codes" in summary


def test_summary_of_talk_without_labor_or_without_a_second_speaker():
    nothing = pd.DataFrame({"speaker": ["A", "B"], **{tag: [0, 0] for tag in TAGS}})
    assert "no labor was found in either direction" in report_of(nothing).summary()
    assert "need two speakers" in report_of(nothing.assign(speaker="A")).summary()
    even = pd.DataFrame({"speaker": ["A", "B"], **{tag: [1, 1] for tag in TAGS}})
    assert "load asymmetry +0.00" in report_of(even).summary()


def test_to_dict_is_plain_json_with_a_schema_version(report):
    content = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert content["schema_version"] == "1.0"
    assert content["provenance"]["tagger"] == "human codes"
    assert content["pairs"][0]["load_low"] is None
    assert content["utterances"][1]["when"] is None
    assert content["utterances"][0]["nested"] == {"a": 1}
    assert len(content["utterances"]) == 4


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_save_and_read_back(report, tmp_path, kind):
    folder = report.save(tmp_path / "out", table_format=kind)
    back = getattr(pd, f"read_{kind}")(folder / f"pairs.{kind}")
    assert back.load_asymmetry.tolist() == [1, -1]
    utterances = getattr(pd, f"read_{kind}")(folder / f"utterances.{kind}")
    assert utterances.text.tolist() == report.utterances.text.tolist()
    about = json.loads((folder / "report.json").read_text())
    assert set(about["tables"].values()) == {path.name for path in folder.glob(f"*.{kind}")}


def test_save_overwrites_nothing(report, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="Nothing was written"):
        report.save(tmp_path)
    with pytest.raises(ValueError, match="'parquet' or 'csv'"):
        report.save(tmp_path / "new", table_format="xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_everything_hostile_is_escaped(tmp_path):
    frame = pd.DataFrame({"conversation_id": [HOSTILE] * 2, "speaker": [HOSTILE, "B"], "text": [HOSTILE, HOSTILE]})
    frame = frame.assign(**{tag: [1, 1] for tag in TAGS})
    page = report_of(frame).to_html(tmp_path / "page.html")
    assert "<script" not in page
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert "<script" not in report_of(frame)._repr_html_()


def test_page_shows_every_utterance_and_loads_nothing_from_outside(report):
    page = report.to_html()
    assert page.count('class="line"') == 4
    assert "http" not in page
    assert "+1.00" in page


def test_page_underlines_the_evidence():
    talk = [("Ben", "I feel so scared about the scan."), ("Ana", "I'm so sorry, that's awful.")]
    report = ls.analyze(talk, tagger="rules")
    spans = report.evidence
    assert len(spans)
    text = report.utterances.text
    first = spans.iloc[0]
    assert f">{text[first.row][first.start : first.end]}</mark>".replace("'", "&#39;") in report.to_html()


def test_plot_shows_each_speaker(report, tmp_path):
    figure = report.plot()
    timeline, amounts = figure.axes
    assert [label.get_text() for label in timeline.get_yticklabels()] == ["Ana", "Ben"]
    widths = [sum(bar.get_width() for bar in bars if bar.get_y() < 0.5) for bars in amounts.containers]
    assert sum(widths) == pytest.approx(2)
    assert figure._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(KeyError, match="no conversation"):
        report.plot("another")


def test_scores_of_other_tags_are_refused(report):
    other = ls.aggregate_asymmetry(ls.tag_utterances(ls.read_transcript([("A", "hi")]), tagger="rules"))
    with pytest.raises(ValueError, match="Aggregate again"):
        build_report(report.tagged, other)
