"""Reads what other scanners keep as accepted: ``.secrets.baseline`` and ``.gitleaksignore``."""

from __future__ import annotations

import json
from typing import NamedTuple

from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex

_COMMIT = lazy_regex(r"[0-9a-f]{7,64}:")
_SHA1 = lazy_regex(r"[0-9a-f]{40}")


class ForeignFinding(NamedTuple):
    """A finding another tool accepts: by the SHA-1 of its value, or by its line in the file (the other is empty).

    ``line`` is also where a value with a SHA-1 stood, and ``type`` what it was called there. ``rejected``: somebody
    looked at it and said that it is a real secret.
    """

    path: str
    sha1: str = ""
    line: int = 0
    reason: str = ""
    rejected: bool = False
    type: str = ""


class Foreign(NamedTuple):
    """What a file of another tool accepts, and the numbers of the lines that can't be carried over.

    Not the lines themselves: what isn't understood may be a secret.
    """

    known: tuple[ForeignFinding, ...]
    unusable: tuple[int, ...]


def read_foreign(name: str, text: str) -> Foreign:
    """Reads a file by what it looks like: JSON is a detect-secrets baseline, anything else a ``.gitleaksignore``.

    ``name`` is for messages and reasons; a file that is called as that baseline is has to be one. Raises UsageError
    for what is no such baseline.
    """
    if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")) or name == ".secrets.baseline":
        return _read_secrets_baseline(name, text.lstrip("\ufeff"))
    return _read_gitleaksignore(name, text)


def _read_secrets_baseline(name: str, text: str) -> Foreign:
    """detect-secrets 0.12 to 1.5: ``results`` has a list of secrets for each file, known by SHA-1 of the value."""
    try:
        results = json.loads(text)["results"]
        known = [
            _known(name, path, entry)
            for path, entries in results.items()
            for entry in entries
            if _SHA1.fullmatch(str(entry["hashed_secret"]))
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(f"{name}: not a baseline of detect-secrets") from None
    return Foreign(tuple(known), ())


def _known(name: str, path: str, entry: dict[str, object]) -> ForeignFinding:
    line = entry.get("line_number")
    return ForeignFinding(
        path.replace("\\", "/"),
        str(entry["hashed_secret"]),
        line if isinstance(line, int) else 0,
        *_verdict(name, entry.get("is_secret")),
        str(entry.get("type", "")),
    )


def _verdict(name: str, is_secret: object) -> tuple[str, bool]:
    if is_secret is False:
        return f"no secret, as audited in {name}", False
    return f"from {name}", is_secret is True


def _read_gitleaksignore(name: str, text: str) -> Foreign:
    """Lines ``[commit:]path:rule:line``; ``#`` begins a comment. A path may hold colons, so it is read from the end."""
    known: list[ForeignFinding] = []
    unusable: list[int] = []
    for at, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        path, _, number = line.rpartition(":")
        path, _, rule = path.rpartition(":")
        path = _COMMIT.sub("", path, count=1) if _COMMIT.match(path) else path
        if path and rule and number.isdecimal():
            known.append(ForeignFinding(path.replace("\\", "/"), "", int(number), f"{rule}, from {name}"))
        else:
            unusable.append(at)
    return Foreign(tuple(known), tuple(unusable))
