"""Tables that are computed when they are first asked for, from the report down."""

import pandas as pd
import pytest

import labor_signals as ls
from tests.talk import OWN_NAMES, own_talk

BY_PAIR = ("responsiveness", "pursue_withdraw", "repair", "prompted_labor", "silence", "slopes")


@pytest.fixture(scope="module", params=OWN_NAMES)
def report(request):
    return ls.analyze(own_talk(request.param))


@pytest.mark.parametrize("name", BY_PAIR)
def test_tables_by_pair_have_the_rows_of_pairs(report, name):
    table = getattr(report.asymmetry, name)
    keys = ["conversation_id", "from_speaker", "to_speaker"]
    assert table[keys].apply(tuple, axis=1).tolist() == report.pairs[keys].apply(tuple, axis=1).tolist()


@pytest.mark.parametrize("name", ["contact", "lumped", "containment"])
def test_tables_by_speaker_have_every_speaker(report, name):
    table = getattr(report.asymmetry, name)
    assert sorted(table.speaker) == sorted(report.speakers.speaker)


def test_tables_are_kept_once_computed(report):
    assert report.sequences is report.sequences
    assert set(report.sequences.given) == set(ls.TAGS)
    assert len(report.asymmetry.inequality) == report.pairs.conversation_id.nunique()
    assert set(report.trajectory.columns) >= {"window", "load_asymmetry"}


def test_dyads_pool_the_conversations(report):
    dyads = report.asymmetry.dyads()
    assert dyads.labor.tolist() == pytest.approx(report.pairs.labor.tolist())


def test_roles_take_each_conversation_as_a_dyad(report):
    roles = report.asymmetry.roles("speaker")
    assert roles.labor.sum() == pytest.approx(report.pairs.labor.sum())
    assert (roles.dyads == 1).all()


def test_change_points_take_the_windows(report):
    pytest.importorskip("ruptures")
    assert isinstance(report.asymmetry.change_points(), pd.DataFrame)


def test_exports_are_at_hand(report, tmp_path):
    assert len(report.actor_partner()) == len(report.pairs)
    assert report.to_sdis(tmp_path / "talk.sds").read_text(encoding="utf-8").rstrip().endswith("/")


def test_what_stands_in_a_log_is_short_and_quotes_nobody(report):
    shown = [repr(part) for part in (report, report.tagged, report.asymmetry, report.tagged.transcript)]

    assert max(map(len, shown)) < 250
    said = {word for text in report.utterances["text"] for word in str(text).split() if len(word) > 4}
    assert not said & {word for part in shown for word in part.split()}
    assert f"{len(report.utterances)} utterances" in shown[0]
    assert f"{len(report.pairs)} ordered pairs" in shown[2]
