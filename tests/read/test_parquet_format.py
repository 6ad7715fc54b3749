import io

import pandas as pd
import pytest

from labor_signals.errors import TranscriptError
from labor_signals.read import parquet_format
from labor_signals.read.source import Source

TALK = pd.DataFrame({"speaker": ["Ana", "Ben"], "text": ["NA", None], "human": [{"code": 1}, {"code": 2}]})


def as_bytes(frame, **options):
    stream = io.BytesIO()
    frame.to_parquet(stream, **options)
    return stream.getvalue()


def test_a_file_and_its_bytes_read_alike(tmp_path):
    path = tmp_path / "talk"
    TALK.to_parquet(path)
    for found in (Source(path=path), Source(given=path.read_bytes())):
        assert parquet_format.matches(found)
        raw = parquet_format.read(found)
        assert raw.format == "parquet"
        assert raw.frame["speaker"].tolist() == ["Ana", "Ben"]
        assert raw.frame["text"].isna().tolist() == [False, True]
        assert raw.frame["human"].tolist() == [{"code": 1}, {"code": 2}]


def test_a_named_index_is_a_column_and_an_unnamed_one_is_not():
    named = parquet_format.read(Source(given=as_bytes(TALK.set_index("speaker")))).frame
    assert sorted(named.columns) == ["human", "speaker", "text"]
    unnamed = parquet_format.read(Source(given=as_bytes(TALK.set_index(pd.Index([7, 9]))))).frame
    assert unnamed.columns.tolist() == TALK.columns.tolist()
    assert unnamed.index.tolist() == [0, 1]


def test_a_folder_reads_in_the_order_of_its_part_numbers(tmp_path):
    for number in (10, 2, 1):
        TALK.assign(text=f"part {number}").to_parquet(tmp_path / f"part-{number}.parquet")
    (tmp_path / "_SUCCESS").write_text("")
    found = Source(path=tmp_path)
    assert parquet_format.matches(found)
    assert parquet_format.read(found).frame["text"].tolist()[::2] == ["part 1", "part 2", "part 10"]


def test_of_a_score_run_only_the_utterances_are_read(tmp_path):
    for name in ("pairs", "speakers", "utterances"):
        (tmp_path / name).mkdir()
        TALK.assign(text=name).to_parquet(tmp_path / name / "0.parquet")
    assert parquet_format.read(Source(path=tmp_path)).frame["text"].tolist() == ["utterances"] * 2


def test_files_that_do_not_fit_each_other(tmp_path):
    TALK.to_parquet(tmp_path / "a.parquet")
    TALK.assign(text=pd.to_datetime(["2024-01-01"] * 2)).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(TranscriptError, match="with the same columns"):
        parquet_format.read(Source(path=tmp_path))


@pytest.mark.parametrize("given", [as_bytes(TALK)[:-20], b"PAR1", b"", b"PAR1" * 50, b"Ana: hi"])
def test_truncated_and_other_content_is_refused(given):
    with pytest.raises(TranscriptError, match="Parquet content cannot be read"):
        parquet_format.read(Source(given=given))


def test_a_folder_with_none(tmp_path):
    assert not parquet_format.matches(Source(path=tmp_path))
    with pytest.raises(TranscriptError, match=r"no \.parquet file in the folder"):
        parquet_format.read(Source(path=tmp_path))


def test_other_content_is_left_alone():
    assert not parquet_format.matches(Source(given=b"Ana: hi"))
    assert not parquet_format.matches(Source(given=b""))
