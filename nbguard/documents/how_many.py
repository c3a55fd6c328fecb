"""A number with the word for what it counts: ``1 commit``, ``2 branches``, ``3 entries``."""

from __future__ import annotations


def how_many(number: int, one: str) -> str:
    """The number and the word, of which ``one`` is the singular; no word with an irregular plural is asked for."""
    return f"{number} {one if number == 1 else _plural(one)}"


def _plural(one: str) -> str:
    if one.endswith("y"):
        return f"{one[:-1]}ies"
    return f"{one}es" if one.endswith("ch") else f"{one}s"
