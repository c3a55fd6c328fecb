"""Says what became of a move: what is where now, how it is rotated, and which copies are left."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.console import tell
from nbguard.documents.plain import plain
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbguard.policy.policy_settings import Config
    from nbguard.vault.plan import VaultSettings
    from nbguard.vault.transaction import MoveResult

_ONE_MORE = "1 more name of this file (a hard link) leads"


def show_result(moved: MoveResult, settings: VaultSettings) -> None:
    """Which files were changed, where the values are, and what the code needs from now on."""
    from nbguard.cli.vault.platform_steps import platform_steps
    from nbguard.vault.references import format_reference

    for path, error in moved.failed:
        sys.stderr.write(f"nbguard: {plain(path)}: {plain(str(error))}\n")
    for path in moved.changed:
        sys.stdout.write(f"{plain_path(os.path.relpath(path))}: rewritten\n")
    for credential in moved.plan.credentials:
        reference = format_reference(moved.plan.lookups[credential.value].reference)
        sys.stdout.write(f"{credential.finding.rule} is in Vault: {reference}\n")
    if moved.changed:
        _show_environment(moved)
        for line in platform_steps(moved, settings.style):
            sys.stdout.write(f"{line}\n")
        if settings.style == "nbguard":
            sys.stdout.write("\n")
            tell("Where this runs, nbguard has to be installed; `nbguard doctor` looks at the kernels here.")


def show_copies(moved: MoveResult, config: Config, names: Mapping[str, int]) -> None:
    """The copies of moved values on this machine, each with the command that removes it.

    ``names`` says how many other names the files had before they were changed.
    """
    from nbguard.scan.blobs import Blob, may_hold_files
    from nbguard.scan.members import parts_of
    from nbguard.vault.copies import find_copies

    def unpack(path: str, raw: bytes) -> Iterator[bytes]:
        if may_hold_files(path, raw):
            yield from (part.raw for part in parts_of(Blob(path, raw), config.max_file_size))

    values = {target.finding.value for _, new in moved.plan.files for target in new.done}
    lines = [
        f"  {plain_path(copy.path)}: {copy.what}\n    {plain(copy.command)}\n"
        for copy in find_copies(values, config.root, moved.changed, config.max_file_size, unpack)
    ]
    for path in moved.changed:
        if number := names.get(path):
            more = f"{number} more names of this file (hard links) lead" if number > 1 else _ONE_MORE
            lines.append(f"  {plain_path(path)}: {more} to what it was\n    move or remove it there, too\n")
    if lines:
        sys.stdout.write("\nCopies on this machine, and what removes them:\n" + "".join(lines))


def show_remains(moved: MoveResult, config: Config) -> bool:
    """What the history still holds of moved values. Returns whether it is known that no commit was pushed with any."""
    from nbguard.cli.vault.remains import NOWHERE, find_remains

    remains = find_remains([credential.finding for credential in moved.plan.credentials], config)
    if remains.lines == (NOWHERE,):
        sys.stdout.write(f"\n{NOWHERE}\n")
    elif remains.lines:
        sys.stdout.write("\nIn the history:\n")
        for line in remains.lines:
            tell(line, indent="  ")
    return remains.local


def show_rotation(moved: MoveResult, *, local: bool) -> None:
    """How each value is rotated: at once, or where it is known that none was pushed, if it was copied otherwise."""
    from nbguard.vault.references import format_reference

    if local:
        found = (credential.finding for credential in moved.plan.credentials)
        how = ", ".join(dict.fromkeys(f"nbguard explain {finding.rule}" for finding in found if finding.remedy))
        tell(f"Did the file leave this machine otherwise (mail, sync)? Rotate it{': ' if how else '.'}{how}")
        return
    remedies: dict[str, list[str]] = {}
    for credential in moved.plan.credentials:
        reference = format_reference(moved.plan.lookups[credential.value].reference)
        remedies.setdefault(credential.finding.remedy, []).append(reference)
    sys.stdout.write("\n")
    tell("What was in a file may have been copied: rotate it, and store the new value in Vault.")
    for remedy, references in remedies.items():
        if remedy:
            tell(f"{', '.join(references)}: {remedy}", indent="  ")


def _show_environment(moved: MoveResult) -> None:
    from nbguard.vault.references import format_reference
    from nbguard.vault.style import reads_variable

    written = [
        change.text
        for found, new in moved.plan.files
        if found.file in moved.changed
        for _, changes in new.changes
        for change in changes
    ]
    given = " ".join(
        f"--env {lookup.variable}={format_reference(lookup.reference)}"
        for lookup in moved.plan.lookups.values()
        if any(reads_variable(text, lookup) for text in written)
    )
    if given:
        sys.stdout.write(
            f"\nThe code reads environment variables. Start it with:\n  nbguard run {given} -- jupyter lab\n"
        )
