"""Finds single values that only their label makes personal: birth dates, passport numbers, names of customers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.first_names import has_first_name
from nbguard.detect.pii.stand_ins import stands_for_another
from nbguard.detect.pii.value_kinds import is_cast, is_date, is_dialable, is_person_name
from nbguard.detect.samples.hits import SampleHit
from nbguard.detect.word_search import WordSearch
from nbguard.lazy_regex import kept_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Characters around such a word in which label and value stand, and how far one
# look goes before the next begins.
_BEFORE, _AFTER, _STEP = 10, 150, 40
_COUNTING = "01234567890123456789"


def labelled_values(text: str, taken: Sequence[tuple[int, int]], is_file: bool = False) -> Iterator[SampleHit]:
    """The birth dates, passport numbers and names that stand behind a label and outside the spans in ``taken``; phone
    numbers as well where the text is no file (``is_file``).
    """
    places = _places_of_hints(text)
    for rule, kind in load_knowledge("prose")["labels"].items():
        if not any(word in places for word in kind["hints"]):
            continue
        if (is_file and not kind.get("in_files", True)) or re.search(kind.get("needs", ""), text) is None:
            continue
        pattern, test, done = _pattern(rule), _TESTS[kind["test"]], 0
        for word in kind["hints"]:
            least = 0
            for at in places.get(word, ()):
                if at < least:
                    continue
                found = pattern.search(text, max(0, at - _BEFORE), at + _AFTER)
                start, end = found.span(1) if found else (0, 0)
                if found and test(found[1]) and not any(first <= start < last for first, last in (*taken, (0, done))):
                    yield SampleHit(rule, start, end, found[1], kind["message"])
                    done = end
                least = max(at + _STEP, end)


def _places_of_hints(text: str) -> dict[str, list[int]]:
    """Where the hints of all labels stand, by hint."""
    places: dict[str, list[int]] = {}
    for start, _, number in _search().places_in(text):
        places.setdefault(_hints()[number], []).append(start)
    return places


@cache
def _hints() -> tuple[str, ...]:
    kinds = load_knowledge("prose")["labels"].values()
    return tuple(dict.fromkeys(word for kind in kinds for word in kind["hints"]))


@cache
def _search() -> WordSearch:
    return WordSearch(_hints())


@cache
def _pattern(rule: str) -> re.Pattern[str]:
    known = load_knowledge("prose")
    kind = known["labels"][rule]
    value = kind["value"].replace("{link}", known["label_link"])
    return kept_regex(rf"(?i)(?<![a-z])(?:{'|'.join(kind['labels'])}){value}")


def _is_birth_date(value: str) -> bool:
    year = re.search(r"(?:19|20)\d\d", value)
    return is_date(value) and (year is None or int(year[0]) <= 2020) and not stands_for_another("birth", value)


def _is_document(value: str) -> bool:
    digits = "".join(filter(str.isdigit, value))
    return not stands_for_another("passport", value) and digits not in _COUNTING and len(set(digits)) > 3


def _is_name(value: str) -> bool:
    return " " in value and is_person_name(value) and has_first_name(value) and not is_cast(value)


_TESTS: dict[str, Callable[[str], bool]] = {
    "birth date": _is_birth_date,
    "document": _is_document,
    "name": _is_name,
    "phone": is_dialable,
}
