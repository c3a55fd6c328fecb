"""First names that are common in Europe, the Americas and India: they tell people from other capitalised words."""

from __future__ import annotations

import unicodedata
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge

# Letters that don't come apart into a letter and an accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "æ": "ae"})


@cache
def first_names() -> frozenset[str]:
    """The names, in small letters without accents."""
    return frozenset(name for names in load_knowledge("first_names").values() for name in names.split())


def has_first_name(value: str) -> bool:
    """Whether one of a name's words is a common first name."""
    folded = unicodedata.normalize("NFKD", value.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return any(word in first_names() for word in folded.replace("-", " ").replace(",", " ").split())
