"""The command line of nb-clean 4 and 5: ``clean`` and ``check``, their options, layout and exit status.

Interface: https://github.com/srstevenson/nb-clean#readme
"""

from __future__ import annotations

import argparse
import os
import sys

from nbguard.documents.files import write_file
from nbguard.documents.plain import plain
from nbguard.errors import NbguardError
from nbguard.repository.phantoms import refresh_written
from nbguard.strip.layout import normalize
from nbguard.strip.options import StripOptions
from nbguard.strip.strip_bytes import find_volatile, strip

# From sysexits.h, as nb-clean returns them.
_BAD_NOTEBOOK, _NO_INPUT = 65, 66


def main(arguments: list[str]) -> int:
    """Runs nb-clean's command line; returns its exit status: 0, 1 not clean, 65 no notebook, 66 no such file."""
    given = _parse(arguments)
    options = _options(given)
    status = 0
    for path in _find(given.paths) if given.paths else [""]:
        try:
            status = max(status, _process(path, given.command == "check", options))
        except NbguardError as error:
            sys.stderr.write(f"nb-clean: {plain(path) or 'stdin'}: {plain(str(error))}\n")
            status = max(status, _BAD_NOTEBOOK)
        except OSError as error:
            sys.stderr.write(f"nb-clean: {plain(path)}: {error.strerror}\n")
            status = max(status, _NO_INPUT)
    return status


def _process(path: str, check: bool, options: StripOptions) -> int:
    raw = _read(path)
    if check:
        volatile = find_volatile(raw, options)
        for cell, what in volatile:
            sys.stdout.write(f"{plain(path) or 'stdin'}{'' if cell is None else f' cell {cell}'}: {plain(what)}\n")
        return 1 if volatile else 0
    stripped = strip(raw, options)
    cleaned = raw if stripped is raw else normalize(stripped)
    if not path:
        sys.stdout.buffer.write(cleaned)
    elif cleaned is not raw:
        write_file(path, cleaned, raw)
        refresh_written([path])
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nb-clean", description="nb-clean's command line, run by nbguard.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("clean", "check"):
        command = commands.add_parser(name, allow_abbrev=False)
        command.add_argument("-e", "--remove-empty-cells", action="store_true")
        notebook = command.add_mutually_exclusive_group()
        notebook.add_argument("-M", "--remove-all-notebook-metadata", action="store_true")
        notebook.add_argument("-n", "--preserve-notebook-metadata", action="store_true")
        command.add_argument("-m", "--preserve-cell-metadata", nargs="*")
        command.add_argument("--preserve-cell-metadata-field", action="append", default=[])
        command.add_argument("-o", "--preserve-cell-outputs", action="store_true")
        command.add_argument("-c", "--preserve-execution-counts", action="store_true")
        command.add_argument("paths", nargs="*")
    given = parser.parse_args(arguments)
    # Version 4 takes fields after -m and ends them with --; for version 5, -m takes none.
    if given.preserve_cell_metadata and "--" not in arguments:
        words = given.preserve_cell_metadata
        given.paths = [word for word in words if word.endswith(".ipynb") or os.path.exists(word)] + given.paths
        given.preserve_cell_metadata = [word for word in words if word not in given.paths]
    return given


def _options(given: argparse.Namespace) -> StripOptions:
    fields = [*(given.preserve_cell_metadata or ()), *given.preserve_cell_metadata_field]
    keys = ["metadata.signature", "metadata.orig_nbformat", "metadata.orig_nbformat_minor", "cell.metadata.trusted"]
    if given.preserve_cell_metadata is None or fields:
        keys.append("cell.metadata.*")
    if given.remove_all_notebook_metadata:
        keys.append("metadata.*")
    elif not given.preserve_notebook_metadata:
        keys.append("metadata.language_info.version")
    return StripOptions(
        keep_output=given.preserve_cell_outputs,
        keep_count=given.preserve_execution_counts,
        extra_keys=tuple(keys),
        keep_metadata_keys=tuple(f"cell.metadata.{field}" for field in fields),
        drop_empty_cells=given.remove_empty_cells,
        volatile_keys=(),
        blank_cells=False,
        markers=False,
    )


def _find(paths: list[str]) -> list[str]:
    from nbguard.repository.listing import list_notebooks

    return [found for path in paths for found in (list_notebooks(path) if os.path.isdir(path) else [path])]


def _read(path: str) -> bytes:
    if not path:
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()
