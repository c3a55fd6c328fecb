"""Writes records as JSON (RFC 8259)."""

from __future__ import annotations

from typing import Any


def as_json(record: Any) -> str:
    """A record as JSON for people and programs, with a line feed at its end.

    Bytes of a file name that are no UTF-8 have no form in it; they are shown as escapes.
    """
    from msgspec import json, to_builtins

    try:
        raw = json.encode(record)
    except UnicodeEncodeError:
        raw = json.encode(_readable(to_builtins(record)))
    return json.format(raw, indent=1).decode() + "\n"


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode() if not value.isascii() else value
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    return [_readable(item) for item in value] if isinstance(value, (list, tuple)) else value
