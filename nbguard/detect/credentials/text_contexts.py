"""Finds credentials by what stands around them where there is no Python to follow: magics, files, outputs, text."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nbguard.detect.credentials.config_keys import key_matches, read_config
from nbguard.detect.credentials.named_for_provider import find_in_key_file
from nbguard.detect.credentials.provider_commands import find_commands, find_queries
from nbguard.detect.credentials.python_sinks import search_snippets, search_units
from nbguard.detect.credentials.set_variables import find_set_variables
from nbguard.detect.dataflow.magics import find_magics
from nbguard.detect.dataflow.program import LONGEST_SOURCE, close_brackets, program_of
from nbguard.detect.dataflow.unit import Unit
from nbguard.detect.finding import RANK_SINK, RANK_SINK_WITH_SHAPE
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.detect.values.attribution import choose_rule, make_finding
from nbguard.documents.structure.markup import read_file_markup, read_markup
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.sink_index import SinkIndex
    from nbguard.documents.fields import Document, Field
    from nbguard.documents.structure.mapped_text import MappedText

_LONGEST_CALL = 2_000
_HTML = frozenset({"text/html", "image/svg+xml"})
_LONG_STRING = lazy_regex(r"(\"\"\"|''').*?(?:\1|\Z)", re.DOTALL)
_BRACKET_OR_STRING = lazy_regex(r"[()\[\]{}]|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_HERE_DOCUMENT = lazy_regex(r"<<-?[ \t]*['\"]?(?P<mark>[A-Za-z_]\w{0,20})")
_WRITTEN_TO = lazy_regex(r"(?:>{1,2}|\btee\b(?: -a)?)[ \t]*['\"]?(?P<path>[\w.~/${}-]{3,200})")
_WORD = lazy_regex(r"[A-Za-z_]\w*")


def find_contexts(field: Field, document: Document) -> Iterator[Finding]:
    """Yields a finding for each credential that a field's text shows by its surroundings.

    Looked at are commands, addresses, calls with a literal in any language, keys of the provider's configuration
    files and of ``%%writefile``. Names with their value are for ``named_pairs``. Takes time linear in the text.
    """
    index, program = known_sinks(), program_of(document)
    part, text = field.part, field.text
    if part.where == "file":
        yield from find_in_key_file(field, document.path)
        yield from _find_in_file(field, document.path, text, 0, index)
        if document.language == "markdown":
            yield from search_units(program, index)
    elif part.where == "source" and ("%%" in text or "<<" in text):
        yield from _find_in_written_files(field, index)
    yield from _find_in_text(field, read_markup(text, traceback=part.where == "traceback"), index, program)
    if part.mime in _HTML or (part.form == "string" and "</" in text and part.where != "source"):
        yield from _find_in_text(field, read_markup(text, html=True), index, program)
    marked = read_file_markup(document.path, text) if part.where == "file" else None
    if marked is not None:
        yield from _find_in_text(field, marked, index, program)


def _find_in_text(field: Field, plain: MappedText, index: SinkIndex, program: Program) -> Iterator[Finding]:
    text = plain.text
    words = set(_WORD.findall(text))
    named = [*find_commands(text, words, index), *find_queries(text, index)]
    if not _is_python(field, program):
        named += find_set_variables(text, words, index)
    for found in named:
        # One below what the parser says of the same characters.
        rank = (RANK_SINK_WITH_SHAPE if found.choice.shaped else RANK_SINK) - 1
        start, end = plain.origin(found.start), plain.origin_of_end(found.end)
        yield make_finding(found.choice, field, start, end, found.value, found.cause, rank)
    if not words.isdisjoint(index.calls):
        for finding in _find_calls(field._replace(text=text), words, index, program):
            yield finding._replace(
                field=field,
                start=plain.origin(finding.start),
                end=plain.origin_of_end(finding.end),
                rank=finding.rank - 1,
            )


def _is_python(field: Field, program: Program) -> bool:
    part = field.part
    if program.document.language not in ("python", ""):
        return False
    return (part.where == "source" and part.cell is not None and part.cell.type == "code") or (
        part.where == "file" and program.document.language == "python"
    )


# What stands before a called name, up to a length, and what behind it.
_DOTTED = lazy_regex(r"(?<!\w)[\w.]{1,100}\.\Z")
_BRACKET = lazy_regex(r"[ \t]{0,3}\(")
_LONGEST_PATH = 101


def _calls_in(text: str, names: Iterable[str], first: int, last: int) -> list[tuple[int, int]]:
    """Where names are called between two offsets: the beginning of the path, and what follows the bracket; in order."""
    calls = []
    for name in names:
        at = text.find(name, first, last)
        while at >= 0:
            bracket = _BRACKET.match(text, at + len(name), last)
            if bracket is not None and not (at and _is_of_word(text[at - 1])):
                path = _DOTTED.search(text, max(first, at - _LONGEST_PATH), at)
                calls.append((at if path is None else path.start(), bracket.end()))
            at = text.find(name, at + 1, last)
    return sorted(calls)


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _find_calls(field: Field, words: set[str], index: SinkIndex, program: Program) -> Iterator[Finding]:
    """Calls in a text, each with what its brackets hold; parsed as Python, which other languages' calls look like."""
    names = words & index.calls.keys()
    text = field.text
    # In Python the parser sees all calls but those inside strings and magics.
    spans = _spans_of_text(text) if _is_python(field, program) else [(0, len(text))]
    for at, stop in spans:
        for start, inside in _calls_in(text, names, at, stop):
            # What stands in the brackets of a call is read with it.
            if start < at:
                continue
            at = _end_of_call(text, inside)
            call = text[start:at]
            if '"' in call or "'" in call:
                yield from search_snippets([Unit(0, field, close_brackets(call), start, True)], program, index)


