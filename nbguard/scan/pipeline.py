"""Takes files through a scan: strip if asked, scan, look for echoes in the others, judge, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.reading import open_document
from nbguard.errors import ExitCode, NbguardError, UnreadableError
from nbguard.report.records import LeftOut, Skipped, exit_status, make_report
from nbguard.scan.blobs import Blob, may_hold_files
from nbguard.scan.scanner import Scanner
from nbguard.scan.sources import read_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.config import Config
    from nbguard.report.records import FindingRecord, Report
    from nbguard.scan.scanner import Scanned


class ScanResult(NamedTuple):
    """What a scan came to. ``stripped`` are the files that were changed; ``values`` holds the value of each finding,
    but only where the caller asked to reveal them.
    """

    report: Report
    stripped: tuple[str, ...]
    exit_code: ExitCode
    values: Mapping[FindingRecord, str]

    def __repr__(self) -> str:
        """Shows no values."""
        return f"ScanResult({len(self.report.findings)} findings, exit {int(self.exit_code)})"


def with_findings(result: ScanResult, more: Sequence[FindingRecord], config: Config) -> ScanResult:
    """A result with findings that no file holds by itself. They count as any others."""
    if not more:
        return result
    findings, skipped, summary = (*result.report.findings, *more), result.report.skipped, result.report.summary
    unseen = LeftOut(summary.excluded, summary.disabled)
    report = make_report(findings, skipped, summary.files, summary.bytes, summary.seconds, unseen)
    status = max(exit_status(report, config.fail_on, config.allow_unreadable), result.exit_code)
    return result._replace(report=report, exit_code=status)


class Pipeline:
    """Scans blobs under one configuration. Raises UsageError for rules there are not. Not shared between threads."""

    def __init__(
        self, config: Config, kinds: frozenset[str] = frozenset(), *, strip: bool = False, reveal: bool = False
    ) -> None:
        self._config = config
        self._scanner = Scanner(config, kinds)
        self._strip = strip
        self._reveal = reveal
        self._found: dict[str, list[tuple[Document, list[Finding]]]] = {}
        self._skipped: list[Skipped] = []
        self._stripped: list[str] = []
        self._files = 0
        self._switched_off: set[tuple[str, str]] = set()
        self.excluded = 0  # files that whoever lists them left out
        self._bytes = 0

    @property
    def found(self) -> Iterator[tuple[Document, list[Finding]]]:
        """What was found so far, before any policy."""
        for documents in self._found.values():
            yield from documents

    def run(
        self,
        paths: Sequence[str],
        watch: Callable[[Sequence[str]], Iterable[str]] = lambda paths: paths,
        unread: Iterable[Blob] = (),
    ) -> ScanResult:
        """Scans files (``-`` is standard input) and returns the report and the exit status.

        ``watch`` hands the paths on and may show how far it is. ``unread`` is what can't be looked into.
        """
        for blob in unread:
            self._skip(self._scanner.name_of(blob.path), blob.problem)
        limit = self._config.max_file_size
        files = [path for path in paths if path != "-"]
        return self.run_on(
            read_paths(watch(paths), limit, heads=True),
            lambda: read_paths(files, limit, heads=True),
        )

    def run_on(self, blobs: Iterable[Blob], again: Callable[[], Iterable[Blob]]) -> ScanResult:
        """Scans blobs; ``again`` gives those that can be had twice, to be looked through for echoes."""
        from time import perf_counter

        started = perf_counter()
        for blob in blobs:
            self._scan(blob)
        if self._found and self._files > 1:
            self._scan_for_echoes(again)
        return self._conclude(perf_counter() - started)

    def _scan(self, blob: Blob) -> None:
        name = self._scanner.name_of(blob.path)
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
            raw = self._follow_pointer(name, raw)
        if may_hold_files(name, raw):
            from nbguard.scan.members import scan_with_members

            for part, scanned in scan_with_members(self._scanner, Blob(name, raw), self._config.max_file_size):
                self._keep(part.path, part.raw, scanned)
        else:
            self._keep(name, raw, self._scanner.scan(name, raw))

    def _follow_pointer(self, name: str, raw: bytes) -> bytes:
        """What a pointer of Git LFS stands for; the bytes as they are where that isn't here, or they are none."""
        from nbguard.scan.lfs import id_in_pointer, read_content

        if identity := id_in_pointer(raw):
            try:
                return read_content(identity, self._config.root, self._config.max_file_size)
            except UnreadableError as error:
                self._skip(name, str(error))
        return raw

    def _keep(self, name: str, raw: bytes, scanned: Scanned) -> None:
        self._files += 1
        self._bytes += len(raw)
        self._skip(name, scanned.problem)
        self._skip(name, scanned.defect)
        if scanned.document is not None and scanned.findings:
            self._found.setdefault(name, []).append((scanned.document, list(scanned.findings)))

    def _scan_large(self, name: str, blob: Blob) -> None:
        from nbguard.scan.large_files import scan_large

        scanned = scan_large(self._scanner, blob, self._config.max_file_size)
        self._bytes += blob.size
        for problem in scanned.problems:
            self._skip(name, problem)
        for document, findings in scanned.found:
            if findings:
                self._found.setdefault(name, []).append((document, list(findings)))

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
            self._skip(self._scanner.name_of(blob.path), str(error))
            return blob.raw
        self._stripped.append(blob.path)
        return stripped

    def _scan_for_echoes(self, again: Callable[[], Iterable[Blob]]) -> None:
        """Looks for the values found in one file in every other file of the run."""
        from nbguard.scan.known_values import KnownValues

        known = KnownValues()
        for _, findings in self.found:
            known.add(findings)
        search = known.make_search()
        if search is None:
            return
        from nbguard.scan.large_files import read_where_large
        from nbguard.scan.members import parts_of

        limit = self._config.max_file_size
        blobs = read_where_large(again(), self._scanner, limit, search)
        named = (blob._replace(path=self._scanner.name_of(blob.path)) for blob in blobs)
        for name, raw, *_ in (part for blob in named for part in parts_of(blob, limit)):
            here = search(raw)
            if not here:
                continue
            present = [finding for _, findings in self._found.get(name, ()) for finding in findings]
            # Most values stand in the file they were found in, and nowhere else in it: those places are known.
            if not here <= {finding.value for finding in present}:
                document = open_document(name, raw)
                echoes = known.find_in(document, present, here)
                self._found.setdefault(name, []).append((document, echoes))

    def _conclude(self, seconds: float) -> ScanResult:
        judge, off = self._scanner.judge, self._switched_off
        judged = (item for document, findings in self.found for item in judge(document, findings, off))
        values = {record: finding.value for finding, record in judged}
        unseen = LeftOut(self.excluded, len(self._switched_off))
        report = make_report(values, self._skipped, self._files, self._bytes, seconds, unseen)
        status = exit_status(report, self._config.fail_on, self._config.allow_unreadable)
        if self._stripped:
            status = max(status, ExitCode.FINDINGS)
        return ScanResult(report, tuple(self._stripped), status, values if self._reveal else {})
