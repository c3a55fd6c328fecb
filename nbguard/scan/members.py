"""Scans a file together with what is in it, where it is an archive or a document that is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.scan.archives import unpack_members
from nbguard.scan.scanner import Scanned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.scan.blobs import Blob
    from nbguard.scan.scanner import Scanner


def scan_with_members(scanner: Scanner, blob: Blob, limit: int) -> Iterator[tuple[Blob, Scanned]]:
    """What a file (by its path in the repository) holds, and each of its members.

    One value in one place is one finding: what is found in a member isn't told of the archive, whose bytes may show it
    too. A member's problem comes with the member.
    """
    whole = scanner.scan(blob.path, blob.raw)
    inside: set[tuple[str, str]] = set()
    for member in unpack_members(blob, limit) or ():
        scanned = _scan(scanner, member)
        inside.update(map(_mark, scanned.findings))
        yield member, scanned
    if inside:
        whole = whole._replace(findings=[finding for finding in whole.findings if _mark(finding) not in inside])
    yield blob, whole


def parts_of(blob: Blob, limit: int) -> Iterator[Blob]:
    """The files in which values are looked for: the members of what is opened, else the file itself."""
    members = unpack_members(blob, limit)
    if members is None:
        yield blob
    else:
        yield from (member for member in members if not member.problem)


def _scan(scanner: Scanner, member: Blob) -> Scanned:
    if member.problem:
        return Scanned(problem=member.problem)
    if member.samples:
        return scanner.scan(member.path, member.raw)
    others = scanner.without_samples
    return others.scan(member.path, member.raw) if others is not None else Scanned()


def _mark(finding: Finding) -> tuple[str, str]:
    """What makes two findings one; of sample data that any was found: an archive's tables are those of its members."""
    return ("sample-data", "") if finding.kind == "sample-data" else (finding.rule, finding.value)
