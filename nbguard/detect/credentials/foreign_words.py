"""Words for credentials with letters that ASCII hasn't, and how they stand in files."""

from __future__ import annotations

import json
from functools import cache

from nbguard.detect.credentials.name_words import FOREIGN_NAMES
from nbguard.detect.prefilter import Prefilter

# As people write them: in small letters, with a capital, in capitals.
FOREIGN_WORDS = tuple(
    dict.fromkeys(form for word in FOREIGN_NAMES for form in (word, word.capitalize(), word.title(), word.upper()))
)


def forms_of(word: str) -> tuple[str, str]:
    """How such a word stands in a file: as it is, and as JSON escapes it."""
    return word, json.dumps(word)[1:-1]


def foreign_places(text: str) -> list[int]:
    """The offsets of such words in a text, in order."""
    if text.isascii() and "\\u" not in text:
        return []
    raw = text.encode("utf-8", "surrogatepass")
    places, at, characters = [], 0, 0
    for end in sorted({end for _, end in _search().search(raw)}):
        characters += len(raw[at:end].decode("utf-8", "surrogatepass"))
        # Of a word's end, to say where it stands, its last character is as good as its first.
        places.append(characters - 1)
        at = end
    return places


@cache
def _search() -> Prefilter:
    return Prefilter([form for word in FOREIGN_WORDS for form in forms_of(word)], once_loaded=True)
