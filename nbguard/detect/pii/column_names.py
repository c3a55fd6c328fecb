"""Knows what a column holds by its name, in the main European languages: ``knowledge/columns.toml``."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


def _pattern(category: Mapping[str, Any]) -> re.Pattern[str]:
    names = "|".join(category["names"].split()).replace("{who}", "|".join(_KNOWN["who"].split()))
    return kept_regex(rf"(?:.*_)?(?:{names})" if category.get("inside") else names)


_KNOWN = load_knowledge("columns")
_CATEGORIES = {name: _pattern(category) for name, category in _KNOWN["categories"].items() if "names" in category}
_CAMEL = lazy_regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = lazy_regex(r"[^a-z0-9]+")


def normalise(name: str) -> str:
    """A column's name in small letters without accents, its words joined by ``_``."""
    spaced = _CAMEL.sub("_", name.rpartition(".")[2] or name)
    folded = unicodedata.normalize("NFKD", spaced.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return _NOT_WORD.sub("_", folded.encode("ascii", "ignore").decode().lower()).strip("_")


@lru_cache(4096)
def categories_by_name(name: str) -> tuple[str, ...]:
    """What a column of this name can hold, most likely first; empty where the name says nothing."""
    if not name or len(name) > 60:
        return ()
    plain = normalise(name)
    found = tuple(category for category, pattern in _CATEGORIES.items() if pattern.fullmatch(plain))
    return found or (categories_by_name(plain[:-1]) if plain.endswith("s") else ())
