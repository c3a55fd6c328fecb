"""Hostile pieces of text: what hung somebody once, and what the grammars of our own patterns make.

Of every regex of the package, the catalogue's and the shapes': matches, matches cut short, and what they repeat.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbguard
from benchmarks.grammar import Grammar
from nbguard.lazy_regex import LazyRegex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Modules that do something when they are imported.
_STARTED = ("__main__", "filter_start", "reader_process")
# What people sent, and what hung somebody once.
KNOWN = (
    'token="', 'token="""', "password='", "\\u0041", "\x00", '\\"', '{"a":', "[[", "-----BEGIN RSA PRIVATE KEY-----",
    "eyJ", "://a:b@", "%env A=", "<td>a@b.co", "f'{x!r:{'", "'+'", "a=(", "lambda:", "{**", "[a for ", "a.b.", "a[",
    "\\", "\\N{", "\\x", "${", "{{", "<a ", "<!--", "&#x41;", "- name: x\n  value: ", "a: &a [*a,", "a|",
    "a-", "|a|b|\n|-|-|\n", "a,b,c\n", "'a','b'\n", "INSERT INTO t VALUES (1,", "data:;base64,", "\x1b[0;31m",
    "!pip install ", "export A=", "AKIA", "sk_live_", "Bearer ", "Authorization: Basic ", "?token=", "1,",
    "4111 1111 1111 ", "\n", " ", "\t", "é", "\N{GRINNING FACE}",
)  # fmt: skip


def find_patterns() -> list[str]:
    """The regexes of the package: those its modules keep, and those its data files hold."""
    found: set[str] = set()

    def look(value: object, depth: int) -> None:
        if isinstance(value, (re.Pattern, LazyRegex)):
            text = value.pattern
            found.add(text.decode("latin-1") if isinstance(text, bytes) else text)
        elif isinstance(value, str):
            found.update(_regexes(value))  # compiled when first needed
        elif depth and isinstance(value, dict):
            for inner in value.values():
                look(inner, depth - 1)
        elif depth and isinstance(value, (tuple, list, set, frozenset)):
            for inner in value:
                look(inner, depth - 1)

    for module in pkgutil.walk_packages(nbguard.__path__, "nbguard."):
        if not module.name.endswith(_STARTED):
            for value in vars(importlib.import_module(module.name)).values():
                look(value, 3)
    for path in sorted(Path(nbguard.__path__[0]).rglob("*.json")):
        if "labextension" not in path.parts:
            found.update(_strings_with_groups(json.loads(path.read_text())))
    return sorted(found)


def _regexes(text: str) -> Iterator[str]:
    """A string of a module, where it is a regex."""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return
    yield from _strings_with_groups(text)


def _strings_with_groups(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if re.search(r"\\[bdsw]|\[[^\]]+\][{+*?]", value):
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings_with_groups(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings_with_groups(inner)


def make_pieces(count: int, seed: int) -> list[str]:
    """The known pieces, and pieces from the grammars of the patterns, of each pattern in its turn."""
    chooser = random.Random(seed)
    rows = []
    for pattern in find_patterns():
        try:
            rows.append(Grammar(pattern, chooser).pieces())
        except (re.error, OverflowError):
            continue  # not a regex after all
    chooser.shuffle(rows)
    pieces = dict.fromkeys(KNOWN)
    for turn in range(max(map(len, rows), default=0)):
        for row in rows:
            if turn < len(row) and len(pieces) < count and 0 < len(row[turn]) <= 400:
                pieces[row[turn]] = None
    return list(pieces)[:count]
