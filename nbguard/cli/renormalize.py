"""Explains notebooks that git calls modified although nothing of yours has changed, and ends it.

  nbguard renormalize                   say why notebooks look modified

There are two kinds. A notebook that was run again: git compares sizes before it asks the filter, and takes the new
outputs for a change until it looks into the file. And a notebook that was committed with outputs before the filter
was set up: what git has stored differs from what it would store now. The first are looked into; the second are staged
stripped, for you to commit. Working copies stay as they are, and changes of yours aren't staged.

On a branch from before the filter, git may refuse to merge or pull what strips them ("local changes would be
overwritten"): run this, and merge or pull again.

Exit status: 0 nothing to do, or done; 1 with --check where there is something to do; 3 a notebook couldn't be read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.cli.console import tell
from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, NbguardError, UsageError
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from nbguard.repository.index import Staged


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard renormalize` takes."""
    parser.add_argument("--check", action="store_true", help="change nothing; say what there is to do")


def run(options: argparse.Namespace) -> int:
    """Names each notebook and why git calls it modified, and puts that right."""
    from nbguard.policy.config import load_config
    from nbguard.repository.filter_setup import find_filter
    from nbguard.repository.git import top_of
    from nbguard.repository.index import replace_staged
    from nbguard.repository.phantoms import find_phantoms, refresh
    from nbguard.strip.filters import make_clean

    top = top_of(".")
    if not find_filter(top).active:
        raise UsageError("the git filter isn't active here; `nbguard install --filter` sets it up")
    config = load_config(top)
    clean = make_clean(config, lambda _path, _reason: None)
    stored, status = _find_stored_unstripped(top, clean)
    for file, _ in stored:
        sys.stdout.write(f"{plain_path(file.path)}: stored with outputs, from before the filter was set up\n")
    if not options.check:
        replace_staged(top, stored)
    unstripped = {file.path for file, _ in stored}
    phantoms = [file for file in find_phantoms(top, clean, config.max_file_size) if file.path not in unstripped]
    for file in phantoms:
        sys.stdout.write(f"{plain_path(file.path)}: only looks modified; nothing differs but what is stripped\n")
    if options.check:
        return max(status, ExitCode.FINDINGS if stored or phantoms else ExitCode.CLEAN)
    refresh(top, phantoms)
    if stored:
        tell(
            f"staged stripped: {len(stored)}; commit them, and every clone is rid of these modifications; or merge or"
            " pull, if the other branch has them stripped already"
        )
    elif not phantoms and not status:
        sys.stdout.write("nothing to do: what git has stored is stripped, and no notebook only looks modified\n")
    return status


def _find_stored_unstripped(
    top: str, clean: Callable[[str, bytes], bytes]
) -> tuple[list[tuple[Staged, bytes]], ExitCode]:
    from nbguard.repository.phantoms import read_tracked

    found, status = [], ExitCode.CLEAN
    for file, content in read_tracked(top):
        try:
            stripped = clean(file.path, content)
        except NbguardError as error:
            sys.stderr.write(f"nbguard: {plain(file.path)}: as git has it: {plain(str(error))}\n")
            status = ExitCode.INCOMPLETE
            continue
        if stripped is not content:
            found.append((file, stripped))
    return found, status
