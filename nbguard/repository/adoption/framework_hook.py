"""The pre-commit framework's own hook in git: whether its program can set it up, and has it do so."""

from __future__ import annotations

from shutil import which
from subprocess import DEVNULL, TimeoutExpired, run

from nbguard.repository.checkup import calls_framework
from nbguard.repository.git import setting
from nbguard.repository.hooks import hook_path
from nbguard.repository.own_files import what_is_foreign

_PROGRAM = "pre-commit"
_PATIENCE = 60.0  # seconds; it writes one file


def can_install(top: str) -> bool:
    """Whether git doesn't run the framework yet, and the framework's program is here and would change that."""
    place = hook_path(top)
    # The program refuses where git looks for hooks elsewhere.
    known = calls_framework(place) or setting(top, "core.hooksPath") or what_is_foreign(top, place)
    return not known and which(_PROGRAM) is not None


def install(top: str) -> bool:
    """Has the program set its hook up, which runs a hook that is there before its own. Returns whether it did."""
    program = which(_PROGRAM)
    try:
        done = program and run(
            (program, "install"), cwd=top, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, timeout=_PATIENCE, check=False
        )
    except (OSError, TimeoutExpired):
        return False
    return bool(done) and calls_framework(hook_path(top))
