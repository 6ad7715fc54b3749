"""What WhatsApp itself writes into an export: notices, and marks in place of media and deleted messages.

English, German, Spanish, French, Italian, Dutch and Portuguese where the wording is known. On an iPhone such words also
begin with a left-to-right mark, which tells them in any language.
"""

import re
from typing import Final, Literal, NamedTuple

LEFT_TO_RIGHT: Final = "\u200e"
# Marks of writing direction and byte order, which show nothing.
UNSEEN: Final = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"

_SHOWS_NOTHING: Final = " \t\n\u00a0\u202f\u200e\u200f\ufeff"
_UNSEEN_RUN: Final = re.compile(f"[{UNSEEN}]+")

_NOTICE: Final = re.compile(
    r".*(?:end-to-end.encrypt|ende-zu-ende|bout en bout|extremo a extremo|ponta a ponta|end-to-end.versleuteld)"
    r"|.*\b(?:created (?:this )?group|added you|joined (?:using|from|via)|changed (?:the|this|their|to|your)"
    r"|security code|turned (?:on|off) disappearing|now an admin|no longer an admin|pinned a message|is a contact\b"
    r"|this business|deleted this group|reset this group|(?:un)?blocked this contact|is in your contacts)"
    r"|\S.{0,60}? (?:left|joined|was added|was removed)\.?$"
    r"|\S.{0,60}? (?:added|removed) \S.{0,60}$",
    re.IGNORECASE,
)
_SYSTEM_BEFORE_COLON: Final = re.compile(
    r".{1,60} (?:created group|changed (?:the|this) (?:subject|group|description|settings))\b"
)

_MEDIA: Final = re.compile(
    r"<(?:Media omitted|Medien ausgeschlossen|Multimedia omitido|Archivo omitido|Médias? omis|Media omess[io]"
    r"|Media weggelaten|Mídia oculta|Arquivo de mídia oculto|Ficheiro não revelado)>"
    r"|(?:image|video|audio|sticker|GIF|document|Contact card|video note|photo) omitted"
    r"|(?:Bild|Video|Audio|Sticker|GIF|Dokument|Kontaktkarte|Videonachricht) weggelassen"
    r"|<attached: [^<>\n]+>"
    r"|[^\n]{1,200}\.\w{2,5} \((?:file attached|Datei angehängt|archivo adjunto|fichier joint|file allegato"
    r"|bestand bijgevoegd|arquivo anexado|ficheiro anexado)\)",
)
# On an iPhone, in any language: the mark, then the placeholder, to the end of the text.
_MARKED_AT_END: Final = re.compile(rf"{LEFT_TO_RIGHT}(?:<[^<>\n]*>|[^\n{LEFT_TO_RIGHT}<>]{{1,40}})$")
_DELETED: Final = frozenset(
    (
        *("this message was deleted", "you deleted this message", "this message was deleted by admin"),
        *("diese nachricht wurde gelöscht", "du hast diese nachricht gelöscht"),
        *("se eliminó este mensaje", "eliminaste este mensaje"),
        *("ce message a été supprimé", "vous avez supprimé ce message"),
        *("questo messaggio è stato eliminato", "hai eliminato questo messaggio"),
        *("dit bericht is verwijderd", "u heeft dit bericht verwijderd"),
        *("mensagem apagada", "você apagou esta mensagem"),
    )
)
_LONGEST_DELETED: Final = 40
_EDITED: Final = re.compile(
    rf"{LEFT_TO_RIGHT}?<(?:This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje"
    r"|Ce message a été modifié|Questo messaggio è stato modificato|Dit bericht is bewerkt|Mensagem editada)\.?>$"
)


class Said(NamedTuple):
    """What a message comes to: the words of its sender, what stood in place of words, and whether it was edited."""

    text: str
    kind: Literal["words", "media", "deleted", "notice"]
    edited: bool


def told(body: str) -> Said:
    """The sender's own words in the text of a message, less what WhatsApp put in."""
    words, changes = _EDITED.subn("", body.rstrip())
    edited = changes > 0
    marked = words.startswith(LEFT_TO_RIGHT)
    bare = words.strip(_SHOWS_NOTHING)
    if marked and _NOTICE.match(bare):
        return Said("", "notice", edited)
    if len(bare) <= _LONGEST_DELETED and bare.rstrip(".").lower() in _DELETED:
        return Said("", "deleted", edited)
    first, _, caption = bare.partition("\n")
    if _MEDIA.fullmatch(first):
        return Said(caption.strip(_SHOWS_NOTHING), "media", edited)
    if marked and not bare.startswith("POLL:"):  # a poll's question is the sender's
        return Said(caption.strip(_SHOWS_NOTHING) if first.startswith("<") else "", "media", edited)
    if LEFT_TO_RIGHT in words and not marked and _MARKED_AT_END.search(words):
        return Said(_MARKED_AT_END.sub("", words).strip(_SHOWS_NOTHING), "media", edited)
    return Said(bare, "words", edited)


def sender_and_body(rest: str) -> tuple[str | None, str]:
    """The sender and the text of what follows a time; no sender where WhatsApp itself speaks."""
    line_end = rest.find("\n")
    first = rest if line_end < 0 else rest[:line_end]
    colon = first.find(": ")
    if colon < 0:
        marked = first.find(f":{LEFT_TO_RIGHT}")
        colon = marked if marked >= 0 else len(first) - 1 if first.endswith(":") else -1
    sender = _UNSEEN_RUN.sub("", first[:colon]).strip() if colon > 0 else ""
    if not 0 < len(sender) <= 100 or _SYSTEM_BEFORE_COLON.match(sender):
        return None, rest
    return sender, rest[colon + 1 :].removeprefix(" ")
