"""YAML, by its lines: block mappings and lists, block scalars, anchors; flow mappings are read as JSON is.

A half-broken file, a template of Helm or Jinja, a YAML text inside another: each line says what it can.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = lazy_regex(r"(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)(?P<rest>[^\n]*)")
_KEY = lazy_regex(
    r"(?:\"(?P<double>[^\"\n]{1,200})\"|'(?P<single>[^'\n]{1,200})'"
    r"|(?P<plain>(?:[^\W\d]|[/$.*<])[^\s:#\"'{}\[\],][^:#\n\"'{}\[\]]{0,160}?|[A-Za-z_]))"
    r"[ \t]*:(?=\s|$)[ \t]*"
)
# A key on a line of its own, and the sign before its value on the next one.
_KEY_ALONE = lazy_regex(
    r"\?[ \t]+(?:\"(?P<double>[^\"\n]{1,200})\"|'(?P<single>[^'\n]{1,200})'|(?P<plain>[^\W\d][^:#\n\"'{}\[\]]{0,160}?))"
    r"[ \t]*\r?$",
    re.MULTILINE,
)
_VALUE_ALONE = lazy_regex(r":[ \t]+(?=\S)")
# An anchor, a tag, both.
_PROPERTIES = lazy_regex(r"(?:[&!][^\s]*[ \t]+){1,3}")
_QUOTED = lazy_regex(r"\"(?P<double>(?:\\.|[^\"\\\n])*)\"|'(?P<single>(?:''|[^'\n])*)'")
_PLAIN = lazy_regex(r"[^\s#][^\n]*?(?=[ \t]+#|[ \t]*\r?$)")
_BLOCK = lazy_regex(r"[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?\r?$")
_FLOW_PAIR = lazy_regex(
    r"(?P<mark>[{}\[\],])|(?:\"(?P<double>(?:\\.|[^\"\\\n]){0,4096})\"|'(?P<single>(?:''|[^'\n]){0,4096})'"
    r"|(?P<plain>[^\s{}\[\],:\"'#][^{}\[\],\n#]*?))(?P<colon>[ \t]*:(?=[ \t\"'\[{])|(?=[ \t]*[,}\]\n]|$))"
)
_MOST_LEVELS = 40
_LONGEST_BLOCK = 5_000


class _Level:
    """A mapping that is open: how far its keys are indented, the key read last, and the mapping's number."""

    __slots__ = ("group", "indent", "key")

    def __init__(self, indent: int, group: int) -> None:
        self.indent, self.group, self.key = indent, group, ""


class _Owner(NamedTuple):
    """What a value belongs to: its key with its span in the text, the keys above, the mapping's number."""

    name: str
    start: int
    end: int
    path: tuple[str, ...]
    group: int

    def pair(self, value: str, start: int, end: int, quoted: bool, form: str = "yaml") -> Pair:
        return Pair(self.name, value, start, end, self.start, self.end, self.path, quoted, form, "", self.group)


def read_yaml(text: str) -> Iterator[Pair]:
    """Yields the scalars of a YAML text with the key they are under; elements of a list have the list's key."""
    lines = text.splitlines(keepends=True)
    levels = _Levels()
    number = at = 0
    while number < len(lines):
        line, start = lines[number], at
        at, number = at + len(line), number + 1
        found = _LINE.match(line)
        if found is None or not found["rest"].strip() or found["rest"].startswith("#"):
            continue
        owner, content, indent = levels.enter(line, found, start)
        if owner is None:
            continue
        if _BLOCK.match(line, content):
            first, last, size, used = _block(lines, number, indent)
            if last > first:
                yield owner.pair(_fold(text[at + first : at + last]), at + first, at + last, False, "block")
            at, number = at + size, number + used
        elif line[content : content + 1] in ("{", "["):
            yield from _flow(line, content, owner, start, levels.number())
        else:
            yield from _scalar(line, content, owner, start)


