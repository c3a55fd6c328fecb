"""Tells a data set from results: whether a table without people in it has words that somebody wrote or collected.

Angles, counts, Hamiltonians, calibrations and learning curves are numbers under short labels. A data set has a column
of sentences, a column of many different words, or several columns of categories that aren't those of an experiment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.column_names import normalise
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.tables.table import Column, Table

# Words of a sentence, and what a cell of words is made of.
_WORD = lazy_regex(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]+|\b[aAI]\b|[^\x00-\u2fff]")
_WORDS = lazy_regex(r"[^\W\d_]+[.'’]?(?:[ ,/&'’-]{1,3}[^\W\d_]+[.'’]?){0,6}")
_LOWER = lazy_regex(r"[a-zß-ÿ]{2}|[^\x00-\u024f]")
_LIMITS: dict[str, float] = load_knowledge("columns")["data_sets"]
# Names of columns whose sentences a program wrote, and of those in which experiments keep words.
_LOGS, _LABELS = (frozenset(load_knowledge("columns")[name].split()) for name in ("logs", "labels"))


def is_data_set(table: Table) -> bool:
    """Whether a table holds what somebody wrote or collected, whatever it is about; its size isn't asked."""
    words = categories = 0
    for column in table.columns:
        kind = _kind_of(column)
        if kind == "sentences":
            return True
        words += kind == "words"
        categories += kind in ("words", "categories")
    return (words > 0 and len(table.columns) > 1) or categories >= _LIMITS["categories"]


def _kind_of(column: Column) -> str:
    """What a column is made of: sentences, words (many different ones), categories; else empty."""
    cells = [value for value in column.values if value]
    if len(cells) < 2:
        return ""
    name = normalise(column.name).split("_")
    different = dict.fromkeys(cells)
    texts = [value for value in different if _LOWER.search(value)]
    # Most columns are numbers, and end here.
    if len(texts) < 2 or len(texts) < _LIMITS["share"] * len(different):
        return ""
    if 2 * len(different) >= len(cells) and _most(texts, len(different), _is_sentence):
        return "" if not _LOGS.isdisjoint(name) else "sentences"
    if not _LABELS.isdisjoint(name) or not _most(texts, len(different), _WORDS.fullmatch):
        return ""
    enough = _LIMITS["different"]
    return "words" if len(different) >= min(enough, len(cells)) and len(cells) > enough // 2 else "categories"


def _most(texts: Sequence[str], of: int, test: Callable[[str], object]) -> bool:
    return sum(bool(test(value[:400])) for value in texts) >= _LIMITS["share"] * of


def _is_sentence(value: str) -> bool:
    """Whether a cell reads as language: some words, and not more marks than letters."""
    if len(_WORD.findall(value)) < _LIMITS["sentence"]:
        return False
    plain = sum(letter.isalpha() or letter in " .,;:!?'’\"-\n" for letter in value)
    return plain >= _LIMITS["letters"] * len(value)
