"""Writes a path as a shell takes it for one word: commands that are shown are copied."""

from __future__ import annotations

import re


def quote(path: str) -> str:
    """A path as a shell takes it for one word, and none of it for an option."""
    path = f"./{path}" if path.startswith("-") else path
    if re.fullmatch(r"[\w@%+=:,./-]+", path):
        return path
    if path.isprintable():
        return "'" + path.replace("'", "'\"'\"'") + "'"
    # What no terminal shows is written as bash, zsh and ksh read it.
    escaped = path.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{''.join(c if c.isprintable() else _as_escapes(c) for c in escaped)}'"


def _as_escapes(character: str) -> str:
    """The bytes of a character as a file name has them; one that isn't UTF-8 came as a surrogate of its own."""
    code = ord(character)
    raw = bytes((code - 0xDC00,)) if 0xDC80 <= code <= 0xDCFF else character.encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in raw)
