"""How a value is written in a file: as it is, or with the escapes of a literal between one kind of quotation marks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The way, and what is written with a backslash; the way for no escapes is empty.
_ESCAPED = {"double": '"', "single": "'"}
_CONTROLS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def spell(value: str, way: str) -> str:
    """The value as it is written in this way."""
    if not way:
        return value
    escapes = _CONTROLS | {mark: f"\\{mark}" for mark in ("\\", _ESCAPED[way])}
    return "".join(escapes.get(character, character) for character in value)


def way_between(mark: str) -> str:
    """The way that a literal between these quotation marks is written in."""
    return "single" if mark == "'" else "double"


def spellings_of(value: str, is_json: bool) -> Iterator[tuple[str, str]]:
    """Each way and what it gives, the plainest first; ``is_json``: as it stands in a string of JSON."""
    seen: set[str] = set()
    for way in ("", *_ESCAPED):
        text = spell(value, way)
        for written in {text, *(json.dumps(text, ensure_ascii=flag)[1:-1] for flag in (True, False) if is_json)}:
            if written not in seen:
                seen.add(written)
                yield way, written
