"""Where a reference may stand as text: in configuration and prose, and nowhere that is run.

A reference in a program is a text like any other, and goes to the service as if it were the token. Only formats that
are known to be read, and not run, take one: there are more languages than anybody lists.
"""

from __future__ import annotations

import os
import re

from nbguard.documents.structure.formats import format_by_look, format_of, is_image_file, is_makefile, is_program
from nbguard.vault.text_changes import CannotRewriteError

# Programs whose names have no ending, or one that says something else; others of that kind are lists and settings.
_PROGRAM_NAMES = re.compile(
    r"(?:snake|just|rake|gem|pod|fast|app|guard|brew|berks|cap|thor|tilt|earth|bsdmake)file"
    r"|sconstruct|sconscript|wscript|build|workspace|apkbuild|pkgbuild|cmakelists\.txt"
)
_SCRIPT = re.compile(r"<(?P<end>/?)script\b", re.IGNORECASE)


def check_runs_shell(path: str) -> None:
    """Raises CannotRewriteError for files whose lines look like a shell's and aren't read by one."""
    if is_makefile(path):
        raise CannotRewriteError("make has a $(…) of its own: give the value to it in a variable of the environment")
    if is_image_file(path):
        raise CannotRewriteError("an image's instructions run no lookup, and keep what they are given: mount a secret")


def check_takes_references(path: str, text: str, start: int) -> None:
    """Raises CannotRewriteError where a reference at ``start`` would be what a program works with."""
    check_no_script(text, start)
    name = os.path.basename(path).lower()
    stem, dot, _ = name.rpartition(".")
    kind = format_of(path)
    if is_program(path, text) or kind == "shell" or _PROGRAM_NAMES.fullmatch(name):
        raise CannotRewriteError("no lookup runs in a program of this kind: let it read an environment variable")
    if kind or not (dot and stem):
        return
    if format_by_look(text) not in ("json", "xml"):
        raise CannotRewriteError(
            "what reads a file of this kind isn't known here, and a program would take the reference for the value:"
            " let it read an environment variable"
        )


def check_no_script(text: str, start: int) -> None:
    """Raises CannotRewriteError where a browser would run what stands at ``start``."""
    tags = [found["end"] for found in _SCRIPT.finditer(text, 0, start)]
    if tags and not tags[-1]:
        raise CannotRewriteError("a browser runs the script that it stands in, and no lookup runs there")
