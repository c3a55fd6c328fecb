"""The baseline: findings that are known and accepted for now, one a line, so that the file merges.

A line holds rule, path, place and fingerprint, and where somebody gave them reason, expiry and approver. It holds
no value, no line number and no time stamp: moved code and a second run change nothing in it.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple, Protocol

from nbguard.errors import UsageError
from nbguard.policy.allow import Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document
    from nbguard.policy.config import Config

FORMAT = "nbguard-baseline/1"


class Entry(NamedTuple):
    """An accepted finding: its rule, path, place (``source``, ``output``, …) and fingerprint; and why."""

    path: str
    rule: str
    where: str
    fingerprint: str
    reason: str = ""
    expires: str = ""
    approved_by: str = ""

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
    entries: Mapping[tuple[str, str, str], Entry]

    def waiver_for(self, finding: Finding, document: Document, fingerprint: str) -> Waiver | None:
        """The waiver of the entry for this value in this place of this file."""
        entry = self.entries.get((document.path, finding.field.part.where, fingerprint))
        if entry is None:
            return None
        return Waiver("baseline", f"entry in {self.name}", entry.reason, entry.expires, entry.approved_by)


def load_baseline(config: Config) -> Baseline | None:
    """The repository's baseline, or None where there is no such file or it is switched off (an empty name).

    Raises UsageError for a line that is no entry.
    """
    if not config.baseline:
        return None
    try:
        with open(os.path.join(config.root, config.baseline), encoding="utf-8") as file:
            entries = [_read(line, number, config.baseline) for number, line in enumerate(file, 1) if line.strip()]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        raise UsageError(f"{config.baseline}: not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{config.baseline}: {(error.strerror or 'unreadable').lower()}") from None
    return Baseline(config.baseline, {entry.key: entry for entry in entries})


def write_baseline(entries: Iterable[Entry]) -> str:
    """The text of a baseline file: sorted, one entry a line, empty fields left out."""
    lines = []
    for entry in sorted(set(entries)):
        fields = {name: value for name, value in entry._asdict().items() if value}
        lines.append(json.dumps(fields) + "\n")
    return "".join(lines)


def _read(line: str, number: int, name: str) -> Entry:
    wrong = UsageError(
        f"{name}: line {number} is no baseline entry; take it out, or run `nbguard baseline update` after"
        " resolving a merge conflict"
    )
    try:
        fields = json.loads(line)
    except ValueError:
        raise wrong from None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise wrong
    if not {"path", "rule", "where", "fingerprint"} <= set(fields) <= set(Entry._fields):
        raise wrong
    return Entry(**fields)
