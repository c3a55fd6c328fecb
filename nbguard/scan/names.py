"""Looks for credentials in the names of files and in what links lead to, where files are looked at as they are."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

from nbguard.documents.file_kinds import FILE, NAMES, TARGET
from nbguard.named_tuple import NamedTuple
from nbguard.scan.blobs import STANDARD_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.scan.known_values import KnownValues
    from nbguard.scan.scanner import Judged, Scanner

# Names are short and clean: so many are looked at as one text first.
_TOGETHER = 500
# Characters of a name that a report shows.
_SHOWN = 200


class Name(NamedTuple):
    """A name; ``place`` is ``FILE`` or ``TARGET``."""

    place: str
    text: bytes


Found = tuple["Document", "list[Finding]"]


def names_of(paths: Iterable[str], links: Iterable[str], scanner: Scanner) -> list[Name]:
    """The names of some files, as policies know them, and what those of them that are links lead to."""
    names = [Name(FILE, os.fsencode(scanner.name_of(path))) for path in paths if _is_name(path)]
    for link in links:
        try:
            names.append(Name(TARGET, os.fsencode(os.readlink(link))))
        except OSError:
            continue  # no link any more
    return names


def _is_name(path: str) -> bool:
    return path != "-" and not path.startswith(STANDARD_INPUT)


def find_in_names(scanner: Scanner, names: Iterable[Name]) -> Iterator[Found]:
    """What names hold. Only credentials are told: anybody has a name, and a date is no personal data."""
    if "credential" not in scanner.kinds:
        return
    for name in _holding(names, lambda raw: scanner.may_hold(raw, FILE)):
        document, findings, *_ = scanner.scan(name.place, name.text)
        told = [finding for finding in findings if finding.kind == "credential"]
        if document is not None and told:
            yield document, told


def find_known_in_names(
    scanner: Scanner, names: Iterable[Name], known: KnownValues, before: Iterable[Found]
) -> Iterator[Found]:
    """Where values that were found in files stand in names; ``before`` is what was found in names until now."""
    from nbguard.documents.reading import open_document

    search = known.make_search()
    if search is None or "credential" not in scanner.kinds:
        return
    found: dict[tuple[str, bytes], list[Finding]] = {}
    for document, findings in before:
        found.setdefault((document.path, document.raw), []).extend(findings)
    for name in _holding(names, search):
        document = open_document(name.place, name.text)
        present = found.get((name.place, name.text), [])
        if echoes := known.find_in(document, present, search(name.text)):
            yield document, echoes


def _holding(names: Iterable[Name], asked: Callable[[bytes], object]) -> Iterator[Name]:
    every = iter(names)
    while batch := list(islice(every, _TOGETHER)):
        if asked(b"\n\n".join(name.text for name in batch)):
            yield from (name for name in batch if asked(name.text))


def without_named(judged: Judged, values: Iterable[str]) -> Judged:
    """A finding whose record shows none of the values that stand in names; one in a name says in which."""
    finding, record = judged
    if record.path in NAMES:
        name = without_values(finding.field.text, values)
        message = f"{record.message.rstrip('.')}. The name: {name if len(name) <= _SHOWN else f'{name[:_SHOWN]}…'}"
        return judged._replace(record=record._replace(message=message))
    return judged._replace(record=record._replace(path=without_values(record.path, values)))


def without_values(text: str, values: Iterable[str]) -> str:
    """A text in which ``…`` stands for each of some values."""
    for value in values:
        text = text.replace(value, "…")
    return text
