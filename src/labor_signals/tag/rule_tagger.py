"""The tagger made of readable rules: token patterns that a researcher can edit, with conditions on the talk before."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from labor_signals.codebook import TAGS
from labor_signals.errors import TaggerError
from labor_signals.records import FloatArray, Transcript
from labor_signals.tag.conditions import CONDITIONS, SPAN_CONDITIONS, BoolArray, Talk
from labor_signals.tag.rule_files import CUE_PREFIX, Rule, digest_of, read_rules, read_words
from labor_signals.tag.rule_matches import Matches, RuleMatcher

RULES_FOLDER: Final = Path(__file__).with_name("rules")
CUES_FOLDER: Final = Path(__file__).with_name("cues")

STRENGTH: Final = {"strong": 0.9, "weak": 0.6, "hint": 0.3}
THRESHOLD: Final = 0.5
OPENS_TALK: Final = "initiating"  # the tag that is a bid wherever it needs nothing said before


class RuleTagger:
    """Tags by rules, and shows the words behind each tag.

    A strong rule that fires gives its tag 0.9, a weak one 0.6, a hint 0.3; several rules for one tag combine as
    `1 - (1 - a)(1 - b)...`, so that two hints carry a tag and one does not; no rule gives 0. These numbers order
    utterances by how much speaks for a tag. **They are not calibrated probabilities**: of the utterances with 0.9, nine
    in ten need not carry the tag.

    Attributes:
        rules: The rules and the cues that their conditions look at.
        digest: SHA-256 (hex) of the rule files.
        name: What it is called in the provenance of a result.
        tags: The tags that the rules speak for: those of the codebook first, then others as they first appear.
        thresholds: (K,) all 0.5, so that one weak rule is enough, or two hints.

    Example:
        >>> from labor_signals.tag.rule_tagger import RuleTagger
        >>> RuleTagger.built_in().tags
        ('initiating', 'soothing', 'translating', 'deflecting', 'withdrawing')
    """

    def __init__(self, rules: Sequence[Rule], *, digest: str | None, name: str = "rules") -> None:
        used = [rule for rule in rules if not rule.is_cue]
        if not used:
            raise TaggerError("found no rule that speaks for a tag; expected at least one.")
        conditions = {name for rule in used for name in rule.when} - {*SPAN_CONDITIONS}
        cues = {cue for condition in conditions for cue in CONDITIONS[condition].cues}
        needed = [rule for rule in rules if rule.is_cue and rule.tag.removeprefix(CUE_PREFIX) in cues]
        _check_cues(needed)
        named = dict.fromkeys(rule.tag for rule in used)
        self.rules: tuple[Rule, ...] = (*used, *needed)
        self.digest = digest
        self.name = name
        self.tags: tuple[str, ...] = (
            *(tag for tag in TAGS if tag in named),
            *(tag for tag in named if tag not in TAGS),
        )
        self.thresholds: FloatArray = np.full(len(self.tags), THRESHOLD, dtype=np.float32)
        self._conditions = sorted(conditions)
        self._cues = sorted(cues)

    @classmethod
    def built_in(cls) -> "RuleTagger":
        """The rules that come with the library."""
        words = read_words(RULES_FOLDER)
        conditions = (*CONDITIONS, *SPAN_CONDITIONS)
        rules = read_rules(RULES_FOLDER, conditions=conditions) + read_rules(
            CUES_FOLDER, conditions=conditions, words=words
        )
        return cls(rules, digest=digest_of(RULES_FOLDER, CUES_FOLDER))

    @classmethod
    def from_folder(cls, path: str | PathLike[str]) -> "RuleTagger":
        """Your own rules: a folder of `*.jsonl` files, in the form of those in `labor_signals/tag/rules`.

        A cue (`cues.feeling` and so on) for which the folder has rules is found by them alone; the others are
        found by the rules that come with the library. Word lists in `words.json` of the folder come before the
        library's.

        Raises:
            TaggerError: No rules there, or a line that is none; says which file and line, and what is wrong.
        """
        folder = Path(path)
        if not any(folder.glob("*.jsonl")):
            raise TaggerError("found no rule files in the folder given; expected files named *.jsonl, one rule a line.")
        conditions = (*CONDITIONS, *SPAN_CONDITIONS)
        words = read_words(RULES_FOLDER)
        own = read_rules(folder, conditions=conditions, words=words)
        redefined = {rule.tag for rule in own if rule.is_cue}
        cues = read_rules(CUES_FOLDER, conditions=conditions, words=words)
        kept = tuple(rule for rule in cues if rule.tag not in redefined)
        tagger = cls(own + kept, digest=digest_of(folder, CUES_FOLDER), name="rules in a folder")
        _ = tagger._matcher  # so that a wrong pattern is found now
        return tagger

    def predict_proba(self, transcript: Transcript) -> FloatArray:
        """(n, K) weights in [0, 1], rows in the transcript's order; see the class on what they are not."""
        return self.predict_with_evidence(transcript)[0]

    def evidence(self, transcript: Transcript) -> pd.DataFrame:
        """One row a piece of text behind a tag: `row, tag, move, start, end, rule`, in order of row and start."""
        return self.predict_with_evidence(transcript)[1]

    def predict_with_evidence(self, transcript: Transcript) -> tuple[FloatArray, pd.DataFrame]:
        """Weights and evidence, from one pass over the text."""
        matches = self._matcher.find(transcript.text)
        fired = self._fired(transcript, matches)
        row, rule = matches.row[fired], matches.rule[fired]
        return self._weights(row, rule, len(transcript)), self._evidence(matches, fired)

    @cached_property
    def _matcher(self) -> RuleMatcher:
        return RuleMatcher(self.rules)

    @cached_property
    def _tag_of_rule(self) -> npt.NDArray[np.int64]:
        """Position in `tags`, -1 for cues."""
        return np.array([-1 if rule.is_cue else self.tags.index(rule.tag) for rule in self.rules], dtype=np.int64)

    def _requires(self, condition: str) -> BoolArray:
        return np.array([condition in rule.when for rule in self.rules], dtype=np.bool_)

    def _fired(self, transcript: Transcript, matches: Matches) -> BoolArray:
        """(matches,) whether all conditions hold and the rule speaks for a tag."""
        rule, order = matches.rule, transcript.talk_order
        rank = matches.row
        if order is not None:
            place = np.empty(len(order), dtype=np.int64)
            place[order] = np.arange(len(order))
            rank = place[matches.row]
        placed = {
            "at_start": matches.at_start,
            "at_end": matches.at_end,
            "whole": matches.at_start & matches.at_end,
        }
        fired = np.ones(len(rule), dtype=np.bool_)
        for condition, holds in placed.items():
            fired &= ~self._requires(condition)[rule] | holds
        # Conditions that look at no cue come first: a rule that they rule out marks no bid either.
        talk = Talk.of(transcript, cues={})
        for looks_at_cues in (False, True):
            if looks_at_cues:
                talk = replace(talk, cues=self._cue_columns(rule[fired], rank[fired], len(transcript)))
            for condition in self._conditions:
                required = self._requires(condition)[rule]
                if bool(CONDITIONS[condition].cues) == looks_at_cues and required.any():
                    fired &= ~required | CONDITIONS[condition].holds(talk)[rank]
        return fired & (self._tag_of_rule[rule] >= 0)

    def _cue_columns(self, rule: npt.NDArray[np.int64], rank: npt.NDArray[np.int64], n: int) -> dict[str, BoolArray]:
        """For each cue, (n,) in talk order. What initiating rules carry that look at no cue is a bid."""
        columns = {}
        for cue in self._cues:
            marks = np.array([one.tag == CUE_PREFIX + cue for one in self.rules], dtype=np.bool_)
            columns[cue] = np.zeros(n, dtype=np.bool_)
            columns[cue][rank[marks[rule]]] = True
        if "bid" in columns and OPENS_TALK in self.tags:
            opens = np.array(
                [one.tag == OPENS_TALK and not any(map(_looks_at_cues, one.when)) for one in self.rules], dtype=np.bool_
            )[rule]
            weights = self._weights(rank[opens], rule[opens], n)
            columns["bid"] |= weights[:, self.tags.index(OPENS_TALK)] >= THRESHOLD
        return columns

    def _weights(self, row: npt.NDArray[np.int64], rule: npt.NDArray[np.int64], n: int) -> FloatArray:
        doubt = np.array([1 - STRENGTH[one.strength] for one in self.rules])
        once = np.unique(row * len(self.rules) + rule)  # a rule that fires twice in an utterance counts once
        row, rule = np.divmod(once, len(self.rules))
        left = np.bincount(
            row * len(self.tags) + self._tag_of_rule[rule], weights=np.log(doubt[rule]), minlength=n * len(self.tags)
        )
        return (1 - np.exp(left)).reshape(n, len(self.tags)).astype(np.float32)

    def _evidence(self, matches: Matches, fired: BoolArray) -> pd.DataFrame:
        row, rule, start, end = (column[fired] for column in (matches.row, matches.rule, matches.start, matches.end))
        order = np.lexsort((rule, end, start, row))
        rule = rule[order]
        names = {
            name: pd.Index([getattr(one, name) for one in self.rules], dtype="str") for name in ("tag", "move", "id")
        }
        return pd.DataFrame(
            {
                "row": row[order],
                "tag": names["tag"].take(rule),
                "move": names["move"].take(rule),
                "start": start[order],
                "end": end[order],
                "rule": names["id"].take(rule),
            }
        )

    def __getstate__(self) -> dict[str, Any]:
        """Without the compiled patterns, which cannot be sent to another process and are made again there."""
        return {name: value for name, value in self.__dict__.items() if name != "_matcher"}


def _looks_at_cues(condition: str) -> bool:
    return condition in CONDITIONS and bool(CONDITIONS[condition].cues)


def _check_cues(cues: Sequence[Rule]) -> None:
    for rule in cues:
        if wrong := sorted({*rule.when} - {*SPAN_CONDITIONS}):
            raise TaggerError(
                f"{rule.place}: a cue asks for {', '.join(wrong)}; expected, for cues, only "
                f"{', '.join(SPAN_CONDITIONS)}."
            )
