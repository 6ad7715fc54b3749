"""What the codebook gives as examples, and some talk of our own, tagged as the codebook says."""

import pytest

from tests.tag.invented import tag

CARRIED = [
    ("initiating", [], "You've been quiet since dinner. What's going on?"),
    ("initiating", [], "I need to tell you something. I've felt lonely in this house."),
    ("initiating", [], "We never talk about what happened in March."),
    ("initiating", [], "You've got the scan tomorrow. Do you want me there?"),
    ("initiating", [], "Can we start over?"),
    ("initiating", [], "I miss us. Can we get an evening?"),
    ("initiating", ["She died in May. I was with her."], "What was that like for you?"),
    ("soothing", ["I'm so scared about tomorrow."], "It's going to be okay. I'm right here."),
    ("soothing", ["I'm so upset with my mother."], "Of course you're upset, anyone would be."),
    ("soothing", ["My cat died last night."], "I'm so sorry, that's awful."),
    ("soothing", ["You called me lazy in front of them. It hurt me."], "You're right, I shouldn't have said that."),
    ("soothing", ["Why are you yelling at me?"], "Let's both take a breath."),
    ("soothing", ["You always do this!"], "I don't want to fight with you."),
    (
        "translating",
        ["I came home with the trophy and they watched telly. I felt so small."],
        "So it felt like nobody had noticed.",
    ),
    ("translating", ["I want to stay, but I hate it here. I cry every Sunday."], "Sounds like you're torn."),
    (
        "translating",
        ["You never do the dishes! I'm sick of it."],
        "I don't think this is about the dishes. I think you felt dismissed.",
    ),
    ("translating", ["You never talk to me."], "I chase, you go quiet, and then I chase harder."),
    (
        "translating",
        ["Dad shouted at me again. I feel awful."],
        "What your dad was trying to say is that he's worried.",
    ),
    ("translating", ["You just ignored me all night."], "When I went silent I wasn't angry, I was ashamed."),
    ("deflecting", ["I feel like you don't hear me."], "You're overreacting."),
    ("deflecting", ["It hurt me that you forgot."], "It's not a big deal."),
    ("deflecting", ["You were late again and I was so upset."], "Well, you were late last week."),
    ("deflecting", ["My job is making me miserable."], "Just quit, then."),
    ("withdrawing", ["Can we talk about what you said?"], "I'm not doing this."),
    ("withdrawing", ["Can we talk about what you said?"], "Drop it."),
    ("withdrawing", ["You never listen to me."], "Whatever."),
    ("withdrawing", ["You never listen to me."], "Fine."),
    ("withdrawing", ["You never listen to me."], "Forget it."),
    ("withdrawing", ["You never listen to me."], "Do what you want."),
    ("withdrawing", ["I feel like we're drifting apart."], "I'm going to bed."),
    ("withdrawing", ["I feel like we're drifting apart."], "k"),
    ("withdrawing", ["I feel like we're drifting apart."], "I guess"),
    ("withdrawing", ["Are you okay? You've been so quiet."], "dunno"),
    ("withdrawing", ["Do you still love me?"], "mm"),
    ("withdrawing", ["Can we talk about us?"], "Not now."),
    ("withdrawing", ["Can we talk about us?"], "Maybe later."),
    ("withdrawing", ["You never listen to me."], "I don't care any more."),
    ("withdrawing", ["You never listen.", "Yes I do!"], "There's no point."),
    ("soothing", ["I feel so stupid for crying."], "that makes sense, anyone would"),
    ("translating", ["They kept asking and asking and I got so upset."], "you felt cornered"),
    ("soothing", ["I feel so scared about the exam."], "Don't worry, it'll be fine"),
    ("deflecting", ["I feel really hurt about what she said."], "Come on, it's nothing"),
    ("withdrawing", ["What's wrong? You seem upset."], "I'm fine."),
    ("initiating", [], "I feel like the maid here"),
    ("initiating", [], "I need you to ask me sometimes"),
    ("deflecting", ["You hurt me when you laughed."], "Sorry you feel that way"),
    ("initiating", [], "I miss you, come talk to me"),
    (
        "initiating",
        ["Hi! How can I help you today?"],
        "honestly ive been really depressed since my girlfriend broke up with me",
    ),
    ("initiating", ["How was work?"], "Grand. Listen, can we talk about last night?"),
    ("initiating", [], "hey u seem off today, everything ok?"),
    ("initiating", [], "I know the anniversary of his death is tomorrow. How are you holding up?"),
    ("initiating", ["I told him I was leaving and he just stared."], "How did you feel when he did that?"),
    ("initiating", [], "Is something bothering you? You hardly touched your food."),
    ("initiating", [], "There's something I've been meaning to tell you. I don't feel close to you anymore."),
    ("initiating", [], "When you look at your phone while I'm talking, I feel invisible."),
    (
        "soothing",
        ["i failed the exam and im so ashamed"],
        "hey, one exam doesn't define you. you did your best and im proud of you",
    ),
    ("soothing", ["My dad passed away on Monday."], "Oh my goodness, I am so sorry for your loss."),
    ("soothing", ["I'm really stressed with the kids and work."], "I can imagine how hard that must be"),
    ("soothing", ["You embarrassed me in front of everyone."], "I know. I was out of line and I'm sorry."),
    ("soothing", ["I'm terrified I'll lose you."], "I'm not going anywhere. I love you."),
    ("soothing", ["I can't stop crying."], "Come here. Let it out, love."),
    ("soothing", ["I feel like a burden."], "You could never be a burden to me."),
    ("soothing", ["i feel so alone"], "im here for you"),
    ("translating", ["He left without a word. I keep crying."], "It sounds like you feel abandoned."),
    (
        "translating",
        ["I shouted because you walked off!"],
        "I think we're both scared of losing this, and it comes out as shouting.",
    ),
    ("translating", ["She won't take my calls and it hurts."], "Maybe she's just scared of being hurt again."),
    ("translating", ["You never say you love me."], "I go quiet because I'm afraid of saying the wrong thing."),
    ("translating", ["everyone got invited but me, i feel awful"], "so you feel left out"),
    ("deflecting", ["You forgot my birthday."], "I've been busy at work, what do you want me to do?"),
    ("deflecting", ["I feel like you don't love me anymore."], "Oh come on, not this again."),
    ("deflecting", ["I feel so lonely when you're away."], "You think too much."),
    ("deflecting", ["You never help with the kids."], "That's not true, I did the school run on Tuesday."),
    ("deflecting", ["I'm really hurt by what you said."], "Relax, it was a joke."),
    ("deflecting", ["I've been feeling low lately."], "Everyone gets sad. Did you pay the gas bill?"),
    ("deflecting", ["I feel ignored by you."], "And what about you? You're always on your phone."),
    ("deflecting", ["What's wrong? Talk to me."], "Nothing. What's for dinner?"),
    ("withdrawing", ["We need to talk about us."], "I'm too tired for this."),
    ("withdrawing", ["You hurt me."], "I don't want to talk about it."),
    ("withdrawing", ["Please talk to me."], "leave me alone"),
    ("withdrawing", ["You always shut me out."], "I'm done talking about this."),
    ("withdrawing", ["Do you even care about me?"], "idk"),
    ("withdrawing", ["I miss how we were."], "ok"),
    ("withdrawing", ["You never come to bed anymore."], "I'll sleep on the couch."),
    ("withdrawing", ["I feel lost, can we talk?"], "we'll see"),
]

UNTAGGED = [
    ([], "Hey, how are you?"),
    (["Hey, how are you?"], "Good, you?"),
    ([], "Did you call the plumber?"),
    ([], "Want pizza?"),
    ([], "You never do anything."),
    (["The meeting moved."], "Sorry, what time?"),
    ([], "I'm tired"),
    ([], "So the train leaves at six"),
    ([], "You just don't care"),
    (["How many do you want?"], "I dunno"),
    (["Did you lock the door?"], "k"),
    (["Lunch at one?"], "Maybe later."),
    (["And then we drove to Galway and parked by the pier."], "mm"),
    (["What's wrong? You look upset."], "I feel so lonely since the move."),
]


@pytest.mark.parametrize(("expected", "before", "text"), CARRIED)
def test_carries_the_tag(rules, expected, before, text):
    _, carried, _ = tag(rules, [*before, text] if len(before) % 2 else ["Right so.", *before, text])
    assert expected in carried[-1]


@pytest.mark.parametrize(("before", "text"), UNTAGGED)
def test_carries_nothing(rules, before, text):
    _, carried, _ = tag(rules, [*before, text])
    assert carried[-1] == set()
