"""Takes files through the house: read, strip if asked, screen, open, detect, judge, record."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.echoes import find_echoes, may_echo
from nbguard.detect.engine import Engine, Scope
from nbguard.detect.prefilter import Prefilter
from nbguard.documents.files import read_between, read_file
from nbguard.documents.reading import NotebookChecker, open_document
from nbguard.errors import ExitCode, NbguardError, UnreadableError, describe_defect
from nbguard.policy.fingerprint import find_salt
from nbguard.report.records import Skipped, exit_status, make_report
from nbguard.scan.sources import STANDARD_INPUT, Blob, read_paths, read_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.config import Config
    from nbguard.report.records import FindingRecord, Report


class Outcome(NamedTuple):
    """What a scan came to. ``stripped`` are the files that were changed; ``values`` holds the value of each finding,
    but only where the caller asked to reveal them.
    """

    report: Report
    stripped: tuple[str, ...]
    exit_code: ExitCode
    values: Mapping[FindingRecord, str]

    def __repr__(self) -> str:
        """Shows no values."""
        return f"Outcome({len(self.report.findings)} findings, exit {int(self.exit_code)})"


def scope_of(config: Config, kinds: frozenset[str]) -> Scope:
    """What the engine is to look for under a configuration."""
    scope = Scope(kinds, config.sample_data, config.plugins, config.rules)
    if not config.zones:
        return scope
    from nbguard.policy.verdict import sample_data_by_path

    least = [zone.sample_data["bulk_bytes"] for zone in config.zones if "bulk_bytes" in zone.sample_data]
    return scope._replace(sample_data_at=sample_data_by_path(config), bulk_from=min(least, default=0))


class Pipeline:
    """Scans blobs under one configuration. Not shared between threads."""

    def __init__(self, config: Config, kinds: frozenset[str], *, strip: bool = False, reveal: bool = False) -> None:
        self._config = config
        self._engine = Engine(scope_of(config, kinds))
        self._checker = NotebookChecker()
        self._strip = strip
        self._reveal = reveal
        self._found: list[tuple[Document, Finding]] = []
        self._skipped: list[Skipped] = []
        self._stripped: list[str] = []
        self._files = 0
        self._bytes = 0

    @property
    def extra_rule_ids(self) -> set[str]:
        """The ids of the rules that the configuration adds."""
        return self._engine.extra_rules.rule_ids if self._engine.extra_rules is not None else set()

    @property
    def found(self) -> Sequence[tuple[Document, Finding]]:
        """What was found so far, before any policy."""
        return self._found

    def run(
        self, paths: Sequence[str], watch: Callable[[Sequence[str]], Iterable[str]] = lambda paths: paths
    ) -> Outcome:
        """Scans files (``-`` is standard input) and returns the report and the exit status.

        ``watch`` hands the paths on and may show how far it is.
        """
        limit = self._config.max_file_size
        files = [path for path in paths if path != "-"]
        return self.run_on(
            read_paths(watch(paths), limit, unpack=True, heads=True),
            lambda: read_paths(files, limit, unpack=True, heads=True),
        )

    def run_on(self, blobs: Iterable[Blob], again: Callable[[], Iterable[Blob]]) -> Outcome:
        """Scans blobs; ``again`` gives those that can be had twice, to be looked through for echoes."""
        from time import perf_counter

        started = perf_counter()
        for blob in blobs:
            self._scan(blob)
        self._scan_for_echoes(again)
        return self._conclude(perf_counter() - started)

    def _scan(self, blob: Blob) -> None:
        self._files += 1
        if blob.problem:
            self._skipped.append(Skipped(self._name(blob.path), blob.problem))
            return
        if blob.size:
            self._scan_large(blob)
            return
        raw = self._strip_file(blob) if self._strip else blob.raw
        self._bytes += len(raw)
        notebook = blob.path.lower().endswith(".ipynb")
        screening = self._engine.screen(raw, blob.path)
        if screening is None:
            problem = self._checker.find_problem(raw) if notebook else ""
            if problem:
                self._skipped.append(Skipped(self._name(blob.path), problem))
            return
        document = open_document(self._name(blob.path), raw)
        if document.problem:
            self._skipped.append(Skipped(self._name(blob.path), document.problem))
        try:
            self._found += [(document, finding) for finding in self._engine.detect(document, screening)]
        except Exception as error:  # noqa: BLE001 - one file's defect must not hide what the others hold
            self._skipped.append(Skipped(self._name(blob.path), describe_defect(error)))

    def _scan_large(self, blob: Blob) -> None:
        """Looks at a sample of a large file for sample data, and piece by piece for everything else.

        Where a piece holds something, the whole is read, for only then lines are what they are.
        """
        name, limit, size = self._name(blob.path), self._config.max_file_size, blob.size
        try:
            if self._others is not None and size > limit:
                megabytes = f"{size // 1_000_000} MB (limit {limit // 1_000_000} MB)"
                sampled = "sample-data" in self._engine.scope.kinds
                note = "; only a sample was looked through, for sample data" if sampled else ""
                self._skipped.append(Skipped(name, f"too large: {megabytes}{note}"))
            elif self._others is not None and self._holds_others(self._others, blob):
                document = open_document(name, read_file(blob.path, limit))
                self._found += [(document, finding) for finding in self._others.detect(document)]
            document = open_document(name, blob.raw)
            self._bytes += size

            def read(start: int, end: int) -> bytes:
                return read_between(blob.path, start, end)

            found = self._engine.find_samples_in_large(document, size, read, blob.path)
            self._found += [(document, finding) for finding in found]
        except UnreadableError as error:
            self._skipped.append(Skipped(name, str(error)))
        except Exception as error:  # noqa: BLE001 - one file's defect must not hide what the others hold
            self._skipped.append(Skipped(name, describe_defect(error)))

    @cached_property
    def _others(self) -> Engine | None:
        """The engine for everything but sample data; None where nothing else is looked for."""
        kinds = self._engine.scope.kinds - {"sample-data"}
        return Engine(self._engine.scope._replace(kinds=kinds)) if kinds else None

    def _holds_others(self, engine: Engine, blob: Blob) -> bool:
        for piece in read_windows(blob.path, blob.size):
            screening = engine.screen(piece, blob.path)
            if screening is not None and engine.detect(open_document(blob.path, piece), screening):
                return True
        return False

    def _strip_file(self, blob: Blob) -> bytes:
        """The bytes without outputs, written back to the file; the bytes as they are where that can't be done."""
        if blob.packed or not blob.path.lower().endswith(".ipynb"):
            return blob.raw
        from nbguard.documents.files import write_file
        from nbguard.strip.api import strip
        from nbguard.strip.options import from_config

        try:
            stripped = strip(blob.raw, from_config(self._config.strip))
            if stripped is blob.raw:
                return blob.raw
            write_file(blob.path, stripped, blob.raw)
        except NbguardError as error:
            self._skipped.append(Skipped(self._name(blob.path), str(error)))
            return blob.raw
        self._stripped.append(blob.path)
        return stripped

    def _scan_for_echoes(self, again: Callable[[], Iterable[Blob]]) -> None:
        """Looks for the values found in one file in every other file of the run."""
        if not self._found or self._files < 2:
            return

        known = {f.value: f for _, f in self._found if may_echo(f)}
        if not known:
            return
        values = list(known)
        search = Prefilter(values, cached=False).search
        already: dict[str, list[Finding]] = {}
        for document, finding in self._found:
            already.setdefault(document.path, []).append(finding)
        for blob in self._without_large(again(), lambda raw: bool(search(raw))):
            here = {values[hit.literal] for hit in search(blob.raw)}
            present = already.get(self._name(blob.path), [])
            # Most values stand in the file they were found in, and nowhere else in it: those places are known.
            if here and not here <= {finding.value for finding in present}:
                document = open_document(self._name(blob.path), blob.raw)
                echoes = find_echoes(document, [known[value] for value in here], present)
                self._found += [(document, echo) for echo in echoes]

    def _without_large(self, blobs: Iterable[Blob], holds: Callable[[bytes], bool]) -> Iterator[Blob]:
        """The blobs; of large files those that hold something, read whole where that is allowed."""
        limit = self._config.max_file_size
        for blob in blobs:
            if not blob.size:
                yield blob
            elif self._others is not None and blob.size <= limit:
                try:
                    if any(map(holds, read_windows(blob.path, blob.size))):
                        yield blob._replace(raw=read_file(blob.path, limit), size=0)
                except UnreadableError:
                    pass  # said when it was scanned

    def _name(self, path: str) -> str:
        """A file's path from the repository's root, as policies know it; outside the repository, as it was given."""
        relative = path if path.startswith(STANDARD_INPUT) else os.path.relpath(path, self._config.root)
        return (path if relative.startswith("..") else relative).replace(os.sep, "/")

    def _conclude(self, seconds: float) -> Outcome:
        values = self._judge_findings() if self._found else {}
        report = make_report(values, self._skipped, self._files, self._bytes, seconds)
        status = exit_status(report, self._config.fail_on, self._config.allow_unreadable)
        if self._stripped:
            status = max(status, ExitCode.FINDINGS)
        return Outcome(report, tuple(self._stripped), status, values if self._reveal else {})

    def _judge_findings(self) -> dict[FindingRecord, str]:
        """The record of each finding that is reported, and its value."""
        from nbguard.policy.baseline import load_baseline
        from nbguard.scan.judging import judge_findings

        config = self._config
        judged = judge_findings(self._found, config, find_salt(config).key, load_baseline(config))
        return {record: finding.value for finding, record in judged}
