"""Puts the outputs back that the git filter took out, where `nbguard install --keep-outputs` has kept them.

  nbguard restore a.ipynb               put its outputs back

Paths are files or directories; without any, the notebooks of the repository. Cells that have outputs keep them.
--prune forgets the outputs of cells that are in no commit, index or work tree of the repository any more.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, NbguardError, UnreadableError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.strip.store import OutputStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard restore` takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: the repository)")
    parser.add_argument("--prune", action="store_true", help="put nothing back; forget outputs that have no cell")


def run(options: argparse.Namespace) -> int:
    """Writes the notebooks whose outputs are there; returns 3 where one couldn't be read, else 0."""
    from nbguard.documents.files import read_file, write_file
    from nbguard.policy.config import load_config
    from nbguard.repository.filter_setup import output_store
    from nbguard.repository.listing import list_notebooks, list_repository
    from nbguard.repository.phantoms import refresh_written
    from nbguard.strip.options import from_config
    from nbguard.strip.store import OutputStore

    folder = output_store(".")
    if not os.path.isdir(folder):
        raise UsageError("no outputs are kept here; `nbguard install --keep-outputs` begins to keep them")
    config = load_config(".")
    store = OutputStore(folder, from_config(config.strip))
    if options.prune:
        if options.paths:
            raise UsageError("--prune looks at the whole repository and takes no paths")
        return _prune(store, config.max_file_size)
    paths = [found for path in options.paths for found in (list_notebooks(path) if os.path.isdir(path) else [path])]
    status, written = ExitCode.CLEAN, []
    for path in paths if options.paths else list_repository():
        try:
            before = read_file(path, config.max_file_size)
            after = store.restore(before)
            if after is not before:
                write_file(path, after, before)
                written.append(path)
                sys.stdout.write(f"restored {plain(path)}\n")
        except NbguardError as error:
            sys.stderr.write(f"nbguard: {plain(path)}: {plain(str(error))}\n")
            status = max(status, error.exit_code)
    refresh_written(written)
    return status


def _prune(store: OutputStore, limit: int) -> int:
    from nbguard.repository.git import top_of
    from nbguard.repository.reachable import read_reachable_notebooks

    def read() -> Iterator[bytes]:
        for name, raw, problem in read_reachable_notebooks(top_of("."), limit):
            if problem:
                # What can't be read could be what the outputs belong to.
                raise UnreadableError(f"{name}: {problem}; nothing was forgotten")
            yield raw

    kept, gone = store.prune(read())
    sys.stdout.write(f"forgotten: the outputs of {gone} cells; kept: those of {kept}\n")
    return ExitCode.CLEAN
