"""Which packages are quantum SDKs: those of the catalogue's providers (in triggers.json) and the open ones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.triggers import load_triggers
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

# A line in a JSON string, with those that it is continued on, which may be strings of their own.
_LONGEST = 500
SDK_UNSEEN = " qiskit"
_BREAK = lazy_regex(rb'\\\\(?:\\r)?\\n(?:"\s{0,99},\s{0,99}")?')
_COMMAND = lazy_regex(rb'(?:%b|\\[^nr]|[^\\"\n]){0,%d}' % (_BREAK.pattern, _LONGEST))
_LINE_START = lazy_regex(rb'(?<!\\)(?:"|\\n)')
_WORD = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEPARATORS = lazy_regex(r"[-_.]+")


def normalise(name: str) -> str:
    """A package's name as registries compare it.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return _SEPARATORS.sub("-", name).lower().strip("-")


@lru_cache(4096)
def is_quantum_sdk(name: str) -> bool:
    """Whether a package is a quantum SDK."""
    name = normalise(name)
    return name in load_triggers().sdks or _is_of_a_family(name)


def _is_of_a_family(name: str) -> bool:
    return any(name == head or name.startswith(head + "-") for head in load_knowledge("sdks")["families"])


def sdk_command(raw: bytes, end: int) -> str | None:
    """What follows an install's first words, which end at this byte of a notebook, where it names a quantum SDK.

    A quick look at the raw line, so that a notebook isn't parsed for any other install. None too where the line is
    commented out. A command of more than 500 bytes is taken for one of SDK_UNSEEN.
    """
    command = _COMMAND.match(raw, end)
    if command is None or _LINE_START.split(raw[max(0, end - _LONGEST) : end])[-1].lstrip().startswith(b"#"):
        return None
    if command.end() - end >= _LONGEST:
        return SDK_UNSEEN
    text = _BREAK.sub(rb"\\" + b"\n", command.group()).replace(b'\\"', b'"').replace(b"\\t", b"\t").decode("latin-1")
    return text if any(is_quantum_sdk(word) for word in _WORD.findall(text)) else None


def list_sdks(packages: Iterable[str]) -> list[str]:
    """The names of quantum SDKs among the catalogue's packages, with the open ones; families aren't repeated."""
    known = load_knowledge("sdks")
    names = {normalise(name) for name in (*packages, *known["open"])}.difference(known["not_quantum"])
    return sorted(name for name in names if not _is_of_a_family(name))
