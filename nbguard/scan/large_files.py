"""Scans files that are too large to be read whole: a sample of them for sample data, all of them for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.files import read_between, read_file
from nbguard.documents.reading import open_document
from nbguard.errors import UnreadableError, describe_defect
from nbguard.named_tuple import NamedTuple
from nbguard.scan.sources import read_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.scan.blobs import Blob
    from nbguard.scan.scanner import Scanner


class LargeScanned(NamedTuple):
    """What was found in a large file, by the document it was found in, and what couldn't be looked at."""

    found: tuple[tuple[Document, tuple[Finding, ...]], ...] = ()
    problems: tuple[str, ...] = ()


def scan_large(scanner: Scanner, blob: Blob, limit: int) -> LargeScanned:
    """Looks at a sample of a large file for sample data, and piece by piece for everything else.

    Where a piece holds something, the whole is read, for only then lines are what they are.
    """
    name, size, others = scanner.name_of(blob.path), blob.size, scanner.without_samples
    found: list[tuple[Document, tuple[Finding, ...]]] = []
    problems: list[str] = []
    try:
        if others is not None and size > limit:
            megabytes = f"{size // 1_000_000} MB (limit {limit // 1_000_000} MB)"
            sampled = "sample-data" in scanner.kinds
            note = "; only a sample was looked through, for sample data" if sampled else ""
            problems.append(f"too large: {megabytes}{note}")
        elif others is not None and any(others.scan_or_raise(name, piece).findings for piece in _pieces(blob)):
            document = open_document(name, read_file(blob.path, limit))
            found.append((document, tuple(others.find_in(document))))
        document = open_document(name, blob.raw)

        def read(start: int, end: int) -> bytes:
            return read_between(blob.path, start, end)

        found.append((document, tuple(scanner.find_samples_in_large(document, size, read, blob.path))))
    except UnreadableError as error:
        problems.append(str(error))
    except Exception as error:  # noqa: BLE001 - one file's defect must not hide what the others hold
        problems.append(describe_defect(error))
    return LargeScanned(tuple(found), tuple(problems))


def read_where_large(
    blobs: Iterable[Blob], scanner: Scanner, limit: int, holds: Callable[[bytes], object]
) -> Iterator[Blob]:
    """The blobs; of large files those that hold something, read whole where that is allowed."""
    for blob in blobs:
        if not blob.size:
            yield blob
        elif scanner.without_samples is not None and blob.size <= limit:
            try:
                if any(map(holds, _pieces(blob))):
                    yield blob._replace(raw=read_file(blob.path, limit), size=0)
            except UnreadableError:
                pass  # said when it was scanned


def _pieces(blob: Blob) -> Iterator[bytes]:
    return read_windows(blob.path, blob.size)
