"""Puts nbguard into plain git hooks and takes it out again; what else a hook does stays."""

from __future__ import annotations

import os
import sys

from nbguard.errors import UsageError
from nbguard.repository.filter_setup import quote
from nbguard.repository.git import git_path, top_of
from nbguard.repository.small_files import change_small, read_small

_BEGIN, _END = b"# >>> nbguard >>>\n", b"# <<< nbguard <<<\n"
_SHELLS = (b"sh", b"bash", b"dash", b"zsh", b"ksh")
HOOK, PUSH_HOOK = "pre-commit", "pre-push"
# The configuration of pre-commit and of prek, which reads the same.
FRAMEWORK_FILES = (".pre-commit-config.yaml", "prek.toml")


def uses_framework(folder: str) -> bool:
    """Whether the repository uses the pre-commit framework, which runs nbguard by its own configuration."""
    top = top_of(folder)
    return any(os.path.exists(os.path.join(top, name)) for name in FRAMEWORK_FILES)


def install_hook(folder: str, name: str = HOOK) -> bool:
    """Makes the repository's pre-commit hook strip and scan what is staged, or its pre-push hook scan what is pushed.

    Returns whether anything changed.
    A shell script that is there already gets our lines before its own. Raises UsageError where the hook is something
    else, or can't be written.
    """
    path = hook_path(folder, name)
    before, block = read_small(path), _push_block() if name == PUSH_HOOK else _block()
    script = without_block(before) if before else b""
    if not script:
        after = b"#!/bin/sh\n" + block
    else:
        first, line_end, rest = script.partition(b"\n")
        program = first[2:].split()[-1:] if first.startswith(b"#!") else []
        if not program or program[0].rpartition(b"/")[2] not in _SHELLS or not line_end:
            raise UsageError(f"{path} is no shell script; have it run: {_by_hand(name)}")
        after = first + b"\n" + block + rest
    if after == before:
        return False
    change_small(path, after, before, executable=True)
    return True


def uninstall_hook(folder: str, name: str = HOOK) -> bool:
    """Takes our lines out of the hook; a hook of nothing else goes. Returns whether anything changed."""
    path = hook_path(folder, name)
    before = read_small(path)
    after = without_block(before)
    if after == before:
        return False
    left = b"" if after.strip() in (b"", b"#!/bin/sh") else after
    change_small(path, left, before, executable=True)
    return True


def has_hook(folder: str, name: str = HOOK) -> bool:
    """Whether one of the repository's hooks runs nbguard by our lines."""
    return _BEGIN in read_small(hook_path(folder, name))


def hook_path(folder: str, name: str = HOOK) -> str:
    """Where the hook is: ``core.hooksPath`` and linked worktrees are looked after."""
    return os.path.join(git_path(folder, "hooks"), name)


def without_block(script: bytes) -> bytes:
    """A hook's script without our lines."""
    start = script.find(_BEGIN)
    end = script.find(_END, start)
    return script if start < 0 or end < 0 else script[:start] + script[end + len(_END) :]


def _block() -> bytes:
    lines = "".join(f"{_command(name)} || exit $?\n" for name in ("strip", "scan"))
    return _BEGIN + lines.encode("utf-8", "surrogateescape") + _END


def _push_block() -> bytes:
    # What git says on standard input is read by us and by what stands below.
    command = f'printf \'%s\\n\' "$nbguard_refs" | {_program()} pre-push "$@" || exit $?'
    lines = ("nbguard_refs=$(cat)", command, "exec <<nbguard_end", "$nbguard_refs", "nbguard_end", "")
    return _BEGIN + "\n".join(lines).encode("utf-8", "surrogateescape") + _END


def _by_hand(name: str) -> str:
    return f'{_program()} pre-push "$@"' if name == PUSH_HOOK else f"{_command('strip')} && {_command('scan')}"


def _command(name: str) -> str:
    return f"{_program()} {name} --staged"


def _program() -> str:
    return f"{quote(sys.executable)} -I -m nbguard"
