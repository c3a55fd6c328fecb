"""What code calls a value: the name that it is given to, which is a better key than a rule's with a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.detect.finding import Finding

# `NAME = "`, `NAME: str = "`, `"name": "`, `d["name"] = "`, `f(name="`; characters before the value that are looked at.
_BEFORE = re.compile(
    r"(?<![\w.])(?:\w+\.)*([A-Za-z_]\w{1,60})[\"']?\]?[ \t]*(?::[ \t]*[A-Za-z_][\w.]*[ \t]*)?[:=][ \t]*"
    r"[rRbBuUfF]{0,2}[\"']{0,3}$"
)
_BESIDE = 200
# Names that say no more than the rule does.
_EMPTY = frozenset(("value", "key", "token", "secret", "password", "val", "self", "data", "str", "string"))


def given_name(finding: Finding) -> str:
    """The name in small letters with underscores, such as ``prod_key``; empty where none says anything."""
    text = finding.field.text
    before = text[max(0, finding.start - _BESIDE) : finding.start].rpartition("\n")[2]
    found = _BEFORE.search(before)
    if found is None:
        return ""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", found[1]).lower().strip("_")
    return "" if name in _EMPTY or len(name) < 3 or not name.isascii() else name
