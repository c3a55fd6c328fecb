"""How nbguard itself is installed on this machine: the one a shell finds, where it came from, the kernels that have it.

Nothing is run for it: an environment is looked into by its files.
"""

from __future__ import annotations

import json
import os
import shlex
import stat
import sys
from glob import escape, glob
from shutil import which
from typing import TYPE_CHECKING

from nbguard.repository.checkup import Check
from nbguard.version import SOURCE, __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check_installation(environment: Mapping[str, str]) -> Iterator[Check]:
    """Looks at the program, the package it comes from, and the file of Vault's token."""
    yield _check_program(environment)
    if not which("git", path=environment.get("PATH", "")):
        yield Check("git", "isn't on PATH: without it only files are scanned", "install git, 2.31 or newer")
    yield from _check_origin()
    yield from _check_token(environment)


def _check_program(environment: Mapping[str, str]) -> Check:
    folders = environment.get("PATH", "").split(os.pathsep)
    found = [path for folder in folders for path in _programs(folder)]
    if not found:
        # As in a hook's environment, or a container of CI.
        state = f"no shell finds nbguard here; this one is `{sys.executable} -m nbguard`"
        return Check("program", state, is_note=True)
    others = [path for path in found[1:] if os.path.realpath(path) != os.path.realpath(found[0])]
    here = os.path.join(os.path.dirname(sys.executable), os.path.basename(found[0]))
    if os.path.exists(here) and os.path.realpath(here) != os.path.realpath(found[0]):
        step = "take the one that isn't wanted out of the PATH"
        return Check("program", f"a shell finds {found[0]}, but this is {here}", step)
    more = f" ({len(others)} more behind it)" if others else ""
    return Check("program", f"{found[0]}, version {__version__}{more}")


def _programs(folder: str) -> Iterator[str]:
    for name in ("nbguard", "nbguard.exe"):
        path = os.path.join(folder, name)
        if folder and os.path.isfile(path) and os.access(path, os.X_OK):
            yield path


def _check_origin() -> Iterator[Check]:
    """Where the package came from. The name on PyPI isn't ours yet: what an index has under it is somebody else's."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        told = distribution("nbguard").read_text("direct_url.json")
    except PackageNotFoundError:
        yield Check("package", "run from a folder, not installed")
        return
    try:
        origin = json.loads(told or "{}")
    except (ValueError, RecursionError):
        origin = {}
    if not origin:
        step = f"run `pip install --force-reinstall {SOURCE}`"
        yield Check("package", "it came from a package index, where the name isn't this project's", step)
        return
    commit = origin.get("vcs_info", {}).get("commit_id", "")[:12]
    yield Check("package", f"from {origin.get('url', 'a file')}{f' at {commit}' if commit else ''}")


def _check_token(environment: Mapping[str, str]) -> Iterator[Check]:
    path = os.path.join(environment.get("HOME") or os.path.expanduser("~"), ".vault-token")
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return
    if os.name != "nt" and mode & 0o077:
        step = f"run `chmod 600 {shlex.quote(path)}`"
        yield Check("Vault token", f"{path} can be read by others (mode {mode:o})", step, path)


def check_kernels(folders: list[str], *, needed: bool) -> Iterator[Check]:
    """Which of the Python kernels in these folders have nbguard. ``needed``: notebooks here look values up with it."""
    seen = set()
    for folder in folders:
        for path in sorted(glob(os.path.join(escape(folder), "*", "kernel.json"))):
            name = os.path.basename(os.path.dirname(path))
            program = _interpreter(path)
            if name in seen or not program:
                continue
            seen.add(name)
            if _has_package(program):
                yield Check("kernel", f"{name} has nbguard")
            else:
                step = f"run `{program} -m pip install {SOURCE}`" if needed else ""
                state = f"{name} ({program}) has no nbguard: `from nbguard import secret` fails there"
                yield Check("kernel", state, step, is_note=True)


def _interpreter(path: str) -> str:
    """The Python of a kernel, if it is one that is named in full; a bare ``python`` is the server's own."""
    try:
        with open(path, encoding="utf-8") as file:
            spec = json.load(file)
        program = spec["argv"][0] if spec.get("language") == "python" else ""
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return ""
    return program if isinstance(program, str) and os.path.isabs(program) and os.path.exists(program) else ""


def _has_package(program: str) -> bool:
    if os.path.abspath(program) == os.path.abspath(sys.executable):
        return True
    prefix = escape(os.path.dirname(os.path.dirname(os.path.abspath(program))))
    patterns = ("lib/python3*/site-packages", "Lib/site-packages")
    return any(glob(os.path.join(prefix, pattern, "nbguard-*.dist-info")) for pattern in patterns)
