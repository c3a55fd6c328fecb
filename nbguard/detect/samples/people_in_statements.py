"""Finds people by their names in statements: ``Q[("…", "…")] = 1``, ``add_edge("…", "…")``. A literal with such keys is
a table; a program that fills it line by line is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.samples.classify_table import are_people
from nbguard.detect.samples.hits import Hit, free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.samples.hits import Spans

_NAME = r"[\"']([^\"'\n\d=;(){}\[\]]{4,48})[\"']"
_PAIR = rf"{_NAME}(?:\s*+,\s*+{_NAME})?+"
_STATEMENT = re.compile(
    rf"\[\s*+\(?+\s*+{_PAIR}\s*+\)?+\s*+\]\s*+[-+*/|]?=(?!=)"
    rf"|(?:\.(?:add|set)_\w{{1,30}}|\b(?:Binary|Spin|Integer|binary_var|integer_var|Variable))\(\s*+{_PAIR}"
)


def people_in_statements(text: str, taken: Spans) -> Iterator[Hit]:
    """The people that statements of a text assign to or make nodes and variables of, as one hit."""
    found = [match for match in _STATEMENT.finditer(text) if free(match.start(), taken)]
    names = {name for match in found for name in match.groups() if name}
    if are_people(names):
        start, end = found[0].start(), found[-1].end()
        yield Hit("sample-name", start, end, "\x1f".join(sorted(names)), f"{len(names)} people by name, as keys")
