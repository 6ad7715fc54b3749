"""Who is spoken to: as given, certain with two people, otherwise inferred and marked as a guess."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.read.bad_rows import Problems
from labor_signals.records import IntArray

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False, kw_only=True)
class Addressees:
    """Who is spoken to.

    Attributes:
        parties: Speakers, then those who are only spoken to.
        addressee: (n,) position in `parties`, -1 where nobody is known.
        guessed: (n,) whether the addressee was inferred.
    """

    parties: pd.Index
    addressee: IntArray
    guessed: npt.NDArray[np.bool_]


def find_addressees(
    frame: pd.DataFrame,
    *,
    conversation: Codes,
    speaker: Codes,
    speakers: pd.Index,
    turn: npt.NDArray[np.int64],
    problems: Problems,
) -> Addressees:
    """Fills in who is spoken to.

    In this order: the column `addressee`; the speaker of the utterance that `reply_to` points to; the other one, where
    a conversation has exactly two parties; otherwise whoever else spoke last before, or, for those who open the
    conversation, whoever else speaks first. Only the last step is a guess, and is marked so.
    """
    given, parties = _given(frame, speakers)
    to_self = given == speaker
    problems.note("changed", to_self, "an addressee who is the speaker; taken as not given")
    addressee = np.where(to_self, -1, given)
    replied = _replied_to(frame, conversation, speaker)
    addressee = np.where((addressee < 0) & (replied != speaker), replied, addressee)
    others = _other_of_two(conversation, speaker, addressee, len(parties))
    addressee = np.where(addressee < 0, others, addressee)
    neighbours = _last_other_speaker(conversation, speaker, turn)
    guessed = (addressee < 0) & (neighbours >= 0)
    addressee = np.where(guessed, neighbours, addressee)
    problems.note("guessed", guessed, "the addressee, in talk of three or more: whoever else spoke last before")
    return Addressees(parties=parties, addressee=addressee.astype(np.int32), guessed=guessed)


def _given(frame: pd.DataFrame, speakers: pd.Index) -> tuple[Codes, pd.Index]:
    if "addressee" not in frame.columns:
        return np.full(len(frame), -1, dtype=np.intp), speakers
    names = frame["addressee"].astype("str").str.strip()
    names = names.mask(frame["addressee"].isna() | (names == ""))
    codes, found = pd.factorize(names)
    only_spoken_to = pd.Index(found).difference(speakers, sort=False)
    parties = speakers.append(only_spoken_to)
    lookup = np.append(parties.get_indexer(pd.Index(found)), -1)
    return lookup[codes], parties


def _replied_to(frame: pd.DataFrame, conversation: Codes, speaker: Codes) -> Codes:
    """(n,) the speaker of the utterance replied to, -1 where there is none or it is not in the source."""
    nobody = np.full(len(frame), -1, dtype=np.intp)
    if not {"reply_to", "utterance_id"} <= set(frame.columns):
        return nobody
    answers = frame["reply_to"].notna().to_numpy()
    ids = pd.MultiIndex.from_arrays([conversation, frame["utterance_id"].astype("str")])
    wanted = pd.MultiIndex.from_arrays([conversation[answers], frame["reply_to"][answers].astype("str")])
    known = np.flatnonzero(frame["utterance_id"].notna() & ~ids.duplicated())
    at = ids.take(known).get_indexer(wanted)
    nobody[answers] = np.where(at >= 0, speaker[known[at]] if len(known) else -1, -1)
    return nobody


def _other_of_two(conversation: Codes, speaker: Codes, addressee: Codes, parties: int) -> Codes:
    """(n,) the other party of conversations that have exactly two, -1 elsewhere."""
    named = addressee >= 0
    present = np.unique(
        np.concatenate([conversation * parties + speaker, conversation[named] * parties + addressee[named]])
    )
    count = np.bincount(present // parties, minlength=int(conversation.max()) + 1)
    total = np.zeros(len(count), dtype=np.intp)
    np.add.at(total, present // parties, present % parties)
    return np.where(count[conversation] == 2, total[conversation] - speaker, -1)


def _last_other_speaker(conversation: Codes, speaker: Codes, turn: npt.NDArray[np.int64]) -> Codes:
    """(n,) whoever else spoke last before; for those who open, whoever else speaks first; -1 for one speaker alone."""
    order = np.lexsort((turn, conversation))
    talk, who = conversation[order], speaker[order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (talk[1:] != talk[:-1]) | (who[1:] != who[:-1])
    run = np.cumsum(opens) - 1
    run_talk, run_who = talk[opens], who[opens]
    before = np.full(len(run_who), -1, dtype=np.intp)
    after = before.copy()
    same = run_talk[1:] == run_talk[:-1]
    before[1:][same] = run_who[:-1][same]
    after[:-1][same] = run_who[1:][same]
    answer = np.empty(len(order), dtype=np.intp)
    answer[order] = np.where(before >= 0, before, after)[run]
    return answer
