"""Replaces values by stand-ins in the same form, wherever they stand.

  nbguard data redact notebooks/              change the files
  nbguard data redact --dry-run a.ipynb       show what would change; values are masked
  nbguard data redact --audit log.jsonl a.csv

A value has the same stand-in in every file of the repository: joins keep working. Names are of the textbooks' cast,
addresses at example.com, cards those for tests, dates of birth keep their year, ages go by steps of five. The key is
the repository's salt, which is made where there is none. `git restore FILE` undoes it where git had the file as it was.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from nbguard.cli.data.data_files import change_each, check_writable, place_of, record, tell_left
from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from nbguard.cli.data.plans import Read
    from nbguard.cli.data.way_back import WayBack
    from nbguard.documents.fields import Edit
    from nbguard.policy.policy_settings import Config
    from nbguard.redact.redaction import Redacted, Values
    from nbguard.redact.repeated_values import Echoes
    from nbguard.redact.replacements import Maker
    from nbguard.redact.spots import Spots

# Bytes of the files whose values are kept in memory: they take some twenty times as many there.
_KEPT = 8_000_000
# So many new records are a reason to collect.
_RECORDS = 200_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing of its own."""


def run(options: argparse.Namespace, config: Config, way_back: WayBack) -> int:
    """Redacts file by file, and returns the exit status."""
    with _collecting_seldom():
        return _redact_each(options, config, way_back)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """A sixth of the time would go to the collector: a large table is a hundred thousand records without cycles."""
    usual = gc.get_threshold()
    gc.set_threshold(_RECORDS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _redact_each(options: argparse.Namespace, config: Config, way_back: WayBack) -> int:
    from nbguard.documents.files import write_file
    from nbguard.redact.repeated_values import Echoes
    from nbguard.redact.replacements import Maker
    from nbguard.repository.phantoms import refresh_written

    check_writable(options.audit)
    salt = _Salt(options, config, way_back)
    maker, echoes = Maker(salt.key), Echoes()
    # All values are known before the first file is written: what stands in one file can be looked up in another.
    seen = _survey(options, config, maker, echoes)

    def change(read: Read, redacted: Redacted | None) -> ExitCode:
        redacted = redacted or _redact_here(read, maker, echoes)
        if redacted.edits:
            salt.bring()
            with way_back.changing(read):
                if not options.dry_run:
                    write_file(read.path, redacted.raw, read.document.raw)
            if not options.dry_run:
                refresh_written([read.path])
                record(_steps(read, redacted, salt.key), options.audit)
        _show(read, redacted, options.dry_run)
        return ExitCode.FINDINGS if redacted.edits or redacted.left or redacted.stays else ExitCode.CLEAN

    return change_each(options, config, partial(_redactor, maker, echoes, seen), change)


def _survey(options: argparse.Namespace, config: Config, maker: Maker, echoes: Echoes) -> _Surveyed:
    """Learns the values of all files, in their order."""
    from nbguard.cli.data.plans import plan_each
    from nbguard.redact.redaction import learn, values_in
    from nbguard.scan.workers import jobs_from

    jobs, seen = jobs_from(options.jobs), _Surveyed()
    with closing(plan_each(options.paths, config, partial(_surveyor, here=os.getpid()), jobs)) as plans:
        for planned in plans:
            if planned.read is not None and isinstance(planned.plan, dict):
                learn(planned.plan, maker, echoes)
            elif planned.read is not None and planned.plan is not None:
                learn(values_in(planned.plan.spots), maker, echoes)
                seen.keep(planned.read, planned.plan)
    return seen


def _surveyor(here: int) -> Callable[[Read], Spots | Values | None]:
    from nbguard.redact.redaction import values_in
    from nbguard.redact.spots import find_spots
    from nbguard.redact.untouched import is_untouched

    def survey(read: Read) -> Spots | Values | None:
        if is_untouched(read.document):
            return None
        found = find_spots(read.document, read.settings)
        # Another process sends the values only: their places are as large as the file ten times over.
        return found if os.getpid() == here else values_in(found.spots)

    return survey


def _redactor(maker: Maker, echoes: Echoes, seen: _Surveyed) -> Callable[[Read], Redacted | None]:
    """What redacts a file; None where a value of it is new to this process, which may be a copy of another.

    It was changed meanwhile; then the one that carries it out redacts it, and remembers what it made.
    """
    from nbguard.redact.redaction import redact

    def plan(read: Read) -> Redacted | None:
        known = len(maker)
        redacted = redact(read.document, read.settings, maker, echoes, seen.take(read))
        return redacted if len(maker) == known else None

    return plan


def _redact_here(read: Read, maker: Maker, echoes: Echoes) -> Redacted:
    from nbguard.documents.reading import open_document
    from nbguard.redact.redaction import redact

    document = open_document(read.document.path, read.document.raw)
    return redact(document, read.settings, maker, echoes)


class _Surveyed:
    """What was found in the files so far, for the time they are changed: of the first few megabytes."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[bytes, Spots]] = {}
        self._room = _KEPT

    def keep(self, read: Read, found: Spots | None) -> None:
        raw = read.document.raw
        if found is not None and len(raw) <= self._room:
            self._room -= len(raw)
            self._found[read.path] = raw, found

    def take(self, read: Read) -> Spots | None:
        """What was found in a file, where it is still as it was."""
        raw, found = self._found.pop(read.path, (b"", None))
        return found if raw == read.document.raw else None


class _Salt:
    """The key of the stand-ins. Without a salt of the repository's own, one is made before anything is replaced: with
    the salt that everybody has, whoever suspects a value could try it. What is shown before has the same key.
    """

    def __init__(self, options: argparse.Namespace, config: Config, way_back: WayBack) -> None:
        from nbguard.policy.baseline import read_entries
        from nbguard.policy.fingerprint import find_salt

        salt = find_salt(config)
        self._is_everybody_s = salt.origin == "default"
        self._can_make = self._is_everybody_s and way_back.in_git and not read_entries(config)
        self.key = options.new_salt.encode() if self._can_make else salt.key
        self._options, self._config, self._in_git = options, config, way_back.in_git

    def bring(self) -> None:
        """Makes the salt, or says what it needs; once. Raises UsageError where it can't be written."""
        from nbguard.cli.console import tell
        from nbguard.policy.fingerprint import SALT_FILE, make_salt

        guessed = f"nbguard: without {SALT_FILE}, stand-ins can be guessed back"
        if self._can_make and not self._options.dry_run:
            make_salt(self._config.root, self._options.new_salt)
            sys.stdout.write(f"{SALT_FILE}: made, the key of stand-ins and fingerprints; commit it.\n")
        elif self._can_make:
            tell(f"{guessed}; it is made before anything is replaced", sys.stderr)
        elif self._is_everybody_s:
            step = "make it with `nbguard baseline update`" if self._in_git else "set NBGUARD_SALT to a secret text"
            tell(f"{guessed}; {step}", sys.stderr)
        self._can_make = self._is_everybody_s = False


def _steps(read: Read, redacted: Redacted, key: bytes) -> list[dict[str, object]]:
    """What was done, with what it takes to do it again: the same bytes, nbguard and salt give the same result."""
    from hashlib import sha256

    from nbguard.policy.fingerprint import salt_id
    from nbguard.version import __version__

    means = {
        "before": sha256(read.document.raw).hexdigest(),
        "after": sha256(redacted.raw).hexdigest(),
        "salt": salt_id(key),
        "version": __version__,
    }
    return [{"event": "redacted", **step._asdict(), **means} for step in redacted.done]


def _show(read: Read, redacted: Redacted, dry_run: bool) -> None:
    if redacted.edits and dry_run:
        for line in _masked_diff(read, redacted):
            sys.stdout.write(line + "\n")
    verb = "would be " if dry_run else ""
    for step in redacted.done:
        what = {"coarse": "made coarse", "shuffled": "shuffled"}.get(step.method, "replaced")
        name = step.category.replace("_", " ")
        place = place_of(read.path, step.cell, step.line)
        sys.stdout.write(f"{place}: {step.values} {name} {verb}{what} ({step.rule})\n")
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
