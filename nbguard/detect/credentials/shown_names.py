"""Which credential variables code prints, logs or shows: ``print(os.environ["X"])``, a name as a cell's last line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.generic.credential_names import HEADER, SEVERAL, class_of_name
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALL = lazy_regex(
    r"(?<![\w.])(?:print|pprint|display|(?:log|logger|logging|LOG)\.[a-z]{3,10}|st\.write|sys\.stdout\.write)"
    r"[ \t]{0,2}\("
)
_ENVIRONMENT = lazy_regex(r"(?:environ(?:\.get)?|getenv)[ \t]{0,2}[\[(][ \t]{0,2}[\"'](?P<name>\w{1,80})[\"']")
_NAME = lazy_regex(r"(?<![\w.\"'$])[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){0,4}(?![\w(\"'=])")
_HOLE = lazy_regex(r"\{([^{}\"'\n]{1,80})\}")
_STRING = lazy_regex(r"(?P<prefix>[rRbBuUfF]{0,2})(?:\"[^\"\n]{0,400}\"|'[^'\n]{0,400}')")
# Of these only how long, of what kind or whether it is there is shown.
_HARMLESS = lazy_regex(
    r"(?<!\w)(?:len|type|bool|isinstance|hash|id|mask\w*|redact\w*|sha\w*|is_\w+|has_\w+)\([^()\n]*\)"
)
# The last line of a cell that is such a look-up and nothing else.
_LOOKED_UP = lazy_regex(
    r"(?:os\.)?(?:environ(?:\.get)?|getenv)[ \t]{0,2}[\[(][ \t]{0,2}([\"'])\w{1,80}\1"
    r"(?:,[^()\[\]\n]{0,40})?[ \t]{0,2}[\])]"
)
# What a shown variable has in its name: printed_values looks for it in a file's bytes.
TELLING_WORD = (
    r"token|(?:api|access|secret|auth|private|account|service)[_-]?key|secret|passw|pwd|cred|_pass\b|_pat\b|jwt"
)
_TELLING = lazy_regex(TELLING_WORD, re.IGNORECASE | re.ASCII)
_LAST_LINE = lazy_regex(r"(?:\A|\n)[ \t]*(?P<line>[A-Za-z_][^\n#;=]{0,120})[ \t]*\Z")
_SHELL = lazy_regex(
    r"(?:^|\n)[ \t]*(?:!{1,2}[ \t]*echo[ \t]+[\"']?\$\{?|%env[ \t]+)(?P<name>\w{3,80})\}?[\"']?[ \t]*(?=\n|\Z)"
)
# Characters of a call that are looked at, in the line in which it begins, and of a cell's last line.
LONGEST_CALL = 150
_LONGEST = 400
_MOST = 200


class Shown(NamedTuple):
    """A credential variable that code shows: its name, and the span of the statement's part that shows it."""

    name: str
    start: int
    end: int


def shown_names(source: str, cell: bool = True) -> Iterator[Shown]:
    """The variables in a piece of Python that by their names hold credentials, and that it shows to the reader.

    ``cell``: what its last line says is shown, too.
    """
    for call in list(_CALL.finditer(source))[:_MOST]:
        end = _end_of_call(source, call.end())
        yield from _names_in(source, call.end(), end)
    last = _LAST_LINE.search(source.rstrip()[-_LONGEST:]) if cell else None
    if last is not None:
        start = max(0, len(source.rstrip()) - _LONGEST) + last.start("line")
        expression = last["line"].strip()
        if _NAME.fullmatch(expression) or _LOOKED_UP.fullmatch(expression):
            yield from _names_in(source, start, start + len(last["line"]))
    for found in _SHELL.finditer(source):
        if _says_credential(found["name"]):
            yield Shown(found["name"], *found.span("name"))


def _names_in(source: str, start: int, end: int) -> Iterator[Shown]:
    text = _HARMLESS.sub(lambda found: " " * len(found.group()), source[start:end])
    for found in _ENVIRONMENT.finditer(text):
        if _says_credential(found["name"]):
            yield Shown(found["name"], start + found.start(), start + found.end())
    code = _STRING.sub(_blank, text)
    for found in _NAME.finditer(code):
        last = found.group().rpartition(".")[2]
        if _says_credential(last):
            yield Shown(last, start + found.start(), start + found.end())


def _blank(string: re.Match[str]) -> str:
    """A literal as blanks, but for what stands in the holes of an f-string."""
    if "f" not in string["prefix"].lower():
        return " " * len(string.group())
    kept = [" "] * len(string.group())
    for hole in _HOLE.finditer(string.group()):
        kept[hole.start(1) : hole.end(1)] = hole[1]
    return "".join(kept)


def _says_credential(name: str) -> bool:
    if _TELLING.search(name) is None:
        return False
    return bool(known_sinks().env_uses(name)) or class_of_name(name) not in ("", HEADER, SEVERAL)


def _end_of_call(source: str, at: int) -> int:
    depth, limit = 1, min(len(source), at + LONGEST_CALL)
    while at < limit and source[at] != "\n":
        depth += {"(": 1, ")": -1}.get(source[at], 0)
        if depth == 0:
            return at
        at += 1
    return at
