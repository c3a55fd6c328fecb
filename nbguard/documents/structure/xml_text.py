"""XML, property lists and the like: elements by their tag or their ``name=``, attributes, ``key=``/``value=`` pairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import MappedText, TextMapper
from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATTRIBUTE = r"\s{1,40}[\w:.-]{1,60}\s{0,4}=\s{0,4}(?:\"[^\"<]{0,4096}\"|'[^'<]{0,4096}')"
_TAG = lazy_regex(
    rf"<(?P<close>/?)(?P<tag>[A-Za-z_][\w:.-]{{0,80}})(?P<attributes>(?:{_ATTRIBUTE}){{0,60}}+)"
    rf"\s{{0,40}}(?P<empty>/?)>"
    r"(?:\s{0,80}<!\[CDATA\[(?P<data>[^\]<]{0,8192})\]\]>|(?P<text>[^<]{0,8192}))?"
)
_ONE = lazy_regex(
    r"(?P<name>[\w:.-]{1,60})\s{0,4}=\s{0,4}(?:\"(?P<double>[^\"<]{0,4096})\"|'(?P<single>[^'<]{0,4096})')"
)
# A character that is written by its name or number, in XML and in HTML.
ENTITY = r"&(?P<entity>quot|apos|amp|lt|gt|nbsp|#\d{1,6}|#x[0-9A-Fa-f]{1,5});"
_ENTITY = lazy_regex(ENTITY)
_NAMED = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">", "nbsp": " "}
_MOST_LEVELS = 60
# Attributes that say what an element's text is.
_NAMING = frozenset(("name", "key", "id", "property", "field"))


def looks_like_xml(text: str) -> bool:
    """Whether a text begins with a tag or a declaration."""
    return re.match(r"\ufeff?\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z][\w:.-]*[\s/>])", text) is not None


def read_xml(text: str) -> Iterator[Pair]:
    """Yields what elements and attributes say; tags that don't close, and text between them, are put up with."""
    path: list[str] = []
    # Of the elements that are open: what stands in one is one object, with its attributes.
    groups: list[int] = []
    made = 0
    key: tuple[str, int, int] | None = None
    for found in _TAG.finditer(text):
        tag = found["tag"]
        if found["close"]:
            if tag in path:
                del path[len(path) - 1 - path[::-1].index(tag) :]
                del groups[len(path) :]
            continue
        made += 1
        attributes = list(_attributes(found, text, tuple(path), made))
        yield from attributes
        naming = next((pair for pair in attributes if pair.name.lower() in _NAMING), None)
        group = "data" if found["data"] is not None else "text"
        raw = (found[group] or "").strip()
        if raw and not found["empty"]:
            start = found.start(group) + found[group].index(raw)
            value = unescape(raw).text
            name, span = tag, found.span("tag")
            if naming is not None:
                name, span = naming.value, (naming.start, naming.end)
            elif tag == "key":
                key = (value, start, start + len(raw))
            elif key is not None and tag in ("string", "data", "integer"):
                name, span = key[0], key[1:]
                key = None
            yield Pair(name, value, start, start + len(raw), *span, tuple(path), True, "xml", "", (groups or [0])[-1])
        if not found["empty"] and len(path) < _MOST_LEVELS:
            path.append(tag)
            groups.append(made)


def _attributes(found: re.Match[str], text: str, path: tuple[str, ...], group: int) -> Iterator[Pair]:
    for one in _ONE.finditer(text, *found.span("attributes")):
        kind = "double" if one["double"] is not None else "single"
        raw, (start, end) = one[kind], one.span(kind)
        yield Pair(
            one["name"], unescape(raw).text, start, end, *one.span("name"), (*path, found["tag"]), True, "attribute",
            "", group,
        )  # fmt: skip


def unescape(raw: str) -> MappedText:
    """A text with its entities as the characters they stand for."""
    mapper = TextMapper()
    at = 0
    for found in _ENTITY.finditer(raw) if "&" in raw else ():
        mapper.add(raw[at : found.start()], at)
        mapper.add(character_of(found["entity"]), found.start(), len(found.group()))
        at = found.end()
    mapper.add(raw[at:], at)
    return mapper.finish()


def character_of(entity: str) -> str:
    """The character that an entity (``amp``, ``#38``, ``#x26``) stands for; a blank for a number that is none's."""
    if entity[0] != "#":
        return _NAMED[entity]
    number = int(f"0{entity[1:]}", 0) if entity[1] == "x" else int(entity[1:])
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else " "