def _spans_of_text(source: str) -> list[tuple[int, int]]:
    if len(source) > LONGEST_SOURCE:
        return [(0, len(source))]
    magics = [(magic.start, magic.end) for magic in find_magics(source)]
    return magics + [found.span() for found in _LONG_STRING.finditer(source)]


def _end_of_call(text: str, at: int) -> int:
    """The offset after a call's closing bracket; where none comes, the end of its line."""
    depth, limit = 1, min(len(text), at + _LONGEST_CALL)
    for found in _BRACKET_OR_STRING.finditer(text, at, limit):
        token = found.group()
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
            if depth == 0:
                return found.end()
    line = text.find("\n", at)
    return limit if line < 0 else min(line, limit)


def _find_in_file(field: Field, path: str, text: str, base: int, index: SinkIndex) -> Iterator[Finding]:
    """The keys that a configuration file of the catalogue keeps credentials under; ``base`` is where it begins."""
    path = path.replace(os.sep, "/").replace("\\", "/")
    uses = [use for use in index.files if use.path.search(path)]
    if not uses:
        return
    cause = os.path.basename(path)
    for use in uses:
        if not use.keys:
            value = text.strip()
            choice = choose_rule([(use.provider, use.rule)], value)
            if choice is not None:
                start = base + text.index(value) + choice.start
                yield make_finding(choice, field, start, start + choice.end - choice.start, value, f"the file {cause}")
    for pair in read_config(text, path) if any(use.keys for use in uses) else ():
        choice = choose_rule([(use.provider, use.rule) for use in uses if key_matches(pair, use.keys)], pair.value)
        if choice is not None:
            secret, (first, last) = pair.value[choice.start : choice.end], (pair.start, pair.end)
            if last - first == len(pair.value):
                first, last = first + choice.start, first + choice.end
            yield make_finding(choice, field, base + first, base + last, secret, f"the key {pair.name} in {cause}")


def _find_in_written_files(field: Field, index: SinkIndex) -> Iterator[Finding]:
    """What ``%%writefile path`` and ``cat > path <<EOF`` put into a file."""
    text = field.text
    for magic in find_magics(text)[:1]:
        if magic.kind == "cell" and magic.name in ("writefile", "file"):
            path = text[magic.arguments : magic.arguments_end].removeprefix("-a ").strip().strip("\"'")
            yield from _find_in_file(field, path, text[magic.body :], magic.body, index)
    at = 0
    while (found := _HERE_DOCUMENT.search(text, at)) is not None:
        line, start = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end()) + 1
        if not start:
            return
        at = text.find("\n" + found.group("mark"), start - 1)
        at = len(text) if at < 0 else at
        target = _WRITTEN_TO.search(text, line, min(start, line + _LONGEST_CALL))
        if target is not None:
            yield from _find_in_file(field, target.group("path"), text[start:at], start, index)
