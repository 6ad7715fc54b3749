import pytest
import spacy

from labor_signals import spacy_component  # noqa: F401  (what the entry point names)
from labor_signals.errors import TranscriptError

TEXT = "You've been quiet. What's going on?\n\nNothing. I'm fine.\nWhatever."
SPEAKERS = ["Ana", "Ben", "Ben"]


@pytest.fixture(scope="module")
def nlp():
    made = spacy.blank("en")
    made.add_pipe("labor_signals", config={"tagger": "rules"})
    return made


def test_lines_are_utterances_with_spans_and_weights(nlp):
    doc = next(doc for doc, _ in nlp.pipe([(TEXT, {"speakers": SPEAKERS})], as_tuples=True))

    assert [line.text for line in doc._.utterances] == [
        "You've been quiet. What's going on?", "Nothing. I'm fine.", "Whatever.",
    ]  # fmt: skip
    first = doc.spans["labor_signals"][0]
    assert (first.text, first.label_) == ("You've been quiet. What's going on?", "initiating")
    assert all(set(line._.labor_signals) >= {"initiating", "withdrawing"} for line in doc._.utterances)


def test_speakers_can_stand_on_the_doc(nlp):
    doc = nlp.make_doc(TEXT)
    doc._.speakers = SPEAKERS

    assert len(nlp(doc).spans["labor_signals"]) >= 1


@pytest.mark.parametrize("context", [None, ["Ana"], {"speakers": ["Ana", "Ben"]}])
def test_speakers_must_fit_the_lines(nlp, context):
    with pytest.raises(TranscriptError, match="the Doc has 3 lines"):
        list(nlp.pipe([(TEXT, context)], as_tuples=True))


def test_an_empty_doc_has_no_spans(nlp):
    doc = nlp.make_doc("")
    doc._.speakers = []

    assert len(nlp(doc).spans["labor_signals"]) == 0
