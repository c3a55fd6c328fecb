"""Reads keys and values of configuration files line by line, with the exact span of each value.

No full parser of any format: a file that is half broken gives what is readable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_JSON_TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"|[{}\[\],:]')
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_JSON_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_SECTION = re.compile(r"[ \t]*\[{1,2}([^\]\n]*)\]{1,2}[ \t]*(?:[#;].*)?$")
_LINE = re.compile(
    r"(?P<indent>[ \t]*)(?:-[ \t]+)?(?:export[ \t]+|set[ \t]+|setx[ \t]+|ENV[ \t]+|ARG[ \t]+|\$env:)?"
    r"(?P<quote>[\"']?)(?P<key>[A-Za-z_][\w.*/-]{0,200})(?P=quote)"
    r"(?:[ \t]*(?P<sign>[=:])[ \t]*|[ \t]+)(?P<value>[^\n]*)"
)
_QUOTED = re.compile(r"(\"\"\"|'''|[\"'])(?P<text>(?:(?!\1)[^\n])*)\1")
_BARE = re.compile(r"[^\s#;][^\n]*?(?=[ \t]+[#;]|[ \t,;]*\r?$)")


class KeyValue(NamedTuple):
    """A value at the characters from ``start`` to ``end`` of a text; ``key`` is its path, with dots."""

    key: str
    value: str
    start: int
    end: int


def read_key_values(text: str) -> Iterator[KeyValue]:
    """Yields the keys and text values of a configuration file: JSON where it begins so, else line by line.

    Lines may be INI, TOML, YAML, ``.env``, shell, Dockerfile or properties: sections and indentation make the path.
    """
    if text.lstrip()[:1] in ("{", "[") and _looks_like_json(text):
        yield from _read_json(text)
    else:
        yield from _read_lines(text)


def _looks_like_json(text: str) -> bool:
    return re.match(r"\s*(?:\{\s*(?:\"|\}|$)|\[\s*(?:[\[{\"\]\d]|$))", text) is not None


def _read_json(text: str) -> Iterator[KeyValue]:
    path: list[str] = []
    key, colon = "", False
    for found in _JSON_TOKEN.finditer(text):
        token = found.group()
        if token in "{[":
            path.append(key)
            key, colon = "", False
        elif token in "}]":
            if path:
                path.pop()
            key, colon = "", False
        elif token == ":":
            colon = True
        elif token == ",":
            key, colon = key if not colon else "", False
        elif colon:
            yield KeyValue(
                ".".join([step for step in path[-8:] if step] + [key]),
                _undo_json(found.group(1)), found.start(1), found.end(1),
            )  # fmt: skip
        else:
            key = found.group(1)[:200]


def _read_lines(text: str) -> Iterator[KeyValue]:
    section = ""
    above: list[tuple[int, str]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip("\r\n")
        if not bare.strip() or bare.lstrip()[0] in "#;":
            continue
        heading = _SECTION.match(bare)
        if heading is not None:
            section, above = heading.group(1).strip("\"' "), []
            continue
        found = _LINE.match(bare)
        if found is None:
            continue
        indent = len(found.group("indent"))
        while above and above[-1][0] >= indent:
            above.pop()
        key = found.group("key")
        value = _QUOTED.match(bare, found.start("value"))
        span = value.span("text") if value is not None else None
        if span is None:
            plain = _BARE.match(bare, found.start("value"))
            span = plain.span() if plain is not None else None
        if span is None or span[0] == span[1]:
            if found.group("sign") == ":":
                above.append((indent, key))
            continue
        path = ".".join(step for step in (section, *(step for _, step in above[-8:]), key) if step)
        yield KeyValue(path, bare[span[0] : span[1]], start + span[0], start + span[1])


def _undo_json(text: str) -> str:
    if "\\" not in text:
        return text
    return _JSON_ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else _JSON_PLAIN.get(found[2], found[2]), text
    )


def key_matches(path: str, wanted: str) -> bool:
    """Whether a path such as ``default.token`` is meant by a catalogue's key: ``token``, ``*.token``, ``*_APIKEY``."""
    steps, parts = path.lower().split("."), wanted.lower().split(".")
    if len(parts) > len(steps):
        return False
    return all(
        step == part or ("*" in part and re.fullmatch(re.escape(part).replace(r"\*", ".*"), step) is not None)
        for step, part in zip(steps[-len(parts) :], parts, strict=True)
    )
