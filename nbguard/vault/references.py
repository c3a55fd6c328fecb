"""References: ``path#key``, what stands in a file instead of a value.

``quantum/ionq#api_key`` is the key ``api_key`` of the path ``quantum/ionq`` under the mount ``secret``;
``team:quantum/ionq#api_key`` is under the mount ``team``; ``quantum/ionq#api_key@3`` is version 3.
In text that isn't code (``.env``, YAML, Markdown, comments) a reference is written ``nbguard:quantum/ionq#api_key``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nbguard.errors import UsageError

DEFAULT_MOUNT = "secret"
MARK = "nbguard:"

_SEGMENT = r"[A-Za-z0-9_.~+=-]+"
_PATH = rf"{_SEGMENT}(?:/{_SEGMENT})*"
_REFERENCE = rf"(?:(?P<mount>{_PATH}):)?(?P<path>{_PATH})#(?P<key>[A-Za-z0-9_.-]+)(?:@(?P<version>[1-9][0-9]*))?"
_WHOLE = re.compile(_REFERENCE)
_API_PATH = re.compile(rf"(?P<front>(?:{_SEGMENT}/)?data/)(?P<rest>{_PATH})")
_MARKED = re.compile(r"(?<![A-Za-z0-9_:/.-])" + re.escape(MARK) + f"({_REFERENCE})")


class Reference(NamedTuple):
    """Where a value is: mount, path below it, key at the path, and a version (None: the newest)."""

    mount: str
    path: str
    key: str
    version: int | None = None

    def __str__(self) -> str:
        """The reference as people write it."""
        return format_reference(self)


def parse_reference(text: str) -> Reference:
    """The reference that ``text`` is, with or without the mark ``nbguard:``. Raises UsageError."""
    found = _WHOLE.fullmatch(text.removeprefix(MARK))
    if found is None or any(step in (".", "..") for step in re.split("[/:]", text.partition("#")[0])):
        # What was given may be a pasted value, so it isn't repeated.
        raise UsageError("this is no reference; write path#key, such as quantum/ionq#api_key")
    version = found["version"]
    return Reference(found["mount"] or DEFAULT_MOUNT, found["path"], found["key"], int(version) if version else None)


def format_reference(reference: Reference, marked: bool = False) -> str:
    """The shortest text that means ``reference``; ``marked``: with ``nbguard:`` in front, as in text files."""
    mount = "" if reference.mount == DEFAULT_MOUNT else f"{reference.mount}:"
    version = f"@{reference.version}" if reference.version else ""
    return f"{MARK if marked else ''}{mount}{reference.path}#{reference.key}{version}"


def hint_of_api_path(path: str) -> str:
    """What an error about a path adds where it reads like one of Vault's API, which has mount and ``data`` in front."""
    found = _API_PATH.fullmatch(path)
    return f"; a reference leaves {found['front']} out: {found['rest']}#KEY" if found else ""


def is_marked(text: str) -> bool:
    """Whether ``text`` is a marked reference and nothing else."""
    found = _MARKED.match(text)
    return found is not None and found.end() == len(text)


def find_marked(text: str) -> list[tuple[int, int, Reference]]:
    """Every marked reference in ``text`` with its span, in order."""
    spots = []
    for found in _MARKED.finditer(text):
        # A full stop after a reference ends the sentence, not the key.
        whole = found.group().rstrip(".")
        spots.append((found.start(), found.start() + len(whole), parse_reference(whole)))
    return spots
