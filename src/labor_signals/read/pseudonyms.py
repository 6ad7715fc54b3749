"""Stable pseudonyms for the people who talk, in the name columns and in what is said."""

import hashlib
import hmac
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Final

import pandas as pd

from labor_signals.notes import Note
from labor_signals.read.name_words import COMMON_NAMES, GENERIC_LABELS, TITLES

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
SHORTEST: Final = 6
LONGEST_SAID: Final = 100  # characters of a name that is looked for in text

WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
BETWEEN: Final = re.compile(r"[\s_.,]+")
SPELLED: Final = {" ": r"[\s_.,]*", "'": "['’]"}
# After a name: no letter, no accent that would make another letter of the last one, no "n't" ("Don" in "Don't").
NAME_END: Final = r"(?![\w\u0300-\u036f]|['’]t\b)"

Tree = dict[str, "Tree"]


def pseudonymise(frame: pd.DataFrame, *, key: str) -> tuple[pd.DataFrame, Note]:
    """Replaces the names of speakers and addressees by pseudonyms such as `P-7K2QX9`.

    A pseudonym is the start of the HMAC-SHA256 of the name under the key, so one name gets the same one in every file
    that is read with the same key, whatever its case, accents' encoding or spacing. Should two names of a transcript
    get the same six characters, both get longer ones.

    In `text`, the full name and its parts are replaced as whole words, in any case, with or without accents, with `'s`
    and `@` left standing: "Maria Lopez", "maria's" and "@Lopez" all become the pseudonym of Maria Lopez. Not replaced
    are titles (Dr, Mrs), single letters, and labels that name a role (user, speaker, Mum), which name nobody; a handle
    such as cool_cat_99 is one name without parts. Names that are also everyday English words (Will, Hope, Mark) are
    replaced only where they are capitalised or follow an `@`: "will you" stays, "Will you" at the start of a sentence
    does not, for hiding too much is the safer error. Telling such ambiguous names from others follows Neamatullah et
    al. 2008, "Automated de-identification of free-text medical records", BMC Medical Informatics and Decision Making
    8:32.

    Where two people share a part of their names, it cannot be told which one is meant, and that part gets a pseudonym
    of its own: the one that somebody of just that name would have, and has where there is one.

    **Not anonymous yet.** Names of third persons, places, nicknames, misspellings, words joined to a name in languages
    that put no space between them, and all other columns are left as they are.

    Args:
        frame: Rows with `speaker` and `text`, and `addressee` where known. Not changed itself.
        key: A secret of your own. Whoever knows it can find out which pseudonym belongs to a name.

    Returns:
        A new frame, and a note that counts the names.
    """
    columns = [name for name in ("speaker", "addressee") if name in frame.columns]
    written = {str(name) for column in columns for name in frame[column].dropna().unique()}
    written.discard("")
    names = {name: _folded(name) for name in written}
    spoken = _spoken_forms(names.values())
    codes = _codes({*names.values(), *spoken.values()}, key)
    pseudonyms = {name: codes[folded] for name, folded in names.items()}
    new = frame.assign(**{column: frame[column].map(_by_name(pseudonyms), na_action="ignore") for column in columns})
    said = 0
    if spoken and "text" in frame.columns:
        replace = _replacer({form: codes[owner] for form, owner in spoken.items()})
        new["text"] = frame["text"].map(replace, na_action="ignore")
        if isinstance(frame["text"].dtype, pd.StringDtype):
            new["text"] = new["text"].astype(frame["text"].dtype)
        said = int((new["text"].ne(frame["text"]) & frame["text"].notna()).sum())
    what = (
        f"names of speakers and addressees were replaced by pseudonyms, also in {said:,} texts where they are said; "
        "other people's names and other columns were left as they are"
    )
    return new, Note("changed", len(set(pseudonyms.values())), what)


