"""Carries baseline entries over to another salt: where the value is still here, both fingerprints can be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.policy.fingerprint import fingerprint, salt_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.policy.baseline import BaselineEntry, Entries


class Value(NamedTuple):
    """A value that a scan found, with the place that a baseline knows it by. Lives no longer than the command."""

    path: str
    where: str
    rule: str
    value: str

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Value({self.rule}, {self.path!r})"


class Rekeyed(NamedTuple):
    """Entries by what findings are matched by, and how many of them were carried over."""

    entries: Entries
    carried: int


def rekey(entries: Entries, values: Iterable[Value], salts: Sequence[bytes]) -> Rekeyed:
    """The entries with the fingerprints of ``salts[0]``, where the value of an entry is among ``values``.

    ``salts`` are all that the entries may have been made under. An entry whose value isn't found, or whose salt isn't
    among them, stays as it is.
    """
    target, known = salts[0], {salt_id(salt): salt for salt in salts}
    here = salt_id(target)
    by_old: dict[tuple[str, str, str, str], str] = {}
    waiting = {entry.salt for entry in entries.values()} - {here}
    if waiting:
        for found in values:
            new = fingerprint(found.rule, found.value, target)
            for name, salt in known.items():
                by_old[found.path, found.where, name, fingerprint(found.rule, found.value, salt)] = new
    kept: dict[tuple[str, str, str], BaselineEntry] = {}
    carried = 0
    for entry in entries.values():
        new_one = _proven(entry, by_old, known, here)
        carried += new_one.fingerprint != entry.fingerprint
        # Accepted under both salts: what was said last, under the present one, counts.
        if new_one.key == entry.key or new_one.key not in entries:
            kept[new_one.key] = new_one
    return Rekeyed(kept, carried)


def _proven(
    entry: BaselineEntry, by_old: dict[tuple[str, str, str, str], str], known: Iterable[str], here: str
) -> BaselineEntry:
    if entry.salt == here:
        return entry
    # An entry from before salts had ids: whichever salt gives its fingerprint is the one.
    for name in (entry.salt,) if entry.salt else known:
        new = by_old.get((entry.path, entry.where, name, entry.fingerprint))
        if new is not None:
            return entry._replace(fingerprint=new, salt=here)
    return entry
