"""Which tool made a copy of a file, by its path, and the command that removes it: see copies.toml."""

from __future__ import annotations

import html
import json
import os
import shlex
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.toml_loading import load_toml
from nbguard.policy.globs import matches_any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_BINARY_HEAD = 8_000


class _Kind(NamedTuple):
    paths: tuple[str, ...]
    what: str
    note: str


class _Table(NamedTuple):
    kinds: tuple[_Kind, ...]
    source: str
    endings: tuple[str, ...]
    exported: _Kind
    crowded: frozenset[str]
    tex: dict[str, str]


class CopyKind(NamedTuple):
    """What a copy is, and the command that removes the value from it."""

    what: str
    command: str


def kind_of(path: str, raw: bytes, moved: Collection[str], tracked: Collection[str]) -> CopyKind:
    """What the copy at a path is. Paths are from the root, with ``/``; ``tracked`` are those of files in git.

    What git tracks is somebody's, whatever it is called.
    """
    table, name = _load(), shlex.quote(f"./{path}" if path.startswith("-") else path)
    binary = b"\0" in raw[:_BINARY_HEAD]
    if path in tracked:
        return CopyKind("another file", f"git rm -f -- {name}" if binary else f"nbguard vault move {name}")
    kind = next((kind for kind in table.kinds if matches_any(path, kind.paths)), None)
    if kind is None and any(path in (f"{stem}{end}" for end in table.endings) for stem in _stems(moved, table.source)):
        kind = table.exported
    if kind is not None:
        return CopyKind(kind.what, f"rm -- {name}{f'    ({kind.note})' if kind.note else ''}")
    if binary:
        return CopyKind("another file, of bytes that can't be rewritten", f"rm -- {name}    (if nobody needs it)")
    return CopyKind("another file", f"nbguard vault move {name}")


def is_crowded(folder: str) -> bool:
    """Whether a folder of this name has so many files that only those are read that are called as a moved one is."""
    return folder in _load().crowded


def spellings(values: Iterable[str]) -> frozenset[bytes]:
    """How values are written in files: as they are, in JSON, in HTML and in LaTeX."""
    signs = str.maketrans(_load().tex)
    texts = {
        text
        for value in values
        for text in (
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            html.escape(value),
            value.translate(signs),
        )
    }
    return frozenset(text.encode("utf-8", "surrogatepass") for text in texts if text)


def _stems(moved: Collection[str], ending: str) -> list[str]:
    return [path.removesuffix(ending) for path in moved if path.endswith(ending)]


@cache
def _load() -> _Table:
    with open(os.path.join(os.path.dirname(__file__), "copies.toml"), "rb") as file:
        table = load_toml(file.read())
    kinds = tuple(_Kind(tuple(kind["paths"]), kind["what"], kind.get("note", "")) for kind in table["kind"])
    export = table["export"]
    exported = _Kind((), export["what"], export["note"])
    crowded = frozenset(table["crowded"]["folders"])
    return _Table(kinds, export["source"], tuple(export["endings"]), exported, crowded, table["tex"])
