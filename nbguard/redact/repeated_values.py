"""Finds the values of tables again elsewhere: in a comparison, another table, an output. So joins keep working."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.pii.categories import CATEGORIES, IDS, categories_with
from nbguard.lazy_regex import lazy_regex
from nbguard.redact.replacements import NAMES, is_count, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = lazy_regex(r"(?<![^\W_])[^\W_]")
# Characters by which values are looked up.
_KEY = 3
# What a value stands between that counts only as a whole string or cell; nothing at an end of the text.
_LEFT, _RIGHT = frozenset(("", *"\"'>,;\t|\n")), frozenset(("", *"\"'<,;\t|\r\n\\"))
_ALONE = categories_with("alone") | IDS | NAMES
_LONG_ID, _LONG_NAME, _SHORT = 6, 5, 3


class Echoes:
    """Values that were replaced somewhere, to be found again."""

    def __init__(self) -> None:
        # By their first characters and by length, the longest first: looking up doesn't get slower with their number.
        self._values: dict[str, dict[int, dict[str, tuple[str, str, bool]]]] = {}
        self._seen: set[tuple[str, str]] = set()

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Echoes({len(self._seen)} values)"

    def learn(self, category: str, value: str) -> None:
        """Has a value looked for from now on, where it tells enough to be known again."""
        value = value.strip()
        if (category, value) in self._seen or is_missing(value):
            return
        self._seen.add((category, value))
        anywhere = _tells(category, value)
        if not anywhere and not _is_distinct(category, value):
            return
        start = _WORD.search(value)
        if start is None:
            return
        text = value[start.start() :]
        key = text[:_KEY].lower()
        by_length = self._values.setdefault(key, {})
        if len(text) not in by_length:
            by_length[len(text)] = {}
            self._values[key] = dict(sorted(by_length.items(), reverse=True))
        self._values[key][len(text)].setdefault(text.lower(), (category, text, anywhere))

    def find(self, text: str, weak: bool = True) -> Iterator[tuple[str, int, int]]:
        """Category and characters of each value in a text; ``weak``: also those that count only as a whole string."""
        if not self._values:
            return
        done = 0
        for word in _WORD.finditer(text):
            at = word.start()
            if at < done:
                continue
            for length, values in self._values.get(text[at : at + _KEY].lower(), {}).items():
                end = at + length
                found = text[at:end]
                known = values.get(found.lower())
                if known is None or text[end : end + 1].isalnum() or text[end : end + 1] == "_":
                    continue
                category, value, anywhere = known
                alone = weak and text[max(at - 1, 0) : at] in _LEFT and text[end : end + 1] in _RIGHT
                if anywhere or (alone and found == value):
                    yield category, at, end
                    done = end
                    break


def _tells(category: str, value: str) -> bool:
    """Whether a value is known again wherever it stands."""
    digits = sum(map(str.isdigit, value))
    if enough := CATEGORIES.get(category, {}).get("enough"):
        return digits + (category not in ("phone", "card")) * len(value) >= enough and (
            category != "address" or (digits > 0 and " " in value)
        )
    if category in IDS:
        plain = sum(map(str.isalnum, value))
        return plain >= _LONG_ID and digits > _SHORT and not is_count(category, value)
    return category in NAMES and " " in value and len(value) >= _LONG_NAME


def _is_distinct(category: str, value: str) -> bool:
    """Whether a value that stands alone in quotes is no common word of code."""
    if len(value) < _SHORT or category not in _ALONE:
        return False
    return not (value.isalpha() and value.islower()) and not (value.isdigit() and len(value) < _SHORT + 1)
