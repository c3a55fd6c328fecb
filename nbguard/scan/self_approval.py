"""Takes approvals back that people gave to what they committed themselves, where commits are known only at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.repository.authors import authors_of_committed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.report.records import FindingRecord

_OWN = "The approval doesn't count: who brought the finding can't approve it."


def without_self_approved(records: Iterable[FindingRecord], folder: str) -> list[FindingRecord]:
    """The records, of which those count again that were approved by who wrote the lines, as the last commit has them.

    Where git can't say who did, as in commit messages, it is who made the first commit with the value. Raises GitError.
    """
    return [_held(record, folder) for record in records]


def _held(record: FindingRecord, folder: str) -> FindingRecord:
    if record.waived is None or not record.waived.signed or record.origin is None:
        return record
    origin, region = record.origin, record.region
    authors = authors_of_committed(folder, origin.last or "HEAD", record.path, region.line, region.end_line)
    authors = authors or frozenset((origin.author.rpartition("<")[2].rstrip(">").lower(),))
    if not authors & set(record.waived.signed.split(",")):
        return record
    return record._replace(waived=None, message=f"{record.message.rstrip('.')}. {_OWN}")
