"""Knows values that stand for others: in ranges nobody is given, as `nbguard data redact` writes them."""

from __future__ import annotations

import re

# A house in Example Street; ids that begin with 999 (no US social security number has that area); the first of
# January, of which the year is all that is left.
_STREET = re.compile(r"(?i)(?:.*\b)?example st(?:reet|\.)?\b.*")
_JANUARY = re.compile(r"(?:19|20)\d\d[-/.](?:01)[-/.](?:01)(?:[T ].*)?|01[-/. ](?:01|Jan\w*)[-/. ](?:(?:19|20)?\d\d)")
_IDS = frozenset(("national_id", "passport", "mrn", "person_id", "account"))


def stands_for_another(category: str, value: str) -> bool:
    """Whether a value of this category (of a column) is a stand-in by its own form."""
    if category == "address":
        return _STREET.fullmatch(value) is not None
    if category == "birth":
        return _JANUARY.fullmatch(value.strip()) is not None
    return category in _IDS and "".join(filter(str.isdigit, value)).startswith("999")
