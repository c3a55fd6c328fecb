"""Values that code gives to names by their place: ``user, token = "svc", "V"``, a test's parameters.

And the last of the alternatives that an expression has: ``token = ENV["T"] if ci else "V"``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = lazy_regex(
    r"[rRbBuU]{0,2}(?:\"(?P<a>(?:[^\"\\\n]|\\[^\n]){0,4096}+)\"|'(?P<b>(?:[^'\\\n]|\\[^\n]){0,4096}+)')"
)
# Targets and values side by side, as far as the values are strings, numbers and names.
_ONE = r"\$?[A-Za-z_][\w.]{0,80}"
_UNPACKED = lazy_regex(
    r"^[ \t]{0,60}(?:(?:const|let|var|local|my|final)[ \t]{1,4})?[\[(]?"
    rf"(?P<names>{_ONE}(?:[ \t]{{0,2}},[ \t]{{0,2}}{_ONE}){{1,5}})"
    r"[\])]?[ \t]{0,4}:?=[ \t]{0,4}[\[(]?(?P<values>[^=\n#]{0,1000}+)",
    re.MULTILINE,
)
_NAME = lazy_regex(r"[^\W\d][\w.]*")
_PARAMETRIZE = lazy_regex(
    r"\bparametrize\(\s{0,40}(?:argnames[ \t]?=[ \t]?)?[\[(]?\s{0,20}"
    r"(?P<names>[\"'][\w, ]{1,120}[\"'](?:,\s{0,8}[\"'][\w, ]{1,120}[\"']){0,7}),?\s{0,8}"
    r"[\])]?,?\s{0,40}(?:argvalues[ \t]?=[ \t]?)?[\[(]"
)
_IN_LIST = lazy_regex(r"[\"']|[(\[{]|[)\]}]|,|\w{1,40}")
_LONGEST_LIST = 4_000
# The letters come first, and what stands before them then: so the engine passes over all others at once.
_LAST = lazy_regex(r"(?:e(?<=\be)lse|o(?<=\bo)r)[ \t]{1,4}(?=[rbuRBU]{0,2}[\"'])")
_TARGET = lazy_regex(
    r"(?:^|[;{(,])[ \t]*(?:(?:const|let|var|local|my|final)[ \t]{1,4})?(?P<name>[A-Za-z_][\w.]{0,80})"
    r"(?::[ \t]?[\w.\[\] |]{1,40})?[ \t]{0,4}=(?!=)",
    re.MULTILINE,
)
_LONGEST_LINE = 300


def read_several(text: str) -> Iterator[Pair]:
    """Yields the strings that names are given by their place. Takes time linear in the text."""
    for found in _UNPACKED.finditer(text) if "," in text and "=" in text else ():
        names = list(_NAME.finditer(text, *found.span("names")))
        yield from _by_place(text, names, found.start("values"), found.end("values"))
    for found in _LAST.finditer(text):
        line = text.rfind("\n", max(0, found.start() - _LONGEST_LINE), found.start()) + 1
        target = _TARGET.match(text, line, found.start()) if line or found.start() < _LONGEST_LINE else None
        value = _STRING.match(text, found.end()) if target is not None else None
        if value is not None and target is not None:
            yield _pair(value, target["name"], target.span("name"))
    for found in _PARAMETRIZE.finditer(text) if "parametrize(" in text else ():
        yield from _parameters(text, found)


def _parameters(text: str, found: re.Match[str]) -> Iterator[Pair]:
    """The strings in a list of parameters: one by one under the only name, in turn under several."""
    names = list(_NAME.finditer(text, *found.span("names")))
    at, end, number = found.end(), min(len(text), found.end() + _LONGEST_LIST), 0
    if not names:
        return  # a number, say
    for one in _IN_LIST.finditer(text, at, end):
        if one.start() < at:
            continue
        sign = one.group()
        if sign in "\"'":
            value = _STRING.match(text, one.start())
            if value is None:
                return
            at = value.end()
            name = names[number % len(names)]
            yield _pair(value, name.group(), name.span())
        elif sign in ("(", "["):
            number = 0
        elif sign == ",":
            number += 1
        elif sign == "]":
            return


def _by_place(text: str, names: list[re.Match[str]], at: int, end: int) -> Iterator[Pair]:
    for name in names:
        value = _STRING.match(text, at, end)
        if value is not None:
            yield _pair(value, name.group(), name.span())
            at = value.end()
        comma = text.find(",", at, end)
        if comma < 0:
            return
        at = comma + 1
        while text[at : at + 1] in (" ", "\t"):
            at += 1


def _pair(value: re.Match[str], name: str, span: tuple[int, int]) -> Pair:
    group = "a" if value["a"] is not None else "b"
    return Pair(name, value[group], *value.span(group), *span, quoted=True, form="assigned")
