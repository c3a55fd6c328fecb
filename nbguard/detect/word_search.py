"""Where in decoded texts the words of a list stand, in one pass over each text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.prefilter import Prefilter
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class WordPlace(NamedTuple):
    """A word, by its number, and the offsets in the text at which it begins and ends."""

    start: int
    end: int
    word: int


class WordSearch:
    """Searches texts for words of ASCII, whatever the case of their letters.

    One search for each word takes ten times as long: a list has a hundred of them, and texts have few.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._lengths = tuple(map(len, words))
        self._prefilter = Prefilter(words, once_loaded=True)

    def places_in(self, text: str) -> list[WordPlace]:
        """Every place of every word, in order."""
        # One byte for each character, so that offsets are those of the text.
        hits = self._prefilter.search(text.encode("ascii", "replace"))
        lengths = self._lengths
        return sorted(WordPlace(end - lengths[word], end, word) for word, end in hits)
