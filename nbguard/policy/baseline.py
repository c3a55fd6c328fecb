"""The baseline: findings that are known and accepted for now, one a line, so that the file merges.

A line holds rule, path, place and fingerprint, the id of the salt that the fingerprint was made with, and where
somebody gave them reason, expiry and approver. It holds no value, no line number and no time stamp: moved code and a
second run change nothing in it. Lines that were written before salts had ids have none; they count under the salt that
is here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from nbguard.documents.named_files import read_given, write_inside
from nbguard.errors import UnreadableError, UsageError
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple
from nbguard.policy.allow import Waiver
from nbguard.policy.fingerprint import find_salt, known_salts, salt_id
from nbguard.policy.line_entries import lines_of
from nbguard.policy.policy_settings import read_policy_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config, Read

# Bytes of a baseline: about half a million entries.
LARGEST = 100_000_000
_SALT_ID = lazy_regex(r"(?:[0-9a-f]{8})?")
Entries = Mapping[tuple[str, str, str], "BaselineEntry"]


class BaselineEntry(NamedTuple):
    """An accepted finding: its rule, path, place (``source``, ``output``, …) and fingerprint; and why.

    ``salt`` is the id of the salt that the fingerprint was made with (see ``salt_id``).
    """

    path: str
    rule: str
    where: str
    fingerprint: str
    reason: str = ""
    expires: str = ""
    approved_by: str = ""
    salt: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What a finding is matched by."""
        return self.path, self.where, self.fingerprint


class Accepted(Protocol):
    """Whatever knows findings that are accepted already."""

    def waiver_for(self, finding: Finding, document: Document, fingerprint: str) -> Waiver | None:
        """The waiver for a finding, if there is one."""


class Baseline(NamedTuple):
    """The entries of a baseline file, by what findings are matched by."""

    name: str
    entries: Entries

    def waiver_for(self, finding: Finding, document: Document, fingerprint: str) -> Waiver | None:
        """The waiver of the entry for this value in this place of this file."""
        entry = self.entries.get((document.path, finding.field.part.where, fingerprint))
        if entry is None:
            return None
        return Waiver("baseline", f"entry in {self.name}", entry.reason, entry.expires, entry.approved_by)


def load_baseline(config: Config, read: Read | None = None) -> Baseline | None:
    """The repository's baseline, or None where there is no such file or it is switched off (an empty name).

    ``read`` gives the repository's files by name as they stand elsewhere than in the work tree (see load_config).
    Raises UsageError for a line that is no entry, and where entries were made under another salt than the one that
    counts: they would match nothing, and say nothing.
    """
    entries = read_entries(config, read)
    if entries is None:
        return None
    check_salt(entries, config, read)
    return Baseline(config.baseline, entries)


def read_entries(config: Config, read: Read | None = None) -> dict[tuple[str, str, str], BaselineEntry] | None:
    """The entries of the repository's baseline, whatever their salt; None where there is none. Raises UsageError."""
    if not config.baseline:
        return None
    try:
        # Only an operator's configuration may name one that lies elsewhere.
        if os.path.isabs(config.baseline):
            raw = read_given(config.baseline, LARGEST)
        elif read is not None:
            raw = read(config.baseline, LARGEST)
        else:
            raw = read_policy_file(config.root, config.baseline, LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{config.baseline}: {error}") from None
    return None if raw is None else parse_baseline(raw, config.baseline)


def parse_baseline(raw: bytes, name: str) -> dict[tuple[str, str, str], BaselineEntry]:
    """The entries of a baseline's text. Where a merge left two for one finding, the one that says more counts.

    Raises UsageError for a line that is no entry.
    """
    entries: dict[tuple[str, str, str], BaselineEntry] = {}
    for number, line in lines_of(raw, name):
        entry = _read(line, number, name)
        before = entries.get(entry.key)
        entries[entry.key] = entry if before is None else max(before, entry, key=_words)
    return entries


def _words(entry: BaselineEntry) -> tuple[int, str]:
    """How much an entry says; of two that say as much the one that expires first is meant."""
    said = sum(map(bool, (entry.reason, entry.expires, entry.approved_by)))
    return said, "".join(chr(0x10FFFF - ord(character)) for character in entry.expires)


def check_salt(entries: Entries, config: Config, read: Read | None = None) -> None:
    """Raises UsageError, with what to do, where entries were made under another salt than the one that counts."""
    salt = find_salt(config, read)
    here = salt_id(salt.key)
    others = sorted({entry.salt for entry in entries.values()} - {"", here})
    if not others:
        return
    number = sum(entry.salt in others for entry in entries.values())
    known = {salt_id(other.key) for other in known_salts(config, read)}
    if known.issuperset(others):
        step = "run `nbguard baseline update`, which carries them over"
    else:
        step = (
            "bring that salt back (`git log -p -- .nbguard-salt`, or NBGUARD_SALT as it was); if it is lost, accept"
            " anew with `nbguard baseline create --force`"
        )
    raise UsageError(
        f"{config.baseline}: {number} of {len(entries)} entries were made under another salt ({', '.join(others)}) than"
        f" the one here ({here}, from {salt.origin}), so they would match nothing; {step}"
    )


def save_baseline(config: Config, entries: Iterable[BaselineEntry]) -> None:
    """Writes the repository's baseline, whole or not at all. Raises UsageError."""
    try:
        write_inside(config.root, config.baseline, write_baseline(entries).encode("utf-8", "surrogatepass"))
    except UnreadableError as error:
        raise UsageError(f"{config.baseline}: {error}") from None


def write_baseline(entries: Iterable[BaselineEntry]) -> str:
    """The text of a baseline file: sorted, one entry a line, empty fields left out."""
    lines = []
    for entry in sorted(set(entries)):
        fields = {name: value for name, value in entry._asdict().items() if value}
        lines.append(json.dumps(fields) + "\n")
    return "".join(lines)


def _read(line: str, number: int, name: str) -> BaselineEntry:
    wrong = UsageError(f"{name}: line {number} is no baseline entry; take it out, and run `nbguard baseline update`")
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise wrong
    if unknown := sorted(set(fields) - set(BaselineEntry._fields)):
        raise UsageError(
            f"{name}: line {number} is no baseline entry: it has a {unknown[0][:40]!r};"
            f" known: {', '.join(BaselineEntry._fields)}"
        )
    if not {"path", "rule", "where", "fingerprint"} <= set(fields):
        raise wrong
    if not _SALT_ID.fullmatch(fields.get("salt", "")):
        raise wrong
    return BaselineEntry(**fields)
