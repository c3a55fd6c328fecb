"""Loads a body of knowledge by its name, such as ``values``."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = os.path.dirname(os.path.abspath(__file__))


@cache
def load_knowledge(name: str) -> dict[str, Any]:
    """What ``NAME.toml`` says. Read from the JSON that ``nbguard.detect.knowledge.build`` makes of it."""
    with open(os.path.join(FOLDER, f"{name}.json"), encoding="utf-8") as file:
        loaded: dict[str, Any] = json.load(file)
    return loaded


def with_parts(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with what ``@name@`` stands for in its place; a part may have parts that come later."""
    for name, part in parts.items():
        pattern = pattern.replace(f"@{name}@", part)
    return pattern
