"""labor_signals as a component of a spaCy pipeline: `nlp.add_pipe("labor_signals")`.

A `Doc` is a conversation, and each line of it an utterance. Who speaks comes from `doc._.speakers`, one name a line, or
from the context of `nlp.pipe(..., as_tuples=True)`: a list of names, or a dict with one under `speakers`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from labor_signals.errors import TranscriptError
from labor_signals.read.read_transcript import read_transcript
from labor_signals.tag.load_tagger import load_tagger
from labor_signals.tag.tag_utterances import tag_utterances

NAME: Final = "labor_signals"


class LaborSignals:
    """Tags the lines of a `Doc`.

    Sets `doc.spans["labor_signals"]`, one span a line and tag, labelled with the tag, and `span._.labor_signals` of
    every line (also of those that carry none), a dict of probabilities by tag. `doc._.utterances` are the lines.
    """

    def __init__(self, tagger: str, threshold: str | float) -> None:
        self._tagger = load_tagger(tagger, threshold=threshold)

    def __call__(self, doc: Doc) -> Doc:
        """Tags one conversation."""
        lines = doc._.utterances
        speakers = _speakers(doc, len(lines))
        doc.spans[NAME] = []
        if not lines:
            return doc
        talk = read_transcript([(name, line.text) for name, line in zip(speakers, lines, strict=True)])
        tagged = tag_utterances(talk, tagger=self._tagger)
        spans = []
        for line, weights, carried in zip(lines, tagged.probability, tagged.carried, strict=True):
            line._.labor_signals = dict(zip(tagged.tags, map(float, weights), strict=True))
            spans += [Span(doc, line.start, line.end, label=tagged.tags[k]) for k in np.flatnonzero(carried)]
        doc.spans[NAME] = spans
        return doc


@Language.factory(NAME, default_config={"tagger": "default", "threshold": "f1"}, assigns=["doc.spans"])
def make_component(nlp: Language, name: str, tagger: str, threshold: str | float) -> LaborSignals:  # noqa: ARG001
    """What `nlp.add_pipe("labor_signals", config={"tagger": ..., "threshold": ...})` adds."""
    return LaborSignals(tagger, threshold)


def _lines(doc: Doc) -> list[Span]:
    """Stretches of tokens between line ends, blank ones left out."""
    return list(_spans(doc))


def _spans(doc: Doc) -> Iterator[Span]:
    begin = 0
    for token in doc:
        if "\n" in token.text:
            if doc[begin : token.i].text.strip():
                yield doc[begin : token.i]
            begin = token.i + 1
    if doc[begin:].text.strip():
        yield doc[begin:]


def _speakers(doc: Doc, lines: int) -> Sequence[str]:
    """Names of the speakers: the extension's, else those of the context that the pipe was given."""
    context = getattr(doc, "_context", None)
    if isinstance(context, dict):
        context = context.get("speakers")
    found = doc._.speakers if doc._.speakers is not None else context
    if not isinstance(found, list | tuple) or len(found) != lines:
        count = len(found) if isinstance(found, list | tuple) else "no"
        raise TranscriptError(
            f"the Doc has {lines} lines and {count} speakers; expected one a line, in doc._.speakers or as the context "
            "of nlp.pipe(as_tuples=True)."
        )
    return found


if not Doc.has_extension("speakers"):
    Doc.set_extension("speakers", default=None)
if not Doc.has_extension("utterances"):
    Doc.set_extension("utterances", getter=_lines)
if not Span.has_extension(NAME):
    Span.set_extension(NAME, default=None)
