"""Files and folders as documents, for those who change or list what stands in them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.reading import open_document
from nbguard.policy.covered_paths import name_in_repository
from nbguard.scan.sources import find_sources, read_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.blobs import Blob
    from nbguard.scan.sources import Sources


class Opened(NamedTuple):
    """A file as a document, under the path that policies know it by; ``path`` is where it is on disk.

    ``problem`` says why its bytes couldn't be had (then there is no document), or aren't what its name says (then it is
    a text, whose bytes can't be replaced safely).
    """

    path: str
    document: Document | None
    problem: str = ""


def open_documents(paths: Sequence[str], config: Config) -> Iterator[Opened]:
    """The documents of files and folders, one after the other; none means the repository. ``-`` is none of them."""
    sources = sources_of(paths, config)
    yield from open_blobs(chain(sources.unread, read_paths(sources.files, config.max_file_size)), config)


def sources_of(paths: Sequence[str], config: Config) -> Sources:
    """The files of some paths; none means the repository."""
    return find_sources(paths or (config.root,), config.exclude, config.root)


def open_blobs(blobs: Iterable[Blob], config: Config) -> Iterator[Opened]:
    """The documents of files that were read."""
    for blob in blobs:
        if blob.packed or blob.problem:
            yield Opened(blob.path, None, blob.problem or "only files can be changed")
            continue
        document = open_document(name_in_repository(blob.path, config.root), blob.raw)
        yield Opened(blob.path, document, document.problem)
