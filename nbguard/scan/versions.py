"""Looks into single contents of a history and keeps what was found, without a value, until commits are known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.triggers import load_triggers
from nbguard.documents.file_kinds import NAMES
from nbguard.documents.reading import open_document
from nbguard.policy.fingerprint import fingerprint
from nbguard.policy.globs import matches_any
from nbguard.report.causes import rank
from nbguard.report.records import FindingRecord, Origin, Skipped
from nbguard.scan.blobs import Blob
from nbguard.scan.known_parts import KnownParts
from nbguard.scan.known_values import KnownValues
from nbguard.scan.members import parts_of, scan_with_members
from nbguard.scan.scanner import Scanner, zone_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.repository.history import Commit
    from nbguard.scan.gate import Gate

# Defects and odd notebooks that are told one by one.
_TOLD = 20


class Standing(NamedTuple):
    """A finding at a path: its record as the newest version has it, its first and last commit, and their number."""

    record: FindingRecord
    first: str
    last: str
    commits: int


class VersionStep(NamedTuple):
    """A commit that gave a path a content with a watched value; the record is of that version."""

    commit: str
    blob: str
    record: FindingRecord


class Seen(NamedTuple):
    """What some contents came to: what ``Versions`` keeps of them, taken out of it to be put into another one."""

    known: tuple[Finding, ...]
    found: dict[str, dict[str, list[FindingRecord]]]
    skipped: tuple[Skipped, ...]
    odd: dict[str, str]
    switched_off: frozenset[tuple[str, str]]

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Seen({len(self.found)} contents)"


class Versions:
    """What is in the versions of files. ``found`` holds the records of a content (blob) by its kind of place."""

    def __init__(self, config: Config, kinds: frozenset[str], gate: Gate | None = None) -> None:
        self._scanner = Scanner(config, kinds, KnownParts()).leaving_authors()
        if gate is not None:
            self._scanner = self._scanner.accepting(gate.salt, gate.baseline, gate.stood_before, gate.approvals)
        self._config = config
        self._made_of = (config, kinds, gate)
        self._triggers = load_triggers()
        self._standing: dict[tuple[str, str], Standing] = {}
        self._named: set[str] = set()
        self._watched: frozenset[str] = frozenset()
        self._watches_all = False
        self.trail: list[VersionStep] = []
        self._begin()

    def __reduce__(self) -> tuple[type[Versions], tuple[Config, frozenset[str], Gate | None]]:
        """A worker that is started anew makes its own."""
        return Versions, self._made_of

    def _begin(self) -> None:
        self._known = KnownValues()
        self.found: dict[str, dict[str, list[FindingRecord]]] = {}
        self.skipped: list[Skipped] = []
        self.odd: dict[str, str] = {}
        self.switched_off: set[tuple[str, str]] = set()

    def take(self) -> Seen:
        """What was kept until now, which is kept no longer."""
        seen = Seen(tuple(self._known), self.found, tuple(self.skipped), self.odd, frozenset(self.switched_off))
        self._begin()
        return seen

    def add(self, seen: Seen) -> None:
        """Keeps what another one saw, as if it had been seen here."""
        self._known.add(seen.known)
        for blob, places in seen.found.items():
            for place, records in places.items():
                for made in records:
                    self._keep_record(blob, place, made)
        self.skipped += seen.skipped
        for path, problem in seen.odd.items():
            self._note(path, problem)
        self.switched_off |= seen.switched_off

    def prepare(self) -> None:
        """Loads what judging needs, so that workers needn't. Raises UsageError."""
        self._scanner.salt, self._scanner.baseline, self._scanner.approvals  # noqa: B018 - read once

    def place_of(self, path: str) -> str | None:
        """What of a path can decide how a content is read and judged; None where the path is excluded.

        The same content at another path of the same kind is the same.
        """
        config = self._config
        if config.exclude and matches_any(path, config.exclude):
            return None
        if config.rules or config.approvers:
            return path  # rule packs have patterns for paths, and an approval is for some of them
        zone = zone_name(path, config)
        name = os.path.basename(path).lower()
        if self._triggers.files.is_credential_file(path):
            name = path
        return f"{zone}\0{name}" if zone else name

    def look_into(self, blob: str, path: str, raw: bytes) -> bool:
        """Scans a content, and the files in it where it is an archive; whether there is nothing to say of it."""
        clean = True
        for part, scanned in scan_with_members(self._scanner, Blob(path, raw), self._config.max_file_size):
            if scanned.defect:
                self.skipped.append(Skipped(part.path, f"{scanned.defect}; content {blob[:12]}"))
            elif part.problem:
                self.skipped.append(Skipped(part.path, part.problem))
            else:
                self._note(part.path, scanned.problem)
            if scanned.document is not None:
                self._keep(blob, path, scanned.document, _told(path, scanned.findings))
            clean = clean and not (scanned.findings or scanned.problem or scanned.defect)
        return clean

    def may_hold(self, raw: bytes, path: str) -> bool:
        """Whether a text has to be looked into; what holds for several joined ones holds for each."""
        return self._scanner.may_hold(raw, path)

    def echo_search(self) -> Callable[[bytes], set[str]] | None:
        """A function that says which values that were found somewhere stand in bytes; None where there is no value."""
        return self._known.make_search()

    def count_values(self) -> int:
        """How many values were found so far that are looked for elsewhere."""
        return len(self._known)

    def forget_values(self) -> None:
        """Begins anew with the values that are looked for elsewhere."""
        self._known = KnownValues()

    def fingerprints(self) -> list[str]:
        """The fingerprints of the values found so far that are looked for elsewhere, sorted."""
        return sorted(fingerprint(known.rule, known.value, self._scanner.salt) for known in self._known)

    def mark_of_values(self) -> str:
        """What stands for all values found so far: a hash of their fingerprints."""
        from hashlib import blake2b

        return blake2b("".join(self.fingerprints()).encode("ascii"), digest_size=16).hexdigest()

    def watch(self, findings: Iterable[Finding]) -> None:
        """Looks for these values as well, and keeps a trail of every commit that wrote one of them."""
        for finding in findings:
            self._known.add((finding,))
            self._watched |= {fingerprint(finding.rule, finding.value, self._scanner.salt)}

    def watch_all(self) -> None:
        """Keeps the trail of every value that is found."""
        self._watches_all = True

    def known_values(self) -> list[Finding]:
        """The values found so far that are looked for elsewhere, each by the finding that says most about it."""
        return list(self._known)

    def known_by(self, mark: str) -> list[Finding]:
        """The values that were found so far and have this fingerprint."""
        return [f for f in self._known if fingerprint(f.rule, f.value, self._scanner.salt) == mark]

    def parts_of(self, path: str, raw: bytes) -> Iterator[bytes]:
        """A content, or the files in it where it is an archive."""
        return (part.raw for part in parts_of(Blob(path, raw), self._config.max_file_size))

    def look_for_echoes(self, blob: str, path: str, raw: bytes) -> None:
        """Keeps further places of known values in a content."""
        for part in parts_of(Blob(path, raw), self._config.max_file_size):
            document = open_document(part.path, part.raw)
            # It was scanned before, and what it holds by itself is kept: this is done again to know the places.
            present = self._scanner.find_in(document)
            self._keep(blob, path, document, _told(path, self._known.find_in(document, present)))

    def place(self, blob: str, place: str, path: str, commit: str) -> None:
        """Says that a commit gave a path a content in which something was found; called oldest commit first."""
        for kept in self.found[blob].get(place, ()):
            _, mark, member = kept.path.partition("!/")
            newest = kept._replace(path=path + mark + member)
            key = (kept.fingerprint, newest.path)
            if self._watches_all or kept.fingerprint in self._watched:
                self.trail.append(VersionStep(commit, blob, newest))
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
            author, when = (self._without_named(commit.author), commit.date) if commit else ("", "")
            origin = Origin(first, author, when, last, number)
            records.append(kept._replace(path=self._without_named(kept.path), origin=origin))
        return records

    def _without_named(self, text: str) -> str:
        """A name without the credentials that were found in names."""
        for value in self._named:
            text = text.replace(value, "…")
        return text

    def _keep(self, blob: str, outer: str, document: Document, findings: Sequence[Finding]) -> None:
        if outer in NAMES:
            self._named.update(finding.value for finding in findings)
        self._known.add(findings)
        for _, made in self._scanner.judge(document, findings, self.switched_off, framed=True):
            self._keep_record(blob, self.place_of(outer) or "", made)

    def _keep_record(self, blob: str, place: str, made: FindingRecord) -> None:
        kept = self.found.setdefault(blob, {}).setdefault(place, [])
        mark = (made.fingerprint, made.path)
        same = next((n for n, other in enumerate(kept) if (other.fingerprint, other.path) == mark), None)
        if same is None:
            kept.append(made)
        elif (made.waived is not None, rank(made)) < (kept[same].waived is not None, rank(kept[same])):
            kept[same] = made

    def _note(self, path: str, problem: str) -> None:
        if problem and len(self.odd) < _TOLD:
            self.odd.setdefault(path, problem)


def _told(path: str, findings: Sequence[Finding]) -> Sequence[Finding]:
    """What counts at a path: of a name, only what is a credential, as anybody has a name."""
    return [finding for finding in findings if finding.kind == "credential"] if path in NAMES else findings
