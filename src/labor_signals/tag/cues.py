"""Counts cues in talk, such as the hedges and softeners that the containment measure needs."""

from functools import lru_cache
from typing import Final

import numpy as np

from labor_signals.errors import TaggerError
from labor_signals.records import IntArray, Transcript
from labor_signals.tag.conditions import SPAN_CONDITIONS
from labor_signals.tag.rule_files import CUE_PREFIX, read_rules, read_words
from labor_signals.tag.rule_matches import RuleMatcher
from labor_signals.tag.rule_tagger import CUES_FOLDER, RULES_FOLDER

CUES: Final = ("asked", "bid", "complaint", "feeling", "hedges", "tension")


def count_cues(transcript: Transcript, cue: str) -> IntArray:
    """How often each utterance holds a cue.

    Args:
        transcript: The talk.
        cue: One of `CUES`: `hedges` (softeners such as "maybe" or "I just thought"), `feeling` (a painful feeling
            or need told), `complaint`, `tension` (quarrel and cutting off), `bid` (a move towards the other),
            `asked` (a question how one is, beyond the greeting).

    Returns:
        (n,) numbers of separate pieces of text, in the transcript's order; 0 where there is none.

    Raises:
        TaggerError: There is no such cue.
    """
    if cue not in CUES:
        raise TaggerError(f"cue is {cue!r}; expected one of {', '.join(CUES)}.")
    matches = _matcher(cue).find(transcript.text)
    # Two rules on one word are one cue: count stretches of text, not rules.
    order = np.lexsort((matches.start, matches.row))
    row, start, end = matches.row[order], matches.start[order], matches.end[order]
    base = row * (int(end.max(initial=0)) + 1)  # lifts each utterance clear of the one before
    reach = np.maximum.accumulate(base + end)
    separate = np.r_[True, (base + start)[1:] >= reach[:-1]][: len(row)]
    return np.bincount(row[separate], minlength=len(transcript)).astype(np.int32)


@lru_cache(maxsize=len(CUES))
def _matcher(cue: str) -> RuleMatcher:
    rules = read_rules(CUES_FOLDER, conditions=SPAN_CONDITIONS, words=read_words(RULES_FOLDER))
    return RuleMatcher([rule for rule in rules if rule.tag == CUE_PREFIX + cue])
