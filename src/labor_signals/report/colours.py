"""One colour a tag, told apart by colour-blind readers too (Okabe and Ito 2008)."""

from typing import Final

_KNOWN: Final = {
    "initiating": "#0072B2",
    "soothing": "#009E73",
    "translating": "#CC79A7",
    "deflecting": "#E69F00",
    "withdrawing": "#D55E00",
}
_OTHERS: Final = ("#56B4E9", "#882255", "#999933", "#44AA99", "#332288")
NO_TAG_COLOUR: Final = "#BBBBBB"


def colours_of(tags: tuple[str, ...]) -> dict[str, str]:
    """The colour of each tag; tags that the codebook does not know get others, in turn."""
    unknown = [tag for tag in tags if tag not in _KNOWN]
    return {tag: _KNOWN[tag] if tag in _KNOWN else _OTHERS[unknown.index(tag) % len(_OTHERS)] for tag in tags}
