"""Conditions that a rule can set on the talk around it, each a small function over whole columns.

Every condition looks only at talk up to and including the utterance, and only within its conversation. A turn is an
unbroken run of utterances by one speaker; "the last four turns" are counted back from the turn of the utterance.
A condition that looks at cues names them; rules in `cues/*.jsonl` find them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from labor_signals.records import Transcript

BoolArray = npt.NDArray[np.bool_]
RECENT: Final = 4  # turns: how far back the codebook looks for something to deflect
GREETING: Final = 4  # turns that may still belong to hello and how are you
LONG: Final = 25  # words: few utterances of small talk and errands are as long
SUBSTANTIAL: Final = 20  # words of a turn that leaves more to answer than "mm"


@dataclass(frozen=True, eq=False)
class Talk:
    """Columns of a transcript in talk order, conversation after conversation.

    Attributes:
        conversation: (n,) which conversation.
        speaker: (n,) who speaks.
        words: (n,) how many words are said.
        cues: For each cue, (n,) whether the utterance holds it.
    """

    conversation: npt.NDArray[np.int32]
    speaker: npt.NDArray[np.int32]
    words: npt.NDArray[np.int32]
    cues: Mapping[str, BoolArray]

    @classmethod
    def of(cls, transcript: Transcript, *, cues: Mapping[str, BoolArray]) -> "Talk":
        """The columns of a transcript; `cues` are given in talk order."""
        order = transcript.talk_order
        conversation, speaker, words = transcript.conversation, transcript.speaker, _count_words(transcript.text)
        if order is None:
            return cls(conversation, speaker, words, cues)
        return cls(conversation[order], speaker[order], words[order], cues)

    @cached_property
    def _new_conversation(self) -> BoolArray:
        return _changes(self.conversation)

    @cached_property
    def _new_turn(self) -> BoolArray:
        return self._new_conversation | _changes(self.speaker)

    @cached_property
    def _turn(self) -> npt.NDArray[np.int64]:
        return np.cumsum(self._new_turn) - 1

    @cached_property
    def turns_before(self) -> npt.NDArray[np.int64]:
        """(n,) turns taken before this one in the conversation."""
        first_of_conversation = np.maximum.accumulate(np.where(self._new_conversation, self._turn, 0))
        return self._turn - first_of_conversation

    @cached_property
    def words_heard(self) -> npt.NDArray[np.int64]:
        """(n,) words of the turn before, 0 in the first of a conversation."""
        first = np.flatnonzero(self._new_turn)
        if not len(first):
            return np.zeros(0, dtype=np.int64)
        words = np.add.reduceat(self.words.astype(np.int64), first)
        before = np.r_[0, words[:-1]]
        before[self._new_conversation[first]] = 0
        heard: npt.NDArray[np.int64] = before[self._turn]
        return heard

    def any_of(self, *names: str) -> BoolArray:
        """(n,) whether the utterance holds any of these cues."""
        found = np.zeros(len(self.conversation), dtype=np.bool_)
        for name in names:
            found |= self.cues[name]
        return found

    def heard(self, *names: str, turns: int) -> BoolArray:
        """(n,) whether another speaker held one of these cues in the last `turns` turns before this one."""
        return self._before(self.any_of(*names), turns=turns, own=False)

    def held(self, *names: str, turns: int) -> BoolArray:
        """(n,) whether the speaker held one of these cues before, in this turn or in the last `turns` before it."""
        mark = self.any_of(*names)
        return self._before(mark, turns=turns, own=True) | self._earlier_in_turn(mark)

    def _before(self, mark: BoolArray, *, turns: int, own: bool) -> BoolArray:
        first = np.flatnonzero(self._new_turn)
        if not len(first):
            return np.zeros(0, dtype=np.bool_)
        marked = np.logical_or.reduceat(mark, first)
        speaker, conversation = self.speaker[first], self.conversation[first]
        found = np.zeros(len(first), dtype=np.bool_)
        for back in range(1, min(turns, len(first) - 1) + 1):
            same = (speaker[:-back] == speaker[back:]) == own
            found[back:] |= marked[:-back] & same & (conversation[:-back] == conversation[back:])
        return found[self._turn]

    def _earlier_in_turn(self, mark: BoolArray) -> BoolArray:
        if not len(mark):
            return mark
        before: npt.NDArray[np.int64] = np.cumsum(mark) - mark
        return before > before[np.flatnonzero(self._new_turn)][self._turn]


@dataclass(frozen=True, slots=True)
class Condition:
    """A named condition.

    Attributes:
        holds: Says for each utterance, in talk order, whether it holds.
        cues: The cues that it looks at.
    """

    holds: Callable[[Talk], BoolArray]
    cues: tuple[str, ...] = ()


def after_feeling(talk: Talk) -> BoolArray:
    """Another speaker voiced feeling, need, complaint or a bid in the last four turns."""
    return talk.heard("feeling", "complaint", "bid", turns=RECENT)


def after_distress(talk: Talk) -> BoolArray:
    """Another speaker voiced a painful feeling in the last four turns."""
    return talk.heard("feeling", turns=RECENT)


def after_complaint(talk: Talk) -> BoolArray:
    """Another speaker complained or called to account in the last four turns."""
    return talk.heard("complaint", turns=RECENT)


def after_tension(talk: Talk) -> BoolArray:
    """Anyone complained, quarrelled or cut the other off in the last four turns, the speaker included."""
    names = ("complaint", "tension")
    return talk.heard(*names, turns=RECENT) | talk.held(*names, turns=RECENT)


def in_feeling_talk(talk: Talk) -> BoolArray:
    """Anyone voiced feeling, complaint, tension or a bid in the last four turns, the speaker included."""
    names = ("feeling", "complaint", "tension", "bid")
    return talk.heard(*names, turns=RECENT) | talk.held(*names, turns=RECENT)


def answers_bid(talk: Talk) -> BoolArray:
    """The previous turn, another speaker's, holds feeling, complaint or a bid."""
    return talk.heard("feeling", "complaint", "bid", turns=1)


