"""Talk invented for the tests, and how to tag it."""

import pandas as pd

from labor_signals.read.read_transcript import read_transcript

EVERYDAY = (
    (
        "Hey, how are you?",
        "Good, you?",
        "Not bad. Did you call the plumber?",
        "He's coming at four.",
        "Grand, I'll be home by then.",
    ),
    (
        "Want pizza?",
        "Sure, the one with olives.",
        "Anything to drink?",
        "Just water, thanks.",
        "OK, twenty minutes they say.",
    ),
    ("So the train leaves at six.", "Platform two?", "No, four.", "Right, let's go then.", "I've got the tickets."),
    ("Sorry, what time?", "Half nine.", "Cheers.", "No problem.", "See you tomorrow."),
    ("hi can i get a flat white", "sure, oat or regular", "oat please", "anything else", "no thats all", "4.50 please"),
    ("Congratulations on the new job!", "Thanks a million.", "When do you start?", "The first of May.", "Brilliant."),
    (
        "I need two waters and some firewood.",
        "I can give you one firewood.",
        "Deal, if I keep the food.",
        "Fine by me.",
        "Great doing business.",
    ),
    (
        "Good morning, class.",
        "Morning, miss.",
        "Open the book at page ten.",
        "Which exercise?",
        "The second one, please.",
    ),
    (
        "The printer is out of ink again.",
        "There's a box in the cupboard.",
        "Found it.",
        "Does it work now?",
        "It does, thank you.",
    ),
    ("Turn left at the church.", "Here?", "No, the next one.", "How long more?", "Ten minutes or so."),
    (
        "Did you see the match?",
        "Only the second half.",
        "What a goal!",
        "I know, from thirty yards.",
        "They deserved it.",
    ),
    ("It's raining again.", "Take the umbrella.", "Which one?", "The big one by the door.", "Got it, bye."),
    ("u around later", "ye bout 7", "cool il bring the drill", "nice one", "k see u then"),
)


def tag(tagger, *conversations):
    """Transcript, carried tags of each utterance, evidence; of lists of texts, or of (speaker, text)."""
    said = [
        (number, *(line if isinstance(line, tuple) else (("A", "B")[place % 2], line)))
        for number, conversation in enumerate(conversations)
        for place, line in enumerate(conversation)
    ]
    return tag_frame(tagger, pd.DataFrame(said, columns=["conversation_id", "speaker", "text"]))


def tag_frame(tagger, frame):
    transcript = read_transcript(frame)
    weights, evidence = tagger.predict_with_evidence(transcript)
    carried = [
        {name for name, weight in zip(tagger.tags, row, strict=True) if weight >= 0.5} for row in weights.tolist()
    ]
    return transcript, carried, evidence
