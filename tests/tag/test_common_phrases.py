"""Most of the commonest sentences of support, sulking and excuse, where something calls for them, carry their tag.

A newcomer tries these first. Talk written to avoid stock phrases had once left the tagger without most of them.
"""

import pandas as pd
import pytest

import labor_signals as ls

LOW = "I've been feeling really down since I lost my job last month."
ASKED = "Please talk to me. What's wrong?"
ACCUSED = "You hurt me when you said that in front of everyone."
PHRASES = {
    "initiating": (
        LOW,
        [
            "How does that make you feel?",
            "Why do you think you feel this way?",
            "How long have you been feeling this way?",
            "Can you tell me more about that?",
            "What's on your mind?",
            "Do you want to tell me what is bothering you?",
            "How are you holding up?",
        ],
    ),
    "soothing": (
        LOW,
        [
            "I'm so sorry to hear that.",
            "You're not alone in this.",
            "It's completely normal to feel that way.",
            "That must be really hard for you.",
            "I'm here for you.",
            "Everything will be okay.",
            "Don't be so hard on yourself.",
            "You are stronger than you think.",
            "I understand how you feel, I went through the same thing.",
        ],
    ),
    "translating": (
        LOW,
        [
            "It sounds like you're feeling overwhelmed right now.",
            "So you feel like nobody notices how hard you work?",
            "You seem to be feeling lonely.",
            "What I'm hearing is that you feel let down by them.",
            "So on the one hand you want to quit, and on the other you're afraid of what people will say.",
        ],
    ),
    "deflecting": (
        ACCUSED,
        [
            "I was just kidding.",
            "You're overreacting.",
            "Oh come on, it was a joke.",
            "I never said that.",
            "You're too sensitive.",
            "It's not a big deal.",
        ],
    ),
    "withdrawing": (
        ASKED,
        [
            "I don't want to talk about it.",
            "Just leave me alone.",
            "Forget it.",
            "Whatever.",
            "Can we not do this right now?",
        ],
    ),
}
ORDINARY = [
    ("Is the printer working again?", "Not yet. What happened to it?"),
    ("When do you close?", "I'm here until five."),
    ("Shall we meet on Tuesday?", "I'm fine with Tuesday."),
    ("I still owe you for the tickets.", "Don't worry, it's already paid."),
    ("Where do you want the second box?", "Just leave it on the desk."),
    ("We could eat at six.", "That sounds like a good plan."),
]


def _tags(said: list[tuple[str, str]]) -> list[set[str]]:
    """Tags of the last of four turns, each pair of sentences in a conversation of its own."""
    rows = [
        (f"c{number}", speaker, text)
        for number, (before, answer) in enumerate(said)
        for speaker, text in (("Ann", "Hi."), ("Bo", "Hi, how are you?"), ("Ann", before), ("Bo", answer))
    ]
    talk = ls.read_transcript(pd.DataFrame(rows, columns=["conversation_id", "speaker", "text"]))
    tagged = ls.tag_utterances(talk)
    return [{tag for tag, has in zip(tagged.tags, row, strict=True) if has} for row in tagged.carried[3::4]]


@pytest.mark.parametrize("tag", PHRASES)
def test_most_common_phrases_carry_their_tag(tag):
    before, phrases = PHRASES[tag]
    found = _tags([(before, said) for said in phrases])
    missed = [phrase for phrase, tags in zip(phrases, found, strict=True) if tag not in tags]
    assert len(missed) <= len(phrases) // 3, missed


def test_the_same_words_in_their_ordinary_sense_carry_none():
    assert not [said for said, tags in zip(ORDINARY, _tags(ORDINARY), strict=True) if tags]
