"""Which of very many values may stand in a text: to look for each of them in each of very many texts takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

# One of the two, in values and texts alike.
Text = TypeVar("Text", str, bytes)


class PossibleValues(Generic[Text]):
    """Values, none of them empty, by how they begin."""

    def __init__(self, values: Iterable[Text]) -> None:
        known = list(values)
        self._width = min(map(len, known), default=0)
        self._beginnings: dict[Text, list[Text]] = {}
        for value in known:
            self._beginnings.setdefault(value[: self._width], []).append(value)

    def in_text(self, text: Text) -> list[Text]:
        """Those that may stand in a text, the longest first: whoever replaces them cuts none."""
        begun = {text[at : at + self._width] for at in range(len(text) - self._width + 1)}
        possible = [value for begin in begun for value in self._beginnings.get(begin, ())]
        return sorted(possible, key=lambda value: (-len(value), value))

    def __repr__(self) -> str:
        """Shows no value."""
        return "PossibleValues()"