def answers_distress(talk: Talk) -> BoolArray:
    """The previous turn, another speaker's, voices a painful feeling."""
    return talk.heard("feeling", turns=1)


def answers_call(talk: Talk) -> BoolArray:
    """The previous turn, another speaker's, calls for an answer: complaint, bid or check-in, and not only feeling."""
    return talk.heard("complaint", "bid", "asked", turns=1)


def answers_complaint(talk: Talk) -> BoolArray:
    """The previous turn, another speaker's, complains or calls to account."""
    return talk.heard("complaint", turns=1)


def answers_check_in(talk: Talk) -> BoolArray:
    """The previous turn, another speaker's, asks how one is, beyond the greeting."""
    return talk.heard("asked", turns=1)


def unasked(talk: Talk) -> BoolArray:
    """The previous turn did not ask how one is, so that a feeling told now is an opening and no answer."""
    return ~talk.heard("asked", turns=1)


def new_feeling(talk: Talk) -> BoolArray:
    """The speaker voiced no feeling in this turn or the last four before it: it is brought in now, not told on."""
    return ~talk.held("feeling", turns=RECENT)


def short(talk: Talk) -> BoolArray:
    """At most four words."""
    return talk.words <= 4


def brief(talk: Talk) -> BoolArray:
    """At most twelve words."""
    return talk.words <= 12


def long(talk: Talk) -> BoolArray:
    """At least 25 words."""
    return talk.words >= LONG


def answers_long(talk: Talk) -> BoolArray:
    """The previous turn, another speaker's, has at least 20 words."""
    return talk.words_heard >= SUBSTANTIAL


def under_way(talk: Talk) -> BoolArray:
    """At least four turns were taken before in this conversation, so that greetings are over."""
    return talk.turns_before >= GREETING


def not_first(talk: Talk) -> BoolArray:
    """Something was said before in this conversation."""
    return ~talk._new_conversation


def speaker_changed(talk: Talk) -> BoolArray:
    """The utterance before, in this conversation, is another speaker's."""
    return talk._new_turn & ~talk._new_conversation


_HEARD: Final = ("feeling", "complaint", "bid")

CONDITIONS: Final[dict[str, Condition]] = {
    "after_feeling": Condition(after_feeling, _HEARD),
    "after_distress": Condition(after_distress, ("feeling",)),
    "after_complaint": Condition(after_complaint, ("complaint",)),
    "after_tension": Condition(after_tension, ("complaint", "tension")),
    "in_feeling_talk": Condition(in_feeling_talk, (*_HEARD, "tension")),
    "answers_bid": Condition(answers_bid, _HEARD),
    "answers_distress": Condition(answers_distress, ("feeling",)),
    "answers_call": Condition(answers_call, ("complaint", "bid", "asked")),
    "answers_complaint": Condition(answers_complaint, ("complaint",)),
    "answers_check_in": Condition(answers_check_in, ("asked",)),
    "unasked": Condition(unasked, ("asked",)),
    "new_feeling": Condition(new_feeling, ("feeling",)),
    "short": Condition(short),
    "brief": Condition(brief),
    "long": Condition(long),
    "answers_long": Condition(answers_long),
    "under_way": Condition(under_way),
    "not_first": Condition(not_first),
    "speaker_changed": Condition(speaker_changed),
}

# Conditions on where the pattern stands in its utterance: but for punctuation and fillers, it covers the whole, begins
# it, or ends it. Decided where matches are found.
SPAN_CONDITIONS: Final = ("whole", "at_start", "at_end")


def _changes(column: npt.NDArray[np.int32]) -> BoolArray:
    """(n,) whether an entry differs from the one before; the first always does."""
    changed = np.ones(len(column), dtype=np.bool_)
    changed[1:] = column[1:] != column[:-1]
    return changed


def _count_words(text: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    counts = pc.fill_null(pc.count_substring_regex(text, r"[\pL\pN][\pL\pN'’]*"), 0)
    return np.asarray(counts.to_numpy(), dtype=np.int32)
