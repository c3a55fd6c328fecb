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
# `NAME = f(…`: what is made with the value. Nothing that could be a second statement stands between.
_MADE_WITH = re.compile(r"^[ \t]*(?:self\.)?([A-Za-z_]\w{1,60})[ \t]*=[ \t]*[A-Za-z_][\w.]*\([^();#]*$")
_BESIDE = 200
# Names that say no more than the rule does.
_EMPTY = frozenset((
    "value", "key", "token", "secret", "password", "val", "self", "data", "str", "string",
    "provider", "client", "service", "session", "backend", "device", "sampler", "solver", "connection", "conn",
))  # fmt: skip


def given_name(finding: Finding) -> str:
    """The name in small letters with underscores, such as ``prod_key``; empty where none says anything."""
    return _told(_BEFORE.search(_line_before(finding)))


def name_of_owner(finding: Finding) -> str:
    """The name of what code makes with a value, such as ``alice`` in ``alice = IonQProvider("…")``; empty without."""
    return _told(_MADE_WITH.search(_line_before(finding)))


def _line_before(finding: Finding) -> str:
    return finding.field.text[max(0, finding.start - _BESIDE) : finding.start].rpartition("\n")[2]


def _told(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", found[1]).lower().strip("_")
    return "" if name in _EMPTY or len(name) < 3 or not name.isascii() else name
