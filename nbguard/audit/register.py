"""The register of credentials: one entry a credential, known by its fingerprint, from whatever was read.

The records are what the JSON says; their schema is made from them. No value is in any of it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from nbguard.audit.commit_dates import earliest_and_latest, in_time, moment_of
from nbguard.audit.live.live_check import LiveCheck  # noqa: TC001 - msgspec reads the fields' types
from nbguard.audit.rotation import Rotation, rotation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord, Skipped

SCHEMA = "nbguard-credentials/1"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class PlaceNow(Struct, frozen=True, order=True):
    """Where a credential stands in a file now. ``cell`` counts from 0 and is null outside of notebooks."""

    repository: str
    path: str
    cell: int | None
    where: str
    line: int
    file_line: int


class Stay(Struct, frozen=True, order=True):
    """A path at which a history has a credential: the first and the last commit that wrote it there, and how many did.

    Dates are the authors', in ISO 8601. They are empty where no commit wrote it, only a ref names it, and the last
    one's where a sweep's results don't have it.
    """

    repository: str
    path: str
    first_commit: str
    first_date: str
    last_commit: str
    last_date: str
    commits: int


class WaiverNote(Struct, frozen=True, order=True):
    """Why a credential doesn't count as a finding somewhere: kind of waiver, its reason, end and approver."""

    kind: str
    reason: str
    expires: str
    approved_by: str


class StoredVersion(Struct, frozen=True, order=True):
    """Where Vault keeps the same value: the reference, the version's number (0: not counted) and when it was stored."""

    reference: str
    version: int
    created: str


class Credential(Struct, frozen=True):
    """One credential.

    ``fingerprint`` is that of the rule that says most; the same value under other rules has those in ``also``.
    ``refs`` are the branches and tags whose newest version holds it. ``now`` are places in the files on disk, and null
    where only a sweep's results were read: they don't say. ``vault`` is null where Vault wasn't asked.
    ``approvals`` are the keys of signed approvals. ``live`` is what the provider said, and null where it wasn't asked.
    """

    fingerprint: str
    also: tuple[str, ...]
    rule: str
    name: str
    provider: str | None
    severity: str
    match: str
    first_seen: str | None
    last_seen: str | None
    age_days: int | None
    now: tuple[PlaceNow, ...] | None
    refs: tuple[str, ...]
    history: tuple[Stay, ...]
    vault: tuple[StoredVersion, ...] | None
    rotation: Rotation
    accepted: tuple[WaiverNote, ...]
    approvals: tuple[str, ...] = ()
    live: LiveCheck | None = None


class NotRead(Struct, frozen=True, order=True):
    """What couldn't be looked at, and why: a credential may be there, too."""

    path: str
    reason: str


class Register(Struct, frozen=True):
    """All credentials that were found in some sources, the most urgent first. ``made`` is the day (UTC)."""

    schema: str
    made: str
    sources: tuple[str, ...]
    credentials: tuple[Credential, ...]
    skipped: tuple[NotRead, ...]
    notes: tuple[str, ...]


class Reading(NamedTuple):
    """What one source says. ``same`` leads from the fingerprint of a value to the one that it goes by.

    ``now`` is None where the source doesn't know what is on disk. ``refs`` names those that hold a value now.
    ``values`` are what was found, for those who look for them elsewhere; they leave the process in no form.
    """

    source: str
    now: Sequence[tuple[FindingRecord, PlaceNow]] | None
    stays: Sequence[tuple[FindingRecord, Stay]]
    refs: Mapping[str, tuple[str, ...]] = _NOTHING
    same: Mapping[str, str] = _NOTHING
    skipped: Sequence[Skipped] = ()
    notes: Sequence[str] = ()
    values: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Says where it is from."""
        return f"Reading({self.source})"


def make_register(
    readings: Sequence[Reading],
    config: Config,
    today: date,
    vault: dict[str, tuple[StoredVersion, ...]] | None = None,
) -> Register:
    """The register of what some sources say. ``vault`` has what Vault keeps, by fingerprint; None: it wasn't asked."""
    known: dict[str, _Known] = {}
    same = {mark: other for reading in readings for mark, other in reading.same.items()}
    for reading in readings:
        for finding, place in reading.now or ():
            _entry(known, same, finding).now[place] = None
        for finding, stay in reading.stays:
            _entry(known, same, finding).stays[stay] = None
        for mark, refs in reading.refs.items():
            if (entry := known.get(same.get(mark, mark))) is not None:
                entry.refs.update(dict.fromkeys(refs))
    knows_now = any(reading.now is not None for reading in readings)
    made = [_credential(mark, entry, config, today, knows_now, vault) for mark, entry in known.items()]
    return Register(
        SCHEMA,
        today.isoformat(),
        tuple(reading.source for reading in readings),
        tuple(sorted(made, key=_urgency)),
        tuple(sorted({NotRead(*skipped) for reading in readings for skipped in reading.skipped})),
        tuple(dict.fromkeys(note for reading in readings for note in reading.notes)),
    )


