"""Looks up in an export of a package index on disk which versions were yanked. No network.

What an index answers, kept in a file: its simple interface as JSON (PEP 691) or HTML (PEP 503 with PEP 592), PyPI's
``/pypi/NAME/json``, or the report of ``pip install --report``; one of them, a JSON array or JSON Lines of them, or a
folder or zip with many.
https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.sdk_files.exported_files import UNREADABLE, read_exported
from nbguard.detect.sdk_names import normalise
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

# Bytes of one answer: that of a project with thousands of files has a few MB.
_LARGEST = 100_000_000
_NO_REASON = "no reason given"


class _File(NamedTuple):
    """A file of a version, and why it was yanked; None where it wasn't."""

    package: str
    version: str
    yanked: str | None


def read_yanked(path: str, packages: Container[str]) -> dict[str, dict[str, str]]:
    """The yanked versions of some packages (normalised names), each with the reason. Raises UsageError.

    A version is yanked where all its files are (PEP 592).
    """
    is_index = False
    left: set[tuple[str, str]] = set()
    yanked: dict[tuple[str, str], str] = {}
    try:
        for name, raw in read_exported(path, (".json", ".jsonl", ".html"), _LARGEST):
            for file in _files_in(name, raw):
                is_index = True
                known = normalise(file.package), _version(file.version)
                if known[0] not in packages:
                    continue
                if file.yanked is None:
                    left.add(known)
                else:
                    yanked.setdefault(known, file.yanked or _NO_REASON)
    except UNREADABLE as error:
        raise UsageError(f"{path}: can't be read as an export of an index: {type(error).__name__}") from None
    if not is_index:
        raise UsageError(f"{path}: no answer of a package index is in it")
    found: dict[str, dict[str, str]] = {}
    for (package, version), reason in yanked.items():
        if (package, version) not in left:
            found.setdefault(package, {})[version] = reason
    return found


def yanked_because(yanked: Mapping[str, str], version: str) -> str:
    """Why a version was yanked; empty where it wasn't. ``1.0`` and ``1.0.0`` are one version."""
    return yanked.get(_version(version), "")


def _files_in(name: str, raw: bytes) -> Iterator[_File]:
    if name.endswith((".html", ".htm")) or raw.lstrip()[:1] == b"<":
        page = _SimplePage()
        page.feed(raw.decode("utf-8", "replace"))
        yield from page.files
    elif name.endswith(".jsonl"):
        for line in raw.splitlines():
            yield from _in_record(json.loads(line)) if line.strip() else ()
    else:
        data = json.loads(raw)
        for record in data if isinstance(data, list) else [data]:
            yield from _in_record(record)


def _in_record(record: Any) -> Iterator[_File]:
    if not isinstance(record, dict):
        return
    if isinstance(record.get("files"), list):  # PEP 691
        for file in record["files"]:
            yield from _of_file(str(file["filename"]), file.get("yanked", False))
    elif isinstance(record.get("releases"), dict):  # PyPI
        for version, files in record["releases"].items():
            for file in files:
                reason = str(file.get("yanked_reason") or "") if file.get("yanked") else None
                yield _File(str(record["info"]["name"]), version, reason)
    elif isinstance(record.get("install"), list):  # pip
        for item in record["install"]:
            known = item["metadata"]
            yield _File(str(known["name"]), str(known["version"]), "" if item.get("is_yanked") else None)


def _of_file(filename: str, yanked: object) -> Iterator[_File]:
    """The version that a file is of. Files of forms that no installer takes are passed over."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    try:
        if filename.endswith(".whl"):
            package, version = parse_wheel_filename(filename)[:2]
        else:
            package, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return
    reason = None if yanked is False or yanked is None else yanked if isinstance(yanked, str) else ""
    yield _File(package, str(version), reason)


class _SimplePage(HTMLParser):
    """A project's page: a link for each file, with ``data-yanked`` where it was yanked."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[_File] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            return
        found = dict(attrs)
        filename = (found.get("href") or "").partition("#")[0].rpartition("/")[2]
        self.files += _of_file(filename, (found["data-yanked"] or "") if "data-yanked" in found else False)


def _version(text: str) -> str:
    """A version in its shortest form, without a local part, which no index has; the text where it is none."""
    from packaging.utils import canonicalize_version

    return canonicalize_version(text.partition("+")[0])
