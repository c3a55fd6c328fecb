"""Looks into single contents of a history and keeps what was found, without a value, until commits are known."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.echoes import find_echoes, may_echo
from nbguard.detect.engine import Engine
from nbguard.detect.prefilter import Prefilter
from nbguard.detect.triggers import load_triggers
from nbguard.documents.reading import NotebookChecker, open_document
from nbguard.errors import describe_defect
from nbguard.policy.baseline import load_baseline
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.policy.globs import matches_any
from nbguard.policy.verdict import judge, zone_of
from nbguard.report.records import FindingRecord, Origin, Skipped, record
from nbguard.scan.archives import is_archive, unpack_notebooks
from nbguard.scan.known_parts import KnownParts
from nbguard.scan.pipeline import scope_of
from nbguard.scan.sources import Blob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.config import Config
    from nbguard.repository.history import Commit

# Defects and odd notebooks that are told one by one.
_TOLD = 20


class Standing(NamedTuple):
    """A finding at a path: its record as the newest version has it, its first and last commit, and their number."""

    record: FindingRecord
    first: str
    last: str
    commits: int


class Step(NamedTuple):
    """A commit that gave a path a content with a watched value; the record is of that version."""

    commit: str
    blob: str
    record: FindingRecord


class Versions:
    """What is in the versions of files. ``found`` holds the records of a content (blob) by its kind of place."""

    def __init__(self, config: Config, kinds: frozenset[str]) -> None:
        self._config = config
        self._engine = Engine(scope_of(config, kinds))
        self._checker = NotebookChecker()
        self._parts = KnownParts()
        self._triggers = load_triggers()
        self._salt = find_salt(config).key
        self._baseline = load_baseline(config)
        self._today = date.today().isoformat()
        self._known: dict[str, Finding] = {}
        self._standing: dict[tuple[str, str], Standing] = {}
        self._watched: frozenset[str] = frozenset()
        self.trail: list[Step] = []
        self.found: dict[str, dict[str, list[FindingRecord]]] = {}
        self.skipped: list[Skipped] = []
        self.odd: dict[str, str] = {}

    @property
    def extra_rule_ids(self) -> set[str]:
        """The ids of the rules that the configuration adds."""
        return self._engine.extra_rules.rule_ids if self._engine.extra_rules is not None else set()

    def place_of(self, path: str) -> str | None:
        """What of a path can decide how a content is read and judged; None where the path is excluded.

        The same content at another path of the same kind is the same.
        """
        config = self._config
        if config.exclude and matches_any(path, config.exclude):
            return None
        if config.rules:
            return path  # rule packs have patterns for paths
        zone = self._zone_name(path)
        name = os.path.basename(path).lower()
        if self._triggers.is_config_file(path) or self._triggers.is_credential_file(path):
            name = path
        return f"{zone}\0{name}" if zone else name

    def _zone_name(self, path: str) -> str:
        zones = self._config.zones
        zone = zone_of(path, self._config) if zones else None
        return str(zones.index(zone)) if zone is not None else ""

    def look_into(self, blob: str, path: str, raw: bytes) -> bool:
        """Scans a content, and the notebooks in it where it is an archive; whether there is nothing to say of it."""
        clean = self._look_into_one(blob, path, path, raw)
        for packed in self._unpack(path, raw):
            if packed.problem:
                self.skipped.append(Skipped(packed.path, packed.problem))
                clean = False
            else:
                clean = self._look_into_one(blob, path, packed.path, packed.raw) and clean
        return clean

    def may_hold(self, raw: bytes, path: str) -> bool:
        """Whether a text has to be looked into; what holds for several joined ones holds for each."""
        return self._engine.extra_rules is not None or self._engine.screen(raw, path) is not None

    def _unpack(self, path: str, raw: bytes) -> Iterator[Blob]:
        return unpack_notebooks(Blob(path, raw), self._config.max_file_size)

    def _look_into_one(self, blob: str, outer: str, path: str, raw: bytes) -> bool:
        try:
            screening = self._engine.screen(raw, path)
            if screening is None:
                problem = self._checker.find_problem(raw) if path.lower().endswith(".ipynb") else ""
                self._note(path, problem)
                return not problem
            document = open_document(path, raw)
            self._note(path, document.problem)
            screening, unknown = self._parts.leave_out(document, screening, self._zone_name(path))
            findings = self._engine.detect(document, screening)
            self._parts.learn(unknown, findings)
            self._keep(blob, outer, document, findings)
        except Exception as error:  # noqa: BLE001 - one content's defect must not hide what the others hold
            self.skipped.append(Skipped(path, f"{describe_defect(error)}; content {blob[:12]}"))
            return False
        return not findings and not document.problem

    def echo_search(self) -> Callable[[bytes], bool] | None:
        """A function that says whether bytes hold a value that was found somewhere; None where there is no value."""
        if not self._known:
            return None
        # As JSON writes it too, with quotes and backslashes escaped.
        spellings = {spelling for value in self._known for spelling in (value, json.dumps(value)[1:-1])}
        search = Prefilter(sorted(spellings), cached=False).search
        return lambda raw: bool(search(raw))

    def count_values(self) -> int:
        """How many values were found so far that are looked for elsewhere."""
        return len(self._known)

    def mark_of_values(self) -> str:
        """What stands for all values found so far: a hash of their fingerprints."""
        from hashlib import blake2b

        marks = sorted(fingerprint(finding.rule, finding.value, self._salt) for finding in self._known.values())
        return blake2b("".join(marks).encode("ascii"), digest_size=16).hexdigest()

    def watch(self, findings: Iterable[Finding]) -> None:
        """Looks for these values as well, and keeps a trail of every commit that wrote one of them."""
        for finding in findings:
            self._known.setdefault(finding.value, finding)
            self._watched |= {fingerprint(finding.rule, finding.value, self._salt)}

    def known_by(self, mark: str) -> list[Finding]:
        """The values that were found so far and have this fingerprint."""
        return [f for f in self._known.values() if fingerprint(f.rule, f.value, self._salt) == mark]

    def parts_of(self, path: str, raw: bytes) -> Iterator[bytes]:
        """A content, and the notebooks in it where it is an archive."""
        yield raw
        yield from (packed.raw for packed in self._unpack(path, raw))

    def look_for_echoes(self, blob: str, path: str, raw: bytes) -> None:
        """Keeps further places of known values in a content."""
        self._look_for_echoes_in(blob, path, path, raw)
        for packed in self._unpack(path, raw):
            self._look_for_echoes_in(blob, path, packed.path, packed.raw)

    def _look_for_echoes_in(self, blob: str, outer: str, path: str, raw: bytes) -> None:
        document = open_document(path, raw)
        # The content was scanned before, and what it holds by itself is kept: this is done again to know the places.
        present = self._engine.detect(document)
        echoes = list(find_echoes(document, self._known.values(), present))
        self._keep(blob, outer, document, echoes)

    def place(self, blob: str, place: str, path: str, commit: str) -> None:
        """Says that a commit gave a path a content in which something was found; called oldest commit first."""
        for kept in self.found[blob].get(place, ()):
            _, mark, member = kept.path.partition("!/")
            newest = kept._replace(path=path + mark + member if is_archive(path) else path)
            key = (kept.fingerprint, newest.path)
            if kept.fingerprint in self._watched:
                self.trail.append(Step(commit, blob, newest))
            # The newest version decides: it may have been allowed since.
            before = self._standing.get(key)
            if before is None:
                self._standing[key] = Standing(newest, commit, commit, 1)
            elif before.last == commit:
                if before.record.waived is not None and newest.waived is None:
                    self._standing[key] = before._replace(record=newest)
            else:
                self._standing[key] = Standing(newest, before.first, commit, before.commits + 1)

    def first_commits(self) -> Iterable[str]:
        """The commits that first brought in what was found."""
        return (standing.first for standing in self._standing.values())

    def records(self, commits: Mapping[str, Commit]) -> list[FindingRecord]:
        """One record for each value at each path."""
        records = []
        for kept, first, last, number in self._standing.values():
            commit = commits.get(first)
            author, when = (commit.author, commit.date) if commit else ("", "")
            records.append(kept._replace(origin=Origin(first, author, when, last, number)))
        return records

    def _keep(self, blob: str, outer: str, document: Document, findings: Iterable[Finding]) -> None:
        for finding in findings:
            mark = fingerprint(finding.rule, finding.value, self._salt)
            judgement = judge(finding, document, self._config, self._today, self._baseline, mark)
            # Its field would keep the whole content in memory.
            if may_echo(finding) and finding.value not in self._known:
                self._known[finding.value] = finding._replace(field=finding.field._replace(text=""))
            if judgement.dropped:
                continue
            kept = self.found.setdefault(blob, {}).setdefault(self.place_of(outer) or "", [])
            same = next(
                (n for n, other in enumerate(kept) if (other.fingerprint, other.path) == (mark, document.path)), None
            )
            made = record(finding, document, judgement, self._salt)
            if same is None:
                kept.append(made)
            elif kept[same].waived is not None and made.waived is None:
                kept[same] = made

    def _note(self, path: str, problem: str) -> None:
        if problem and len(self.odd) < _TOLD:
            self.odd.setdefault(path, problem)
