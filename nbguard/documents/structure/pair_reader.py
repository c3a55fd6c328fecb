"""Reads the names and values of a text by its format's reader and by those for what any text may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.aligned_columns import read_aligned, read_html_cells
from nbguard.documents.structure.assignments import read_assignments
from nbguard.documents.structure.blocks import read_blocks
from nbguard.documents.structure.collected import read_collected, split_several
from nbguard.documents.structure.columns import read_columns
from nbguard.documents.structure.commands import read_commands
from nbguard.documents.structure.directives import read_directives
from nbguard.documents.structure.encoded import decode_values
from nbguard.documents.structure.formats import CODE, DATA, PLAIN, format_by_look, format_of
from nbguard.documents.structure.http import read_http, split_scheme
from nbguard.documents.structure.json_text import looks_like_json, read_json
from nbguard.documents.structure.json_text import unescape as unescape_json
from nbguard.documents.structure.labels import read_fields, read_labels
from nbguard.documents.structure.login_files import (
    name_account_keys,
    name_key_members,
    read_keys_in_code,
    read_netrc,
    read_pgpass,
)
from nbguard.documents.structure.logins import read_logins
from nbguard.documents.structure.markup import read_latex, read_markup
from nbguard.documents.structure.prose import read_prose
from nbguard.documents.structure.sections import read_sections
from nbguard.documents.structure.several import read_several
from nbguard.documents.structure.siblings import join_siblings, name_by_options
from nbguard.documents.structure.sql import read_inserts, read_sql
from nbguard.documents.structure.xml_text import read_xml
from nbguard.documents.structure.yaml_text import read_yaml
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.documents.structure.pair import Pair

    Wanted = Callable[[str], bool]

# A string over several lines, which may hold a text of any format.
_LONG_STRING = lazy_regex(r"(?P<quote>\"\"\"|'''|`)(?P<text>(?:(?!(?P=quote)).){20,20000}+)(?P=quote)", re.DOTALL)
_WRITTEN = lazy_regex(r"\A\s*%%(?P<magic>\w+)(?P<rest>[^\n]*)\n")
# What a text inside a string has that is more than one value.
_STRUCTURED = lazy_regex(r"[=:{<?\n]|--\w|\s-\w\s")
# What a line's comment says, in most languages; an address has slashes too.
_COMMENT = lazy_regex(r"(?:^|[\s;})])(?:#{1,3}|//)[ \t]?(?P<text>[^\n]{12,300})")
# Marks of HTML around a word of a text that is none.
_MARKED = lazy_regex(r"</(?:b|i|em|strong|code|tt|kbd|span|td|li)>")
_DEEPEST = 3
# Forms that say less of a value than another reader may.
_SAYS_LESS = ("expression", "words", "collected")
_LONGEST_INNER = 200_000


def read_pairs(text: str, hint: str = "", wanted: Wanted | None = None) -> Iterator[Pair]:
    """Yields the names and values in a text, each name and span once (twice, where one reader says less than another).

    ``hint`` is a file's path or a language (``python``, ``r``, ``yaml``); empty: how the text looks decides.
    ``wanted`` chooses the columns of tables. Raises nothing on any text; takes time linear in it.
    """
    seen: set[tuple[str, int, int, str]] = set()
    for pair in split_several(decode_values(_read(text, format_of(hint), wanted, 0), text), text):
        # What may be an expression where code is read may be a value in a text inside it, and two words side by side
        # may be a directive.
        mark = (pair.name, pair.start, pair.end, pair.form if pair.form in _SAYS_LESS else "")
        if mark not in seen and pair.end > pair.start:
            seen.add(mark)
            yield pair


def _read(text: str, kind: str, wanted: Wanted | None, depth: int) -> Iterator[Pair]:
    if "\x1b[" in text:
        plain = read_markup(text)  # without the colours of a terminal
        if plain.text != text:
            yield from (plain.pair(pair) for pair in _read(plain.text, kind, wanted, depth))
            return
    kind = kind or format_by_look(text)
    if kind == "json":
        yield from _read_json(text, wanted, depth)
        if looks_like_json(text):
            return
    elif kind == "html":
        yield from _read_mapped(text, wanted)
        return
    elif kind == "latex":
        code = read_latex(text)
        yield from (code.pair(pair) for pair in _read_inline(code.text, "", wanted))
    yield from map(split_scheme, _read_structured(text, kind, wanted))
    yield from _read_inline(text, kind, wanted)
    if depth < _DEEPEST:
        yield from _read_inside(text, kind, wanted, depth)


def _read_structured(text: str, kind: str, wanted: Wanted | None) -> Iterator[Pair]:
    """What the format's own reader sees."""
    if kind == "yaml":
        pairs = list(read_yaml(text))
        yield from name_by_options(join_siblings(pairs))
        yield from _json_in(text, pairs)
    elif kind in ("sections", "properties", "shell"):
        yield from join_siblings(read_sections(text, shell=kind == "shell", blanks=kind == "properties"))
    elif kind == "xml":
        yield from join_siblings(read_xml(text))
    elif kind == "hcl":
        yield from join_siblings(read_blocks(text))
    elif kind == "pgpass":
        yield from read_pgpass(text)
    if kind in ("netrc", "") or "machine " in text:
        yield from read_netrc(text)
    if kind in ("table", "markdown", ""):
        yield from read_columns(text, wanted, tabular=kind == "table")
        yield from read_aligned(text, wanted)


