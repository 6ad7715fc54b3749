"""Evidence for the tags of any tagger, on request: the words without which it would be less sure of a tag."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from labor_signals.errors import SettingsError, TaggerError
from labor_signals.records import FloatArray, TaggedTranscript, Transcript, no_evidence
from labor_signals.tag.load_tagger import SHIPPED, TAGGERS, load_tagger
from labor_signals.tag.tag_utterances import DIGEST_DIGITS, tag_utterances
from labor_signals.tag.tagger import Tagger

RULE: Final = "occlusion"
"""What stands in the column `rule` of evidence found here."""
LEAST: Final = 0.25
"""Log-odds that the words must be worth more than: without them the odds of the tag fall by more than 22 %."""
CONTEXT: Final = 8
WINDOWS: Final = 64
"""Longer utterances are masked several words at a time, so that none is tagged more often than this and once whole."""
UTTERANCES_AT_ONCE: Final = 4096
EDGE: Final = 1e-6
"""Probabilities nearer to 0 or 1 count as this near, so that their log-odds are finite."""

KNOWN: Final = {model: name for name, model in SHIPPED.items()} | {name: name for name in TAGGERS}
WORD: Final = re.compile(r"\S+")

RowArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Masked:
    """One utterance with the talk before it, and the pieces of its text that are left out in turn.

    Attributes:
        row: Its position in the transcript.
        heard: Positions of the utterances before it that are read with it, and its own.
        text: What it says.
        windows: (start, end) of the words left out, in characters.
    """

    row: int
    heard: RowArray
    text: str
    windows: list[tuple[int, int]]

    def variants(self) -> list[str]:
        """The text whole, then without each window and the space behind it."""
        behind = [start for start, _ in self.windows[1:]] + [len(self.text)]
        cut = zip(self.windows, behind, strict=True)
        return [self.text, *((self.text[:start] + self.text[after:]).rstrip() for (start, _), after in cut)]


def find_evidence(
    tagged: TaggedTranscript,
    *,
    tagger: Tagger | str | PathLike[str] | None = None,
    rows: Iterable[int] | None = None,
    most: int = 3,
    least: float = LEAST,
    context: int = CONTEXT,
) -> TaggedTranscript:
    """Finds the words behind tags, for any tagger, by leaving them out one after another.

    Each word of an utterance that carries a tag is left out in turn, and the rest tagged again after the talk before it
    (later talk plays no part): up to 65 taggings. A word is worth the log-odds by which the tag's probability falls. A
    tag that hangs on no one word has none to show; an only word is always shown, as there is no tag without text.

    Args:
        tagged: Talk with the tags of a tagger.
        tagger: The one that gave the tags, as `load_tagger` takes it or as an object; `None` if the library's own.
        rows: Positions of the utterances to look at, from 0; all that carry a tag where left out.
        most: So many words at most are shown for an utterance and tag, those worth the most, neighbours joined into
            one span. In an utterance of more than 64 words, runs of words take the place of words.
        least: Words are shown that are worth more than this.
        context: How many utterances of the talk before are read with an utterance.

    Returns:
        A copy with evidence, its `rule` being `occlusion`. What the utterances looked at had is replaced.

    Raises:
        TaggerError: The tagger is not known or is another one than gave the tags, or there are no such rows.
        SettingsError: `most`, `least` or `context` is out of range.

    Example:
        >>> import labor_signals as ls
        >>> from labor_signals.tag.occlusion import find_evidence
        >>> tagged = ls.tag_utterances(ls.read_transcript([("Ben", "Okay. Whatever you say.")]), tagger="rules")
        >>> find_evidence(tagged).evidence[["row", "tag", "start", "end"]].values.tolist()
        [[0, 'withdrawing', 6, 18]]
    """
    if most < 1 or not least >= 0 or context < 0:
        raise SettingsError(f"most, least and context are {most}, {least}, {context}; expected 1, 0 and 0 or more.")
    chosen = _checked_rows(rows, len(tagged.transcript))
    model = _same_tagger(tagger, tagged)
    found = [
        (one.row, tag, *span)
        for block in _blocks(tagged, chosen, context)
        for one, odds in zip(block, _log_odds(block, tagged, model), strict=True)
        for tag in np.flatnonzero(tagged.carried[one.row]).tolist()
        for span in _strongest(odds[0, tag] - odds[1:, tag], one.windows, most=most, least=least)
    ]
    return replace(tagged, evidence=_put_in(_evidence(found, tagged.tags), tagged.evidence, chosen))


def _checked_rows(rows: Iterable[int] | None, n: int) -> RowArray:
    """Each row once, in order."""
    if rows is None:
        return np.arange(n)
    found = np.asarray(list(rows))
    if not found.size:
        return np.arange(0)
    if found.ndim != 1 or not np.issubdtype(found.dtype, np.integer):
        raise TaggerError(f"rows hold values of type {found.dtype}; expected positions of utterances, from 0.")
    if outside := int(((found < 0) | (found >= n)).sum()):
        raise TaggerError(f"{outside} of the {len(found)} rows are not in the transcript; expected 0 to {n - 1}.")
    return np.unique(found).astype(np.int64)


def _same_tagger(tagger: Tagger | str | PathLike[str] | None, tagged: TaggedTranscript) -> Tagger:
    """The tagger meant, if it is the one that gave the tags."""
    made = tagged.provenance
    if tagger is None:
        if made.tagger not in KNOWN:
            raise TaggerError(
                f"the tags are by {made.tagger!r}, which does not come with the library; expected tagger= to be the "
                "tagger that gave them: its folder, or an object with the members of the Tagger protocol."
            )
        tagger = KNOWN[made.tagger]
    model = load_tagger(tagger) if isinstance(tagger, str | PathLike) else tagger
    if not isinstance(model, Tagger):
        raise TaggerError(
            f"tagger is a {type(model).__name__}; expected an object with the members of the Tagger protocol."
        )
    digest = model.digest[:DIGEST_DIGITS] if model.digest else None
    if (model.name, digest, tuple(model.tags)) != (made.tagger, made.tagger_digest, tagged.tags):
        raise TaggerError(
            f"the tagger is {model.name!r} (digest {digest}), the tags are by {made.tagger!r} (digest "
            f"{made.tagger_digest}); expected the tagger that gave the tags: pass it as tagger=, or tag the talk again."
        )
    return model


def _blocks(tagged: TaggedTranscript, chosen: RowArray, context: int) -> Iterator[list[_Masked]]:
    """The chosen utterances that carry a tag, so many together as are tagged at once."""
    talk = tagged.transcript
    order = np.arange(len(talk)) if talk.talk_order is None else talk.talk_order
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    begins = np.searchsorted(talk.conversation[order], np.arange(len(talk.conversations)))
    block, size = list[_Masked](), 0
    for row in chosen[tagged.carried[chosen].any(axis=1)].tolist():
        at, text = int(place[row]), talk.text[row].as_py() or ""
        windows = _windows(text)
        if not windows:
            continue
        heard = order[max(int(begins[talk.conversation[row]]), at - context) : at + 1]
        needed = (1 + len(windows)) * len(heard)
        if block and size + needed > UTTERANCES_AT_ONCE:
            yield block
            block, size = [], 0
        block.append(_Masked(row, heard, text, windows))
        size += needed
    if block:
        yield block


def _windows(text: str) -> list[tuple[int, int]]:
    """The words of a text, or as many runs of words."""
    words = [match.span() for match in WORD.finditer(text)]
    width = -(-len(words) // WINDOWS) or 1
    runs = [words[at : at + width] for at in range(0, len(words), width)]
    return [(run[0][0], run[-1][1]) for run in runs]


def _log_odds(block: Sequence[_Masked], tagged: TaggedTranscript, tagger: Tagger) -> list[FloatArray]:
    """For each utterance, (1 + windows, K) of its text whole, then without each window."""
    variants = [one.variants() for one in block]
    heard = [one.heard for one, texts in zip(block, variants, strict=True) for _ in texts]
    last = np.cumsum([len(rows) for rows in heard]) - 1
    talk = _each_by_itself(tagged.transcript, heard, [text for texts in variants for text in texts])
    chance = np.clip(tag_utterances(talk, tagger=tagger).probability[last].astype(np.float64), EDGE, 1 - EDGE)
    odds = np.log(chance / (1 - chance)).astype(np.float32)
    return np.split(odds, np.cumsum([len(texts) for texts in variants])[:-1])


def _each_by_itself(talk: Transcript, heard: Sequence[RowArray], texts: Sequence[str]) -> Transcript:
    """A transcript in which each stretch of rows is a conversation, with another text for its last utterance."""
    rows, lengths = np.concatenate(heard), np.array([len(stretch) for stretch in heard])
    ends = np.cumsum(lengths)
    said = talk.text.take(rows).to_pylist()
    for end, text in zip(ends.tolist(), texts, strict=True):
        said[end - 1] = text
    return Transcript(
        conversations=pd.Index(range(len(heard))).astype("str"),
        parties=talk.parties,
        conversation=np.repeat(np.arange(len(heard), dtype=np.int32), lengths),
        speaker=talk.speaker[rows],
        addressee=talk.addressee[rows],
        addressee_guessed=talk.addressee_guessed[rows],
        turn=np.arange(len(rows)) - np.repeat(ends - lengths, lengths),
        text=pa.chunked_array([pa.array(said, talk.text.type)]),
        timestamp=talk.timestamp[rows],
        timezone=talk.timezone,
        start=talk.start[rows],
        end=talk.end[rows],
        extra=pd.DataFrame(index=pd.RangeIndex(len(rows))),
        format=talk.format,
    )


def _strongest(
    worth: FloatArray, windows: Sequence[tuple[int, int]], *, most: int, least: float
) -> Iterator[tuple[int, int]]:
    """The spans of the windows worth most, neighbours joined; of windows that are worth the same, the first."""
    first = np.argsort(-worth, kind="stable")[:most]
    kept = np.sort(first[worth[first] > least])
    if len(kept):
        for run in np.split(kept, np.flatnonzero(np.diff(kept) > 1) + 1):
            yield windows[run[0]][0], windows[run[-1]][1]


def _evidence(found: Sequence[tuple[int, int, int, int]], tags: Sequence[str]) -> pd.DataFrame:
    """The table of evidence, from (row, position of the tag, start, end)."""
    row, tag, start, end = zip(*found, strict=True) if found else ((), (), (), ())
    columns = {
        "row": row,
        "tag": [tags[position] for position in tag],
        "move": [""] * len(found),
        "start": start,
        "end": end,
        "rule": [RULE] * len(found),
    }
    return pd.DataFrame(columns).astype(no_evidence().dtypes.to_dict())


def _put_in(found: pd.DataFrame, before: pd.DataFrame, chosen: RowArray) -> pd.DataFrame:
    """What was found for the chosen rows, with what there was before for others, in order of row and start."""
    kept = before[~before["row"].isin(chosen)]
    both = pd.concat([kept, found]) if len(kept) else found
    return both.sort_values(["row", "start"], kind="stable", ignore_index=True)
