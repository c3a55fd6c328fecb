"""Puts stand-ins in the place of sample data, or moves tables out of the repository.

  nbguard data redact notebooks/              change the files
  nbguard data redact --dry-run a.ipynb       show what would change; values are masked
  nbguard data redact --audit log.jsonl a.csv
  nbguard data extract --to ~/data a.ipynb    move tables to files there; an expression that loads them stays

A value has the same stand-in in every file of the repository, in the same form, in a range nobody is given: names
of the textbooks' cast, addresses at example.com, test cards, years without month and day. The key is the repository's
salt. Exit status: 0 nothing to do, 1 files were changed or something stays, 3 a file couldn't be read or written.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document, Edit
    from nbguard.policy.config import Config
    from nbguard.redact.redaction import Redacted

    Change = Callable[[Document, SampleSettings, str], ExitCode]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("action", choices=("redact", "extract"), help="replace values in place, or move tables")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing; show each line before and after, masked"
    )
    parser.add_argument("--to", metavar="DIR", help="extract: a folder outside of the repository")
    parser.add_argument("--audit", metavar="FILE", help="append a JSON line for each transformation, without values")
    parser.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")


def run(options: argparse.Namespace) -> int:
    """Redacts or extracts file by file, and returns the exit status."""
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.reading import open_document
    from nbguard.policy.config import load_config
    from nbguard.policy.verdict import sample_data_by_path
    from nbguard.scan.sources import list_files, read_paths

    if "-" in options.paths:
        raise UsageError("only files can be changed; - is standard input")
    config = load_config(options.paths[0], options.config)
    change = _redactor(options, config) if options.action == "redact" else _extractor(options, config)
    thresholds = sample_data_by_path(config)
    status = ExitCode.CLEAN
    for blob in read_paths(list_files(options.paths, config.exclude, config.root), config.max_file_size):
        name = os.path.relpath(blob.path, config.root).replace(os.sep, "/")
        document = open_document(name, blob.raw) if not blob.problem else None
        if document is None or document.problem:
            sys.stderr.write(f"nbguard: {blob.path}: {blob.problem or (document.problem if document else '')}\n")
            status = max(status, ExitCode.INCOMPLETE)
            continue
        settings = SampleSettings.from_config(thresholds(name) if thresholds else config.sample_data)
        try:
            status = max(status, change(document, settings, blob.path))
        except NbguardError as error:
            sys.stderr.write(f"nbguard: {blob.path}: {error}\n")
            status = max(status, error.exit_code)
    return status


def _redactor(options: argparse.Namespace, config: Config) -> Change:
    """What redacts a file under the repository's salt."""
    from nbguard.documents.files import write_file
    from nbguard.policy.fingerprint import find_salt
    from nbguard.redact.redaction import redact
    from nbguard.redact.replacements import Maker

    salt = find_salt(config)
    if salt.origin == "default":
        sys.stderr.write(
            "nbguard: without a salt of its own a repository's stand-ins can be guessed; see NBGUARD_SALT\n"
        )
    maker = Maker(salt.key)

    def change(document: Document, settings: SampleSettings, path: str) -> ExitCode:
        redacted = redact(document, settings, maker)
        if redacted.edits and not options.dry_run:
            write_file(path, redacted.raw, document.raw)
            _record([{"event": "redacted", **step._asdict()} for step in redacted.done], options.audit)
        _show(document, redacted, path, options.dry_run)
        return ExitCode.FINDINGS if redacted.edits or redacted.left else ExitCode.CLEAN

    return change


def _extractor(options: argparse.Namespace, config: Config) -> Change:
    """What moves a file's tables to the folder that --to names."""
    from nbguard.documents.files import write_file
    from nbguard.redact.extraction import extract, store

    if not options.to:
        raise UsageError("extract needs --to DIR, a folder outside of the repository")
    folder = os.path.abspath(os.path.expanduser(options.to))
    if os.path.realpath(folder).startswith(os.path.join(os.path.realpath(config.root), "")):
        raise UsageError("--to must be outside of the repository")

    def change(document: Document, settings: SampleSettings, path: str) -> ExitCode:
        extracted = extract(document, settings, folder)
        for each in extracted.extracts:
            cell = each.finding.field.part.cell
            place = f"{path}: cell {cell.number + 1}" if cell else path
            if not options.dry_run:
                store(each, folder)
            would = "would move" if options.dry_run else "moved"
            sys.stdout.write(f"{place}: {each.finding.rule} {would} to {os.path.join(options.to, each.name)}\n")
        if extracted.extracts and not options.dry_run:
            write_file(path, extracted.raw, document.raw)
            steps = [
                {"event": "extracted", "path": document.path, "rule": each.finding.rule, "file": each.name}
                for each in extracted.extracts
            ]
            _record(steps, options.audit)
        _show_left(extracted.left, path)
        return ExitCode.FINDINGS if extracted.extracts or extracted.left else ExitCode.CLEAN

    return change


def _show(document: Document, redacted: Redacted, path: str, dry_run: bool) -> None:
    if redacted.edits and dry_run:
        for line in _masked_diff(document, redacted):
            sys.stdout.write(line + "\n")
    for step in redacted.done:
        place = f"{path}: cell {step.cell}" if step.cell else f"{path}: line {step.line}"
        would = "would be replaced" if dry_run else "replaced"
        sys.stdout.write(f"{place}: {step.values} {step.category.replace('_', ' ')} {would} ({step.rule})\n")
    _show_left(redacted.left, path)


def _show_left(left: Sequence[tuple[Finding, str]], path: str) -> None:
    for finding, reason in left:
        cell = finding.field.part.cell
        place = f"{path}: cell {cell.number + 1}" if cell else path
        sys.stderr.write(f"{place}: {finding.rule} stays: {reason}\n")


def _masked_diff(document: Document, redacted: Redacted) -> list[str]:
    """What changes in each line of the file: lengths before, stand-ins after. Nothing else of the line is shown."""
    raw = document.raw
    lines: dict[int, list[Edit]] = {}
    for edit in sorted(redacted.edits):
        lines.setdefault(raw.count(b"\n", 0, edit.start) + 1, []).append(edit)
    shown = []
    for number, edits in lines.items():
        before = (f"…({len(raw[edit.start : edit.end].decode('utf-8', 'replace'))})" for edit in edits)
        after = (edit.replacement.decode("utf-8", "replace") for edit in edits)
        shown += [f"{document.path}:{number}", f"- {', '.join(before)}", f"+ {', '.join(after)}"]
    return shown


def _record(steps: Sequence[Mapping[str, object]], path: str | None) -> None:
    """Appends an audit record for each transformation."""
    if not path:
        return
    import json
    from datetime import UTC, datetime

    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps({"time": now, **step}) + "\n" for step in steps)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None
