"""How much of a text reads like words: what tells a random run of letters from a name."""

from __future__ import annotations

import re
from functools import cache
from math import log2

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.documents.structure.word_marks import MARKS
from nbguard.lazy_regex import lazy_regex

# Letters of one word: capitals in a row, or small letters with or without a capital in front.
_STRETCH = lazy_regex(r"[A-Z]{1,400}(?![a-z])|[A-Z]?[a-z]{1,400}")
# Letters as words of any language are written; whether they read like one hangs on the language.
_WRITTEN_AS_WORDS = lazy_regex(r"[\W_]*+(?:[A-Z]?[a-z]++[\W_]*+)++", re.ASCII)
# Words of a translation with an abbreviation or a number among them.
_WORDS_OF_LANGUAGE = lazy_regex(
    rf"(?=[^ -]{{1,200}}[ -])(?:[(\"{{]?+(?:[^\W_]|[{MARKS}]){{1,60}}+[)\"}}.,:;!?]{{0,4}}+(?:[ /-]|\Z))++"
)
_SHORTEST = 3
_LONG = 6


def entropy(value: str) -> float:
    """Shannon entropy of the characters of a value, in bits a character."""
    return -sum(share * log2(share) for share in (value.count(c) / len(value) for c in set(value))) if value else 0.0


def pair_score(word: str) -> float:
    """The mean likelihood of a word's pairs of letters: 0 is chance, English words lie between 0 and 3."""
    table = _pairs()
    word = word.lower()
    return sum(table.get(word[at : at + 2], 0) for at in range(len(word) - 1)) / max(1, len(word) - 1)


def wordy_share(value: str) -> float:
    """The share of a value's letters that stand in stretches which read like words; 0 where it has no letter."""
    limits = load_knowledge("values")["thresholds"]
    letters = wordy = 0
    for stretch in _STRETCH.findall(value):
        letters += len(stretch)
        limit = limits["word_score_long"] if len(stretch) >= _LONG else limits["word_score_short"]
        if len(stretch) >= _SHORTEST and pair_score(stretch) >= limit:
            wordy += len(stretch)
    return wordy / letters if letters else 0.0


def is_in_words(value: str) -> bool:
    """Whether letters of both cases are written as words are, a capital only in front: ``Radius-Gheimnis``."""
    if _WRITTEN_AS_WORDS.fullmatch(value) is None:
        return False
    stretches = _STRETCH.findall(value)
    least: float = load_knowledge("values")["thresholds"]["word_length"]
    return sum(map(len, stretches)) >= least * len(stretches)


def is_phrase(value: str) -> bool:
    """Whether a value is words of a language with more letters than ASCII's, and what stands among them."""
    return not value.isascii() and _WORDS_OF_LANGUAGE.fullmatch(value) is not None


@cache
def _pairs() -> dict[str, int]:
    rows = load_knowledge("values")["letters"]["pairs"]
    return {chr(97 + a) + chr(97 + b): int(rows[a][b]) - 5 for a in range(26) for b in range(26)}
