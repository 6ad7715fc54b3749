"""Tokens that the rules see: lower-cased, contractions split, spelling variants brought together.

The token patterns of the rules mostly ask for a token's NORM. Here it is decided what that is, so that `don't`, `dont`,
`DON’T` and `dinnae` are all the two tokens `do` `not`. Character positions are those of the text as it was said.
"""

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# Spelling variants, one target each: texting, speech-to-text, dropped g, some dialects.
NORMS: Final[dict[str, str]] = {
    variant: norm
    for norm, variants in {
        "not": "n't nt nae",
        "am": "'m m",
        "are": "'re re r",
        "will": "'ll ll wo",
        "have": "'ve ve",
        "is": "iz",
        "'s": "'s s",
        "'d": "'d d",
        "can": "ca",
        "do": "din",
        "shall": "sha",
        "want": "wan",
        "going": "gon goin",
        "to": "na ta",
        "give": "gim",
        "let": "lem",
        "you": "u ya ye yew",
        "your": "ur yer yr",
        "yourself": "urself",
        "ok": "k kk okay okey oki okie okey-dokey",
        "yes": "yeah yea yep yup yah yh aye",
        "no": "nah nope naw",
        "sorry": "sry soz sori",
        "love": "luv",
        "because": "bc cuz cos coz 'cause cause",
        "though": "tho",
        "really": "rly rlly",
        "please": "plz pls",
        "thanks": "thx ty tks cheers",
        "what": "wat wut wot",
        "that": "dat",
        "the": "da tha",
        "and": "n &",
        "mum": "mom mam mommy mummy mama",
        "tomorrow": "tmrw tmr tomoz 2moro",
        "about": "bout 'bout abt",
        "with": "w wiv",
        "trying": "tryna",
        "cmon": "c'mon",
        "honey": "hon hun",
        "realize": "realise",
        "realized": "realised",
        "apologize": "apologise",
        "myself": "meself maself",
        "nothing": "nothin nuttin nowt nuthin",
        "something": "somethin summat",
    }.items()
    for variant in variants.split()
} | {
    f"{stem}in": f"{stem}ing"
    for stem in [
        "talk",
        "feel",
        "say",
        "try",
        "be",
        "hav",
        "com",
        "mak",
        "think",
        "look",
        "worry",
        "cry",
        "hurt",
        "fight",
        "gett",
        "leav",
        "ask",
        "tell",
        "listen",
        "act",
        "do",
        "keep",
        "push",
        "hold",
        "hid",
        "carry",
        "stay",
        "runn",
        "shutt",
        "yell",
        "scream",
        "blam",
        "go",
    ]
}

# Words that spaCy leaves whole, split so that one pattern meets every spelling. `its` is split even where it is the
# possessive, which no rule asks for.
SPLITS: Final[dict[str, tuple[str, ...]]] = {
    "its": ("it", "s"),
    "nothings": ("nothing", "s"),
    "somethings": ("something", "s"),
    "lets": ("let", "s"),
    "wanna": ("wan", "na"),
    "gimme": ("gim", "me"),
    "lemme": ("lem", "me"),
    "dinnae": ("din", "nae"),
    "didnae": ("did", "nae"),
    "cannae": ("can", "nae"),
    "wasnae": ("was", "nae"),
    "isnae": ("is", "nae"),
    "whatcha": ("what", "cha"),
    "c'mon": ("c'mon",),
}

LONGEST_RUN: Final = 64  # characters without a space; spaCy takes quadratic time on endless ones

_APOSTROPHES = str.maketrans("’‘ʼ′`´＇", "'" * 7)
_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")


def make_language() -> "Language":
    """A blank English pipeline whose tokens carry the NORMs described above."""
    import spacy  # noqa: PLC0415  (slow to import; only the rules need it)
    from spacy.util import compile_infix_regex  # noqa: PLC0415

    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer
    # spaCy's own special cases carry NORMs that differ between spellings of one word; only the splits are kept.
    orth = spacy.symbols.ORTH
    splits = {word: tuple(part[orth] for part in parts) for word, parts in tokenizer.rules.items()}
    tokenizer.rules = {
        word: [{orth: part} for part in parts] for word, parts in (splits | SPLITS).items() if word == word.lower()
    }
    infixes = [*nlp.Defaults.infixes, r"(?<=[a-z])[.!?,;:…]+(?=[a-z])"]  # type: ignore[misc]
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    for variant, norm in NORMS.items():
        nlp.vocab[variant].norm_ = norm
    return nlp


def clean(text: str) -> str:
    """The text as the tokenizer gets it: same length, lower case, straight apostrophes, no endless runs."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow when lowered; positions must stay
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return _LONG_RUN.sub(_break_up, lowered.translate(_APOSTROPHES))


def _break_up(run: re.Match[str]) -> str:
    characters = list(run.group())
    characters[LONGEST_RUN :: LONGEST_RUN + 1] = " " * len(characters[LONGEST_RUN :: LONGEST_RUN + 1])
    return "".join(characters)


def tokenize(nlp: "Language", text: str, *, known: frozenset[str]) -> "Doc":
    """The tokens of one utterance.

    Args:
        nlp: From `make_language`.
        text: What was said.
        known: Words that the rules ask for; a drawn-out `sooooo` is read as the one among them it can stand for.
    """
    cleaned = clean(text)
    doc = nlp.tokenizer(cleaned)
    if _DRAWN_OUT.search(cleaned):
        _shorten(doc, known)
    return doc


def _shorten(doc: "Doc", known: frozenset[str]) -> None:
    for token in doc:
        if _DRAWN_OUT.search(token.text):
            twice = _DRAWN_OUT.sub(r"\1\1", token.text)
            once = _DRAWN_OUT.sub(r"\1", token.text)
            shorter = NORMS.get(twice, twice) if NORMS.get(twice, twice) in known else NORMS.get(once, once)
            token.norm_ = shorter