def _folded(name: str) -> str:
    """One spelling for all that differ in case, in how accents are encoded, or in spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).replace("’", "'").casefold().split())


def _by_name(pseudonyms: dict[str, str]) -> Callable[[object], str]:
    return lambda name: pseudonyms.get(str(name), "")


def _codes(names: set[str], key: str) -> dict[str, str]:
    """A pseudonym for each folded name; those that would be equal are lengthened until they differ."""
    secret = key.encode("utf-8", "surrogatepass")
    full = {}
    for name in names:
        digest = hmac.new(secret, name.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        bits = int.from_bytes(digest)
        full[name] = "".join(ALPHABET[bits >> shift & 31] for shift in range(251, 0, -5))
    length = dict.fromkeys(names, SHORTEST)
    while True:
        codes = {name: full[name][: length[name]] for name in names}
        clashes = {code for code, count in Counter(codes.values()).items() if count > 1}
        if not clashes:
            return {name: f"P-{code}" for name, code in codes.items()}
        length.update({name: length[name] + 1 for name, code in codes.items() if code in clashes})


def _spoken_forms(names: Iterable[str]) -> dict[str, str]:
    """What may be said for a name, and the folded name whose pseudonym it gets: a person's, or a shared part itself."""
    forms: dict[str, str] = {}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for name in sorted(set(names)):
        parts = _parts(name)
        if len(name) <= LONGEST_SAID and (parts or len(re.findall(r"\d", name)) > 5):
            forms[name] = name
        for part in sorted(parts):
            owners[part].add(name)
    for part, people in owners.items():
        forms.setdefault(part, next(iter(people)) if len(people) == 1 else part)
    for form, owner in [*forms.items()]:
        forms.setdefault(_without_accents(form), owner)
    return forms


def _without_accents(form: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", form) if not unicodedata.combining(letter))


def _parts(name: str) -> set[str]:
    """Words of a folded name that stand for the person when said alone."""
    owner = (
        name.split("@", maxsplit=1)[0] or name
    )  # of an e-mail address; a handle such as @ana has nothing before its @
    words: set[str] = set()
    for token in re.split(r"[\s.,/()@]+", owner):
        if not re.search(r"[\d_]", token):
            words.update(WORD.findall(token))
        elif not set(re.findall(r"[^\W\d_]+", token)) <= GENERIC_LABELS:  # user_1 is a label, cool_cat_99 one name
            words.add(token)
    return {word for word in words if len(re.findall(r"[^\W\d_]", word)) > 1} - TITLES - GENERIC_LABELS


def _replacer(codes: dict[str, str]) -> Callable[[object], object]:
    from spacy.lang.en.stop_words import STOP_WORDS  # noqa: PLC0415  (slow to import, needed here only)

    common = COMMON_NAMES | STOP_WORDS
    pattern = _pattern(codes)
    by_squashed = {BETWEEN.sub("", form): (code, form) for form, code in codes.items()}

    def pseudonym(found: re.Match[str]) -> str:
        at, said = found[1], found[2]
        code, form = by_squashed.get(BETWEEN.sub("", _folded(said)), ("", ""))
        joined_up = BETWEEN.search(form) is not None and BETWEEN.search(said) is None
        if not code or (not at and (joined_up or (form in common and not said[0].isupper()))):
            return found[0]
        return at + code

    return lambda text: pattern.sub(pseudonym, text) if isinstance(text, str) else text


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """All forms as whole words, with accents encoded either way and ß, which folding spells ss."""
    tree: Tree = {}
    for form in forms:
        for spelling in (form, form.replace("ss", "ß"), unicodedata.normalize("NFD", form)):
            node = tree
            for letter in BETWEEN.sub(" ", spelling):
                node = node.setdefault(SPELLED.get(letter) or re.escape(letter), {})
            node[""] = {}
    return re.compile(rf"(?<!\w)(@?)({_either(tree)}){NAME_END}", re.IGNORECASE)


def _either(tree: Tree) -> str:
    """A regular expression of a prefix tree: thousands of names then cost little more than a few."""
    branches = [letter + _either(rest) for letter, rest in tree.items() if letter]
    if len(branches) == 1 and "" not in tree:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in tree else ''}" if branches else ""
