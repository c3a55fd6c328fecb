"""The demands of the guide, as data: what covers each, how to verify it, and what stays for others."""

from __future__ import annotations

import os
import tomllib
from functools import cache

import msgspec


class Demand(msgspec.Struct, frozen=True):
    """A demand. ``check`` names what looks at a ``part`` of it; without one it can't be seen from repositories."""

    number: str
    title: str
    covered: str = ""
    command: str = ""
    check: str = ""
    part: str = ""
    uncovered: str = ""


@cache
def all_demands() -> tuple[Demand, ...]:
    """The demands in the guide's order."""
    with open(os.path.join(os.path.dirname(__file__), "guide.toml"), "rb") as file:
        return tuple(msgspec.convert(tomllib.load(file)["demand"], list[Demand]))
