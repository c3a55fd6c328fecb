"""Judges the quantum SDKs that a file asks for or locks: a version for each, and what the policy has against it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nbguard.detect.hygiene.files_by_path import MOST_READ, FilesByPath
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.hygiene.sdk_faults import faults_of
from nbguard.detect.sdk_files.locks import is_lock, read_lock
from nbguard.detect.sdk_files.manifests import CONDA, REQUIREMENTS, reader_of
from nbguard.detect.sdk_files.uses import catalogue_packages, with_versions_only
from nbguard.detect.sdk_names import is_quantum_sdk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope
    from nbguard.detect.sdk_files.uses import SdkUse
    from nbguard.documents.fields import Document, Field

# A lock file of a large project has more characters than other files that are known by their paths.
_MOST_LOCKED = 50 * MOST_READ
# Characters between a package's name and its version.
_CLOSE = 400
# What stands before a package's name in a lock file.
_GIVEN = r"""(?:\bname["']?\s{0,9}[:=]\s{0,9}["']?|^\s{0,40}["'])"""


class SdkFileDetector(FilesByPath):
    """Manifests and lock files."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._policy: Mapping[str, object] = scope.sdk or {}

    def find_in(self, document: Document, fields: Iterable[Field], /) -> Iterator[Finding]:
        """Yields what is wrong with each quantum SDK that the file names. A file of another form has none."""
        name = os.path.basename(document.path.replace("\\", "/"))
        for field in fields:
            text = field.text[:_MOST_LOCKED]
            try:
                uses = [
                    with_versions_only(use)
                    for use in _uses_in(document.path, name, text)
                    if is_quantum_sdk(use.package)
                ]
            except (ValueError, AttributeError, TypeError, RecursionError):
                continue  # `nbguard sdk` says so; a scan isn't about the form of lock files
            for use in uses:
                yield from self._judge(use, name, field, text)

    def _judge(self, use: SdkUse, name: str, field: Field, text: str) -> Iterator[Finding]:
        start, end = _place_of(use, text)
        provider = catalogue_packages().get(use.package)
        cause = "a lock file" if use.how == "lock" else "a list of requirements"
        said = f"{use.package} {use.wanted}".strip()
        # Where a lock file may stand beside it, a project's own list names no versions.
        if use.how == "install" and not use.version and _installs(name) and not _has_both_ends(use.wanted):
            yield make_finding("unpinned-sdk", field, start, end, said, cause, provider)
        for fault in faults_of(use.package, use.version, self._policy):
            value, why = said, cause
            if fault.of_version:
                start, end = _version_in(text, use.version, end) or (start, end)
                value, why = f"{said}: {fault.said}", f"{cause}, {fault.said}"
            yield make_finding(fault.rule, field, start, end, value, why, provider)


def _uses_in(path: str, name: str, text: str) -> Iterable[SdkUse]:
    if is_lock(name):
        return read_lock(path, name, text)
    read = reader_of(name)
    return read(path, text) if read is not None else ()


def _installs(name: str) -> bool:
    """Whether people install from such a file as it is."""
    return (REQUIREMENTS.fullmatch(name) is not None and name.endswith("requirements.txt")) or bool(
        CONDA.fullmatch(name)
    )


def _has_both_ends(wanted: str) -> bool:
    return wanted.startswith(("~=", "@")) or ("<" in wanted and ">" in wanted) or "*" in wanted.partition("==")[2]


def _place_of(use: SdkUse, text: str) -> tuple[int, int]:
    """Where the package is named: on its line, or first after a word that gives names; the file's beginning else."""
    words = "[-_.]+".join(map(re.escape, use.package.split("-")))
    name = re.compile(rf"(?<![\w.-]){words}(?![\w-]|\.\w)", re.IGNORECASE)
    if use.line:
        begin = _start_of_line(text, use.line)
        if found := name.search(text, begin):
            return found.span()
    given = re.compile(rf"{_GIVEN}({words})(?![\w-]|\.\w)", re.IGNORECASE | re.MULTILINE)
    if found := given.search(text):
        return found.span(1)
    found = name.search(text)
    return found.span() if found else (0, min(1, len(text)))


def _version_in(text: str, version: str, at: int) -> tuple[int, int] | None:
    """Where the version stands behind the name, so that it is a place of its own."""
    begin = text.find(version, at, at + _CLOSE)
    return (begin, begin + len(version)) if begin >= 0 else None


def _start_of_line(text: str, number: int) -> int:
    at = 0
    for _ in range(number - 1):
        at = text.find("\n", at) + 1
        if not at:
            return 0
    return at
