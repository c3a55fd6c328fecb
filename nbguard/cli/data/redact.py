"""Replaces values by stand-ins in the same form, wherever they stand.

  nbguard data redact notebooks/              change the files
  nbguard data redact --dry-run a.ipynb       show what would change; values are masked
  nbguard data redact --audit log.jsonl a.csv

A value has the same stand-in in every file of the repository: joins keep working. Names are of the textbooks' cast,
addresses at example.com, cards those for tests, dates of birth keep their year, ages go by steps of five. The key is
the repository's salt.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.cli.data.data_files import change_each, check_writable, documents, load, place_of, record, tell_left
from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse

    from nbguard.cli.data.data_files import Read
    from nbguard.documents.fields import Edit
    from nbguard.redact.redaction import Redacted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(options: argparse.Namespace) -> int:
    """Redacts file by file, and returns the exit status."""
    from nbguard.documents.files import write_file
    from nbguard.policy.fingerprint import find_salt
    from nbguard.redact.redaction import redact, survey
    from nbguard.redact.repeated_values import Echoes
    from nbguard.redact.replacements import Maker
    from nbguard.repository.phantoms import refresh_written

    config = load(options)
    check_writable(options.audit)
    salt = find_salt(config)
    if salt.origin == "default":
        sys.stderr.write(
            "nbguard: without a salt of its own a repository's stand-ins can be guessed; see NBGUARD_SALT\n"
        )
    maker, echoes = Maker(salt.key), Echoes()
    # All values are known before the first file is written: what stands in one file can be looked up in another.
    for read in documents(options, config):
        survey(read.document, read.settings, maker, echoes)

    def change(read: Read) -> ExitCode:
        redacted = redact(read.document, read.settings, maker, echoes)
        if redacted.edits and not options.dry_run:
            write_file(read.path, redacted.raw, read.document.raw)
            refresh_written([read.path])
            record([{"event": "redacted", **step._asdict()} for step in redacted.done], options.audit)
        _show(read, redacted, options.dry_run)
        return ExitCode.FINDINGS if redacted.edits or redacted.left or redacted.stays else ExitCode.CLEAN

    return change_each(options, config, change)


def _show(read: Read, redacted: Redacted, dry_run: bool) -> None:
    if redacted.edits and dry_run:
        for line in _masked_diff(read, redacted):
            sys.stdout.write(line + "\n")
    verb = "would be" if dry_run else ""
    for step in redacted.done:
        what = {"coarse": "made coarse", "shuffled": "shuffled"}.get(step.method, "replaced")
        name = step.category.replace("_", " ")
        sys.stdout.write(
            f"{place_of(read.path, step.cell, step.line)}: {step.values} {name} {verb} {what} ({step.rule})\n".replace(
                "  ", " "
            )
        )
    if redacted.stays:
        sys.stderr.write(f"{place_of(read.path, None)}: stays: {redacted.stays}\n")
    tell_left(read.path, redacted.left)


def _masked_diff(read: Read, redacted: Redacted) -> list[str]:
    """What changes in each line of the file: lengths before, stand-ins after. Nothing else of the line is shown, nor
    what still is somebody's in part, such as a year of birth.
    """
    from nbguard.documents.positions import line_index

    raw = read.document.raw
    places = line_index(raw)
    lines: dict[int, list[Edit]] = {}
    for edit in redacted.edits:
        lines.setdefault(places.line(edit.start), []).append(edit)
    shown = []
    for number, edits in lines.items():
        before = (f"…({len(raw[edit.start : edit.end].decode('utf-8', 'replace'))})" for edit in edits)
        after = (
            f"…({len(edit.replacement)})"
            if edit.start in redacted.partial
            else edit.replacement.decode("utf-8", "replace").strip()
            for edit in edits
        )
        shown += [f"{read.document.path}:{number}", f"- {', '.join(before)}", f"+ {', '.join(after)}"]
    return shown
