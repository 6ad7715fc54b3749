"""Short word lists that decide which parts of a name are looked for in talk, and how."""

from typing import Final

# Titles and particles: not part of a name by themselves.
TITLES: Final = frozenset(
    """
    mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr sr jr ii iii iv phd md esq herr
    frau señor señora doña monsieur madame mme mlle von van de der den del della di da la le el bin ibn
    """.split()  # noqa: SIM905  (a list of quoted words is hard to read)
)

# What transcripts write in place of a name. Said in talk, these words name nobody in particular.
GENERIC_LABELS: Final = frozenset(
    """
    user assistant system bot chatbot agent ai human model speaker participant person subject respondent seeker
    supporter helper listener persuader persuadee client patient therapist counselor counsellor doctor nurse
    teacher student coach mentor interviewer interviewee host guest caller operator moderator facilitator
    customer employee manager boss experimenter investigator researcher observer narrator target member partner
    husband wife spouse boyfriend girlfriend fiance fiancee mother father mom mum mommy mummy mama dad daddy
    papa parent child kid baby son daughter brother sister sibling grandmother grandfather grandma grandpa
    granny aunt uncle cousin friend neighbor neighbour colleague man woman boy girl male female adult me you he
    she they i we self unknown unidentified other others all everyone everybody group
    """.split()  # noqa: SIM905  (a list of quoted words is hard to read)
)

# Given names and surnames that are also everyday English words; own selection, to go with spaCy's English stop words
# (which hold "will" and "may"). In small letters they are taken as the word.
COMMON_NAMES: Final = frozenset(
    """
    amber angel april art august autumn baker ball ban banks barb basil bell best bill bird black bliss blue bo
    bob bond bowl branch brandy bridge bright brook brooks brown buck bud buddy burn bush butler can carol case
    chance charity chase chin chip christian chuck church clay cliff close colt constance cook cooper coral
    cross crystal daisy dale dang dash dawn day dean destiny dick do dolly don drew duke earl eve fair faith
    felicity fern field fields fish fisher flood flora flowers foot ford forest fox frank freeman frost garden
    gay gene ginger glen gold good grace grant grave gray green grey guy hall hand hank harmony hazel he head
    heath heather herb hill holly honey honor hood hope house hung hunt hunter iris ivy jack jade jasmine jay
    jewel joy judge june junior kay key keys kind king kitty knight lake lamb lance land lane laurel law lie
    lily line little long love low major man mark marsh mason max may me melody mercy merry miles mills min mine
    misty moon moss my noble norm olive opal page pansy park parks pat patience patsy pearl peg penny pierce
    piper pool pope poppy power powers price pride prince proud prudence queen race rain randy ray read red reed
    rice rich rivers rob robin rock rod rose rosemary royal ruby rush rusty sage sandy sang scout see serenity
    sharp she short silver singer skip sky small smart snow so song sonny speed spring star steel sterling stew
    stone storm street strong sue summer sun sunny swan sweet swift tad tang tanner ted temple terry to tom
    trinity troy true verity victor violet virtue wade walker wall wan ward warren waters weaver wells west
    white wild will willow wind winter wise wolf won wood woods woody worth yes you young
    """.split()  # noqa: SIM905  (a list of quoted words is hard to read)
)
