import json
import subprocess
import sys

import pandas as pd
import pytest

from labor_signals import cli

TALK = "Ana: What's wrong? You seem far away.\nBen: Nothing. I'm fine.\nAna: I'm sorry about last night.\n"


@pytest.fixture
def talk(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(TALK)
    return path


def test_analyze_prints_who_carries_what(talk, capsys):
    assert cli.main(["analyze", str(talk)]) == 0
    out = capsys.readouterr().out
    assert "Ana -> Ben: load asymmetry" in out


def test_json_is_one_object(talk, capsys):
    assert cli.main(["analyze", str(talk), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["utterances"]) == 3


def test_out_writes_tables_and_page_once(talk, tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    assert cli.main(["analyze", str(talk), "--out", str(out), "--table-format", "csv"]) == 0
    assert len(pd.read_csv(out / "utterances.csv")) == 3
    assert (out / "report.html").exists()
    # the second time it is refused before anything is tagged
    monkeypatch.setattr(sys.modules["labor_signals.analyze"], "analyze", None)
    assert cli.main(["analyze", str(talk), "--out", str(out)]) == cli.EXIT_CANNOT_WRITE
    assert "Nothing was written" in capsys.readouterr().err


def test_read_shows_what_was_understood(talk, capsys):
    assert cli.main(["read", str(talk), "--head", "1"]) == 0
    out = capsys.readouterr().out
    assert "format: script" in out
    assert "speakers: 2 (Ana, Ben)" in out
    assert "last night" not in out


def test_columns_and_pseudonyms(tmp_path, capsys):
    path = tmp_path / "talk.csv"
    path.write_text("who,said\nAna,Hello Ben\nBen,Hello Ana\n")
    arguments = ["read", str(path), "--column", "who=speaker", "--column", "said=text", "--pseudonym-key", "k"]
    assert cli.main(arguments) == 0
    assert "Ana" not in capsys.readouterr().out


def test_exit_codes_tell_what_went_wrong(tmp_path, capsys):
    assert cli.main(["analyze", str(tmp_path / "nothing.txt")]) == cli.EXIT_NO_INPUT
    (tmp_path / "junk.bin").write_bytes(bytes(range(256)) * 4)
    assert cli.main(["analyze", str(tmp_path / "junk.bin")]) == cli.EXIT_BAD_DATA
    (tmp_path / "talk.txt").write_text(TALK)
    assert cli.main(["analyze", str(tmp_path / "talk.txt"), "--tagger", "nobody"]) == 2
    assert "expected" in capsys.readouterr().err
    for wrong in (["analyze"], ["score", "x"], ["read", "x", "--column", "who"]):
        with pytest.raises(SystemExit) as exit_:
            cli.main(wrong)
        assert exit_.value.code == 2


def test_output_that_nobody_reads_to_the_end_is_no_error(talk):
    command = f"{sys.executable} -m labor_signals analyze {talk} --json | head -c 1"
    out = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert out.stdout == "{"
    assert out.stderr == ""


def test_version_and_help(capsys):
    for argument, expected in (("--version", "labor-signals 0."), ("--help", "exit codes:")):
        with pytest.raises(SystemExit) as exit_:
            cli.main([argument])
        assert exit_.value.code == 0
        assert expected in capsys.readouterr().out