def _json_in(text: str, pairs: list[Pair]) -> Iterator[Pair]:
    """What JSON in scalars says, where it is written as it is."""
    for pair in pairs:
        as_written = pair.quoted and len(pair.value) <= _LONGEST_INNER and text[pair.start : pair.end] == pair.value
        if as_written and looks_like_json(pair.value):
            yield from _moved(_read_json(pair.value, None, _DEEPEST), pair.start)


def _read_inline(text: str, kind: str, wanted: Wanted | None) -> Iterator[Pair]:
    """What any text may say between its lines, whatever its format."""
    yield from map(split_scheme, read_assignments(text, kind))
    yield from read_commands(text, kind)
    yield from read_http(text)
    yield from read_labels(text)
    if "<" in text:
        yield from read_fields(text)
        if "</" in text and kind in CODE:
            yield from join_siblings(read_xml(text))
    yield from read_logins(text)
    yield from read_keys_in_code(text)
    if "'" in text or '"' in text:
        yield from read_sql(text)
        yield from read_inserts(text)
        yield from read_several(text)
        yield from read_collected(text)
    if kind in PLAIN:
        yield from read_prose(text)
        if kind in ("", "markdown") and _MARKED.search(text) is not None:
            plain = read_markup(text, html=True)
            yield from (plain.pair(pair) for pair in read_assignments(plain.text))
    if kind not in CODE:
        yield from read_directives(text)
    else:
        for comment in _COMMENT.finditer(text):
            yield from _moved(read_prose(comment["text"]), comment.start("text"))
    if kind == "html":
        yield from read_columns(text, wanted)


def _read_json(text: str, wanted: Wanted | None, depth: int) -> Iterator[Pair]:
    pairs = list(read_json(text))
    yield from name_by_options(name_account_keys(name_key_members(join_siblings(map(split_scheme, pairs)))))
    for pair in pairs if depth < _DEEPEST else ():
        raw = text[pair.start : pair.end]
        if pair.quoted and 8 <= len(raw) <= _LONGEST_INNER and _STRUCTURED.search(pair.value):
            inner = unescape_json(raw)
            for found in _read(inner.text, "", wanted, depth + 1):
                yield inner.pair(found, pair.start)


def _read_inside(text: str, kind: str, wanted: Wanted | None, depth: int) -> Iterator[Pair]:
    """Texts that stand in a text: in strings over several lines, in cells that write a file."""
    written = _WRITTEN.match(text)
    if written is not None:
        path = written["rest"].strip().split(" ")[-1].strip("\"'") if written["magic"] in ("writefile", "file") else ""
        inner = format_of(path or written["magic"])
        yield from _moved(_read(text[written.end() :], inner, wanted, depth + 1), written.end())
    elif kind not in PLAIN and kind not in DATA:
        for found in _LONG_STRING.finditer(text):
            if _STRUCTURED.search(found["text"]):
                yield from _moved(_read(found["text"], "", wanted, depth + 1), found.start("text"))


def _moved(pairs: Iterable[Pair], by: int) -> Iterator[Pair]:
    for pair in pairs:
        yield pair._replace(
            start=pair.start + by, end=pair.end + by, name_start=pair.name_start + by, name_end=pair.name_end + by
        )


def _read_mapped(text: str, wanted: Wanted | None) -> Iterator[Pair]:
    plain = read_markup(text, html=True)
    yield from (plain.pair(pair) for pair in _read_inline(plain.text, "html", wanted))
    yield from (plain.pair(pair) for pair in read_html_cells(plain.text, wanted))
    yield from read_http(text)
    yield from read_fields(text)
