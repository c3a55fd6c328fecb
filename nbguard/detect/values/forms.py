"""The forms of values in ``value_forms.toml``, as compiled regexes."""

from __future__ import annotations

import re
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge


@cache
def form_of(name: str) -> re.Pattern[str]:
    """The regex of a form; what is written as a list are its alternatives."""
    pattern = load_knowledge("value_forms")[name]["pattern"]
    return re.compile(pattern if isinstance(pattern, str) else "|".join(pattern))
