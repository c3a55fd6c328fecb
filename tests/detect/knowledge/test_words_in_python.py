"""Protects that words stand in TOML: how many lists of words each room's Python has, and that none comes to them."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import nbguard

PACKAGE = Path(nbguard.__file__).parent
# Fields of our own formats and of others' (columns, options, opcodes, node types of a grammar), and signs of a language
# are no knowledge: they change with the code that reads or writes them. So do the words that a gate of a reader looks
# for (`said_words`), which are those of the regex beside them. They are most of these.
ALLOWED = {
    "audit": 16, "detect": 4, "detect/adapters": 6, "detect/catalogue": 2, "detect/credentials": 4,
    "detect/dataflow": 3, "detect/generic": 5, "detect/hygiene": 4, "detect/pii": 2, "detect/samples": 5,
    "detect/values": 4, "documents": 29, "redact": 2, "tables": 8,
}  # fmt: skip


def word_lists(text: str) -> int:
    """How many tuples, lists and sets of a module have four words or more, all of them written out."""
    return sum(
        isinstance(node, ast.Tuple | ast.List | ast.Set)
        and len(node.elts) >= 4
        and all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in node.elts)
        and sum(any(map(str.isalpha, item.value)) for item in node.elts) >= 4
        for node in ast.walk(ast.parse(text))
    )


@cache
def counted() -> Counter[str]:
    rooms: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).parts[:-1]
        rooms["/".join(parts[: 2 if parts[:1] == ("detect",) else 1])] += word_lists(path.read_text())
    return +rooms


@pytest.mark.parametrize(
    "room",
    ["detect", *(f"detect/{path.name}" for path in sorted((PACKAGE / "detect").iterdir()) if path.name[0] != "_")],
)
def test_no_list_of_words_comes_to_a_room_of_detection(room):
    """A word that says what a credential or sample data looks like goes to detect/knowledge/, with its look-alikes."""
    assert counted()[room] <= ALLOWED.get(room, 0)


@pytest.mark.parametrize("room", ["tables", "documents", "redact", "audit"])
def test_no_list_of_words_comes_to_what_detection_stands_on(room):
    assert counted()[room] <= ALLOWED[room]


def test_what_is_allowed_is_no_more_than_there_is():
    """A list that went to TOML takes its place with it."""
    there = counted()
    assert {room: there[room] for room in ALLOWED} == ALLOWED


def test_a_list_of_words_is_seen():
    assert word_lists('A = ("one", "two", "three", "four")\nB = ["a", "b", "c"]\nC = ("=", ":", ",", "x")') == 1
