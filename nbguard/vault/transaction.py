"""Moves credentials from files to Vault: stored, read back and compared first; only then is a file changed.

A run that was interrupted leaves a value in the file, in Vault, or in both; the next run goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.decode import decode
from nbguard.documents.files import Replacement, write_file
from nbguard.documents.reading import open_document
from nbguard.errors import NbguardError
from nbguard.vault import journal
from nbguard.vault.existing_secrets import check_existing, confirm_existing
from nbguard.vault.own_variables import keep_variables_apart
from nbguard.vault.pieces import find_pieces
from nbguard.vault.plan import FileToMove, PlannedCredential, VaultSettings, choose_keys, collect, make_lookups
from nbguard.vault.references import format_reference
from nbguard.vault.rewrite import Left, RewriteTarget, Rewritten, rewrite
from nbguard.vault.shelves import fit, shelves
from nbguard.vault.storing import store_each
from nbguard.vault.vault_errors import ENDING, VaultError

if TYPE_CHECKING:
    from nbguard.vault.client import Vault
    from nbguard.vault.style import Lookup

Fingerprint = Callable[[str, str], str]


class MovePlan(NamedTuple):
    """What would happen: the credentials with their lookups, and each file as it would be.

    ``known`` are the values that are in Vault already, ``unstored`` those that Vault didn't take, with the reasons.
    """

    credentials: tuple[PlannedCredential, ...]
    lookups: Mapping[str, Lookup]
    files: tuple[tuple[FileToMove, Rewritten], ...]
    known: frozenset[str]
    unstored: tuple[tuple[PlannedCredential, VaultError], ...] = ()

    @property
    def left(self) -> list[tuple[FileToMove, Left]]:
        """What stays in the files, with the reasons."""
        return [(found, left) for found, new in self.files for left in new.left]

    def __repr__(self) -> str:
        """Shows no value."""
        return f"MovePlan({list(self.credentials)}, {len(self.files)} files)"


class MoveResult(NamedTuple):
    """What happened: the files that were changed, what stayed in them, and files that failed with the reason."""

    plan: MovePlan
    changed: tuple[str, ...]
    left: tuple[tuple[FileToMove, Left], ...]
    failed: tuple[tuple[str, NbguardError], ...]


def make_plan(found: Sequence[FileToMove], settings: VaultSettings, vault: Vault | None) -> MovePlan:
    """Works out paths, keys and new file contents. Reads from Vault where there is one, and changes nothing."""
    collected = collect(found, settings)
    placed: dict[str, PlannedCredential] = {}
    lookups: dict[str, Lookup] = {}
    known: set[str] = set()
    unstored: list[tuple[PlannedCredential, VaultError]] = []
    for path, group in _by_path(collected).items():
        for at in shelves(path):
            group = [credential._replace(path=at) for credential in group]
            try:
                entry = vault.peek(settings.mount, at) if vault else None
                engine = vault.engine(settings.mount, at) if vault else 2
            except ENDING:
                raise
            except VaultError as error:
                unstored += [(credential, error) for credential in group]
                break
            existing = dict(entry.data) if entry else {}
            here, group = fit(existing, group, settings.update)
            check_existing(existing if vault else None, here, settings)
            keys = choose_keys(existing, here, settings.update)
            known |= {value for value, key in keys.items() if existing.get(key) == value}
            lookups |= make_lookups(here, keys, settings.mount, engine)
            placed |= {credential.value: credential for credential in here}
            if not group:
                break
    if unstored and not lookups:
        raise unstored[0][1]
    lookups = keep_variables_apart(lookups)
    usable = tuple(placed[credential.value] for credential in collected if credential.value in placed)
    plan = _with_files(found, usable, lookups, settings.style, frozenset(known))
    return plan._replace(unstored=tuple(unstored))


def carry_out(
    plan: MovePlan,
    settings: VaultSettings,
    vault: Vault,
    root: str,
    fingerprint: Fingerprint,
    changed: list[str] | None = None,
) -> MoveResult:
    """Stores, reads back, compares, and then rewrites each file in one step.

    ``root`` is where the journal is kept. Each file that was changed is put into ``changed`` at once, for whoever is
    interrupted. A VaultError leaves every file as it was. A file that can't be written is
    reported, and stays as it was; what is in no other is not stored. The others are done.
    """
    journal.check(root)
    plan, failed = _without_refused(plan, by_writing=True)
    plan, versions = store_values(plan, settings, vault)
    changed = [] if changed is None else changed
    for found, new in plan.files:
        if not new.edits:
            continue
        try:
            _check(found, new)
            move = _journal_entry(found, new, root, versions, fingerprint)
            journal.append(root, "planned", move)
            write_file(found.file, new.raw, found.document.raw)
            changed.append(found.file)
            journal.append(root, "done", move)
        except NbguardError as error:
            failed.append((found.file, error))
    return MoveResult(plan, tuple(changed), tuple(plan.left), tuple(failed))


def without_refused(plan: MovePlan) -> tuple[MovePlan, list[tuple[str, NbguardError]]]:
    """The plan as it could be carried out, and the files that would be refused, with the reasons. Changes nothing.

    What only writing tells isn't known before: a full disk, a value that Vault won't take.
    """
    plan, refused = _without_refused(plan, by_writing=False)
    placed = {target.finding.value for _, new in plan.files for target in new.done}
    return plan._replace(credentials=tuple(one for one in plan.credentials if one.value in placed)), refused


def _without_refused(plan: MovePlan, *, by_writing: bool) -> tuple[MovePlan, list[tuple[str, NbguardError]]]:
    """The plan without the files that can't be written, and these with the reasons.

    ``by_writing``: beside them, to see; rights, read-only file systems and full disks are the system's matter.
    """
    files, refused = [], []
    for found, new in plan.files:
        try:
            if new.edits:
                _check(found, new)
                if by_writing:
                    Replacement(found.file, new.raw, found.document.raw).drop()
            files.append((found, new))
        except NbguardError as error:
            refused.append((found.file, error))
    return plan._replace(files=tuple(files)), refused


def store_values(plan: MovePlan, settings: VaultSettings, vault: Vault) -> tuple[MovePlan, dict[str, int]]:
    """Stores the values that have a place in the plan's files, reads them back and compares.

    Returns the plan with the keys that they have now, and the version of each path. No file is touched. A value that
    Vault doesn't take is told in the plan and stays where it is; the others are stored. Raises a VaultError where none
    can be stored, or Vault stops answering; doing it again is safe.
    """
    there, wanted = _placed(plan)
    lookups: dict[str, Lookup] = dict(plan.lookups)
    versions = confirm_existing(vault, there, settings)
    unstored: list[tuple[PlannedCredential, VaultError]] = []
    for path, wanted_there in _by_path(wanted).items():
        try:
            stored, group, refused = store_each(vault, settings.mount, path, wanted_there, settings.update)
        except ENDING as error:
            done = sum(credential.path in versions for credential in wanted)
            raise type(error)(_with_how_far(error, done, len(wanted))) from None
        unstored += refused
        if stored is None:
            continue
        lookups |= make_lookups(group, stored.keys, settings.mount, vault.engine(settings.mount, path))
        versions[path] = stored.version
        if stored.new:
            vault.annotate(settings.mount, path, _notes(group, stored.keys, settings.repository))
    if unstored and len(unstored) == len(wanted) and not there:
        raise unstored[0][1]
    refused_values = {credential.value for credential, _ in unstored}
    lookups = keep_variables_apart({value: one for value, one in lookups.items() if value not in refused_values})
    kept = (*there, *(credential for credential in wanted if credential.value not in refused_values))
    files = [found for found, _ in plan.files]
    again = plan if lookups == plan.lookups else _with_files(files, kept, lookups, settings.style, plan.known)
    return again._replace(credentials=kept, unstored=(*plan.unstored, *unstored)), versions


def _with_how_far(error: VaultError, stored: int, of: int) -> str:
    """What a person has to know of a run that Vault ended."""
    already = f"{stored} of {of} values are in Vault already; " if stored else ""
    end = "" if str(error).endswith("?") else "."
    return f"{error}{end} No file was changed: {already}once Vault answers, run it again, and it goes on from there"


def _placed(plan: MovePlan) -> tuple[list[PlannedCredential], list[PlannedCredential]]:
    """The credentials that have a place in the files: those that stand for existing secrets, and those to be stored."""
    placed = {target.finding.value for _, new in plan.files for target in new.done}
    mine = [credential for credential in plan.credentials if credential.value in placed]
    return [one for one in mine if one.existing], [one for one in mine if not one.existing]


def _with_files(
    found: Sequence[FileToMove],
    credentials: tuple[PlannedCredential, ...],
    lookups: Mapping[str, Lookup],
    style: str,
    known: frozenset[str],
) -> MovePlan:
    files = []
    pieces = find_pieces((item.document, item.findings) for item in found)
    for item in found:
        movable = [finding for finding in item.findings if finding.value in lookups]
        targets = [RewriteTarget(finding, lookups[finding.value]) for finding in movable]
        left = [Left(finding, pieces[finding.value]) for finding in item.findings if finding.value in pieces]
        if targets or left:
            new = rewrite(item.document, targets, style)
            files.append((item, new._replace(left=(*new.left, *left))))
    return MovePlan(credentials, lookups, tuple(files), known)


def _by_path(credentials: Sequence[PlannedCredential]) -> dict[str, list[PlannedCredential]]:
    groups: dict[str, list[PlannedCredential]] = {}
    for credential in credentials:
        groups.setdefault(credential.path, []).append(credential)
    return groups


def _notes(group: Sequence[PlannedCredential], keys: Mapping[str, str], repository: str) -> dict[str, str]:
    from nbguard.policy.days import today

    day = today()
    return {keys[c.value]: f"{c.finding.rule}; moved from {repository} by nbguard; {day}" for c in group}


def _check(found: FileToMove, new: Rewritten) -> None:
    """The last look before a file is written: it can be read as before, and what was moved is gone."""
    document = open_document(found.document.path, new.raw)
    if document.kind != found.document.kind or len(document.parts) != len(found.document.parts):
        raise NbguardError("the new content couldn't be read back; nothing was written")
    stays = {left.finding.value for left in new.left}
    gone = {target.finding.value for target in new.done} - stays
    for part in document.parts:
        for field in decode(document, part):
            if any(value in field.text for value in gone):
                place = f"the {part.where} of cell {part.cell.number + 1}" if part.cell else f"the {part.where}"
                raise NbguardError(
                    f"a moved value would still be in {place}, where it is allowed or can't be replaced;"
                    " this file wasn't written. Take it out there first"
                )


def _journal_entry(
    found: FileToMove, new: Rewritten, root: str, versions: Mapping[str, int], fingerprint: Fingerprint
) -> journal.Move:
    from datetime import UTC, datetime
    from hashlib import sha256

    values = list(dict.fromkeys(target.finding.value for target in new.done))
    by_value = {target.finding.value: target for target in new.done}
    secrets = []
    for value in values:
        finding, lookup = by_value[value]
        reference = lookup.reference._replace(version=versions.get(lookup.reference.path) or None)
        secrets.append(journal.MovedSecret(format_reference(reference), finding.rule, fingerprint(finding.rule, value)))
    lookups = [by_value[value].lookup for value in values]
    is_json = found.document.kind == "notebook"
    staying = {finding.value for finding in found.findings if finding.kind == "credential"} - {*values, ""}
    edits = journal.undo_edits(found.document.raw, new.edits, values, lookups, is_json, staying)
    now = datetime.now(UTC)
    return journal.Move(
        f"{now:%Y%m%dT%H%M%S}-{os.urandom(3).hex()}",
        now.isoformat(timespec="seconds"),
        os.path.relpath(found.file, root),
        sha256(new.raw).hexdigest(),
        tuple(secrets),
        edits,
    )
