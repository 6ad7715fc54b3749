"""The five tags: names, definitions, moves, and which of them are labor and which avoid it.

The full codebook, with examples and the rules that tell neighbours apart, is `data/annotated/CODEBOOK.md`.
"""

from dataclasses import dataclass
from typing import Final, Literal

CODEBOOK_VERSION: Final = "1.2"

Kind = Literal["labor", "avoidance"]


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the codebook.

    Attributes:
        name: The tag as it stands in columns and files.
        kind: `labor` where the utterance does emotional work, `avoidance` where it turns away from it.
        definition: One sentence, as in the codebook.
        moves: The second-level moves by which the tag can be done.
    """

    name: str
    kind: Kind
    definition: str
    moves: tuple[str, ...]


CODEBOOK: Final[tuple[Tag, ...]] = (
    Tag(
        "initiating",
        "labor",
        "Opens, reopens or deepens emotional or relational contact, going beyond what the previous turn asked for.",
        ("check_in", "disclose", "name_issue", "notice", "propose", "deepen"),
    ),
    Tag(
        "soothing",
        "labor",
        "Works to lower the other's distress or the tension between the two.",
        ("comfort", "validate", "apologise", "deescalate", "affirm"),
    ),
    Tag(
        "translating",
        "labor",
        "Puts inner states, needs, intentions or a pattern into words so that they can be understood.",
        ("reflect", "beneath", "pattern", "mediate", "explain_self"),
    ),
    Tag(
        "deflecting",
        "avoidance",
        "Stays in the talk but turns it away from feeling, need or responsibility that was put on the table.",
        ("minimise", "joke", "change_subject", "defend", "correct", "fix", "lecture"),
    ),
    Tag(
        "withdrawing",
        "avoidance",
        "Lowers or ends one's own part in the emotional exchange.",
        ("refuse", "shut_down", "leave", "minimal", "postpone", "give_up"),
    ),
)

TAGS: Final[tuple[str, ...]] = tuple(tag.name for tag in CODEBOOK)
LABOR_TAGS: Final[tuple[str, ...]] = tuple(tag.name for tag in CODEBOOK if tag.kind == "labor")
AVOIDANCE_TAGS: Final[tuple[str, ...]] = tuple(tag.name for tag in CODEBOOK if tag.kind == "avoidance")
MOVES: Final[tuple[str, ...]] = tuple(f"{tag.name}.{move}" for tag in CODEBOOK for move in tag.moves)
NEIGHBOURING_ACTS: Final[tuple[str, ...]] = ("answering", "blaming", "advising", "courtesy")
NO_TAG: Final = "none"