class _Known:
    """What is known of one credential so far."""

    def __init__(self, finding: FindingRecord) -> None:
        self.finding = finding
        self.marks = {finding.fingerprint: finding.rule}
        self.now: dict[PlaceNow, None] = {}
        self.stays: dict[Stay, None] = {}
        self.refs: dict[str, None] = {}
        self.accepted: dict[WaiverNote, None] = {}


def _entry(known: dict[str, _Known], same: dict[str, str], finding: FindingRecord) -> _Known:
    mark = same.get(finding.fingerprint, finding.fingerprint)
    entry = known.setdefault(mark, _Known(finding))
    entry.marks[finding.fingerprint] = finding.rule
    if finding.fingerprint == mark and entry.finding.fingerprint != mark:
        entry.finding = finding
    if finding.waived is not None:
        waiver = finding.waived
        entry.accepted[WaiverNote(waiver.kind, waiver.reason, waiver.expires, waiver.approved_by)] = None
    return entry


def _credential(
    mark: str,
    entry: _Known,
    config: Config,
    today: date,
    knows_now: bool,
    vault: dict[str, tuple[StoredVersion, ...]] | None,
) -> Credential:
    finding = entry.finding
    stays = tuple(sorted(entry.stays))
    stored = _stored(vault, entry.marks) if vault is not None else None
    first, last = _ends(stays)
    since = _earliest([first, *(version.created for version in stored or ())])
    return Credential(
        fingerprint=mark,
        also=tuple(sorted(set(entry.marks) - {mark})),
        rule=finding.rule,
        name=_name_of(finding),
        provider=finding.provider,
        severity=finding.severity,
        match=finding.match,
        first_seen=first or None,
        last_seen=last or None,
        age_days=max((today - since).days, 0) if since is not None else None,
        now=tuple(sorted(entry.now, key=_reading_order)) if knows_now else None,
        refs=tuple(sorted(entry.refs)),
        history=stays,
        vault=stored,
        rotation=rotation_of(finding.provider, since, config, today),
        accepted=tuple(sorted(entry.accepted)),
    )


def _name_of(finding: FindingRecord) -> str:
    from nbguard.detect.rule_list import find_rule

    rule = find_rule(finding.rule)
    return rule.name if rule is not None else finding.rule


def _stored(vault: dict[str, tuple[StoredVersion, ...]], marks: Iterable[str]) -> tuple[StoredVersion, ...]:
    return tuple(sorted({version for mark in marks for version in vault.get(mark, ())}))


def _reading_order(place: PlaceNow) -> tuple[str, str, int, int]:
    return place.repository, place.path, -1 if place.cell is None else place.cell, place.line


def _ends(stays: Iterable[Stay]) -> tuple[str, str]:
    """The first and the last date, as they were written: authors live in several time zones."""
    return earliest_and_latest({text: text for stay in stays for text in (stay.first_date, stay.last_date) if text})


def _earliest(texts: Iterable[str]) -> date | None:
    moments = [moment for text in texts if (moment := moment_of(text)) is not None]
    return min(moments).date() if moments else None


def _urgency(credential: Credential) -> tuple[bool, bool, bool, datetime, str]:
    """Overdue ones first, then those that stand somewhere now, then the oldest."""
    here, seen = bool(credential.now or credential.refs), credential.first_seen or ""
    return not credential.rotation.overdue, not here, not seen, in_time(seen), credential.fingerprint


def overdue(register: Register) -> Iterator[Credential]:
    """The credentials whose rotation is due."""
    return (credential for credential in register.credentials if credential.rotation.overdue)
