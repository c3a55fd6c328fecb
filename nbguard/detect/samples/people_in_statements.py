"""Finds people by their names in statements: ``Q[("…", "…")] = 1``, ``add_edge("…", "…")``. A literal with such keys is
a table; a program that fills it line by line is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.samples.classify_table import are_people
from nbguard.detect.samples.hits import SampleHit, free
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from nbguard.detect.samples.hits import Spans

_NAME = r"[\"']([^\"'\n\d=;(){}\[\]]{4,48})[\"']"
# What stands in the brackets, found by its bracket; and what has to stand before a round one or behind a square one.
_NAMES = lazy_regex(rf"[\[(][\[( ]{{0,4}}{_NAME}(?:\s*+,\s*+{_NAME})?+")
_CALL = lazy_regex(r"(?:\.(?:add|set)_\w{1,30}|\b(?:Binary|Spin|Integer|binary_var|integer_var|Variable))\Z")
_ASSIGNED = lazy_regex(r"\s*+\)?+\s*+\]\s*+[-+*/|]?=(?!=)")
_BEFORE = 40


def people_in_statements(text: str, taken: Spans) -> Iterator[SampleHit]:
    """The people that statements of a text assign to or make nodes and variables of, as one hit."""
    found = [match for match in _NAMES.finditer(text) if _is_statement(text, match) and free(match.start(), taken)]
    names = {name for match in found for name in match.groups() if name}
    if are_people(names):
        start, end = found[0].start(), found[-1].end()
        yield SampleHit("sample-name", start, end, "\x1f".join(sorted(names)), f"{len(names)} people by name, as keys")


def _is_statement(text: str, names: re.Match[str]) -> bool:
    """Whether names in brackets are what is assigned to, or what a call makes a node or a variable of."""
    start = names.start()
    if text[start] == "[":
        return _ASSIGNED.match(text, names.end()) is not None
    return _CALL.search(text, max(0, start - _BEFORE), start) is not None
