"""Takes files through a scan: strip if asked, scan, look for echoes in the others, judge, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.file_kinds import NAMES
from nbguard.documents.reading import open_document
from nbguard.errors import ExitCode
from nbguard.named_tuple import NamedTuple
from nbguard.report.records import LeftOut, Skipped, exit_status, make_report
from nbguard.scan.file_scan import FileScan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.policy.rekeying import Value
    from nbguard.report.records import FindingRecord, Report
    from nbguard.scan.blobs import Blob
    from nbguard.scan.file_scan import Looked
    from nbguard.scan.known_values import KnownValues
    from nbguard.scan.names import Name
    from nbguard.scan.sources import Sources
    from nbguard.scan.staged_entries import StagedEntries


class ScanResult(NamedTuple):
    """What a scan came to. ``stripped`` are the files that were changed.

    Where the caller asked to reveal them, ``values`` holds the value of each finding, and ``found`` all that was found
    before any policy. ``files`` are those that were to be looked into. ``named`` are the values that stand in names.
    """

    report: Report
    stripped: tuple[str, ...]
    exit_code: ExitCode
    values: Mapping[FindingRecord, str]
    found: frozenset[Value] = frozenset()
    files: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()

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
    return result._replace(report=report._replace(provenance=result.report.provenance), exit_code=status)


class Pipeline:
    """Scans blobs under one configuration. Raises UsageError for rules there are not. Not shared between threads."""

    def __init__(
        self, config: Config, kinds: frozenset[str] = frozenset(), *, strip: bool = False, reveal: bool = False
    ) -> None:
        self._config = config
        self._scan = FileScan(config, kinds, strip=strip)
        self._scanner = self._scan.scanner
        self._reveal = reveal
        self._found: dict[str, list[tuple[Document, list[Finding]]]] = {}
        self._skipped: list[Skipped] = []
        self._stripped: list[str] = []
        self._files = 0
        self._switched_off: set[tuple[str, str]] = set()
        self.excluded = 0  # files that whoever lists them left out
        self._bytes = 0
        self._names: Sequence[Name] = ()

    @property
    def found(self) -> Iterator[tuple[Document, list[Finding]]]:
        """What was found so far, before any policy."""
        for documents in self._found.values():
            yield from documents

    def run(
        self,
        paths: Sequence[str],
        watch: Callable[[Sequence[str]], Iterable[str]] = lambda paths: paths,
        sources: Sources | None = None,
        jobs: int = 1,
        entries: StagedEntries | None = None,
    ) -> ScanResult:
        """Scans files (``-`` is standard input) and returns the report and the exit status.

        ``watch`` hands the paths on and may show how far it is. ``sources`` are what the paths come from: what can't be
        looked into, and which names there are. ``jobs`` is how many processes may work on it, where the work is worth
        it; the result is the same. ``entries`` are looked at, too, as git has them.
        """
        from time import perf_counter

        from nbguard.scan.file_workers import look_into_paths, search_paths

        started = perf_counter()
        for blob in sources.unread if sources is not None else ():
            self._skip(self._scanner.name_of(blob.path), blob.problem)
        limit = self._config.max_file_size
        files = [path for path in paths if path != "-"]
        self._keep(look_into_paths(self._scan, paths, watch(paths), limit, jobs))
        if entries is not None:
            self._keep(map(self._scan.look_into, entries.blobs()))
        if sources is not None:
            from nbguard.scan.names import names_of

            more = entries.names() if entries is not None else []
            self._look_at_names([*names_of(sources.named, sources.links, self._scanner), *more])
        if (known := self._known()) is not None:
            # What the only file holds was found where it stands: only names may repeat it.
            others = files if self._files > 1 else []
            self._add_echoes(search_paths(self._scan, others, limit, known, jobs), known)
        return self._conclude(perf_counter() - started)

    def look_for(self, findings: Iterable[Finding], paths: Sequence[str], jobs: int = 1) -> ScanResult:
        """Looks for values that were found elsewhere in files that were scanned; the result with them."""
        from nbguard.scan.file_workers import search_paths
        from nbguard.scan.known_values import KnownValues

        known = KnownValues()
        known.add(findings)
        if len(known):
            self._add_echoes(search_paths(self._scan, paths, self._config.max_file_size, known, jobs), known)
        return self._conclude(0)

    def run_on(
        self, blobs: Iterable[Blob], again: Callable[[], Iterable[Blob]], names: Sequence[Name] = ()
    ) -> ScanResult:
        """Scans blobs, and ``names``; ``again`` gives the blobs once more, to be looked through for echoes."""
        from time import perf_counter

        started = perf_counter()
        self._keep(map(self._scan.look_into, blobs))
        self._look_at_names(names)
        known = self._known()
        search = known.make_search() if known is not None else None
        if known is not None and search is not None:
            parts = self._scan.parts_holding(again() if self._files > 1 else (), search)
            self._add_echoes(((name, raw, here) for name, raw in parts if (here := search(raw))), known)
        return self._conclude(perf_counter() - started)

    def _keep(self, looks: Iterable[Looked]) -> None:
        for looked in looks:
            self._files += looked.files
            self._bytes += looked.bytes
            self._skipped += looked.skipped
            self._stripped += looked.stripped
            self._add((document, findings) for document, findings in looked.found)

    def _look_at_names(self, names: Sequence[Name]) -> None:
        from nbguard.scan.names import find_in_names

        self._names = names
        self._add(find_in_names(self._scanner, names))

    def _add(self, found: Iterable[tuple[Document, list[Finding]]]) -> None:
        for document, findings in found:
            self._found.setdefault(document.path, []).append((document, findings))

    def _skip(self, name: str, reason: str) -> None:
        if reason:
            self._skipped.append(Skipped(name, reason))

    def _known(self) -> KnownValues | None:
        """The values that are looked for in other files; None where there are none, or no other file."""
        if not self._found or (self._files < 2 and not self._names):
            return None
        from nbguard.scan.known_values import KnownValues

        known = KnownValues()
        for _, findings in self.found:
            known.add(findings)
        return known if len(known) else None

    def _add_echoes(self, parts: Iterable[tuple[str, bytes, set[str]]], known: KnownValues) -> None:
        """Adds the places at which values that were found in one file stand in another."""
        for name, raw, here in parts:
            present = [finding for _, findings in self._found.get(name, ()) for finding in findings]
            # Most values stand in the file they were found in, and nowhere else in it: those places are known.
            if not here <= {finding.value for finding in present}:
                document = open_document(name, raw)
                echoes = known.find_in(document, present, here)
                self._found.setdefault(name, []).append((document, echoes))
        if self._names:
            from nbguard.scan.names import find_known_in_names

            before = [found for place in NAMES for found in self._found.get(place, ())]
            self._add(list(find_known_in_names(self._scanner, self._names, known, before)))

    def _conclude(self, seconds: float) -> ScanResult:
        judge, off = self._scanner.judge, self._switched_off
        judged = (item for document, findings in self.found for item in judge(document, findings, off, framed=True))
        named = frozenset(f.value for name in NAMES for _, findings in self._found.get(name, ()) for f in findings)
        skipped: Iterable[Skipped] = self._skipped
        if named:
            from nbguard.scan.names import without_named, without_values

            judged = (without_named(item, named) for item in judged)
            skipped = [item._replace(path=without_values(item.path, named)) for item in skipped]
        values = {record: finding.value for finding, record in judged}
        unseen = LeftOut(self.excluded, len(self._switched_off))
        report = make_report(values, skipped, self._files, self._bytes, seconds, unseen)
        status = exit_status(report, self._config.fail_on, self._config.allow_unreadable)
        if self._stripped:
            status = max(status, ExitCode.FINDINGS)
        result = ScanResult(report, tuple(self._stripped), status, {}, named=named)
        return result._replace(values=values, found=frozenset(self._values_found())) if self._reveal else result

    def _values_found(self) -> Iterator[Value]:
        from nbguard.policy.rekeying import Value

        for document, findings in self.found:
            for finding in findings:
                yield Value(document.path, finding.field.part.where, finding.rule, finding.value)
