"""The forms of values in ``value_forms.toml``, as compiled regexes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex

if TYPE_CHECKING:
    import re


@cache
def form_of(name: str) -> re.Pattern[str]:
    """The regex of a form; what is written as a list are its alternatives."""
    pattern = load_knowledge("value_forms")[name]["pattern"]
    return kept_regex(pattern if isinstance(pattern, str) else "|".join(pattern))
