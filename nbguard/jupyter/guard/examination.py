"""Looks through the bytes of one file as a scan does. On the scan thread only: scanners and parsers live there."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.finding import SEVERITIES
from nbguard.policy.days import today
from nbguard.scan.blobs import Blob, may_hold_files
from nbguard.strip.options import from_config
from nbguard.strip.strip_bytes import strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbguard.editing.identities import Identities
    from nbguard.editing.policies import Policy
    from nbguard.report.records import FindingRecord
    from nbguard.scan.scanner import Scanned, Scanner

# Files whose last examination is kept, and the largest of them in bytes that is kept after it was asked for again.
_FILES = 64
_LARGE = 4_000_000


class FileExamination(NamedTuple):
    """What a file holds that its policy fails a scan for, in reading order; ``problem``: why it couldn't be read.

    ``stripped`` are its bytes without outputs, None where stripping wasn't asked for or takes nothing out; then the
    findings are those that remain.
    """

    findings: tuple[FindingRecord, ...] = ()
    problem: str = ""
    stripped: bytes | None = None

    def __repr__(self) -> str:
        """Shows no content."""
        return f"FileExamination({len(self.findings)} findings)"


class Examiner:
    """Examines files under their policies, with the scanners that ``scanner_for`` gives."""

    def __init__(self, scanner_for: Callable[[Policy], Scanner], identities: Identities) -> None:
        self._scanner_for = scanner_for
        self._identities = identities
        self._known: dict[tuple[str, str], tuple[tuple[object, ...], Scanner, FileExamination]] = {}

    def examine(self, raw: bytes, policy: Policy, *, notebook: bool, stripping: bool) -> FileExamination:
        """What a scan of these bytes would fail for, at ``policy.name``; ``stripping`` takes the outputs out first.

        The last answer for a file is kept: most saves of a notebook come twice, as a save and as a checkpoint. Raises
        UsageError for rules there are not, UnreadableError where there is nothing that can be stripped.
        """
        scanner = self._scanner_for(policy)
        state = (today(), blake2b(raw, digest_size=16).digest(), notebook, stripping, self._identities.version)
        place = (policy.config.root, policy.name)
        known = self._known.pop(place, None)
        if known is not None and known[0] == state and known[1] is scanner:
            examined = known[2]
            if len(raw) > _LARGE:
                return examined
        else:
            kept = strip(raw, from_config(policy.config.strip)) if stripping and notebook else raw
            examined = self._examine(kept, policy, scanner, notebook)
            if kept is not raw:
                examined = examined._replace(stripped=kept)
        self._known[place] = (state, scanner, examined)
        if len(self._known) > _FILES:
            del self._known[next(iter(self._known))]
        return examined

    def _examine(self, raw: bytes, policy: Policy, scanner: Scanner, notebook: bool) -> FileExamination:
        config = policy.config
        if len(raw) > config.max_file_size:
            return FileExamination(problem=f"too large (limit {config.max_file_size // 1_000_000} MB)")
        parts: Iterable[Scanned] = (scanner.scan_or_raise(policy.name, raw, notebook=notebook),)
        if may_hold_files(policy.name, raw):
            from nbguard.scan.members import scan_with_members

            parts = [part for _, part in scan_with_members(scanner, Blob(policy.name, raw), config.max_file_size)]
        failing = SEVERITIES[SEVERITIES.index(config.fail_on) :]
        judged = (
            record
            for part in parts
            if part.document is not None
            for _, record in scanner.judge(part.document, self._identities.call(part.findings))
        )
        records = [record for record in judged if record.waived is None and record.severity in failing]
        problem = next((part.problem or part.defect for part in parts if part.problem or part.defect), "")
        return FileExamination(tuple(sorted(records, key=_reading_order)), problem)


def _reading_order(record: FindingRecord) -> tuple[int, bool, int, int, str]:
    return record.cell.number if record.cell else -1, record.where != "source", record.line, record.column, record.rule
