"""INI, TOML, ``.properties``, ``.env`` and shell files: a name and a value a line, under the heading of its section."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.word_marks import MARKS
from nbguard.documents.structure.written_literals import read_shell_word
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = lazy_regex(r"[ \t]*\[{1,2}([^\]\n]{1,200})\]{1,2}[ \t]*(?:[#;].*)?$")
_LINE = lazy_regex(
    r"(?P<indent>[ \t]*)(?:-[ \t]+)?(?:[!%]{0,2}(?:export|set|env|local|readonly|"
    r"declare[ \t]-x|(?P<gives>ENV|ARG|setx|set_env))[ \t]+"
    rf"|\$env:|;[ \t]*(?=\w+[ \t]*=))?(?P<quote>[\"']?)(?P<key>(?:[^\W\d]|/)[\w.*/:@~{MARKS}-]{{0,199}}?)(?P=quote)"
    r"(?:[ \t]*(?P<sign>\+?[=:])[ \t]*|[ \t]+)(?P<value>[^\n]*)"
)
# A string of TOML over several lines, from its sign to its end.
_LONG = lazy_regex(r"(?P<mark>\"\"\"|''')\r?\n?[ \t]{0,40}(?P<text>(?:(?!(?P=mark))[^\\]|\\[\s\S]){1,4096}+)(?P=mark)")
# What goes on in the next line, and the signs of `.properties` that are written with a backslash.
_GOES_ON = lazy_regex(r"\\\r?\n[ \t]{0,40}(?P<value>[^\s\\]{1,4096}+)[ \t]*\r?$", re.MULTILINE)
_QUOTED = lazy_regex(r"(\"\"\"|'''|[\"'])(?P<text>(?:\\.|(?!\1)[^\n\\])*)\1")
_BARE = lazy_regex(r"[^\s#;][^\n]*?(?=[ \t]+(?:[#;]|\\\r?$)|[ \t,;]*\r?$)")
# An entry of a table that TOML writes in one line.
_ENTRY = lazy_regex(
    r"(?<=[{,\s])(?P<key>[A-Za-z_][\w-]{0,99})[ \t]{0,4}=[ \t]{0,4}(?P<mark>[\"'])(?P<text>[^\"'\\\n]*)(?P=mark)"
)


def read_sections(text: str, shell: bool = False, blanks: bool = False) -> Iterator[Pair]:
    """Yields the names and values of such lines; a line of another kind gives nothing.

    ``shell``: without quotes a value right behind its sign ends at a blank, and a command may follow. ``blanks``: as in
    ``.properties``, a blank is a sign between the two, and a backslash stands in front of signs.
    """
    section: tuple[str, ...] = ()
    at, group = 0, 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip("\r\n")
        if not bare.strip() or bare.lstrip()[0] == "#":
            continue
        heading = _HEADING.match(bare)
        if heading is not None:
            section, group = (heading.group(1).strip("\"' "),), group + 1
            continue
        found = _LINE.match(bare)
        if found is None:
            continue
        span = value_span(bare, found.start("value"))
        if span is None or bare.startswith(('"""', "'''", "\\"), found.start("value")):
            below = _value_below(text, start + found.start("value"))
            if below is not None:
                key = start + found.start("key"), start + found.end("key")
                yield Pair(found["key"], *below, *key, section, quoted=True, form="line", group=group + 1)
                continue
        if span is None:
            continue
        if bare.startswith("{", span[0]):
            yield from _entries(bare, span[0], start, (*section, found["key"]))
        first, last, quoted = span
        name_start, name_end = found.span("key")
        value = undo_escapes(bare[first:last]) if blanks or bare[first - 1 : first] == '"' else bare[first:last]
        # Right behind its sign a shell reads a word, and a command may follow.
        if shell and bare[found.start("value") - 1] in "=:" and (word := read_shell_word(bare, found.start("value"))):
            value, first, last = word
            quoted = bare[first - 1] in "\"'"
        given = found["sign"] or found["gives"] or (blanks and not any(map(str.isspace, value)))
        form = "line" if given else "words"
        yield Pair(
            found["key"], value, start + first, start + last,
            start + name_start, start + name_end, section, quoted, form, "", group + 1,
        )  # fmt: skip


def _entries(line: str, at: int, base: int, path: tuple[str, ...]) -> Iterator[Pair]:
    """The entries of a table that a line holds."""
    for entry in _ENTRY.finditer(line, at):
        start, end = entry.span("text")
        first, last = entry.span("key")
        yield Pair(
            entry["key"], entry["text"], base + start, base + end, base + first, base + last, path, quoted=True,
            form="line",
        )  # fmt: skip


def _value_below(text: str, at: int) -> tuple[str, int, int] | None:
    """The value that begins behind a line's end, with its span: of TOML's long strings, or behind a backslash."""
    for pattern, group in ((_LONG, "text"), (_GOES_ON, "value")):
        found = pattern.match(text, at)
        if found is not None:
            value = found[group].rstrip()
            return value, found.start(group), found.start(group) + len(value)
    return None


def value_span(line: str, at: int) -> tuple[int, int, bool] | None:
    """Where a value stands that begins at an offset of a line: without quotes and comment; None for no value."""
    quoted = _QUOTED.match(line, at)
    if quoted is not None and quoted["text"]:
        return *quoted.span("text"), True
    plain = _BARE.match(line, at)
    if plain is None or plain.start() == plain.end():
        return None
    return *plain.span(), False
