"""Takes one file through a scan: strip if asked, look into it, and into the files in it where it is an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import NbguardError, UnreadableError
from nbguard.named_tuple import NamedTuple
from nbguard.report.records import Skipped
from nbguard.scan.blobs import Blob, may_hold_files
from nbguard.scan.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.scanner import Scanned


class Looked(NamedTuple):
    """What files came to, before any policy: their number and bytes, what was found by document, what couldn't be
    looked at, and which files were changed.
    """

    files: int
    bytes: int
    found: tuple[tuple[Document, list[Finding]], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    stripped: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Looked({self.files} files, {len(self.found)} with findings)"


class FileScan:
    """Looks into one file after the other under one configuration. Raises UsageError for rules there are not."""

    def __init__(self, config: Config, kinds: frozenset[str] = frozenset(), *, strip: bool = False) -> None:
        self._config = config
        self._kinds = kinds
        self.scanner = Scanner(config, kinds)
        self._strip = strip
        self._begin()

    def __reduce__(self) -> tuple[Callable[..., FileScan], tuple[Config, frozenset[str], bool]]:
        """A worker that is started anew makes its own."""
        return _make_file_scan, (self._config, self._kinds, self._strip)

    def _begin(self) -> None:
        self._files = self._bytes = 0
        self._found: list[tuple[Document, list[Finding]]] = []
        self._skipped: list[Skipped] = []
        self._stripped: list[str] = []

    def look_into(self, blob: Blob) -> Looked:
        """Scans a file. What goes wrong with it is in the answer."""
        self._begin()
        self._scan(blob)
        return Looked(self._files, self._bytes, tuple(self._found), tuple(self._skipped), tuple(self._stripped))

    def parts_holding(self, blobs: Iterable[Blob], holds: Callable[[bytes], object]) -> Iterator[tuple[str, bytes]]:
        """The files in which values are looked for, parts of archives too, with their names; of large files those that
        hold something, read whole.
        """
        from nbguard.scan.large_files import read_where_large
        from nbguard.scan.members import parts_of

        limit = self._config.max_file_size
        for blob in read_where_large(blobs, self.scanner, limit, holds):
            for part in parts_of(blob._replace(path=self.scanner.name_of(blob.path)), limit):
                yield part.path, part.raw

    def _scan(self, blob: Blob) -> None:
        name = self.scanner.name_of(blob.path)
        if blob.problem:
            self._files += 1
            self._skip(name, blob.problem)
            return
        if blob.size:
            self._files += 1
            self._scan_large(name, blob)
            return
        raw = self._strip_file(blob) if self._strip else blob.raw
        if raw.startswith(b"version https://git-lfs"):
            content = self._follow_pointer(name, raw)
            if content is None:
                # It is said already; that a pointer is no notebook and no archive is no news.
                self._keep(name, raw, self.scanner.scan(name, raw)._replace(problem=""))
                return
            raw = content
        if may_hold_files(name, raw):
            from nbguard.scan.members import scan_with_members

            for part, scanned in scan_with_members(self.scanner, Blob(name, raw), self._config.max_file_size):
                self._keep(part.path, part.raw, scanned)
        else:
            self._keep(name, raw, self.scanner.scan(name, raw))

    def _follow_pointer(self, name: str, raw: bytes) -> bytes | None:
        """What a pointer of Git LFS stands for, None where that isn't here; the bytes as they are if they are none."""
        from nbguard.scan.lfs import id_in_pointer, read_content

        if identity := id_in_pointer(raw):
            try:
                return read_content(identity, self._config.root, self._config.max_file_size)
            except UnreadableError as error:
                self._skip(name, str(error))
                return None
        return raw

    def _keep(self, name: str, raw: bytes, scanned: Scanned) -> None:
        self._files += 1
        self._bytes += len(raw)
        self._skip(name, scanned.problem)
        self._skip(name, scanned.defect)
        if scanned.document is not None and scanned.findings:
            self._found.append((scanned.document, list(scanned.findings)))

    def _scan_large(self, name: str, blob: Blob) -> None:
        from nbguard.scan.large_files import scan_large

        scanned = scan_large(self.scanner, blob, self._config.max_file_size)
        self._bytes += blob.size
        for problem in scanned.problems:
            self._skip(name, problem)
        for document, findings in scanned.found:
            if findings:
                self._found.append((document, list(findings)))

    def _skip(self, name: str, reason: str) -> None:
        if reason:
            self._skipped.append(Skipped(name, reason))

    def _strip_file(self, blob: Blob) -> bytes:
        """The bytes without outputs, written back to the file; the bytes as they are where that can't be done.

        A working copy that is staged without outputs keeps them: they aren't in what is committed.
        """
        if blob.packed or not blob.path.lower().endswith(".ipynb"):
            return blob.raw
        from nbguard.documents.files import write_file
        from nbguard.strip.options import from_config
        from nbguard.strip.strip_bytes import strip

        options = from_config(self._config.strip)
        try:
            stripped = strip(blob.raw, options)
            if stripped is blob.raw:
                return blob.raw
            from nbguard.strip.index_stripping import is_clean_in_index

            if is_clean_in_index(blob.path, options):
                return stripped
            write_file(blob.path, stripped, blob.raw)
        except NbguardError as error:
            self._skip(self.scanner.name_of(blob.path), str(error))
            return blob.raw
        self._stripped.append(blob.path)
        return stripped


def _make_file_scan(config: Config, kinds: frozenset[str], strip: bool) -> FileScan:
    return FileScan(config, kinds, strip=strip)