class _Levels:
    """The mappings that are open at a line."""

    def __init__(self) -> None:
        self._open: list[_Level] = []
        self._made = 0
        # The key that had nothing behind it on its line, and how far that was indented.
        self._waiting: tuple[_Owner, int] | None = None

    def number(self) -> int:
        """A new mapping's number."""
        self._made += 1
        return self._made

    def enter(self, line: str, found: re.Match[str], start: int) -> tuple[_Owner | None, int, int]:
        """What a line's value belongs to, where it begins, and how far its block is indented at least."""
        dashes, content = found["dashes"], found.start("rest")
        indent = len(found["indent"]) + len(dashes)
        while self._open and (self._open[-1].indent > indent or (dashes and self._open[-1].indent == indent)):
            self._open.pop()
        key = _KEY.match(line, content) or _KEY_ALONE.match(line, content)
        waiting, self._waiting = self._waiting, None
        owner: _Owner | None
        if key is not None:
            owner, content = self._owner_of_key(key, indent, start), key.end()
            self._waiting = (owner, indent) if not line[content:].partition("#")[0].strip() else None
        elif dashes:
            owner = self._owner_of_element(indent)
        else:
            owner, content = _value_below(line, content, indent, waiting)
        properties = _PROPERTIES.match(line, content)
        content = properties.end() if properties is not None else content
        return owner, content, indent if key is not None else len(found["indent"])

    def _owner_of_key(self, key: re.Match[str], indent: int, start: int) -> _Owner:
        deeper = not self._open or self._open[-1].indent < indent
        if deeper and len(self._open) < _MOST_LEVELS:
            self._open.append(_Level(indent, self.number()))
        level = self._open[-1]
        kind = next(one for one in ("double", "single", "plain") if key[one] is not None)
        level.key = key[kind].strip()
        first, last = key.span(kind)
        path = tuple(above.key for above in self._open[:-1])
        return _Owner(level.key, start + first, start + last, path, level.group)

    def _owner_of_element(self, indent: int) -> _Owner:
        above = [level.key for level in self._open if level.indent < indent]
        return _Owner(above[-1] if above else "", 0, 0, tuple(above[:-1]), 0)


def _value_below(line: str, content: int, indent: int, waiting: tuple[_Owner, int] | None) -> tuple[_Owner | None, int]:
    """The key of the line above that a line is the value of, and where that begins."""
    if waiting is None:
        return None, content
    mark = _VALUE_ALONE.match(line, content)
    if mark is not None:
        return waiting[0], mark.end()
    return (waiting[0] if indent > waiting[1] else None), content


def _scalar(line: str, at: int, owner: _Owner, base: int) -> Iterator[Pair]:
    if line[at : at + 1] in ("*", ""):
        return
    quoted = _QUOTED.match(line, at)
    if quoted is not None:
        kind = "double" if quoted["double"] is not None else "single"
        first, last = quoted.span(kind)
        yield owner.pair(_undo(quoted[kind], kind), base + first, base + last, True)
        return
    plain = _PLAIN.match(line.rstrip("\n"), at)
    if plain is not None:
        yield owner.pair(plain.group(), base + plain.start(), base + plain.end(), False)


def _undo(raw: str, group: str) -> str:
    if group == "single":
        return raw.replace("''", "'")
    return undo_escapes(raw)


def _block(lines: list[str], number: int, indent: int) -> tuple[int, int, int, int]:
    """The span of a block scalar from the line ``number`` on, counted from there, its length and its lines."""
    length = used = 0
    first = last = -1
    for line in lines[number : number + _LONGEST_BLOCK]:
        bare = line.strip()
        own = len(line) - len(line.lstrip(" \t"))
        if bare and own <= indent:
            break
        if bare:
            first = length + own if first < 0 else first
            last = length + len(line.rstrip())
        length, used = length + len(line), used + 1
    return first, last, length, used


def _fold(raw: str) -> str:
    return "\n".join(line.strip() for line in raw.splitlines())


def _flow(line: str, at: int, owner: _Owner, base: int, group: int) -> Iterator[Pair]:
    """The scalars of a flow mapping or list that stands on one line."""
    path = (*owner.path, owner.name) if owner.name else owner.path
    element = owner._replace(path=path, group=0)
    current = element
    for found in _FLOW_PAIR.finditer(line, at):
        if found["mark"]:
            current = element if found["mark"] in "{}," else current
            continue
        kind = next(one for one in ("double", "single", "plain") if found[one] is not None)
        raw, first = found[kind].rstrip(), base + found.start(kind)
        if found["colon"]:
            current = _Owner(raw.strip(), first, first + len(raw), path, group)
        else:
            value = _undo(raw, kind) if kind != "plain" else raw
            yield current.pair(value, first, first + len(raw), kind != "plain")
