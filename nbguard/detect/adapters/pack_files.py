"""Reads the file of a rule pack, and checks what stands under a key: an error names the file and the key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbguard.documents.named_files import read_given, read_inside
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Bytes of a pack; gitleaks' own has 0.2 million.
_LARGEST = 10_000_000


def repository_around(path: str) -> str:
    """The nearest folder above a file that holds ``.git``; empty where there is none."""
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.exists(os.path.join(folder, ".git")):
        if folder == os.path.dirname(folder):
            return ""
        folder = os.path.dirname(folder)
    return folder


def read_pack(path: str) -> dict[str, Any]:
    """What a pack's file says. Raises UsageError."""
    from nbguard.documents.toml_loading import load_toml

    folder = repository_around(path)
    try:
        # A pack, and what it extends, belongs to the repository it lies in; elsewhere a person named it.
        if folder:
            raw = read_inside(folder, os.path.relpath(os.path.abspath(path), folder), _LARGEST)
        else:
            raw = read_given(path, _LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{path}: the rule pack can't be read: {error}") from None
    if raw is None:
        raise UsageError(f"{path}: the rule pack can't be read: no such file")
    try:
        return load_toml(raw)
    except ValueError as error:
        raise UsageError(f"{path}: the rule pack isn't TOML: {error}") from None


def compiled(pattern: str, path: str, where: str) -> Any:
    """A regex in google-re2; None where it is empty. Raises UsageError."""
    if not pattern:
        return None
    try:
        import re2  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        from nbguard.version import how_to_add

        raise UsageError(f"rule packs need google-re2; install it with `{how_to_add('rules')}`") from None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise UsageError(f"{path}: {where}: a regex isn't RE2: {reason}") from None


def checked_keys(table: dict[str, Any], known: Iterable[str], path: str, where: str) -> dict[str, Any]:
    """A table with its keys in lower case; a key that isn't known is an error."""
    lowered = {key.lower(): value for key, value in table.items()}
    known = tuple(known)
    for key in lowered:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise UsageError(f"{path}: {where + ': ' if where else ''}{key!r} is no key of gitleaks v8{hint}")
    return lowered


def tables(data: dict[str, Any], key: str, path: str) -> list[dict[str, Any]]:
    """The tables under a key. Raises UsageError."""
    found: list[dict[str, Any]] = typed(data, key, list, [], path)
    if not all(isinstance(table, dict) for table in found):
        raise UsageError(f"{path}: {key} must be tables, as in [[{key}]]")
    return found


def texts(data: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
    """The texts under a key. Raises UsageError."""
    values = typed(data, key, list, [], path)
    if not all(isinstance(value, str) for value in values):
        raise UsageError(f"{path}: {key} must be a list of strings")
    return tuple(values)


def typed(data: dict[str, Any], key: str, kind: type | tuple[type, ...], default: object, path: str) -> Any:
    """The value of a key, of this type. Raises UsageError."""
    value = data.get(key, default)
    if not isinstance(value, kind):
        raise UsageError(f"{path}: {key} has a value of the wrong type ({type(value).__name__})")
    return value
