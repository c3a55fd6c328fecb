"""What people call a provider by in the names of their own variables, sections and notes.

The names stand in the catalogue's files, as ``nicknames``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.triggers import load_triggers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Three letters stand in every image's base64: what follows them in a name belongs to the literal.
_SHORT = 3
_FOLLOWING = ("_", "-", "=", '"', "'", ":", " ", ".", "]", "\\", "|", ",", "*", "`", "k", "t", "a", "s", "p", "c", "q")


def may_follow(name: str, following: str) -> bool:
    """Whether a name counts with this character (in lower case) behind it."""
    return len(name) > _SHORT or following in _FOLLOWING


def provider_names() -> Mapping[str, str]:
    """Lower-case name -> provider of the catalogue."""
    return load_triggers().names


def literals_of_names(names: Iterable[str]) -> dict[str, str]:
    """Literal of the prefilter -> the name that it begins with."""
    return {name + end: name for name in names for end in (_FOLLOWING if len(name) <= _SHORT else ("",))}
