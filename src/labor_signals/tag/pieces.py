"""From the words of an utterance to word pieces: the same in training and at run time."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER_FILE: Final = "tokenizer.json"

UTTERANCE_PIECES: Final = 128
# A long turn keeps its beginning and its end, where most of its work is done.
HEAD_PIECES: Final = 88

# The vocabulary of the encoder has no emoji and no typographic quotes: they are spelled out.
_PLAIN: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "—": " - ", "–": " - "})
_EMOJI: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50]")
_FULL_STOP: Final = re.compile(r"(?<![.!?\s])\.\s*\Z")
_MODIFIERS: Final = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


def plain_text(text: str) -> str:
    """The text as the encoder reads it: emoji by name, plain quotes and dashes, without the full stop at its end.

    Whether a last full stop is set says who typed or transcribed the talk, and hardly what is done in it.
    """
    text = _FULL_STOP.sub("", text)
    if text.isascii():
        return text
    return _EMOJI.sub(_spoken, _MODIFIERS.sub("", text.translate(_PLAIN)))


def _spoken(found: re.Match[str]) -> str:
    return _name(found[0])


@lru_cache(maxsize=4096)
def _name(character: str) -> str:
    return f" {unicodedata.name(character, '').lower()} "


def load_tokenizer(path: Path) -> "Tokenizer":
    """The tokenizer of a model's folder, without padding, truncation or special pieces of its own."""
    from tokenizers import Tokenizer  # noqa: PLC0415  (loaded only where a model is used)

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "[SEP]" in talk is what somebody typed
    return tokenizer


def pieces_of(texts: Sequence[str], tokenizer: "Tokenizer") -> list[list[int]]:
    """Word pieces of every text, at most `UTTERANCE_PIECES` less one for the speaker's mark."""
    encoded = tokenizer.encode_batch_fast([plain_text(text) for text in texts], add_special_tokens=False)
    return [shortened(piece.ids) for piece in encoded]


def shortened(ids: list[int], limit: int = UTTERANCE_PIECES - 1, head: int = HEAD_PIECES) -> list[int]:
    """The beginning and the end of a text of too many pieces."""
    return ids if len(ids) <= limit else ids[:head] + ids[head - limit :]
