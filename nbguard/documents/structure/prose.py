"""Notes and mails: ``IBM Quantum API key for the lab account:`` over the key, ``the password is V``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = r"(?:token|password|passwd|passphrase|secret|api[ _-]?key|access[ _-]?key|credential|key|pwd|pass)s?"
# Each of these words has one of these in it.
_STEMS = ("token", "pass", "secret", "key", "credential", "pwd")
# Below it lines aren't worth looking for.
_SHORT = 400
_SENTENCE = lazy_regex(
    rf"(?P<name>(?:[A-Za-z'][\w'-]{{0,30}}[ \t]){{0,4}}(?<![\w-]){_WORD}\b"
    r"(?:[ \t]\(?[A-Za-z][\w'@./-]{0,40}\)?){0,6}?)"
    r"[*_`\"']{0,3}[ \t]{0,3}(?::|\bis\b:?|->|[\u2192=\u2013\u2014-]"
    r"|\|(?=[ \t`*]{0,6}[^\s|]{6,4096}[ \t]{0,20}(?:\||$)))"
    r"[ \t]{0,3}[*_`\"']{0,3}(?:(?P<break>[ \t]*\r?\n(?:[ \t]*\r?\n)?[ \t>*`-]{0,8})|[ \t]{1,3})?"
    r"[`\"'*]{0,3}(?P<value>(?:[^\s`\"'*<>]|(?<=[^\s`\"'*<>])\*(?=[^\s`\"'*<>,.;:)])){6,4096}+)(?P<rest>[^\n]?)",
    re.IGNORECASE | re.MULTILINE,
)
# `remove the IonQ token V from the demo`: a value right behind the word, which has to look made by a machine.
_BEHIND = lazy_regex(
    rf"(?P<name>(?:[A-Za-z'][\w'-]{{0,30}}[ \t]){{0,4}}\b{_WORD})[ \t]{{1,2}}(?P<mark>[`\"'(]{{0,2}})"
    r"(?=[A-Za-z_+/.=-]{0,40}[0-9])(?P<value>[A-Za-z0-9_+/.=-]{16,4096}+)(?![^\s`\"'),.;!?])",
    re.IGNORECASE,
)
# A chat: the label ends a line, and the next one has who says it, and the value alone.
_SPEAKER = (
    r"[ \t>]{0,4}(?:[\[(]?\d[\d/.:, T-]{2,24}(?:[AaPp][Mm])?[\])]?[ \t-]{0,4})?"
    r"(?:(?:<[A-Za-z][\w.' -]{0,30}>|[A-Za-z][\w.' -]{0,30}:)[ \t]{1,2})?"
)
_SAID = lazy_regex(
    rf"(?P<name>(?:[A-Za-z'][\w'-]{{0,30}}[ \t]){{0,4}}(?<![\w;,-]){_WORD}(?:[ \t][a-z]{{2,12}}){{0,3}})"
    rf"[ \t]?[.:!]?[ \t]*\r?\n{_SPEAKER}"
    r"(?P<value>[A-Za-z0-9_+/.=-]{16,4096}+)[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
# `here is the IonQ token`: what a sentence says before the name.
_LEADING = lazy_regex(r"\A.*\b(?:is|are|the|my|our|your|a|an|this|that|with|using)[ \t]", re.IGNORECASE)
# What a message says of a value that a service didn't take: `Invalid API key: V`.
_REFUSED = lazy_regex(
    r"\A(?:[\w']{1,30}[ \t]){0,2}?(?:invalid|incorrect|wrong|bad|expired|unknown)[ \t]", re.IGNORECASE
)
# ``with password `V` ``: no sign between, but marks around the value.
_QUOTED = lazy_regex(
    r"\b(?P<name>(?:password|passwd|passphrase|passwort)(?:[ \t](?:of|for|is|was)(?:[ \t][\w'-]{1,30}){0,3})?)"
    r"[ \t]{1,3}(?P<mark>`{1,2}|\*\*|\"|')(?P<value>[^\s`\"'*<>]{6,512}+)(?P=mark)",
    re.IGNORECASE,
)
# Letters and digits without a word among them, for which the name is that of a real value.
_IS_MADE = lazy_regex(r"(?=[^0-9]{0,60}[0-9])(?=[^A-Za-z]{0,60}[A-Za-z])[A-Za-z0-9_+/.=-]{20,4096}")
# What nobody calls anything else.
_TELLING = lazy_regex(r"\b(?:api|access|auth|secret)[ _-]?(?:key|token)\Z", re.IGNORECASE)
# What goes on behind a value in a query, or among settings: `V&scope=all`, `V,vers=3.0`.
_QUERY = lazy_regex(r"[&,](?=[A-Za-z_]\w{0,40}=)")
# The line below a name has a name of its own.
_GIVEN = lazy_regex(r"[ \t]{1,4}[:+-]?=[ \t]")


def read_prose(text: str) -> Iterator[Pair]:
    """Yields what a sentence or a heading with a credential's word in it names, where one word follows."""
    lines = _lines_with_a_word(text)
    for found in _find_from(_SENTENCE, text, lines):
        value = _QUERY.split(found["value"], maxsplit=1)[0].rstrip(".,;:!?)")
        if found["break"] and (found["value"].endswith(":") or _GIVEN.match(text, found.end("value"))):
            continue
        start = found.start("value")
        name, (first, last) = found["name"], found.span("name")
        refused = _REFUSED.match(name) if _IS_MADE.fullmatch(value) is not None else None
        if refused is not None:
            name, first = name[refused.end() :], first + refused.end()
        yield Pair(
            name, value, start, start + len(value), first, last,
            form="prose-line" if found["break"] else "prose",
        )  # fmt: skip
    for pattern, form in ((_BEHIND, "words"), (_SAID, "prose")):
        for found in _find_from(pattern, text, lines):
            name = _LEADING.sub("", found["name"])
            last = found.end("name")
            told = "prose" if _TELLING.search(name) is not None else form
            yield Pair(name, found["value"], *found.span("value"), last - len(name), last, form=told)
    for found in _find_from(_QUOTED, text, lines):
        yield Pair("password", found["value"], *found.span("value"), *found.span("name"), quoted=True, form="prose")


def _lines_with_a_word(text: str) -> list[tuple[int, int, int]]:
    """The lines in which a credential's word stands: begin, end, and the end of the second line behind."""
    lowered = text.lower()
    if len(text) < _SHORT or not text.isascii():
        return [(0, len(text), len(text))]
    lines, at = [], 0
    places = [lowered.find(word) for word in _STEMS]
    while (place := min((place for place in places if place >= 0), default=-1)) >= 0:
        first, last = lowered.rfind("\n", at, place) + 1 or at, _line_end(lowered, place)
        lines.append((first, last, _line_end(lowered, _line_end(lowered, last + 1) + 1)))
        at = last
        places = [
            lowered.find(word, at) if 0 <= place < at else place for word, place in zip(_STEMS, places, strict=True)
        ]
    return lines


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _find_from(pattern: re.Pattern[str], text: str, lines: list[tuple[int, int, int]]) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer`` gives: each match begins in one of the lines and ends in the second behind at most."""
    at = 0
    for first, last, end in lines:
        at = max(at, first)
        while at < last and (found := pattern.search(text, at, end)) is not None and found.start() < last:
            yield found
            at = found.end()
