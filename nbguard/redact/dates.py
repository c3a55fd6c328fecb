"""Makes dates of birth coarse: the year stays, month and day become January the first, written as they were."""

from __future__ import annotations

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import lazy_regex

_PIECE = lazy_regex(r"\d+|[^\W\d_]+")
_YEAR_FIRST = lazy_regex(r"(?:19|20)\d\d")
_PLAIN = lazy_regex(r"((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def first_of_january(value: str) -> str:
    """A date with its year, its layout and its time of day; what isn't one stays as it is."""
    if plain := _PLAIN.fullmatch(value.strip()):
        return value.replace(plain[0], plain[1] + "0101")
    pieces = list(_PIECE.finditer(value))[:3]
    if len(pieces) < 3:
        return value
    words = [piece for piece in pieces if not piece[0].isdigit()]
    numbers = [piece for piece in pieces if piece[0].isdigit()]
    if len(words) > 1 or (words and len(numbers) != 2):
        return value
    year = next((piece for piece in numbers if _YEAR_FIRST.fullmatch(piece[0])), numbers[-1])
    changes = {piece.span(): "1".zfill(len(piece[0])) for piece in numbers if piece is not year}
    if any(int(piece[0]) > 31 for piece in numbers if piece is not year):
        return value
    if words:
        changes[words[0].span()] = _january(words[0][0])
    made = value
    for (start, end), text in sorted(changes.items(), reverse=True):
        made = made[:start] + text + made[end:]
    return made


def _january(month: str) -> str:
    """January in the language of a month's name, as short as that is, in its case."""
    small = month.lower()
    for names in map(str.split, load_knowledge("people")["months"]):
        for name in names:
            if name == small or (len(small) >= 3 and name.startswith(small)):
                short = len(small) < len(name)
                return _like(names[0][: len(small)] if short else names[0], month)
    return _like("jan", month)


def _like(text: str, model: str) -> str:
    return text.upper() if model.isupper() else text.capitalize() if model[:1].isupper() else text
