"""Puts nbguard into plain git hooks and takes it out again; what else a hook does stays."""

from __future__ import annotations

import os
import re
import sys

from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex
from nbguard.repository.filter_setup import quote
from nbguard.repository.git import common_path, git_path, top_of
from nbguard.repository.small_files import change_small, read_small
from nbguard.version import SOURCE

_BEGIN, _END = b"# >>> nbguard >>>\n", b"# <<< nbguard <<<\n"
_SHELLS = (b"sh", b"bash", b"dash", b"zsh", b"ksh")
HOOK, PUSH_HOOK = "pre-commit", "pre-push"
# https://lefthook.dev/configuration/
LEFTHOOK_FILES = tuple(
    f"{dot}lefthook{local}.{ending}"
    for local in ("", "-local") for dot in ("", ".") for ending in ("yml", "yaml", "json", "jsonc", "toml")
)  # fmt: skip
_OUR_COMMAND = lazy_regex(rb"\bnbguard\s+scan\b")
_COMMENT = lazy_regex(rb"^[ \t]*(?:#|//).*$", re.MULTILINE)
# The configuration of pre-commit, and of prek, which reads the same.
FRAMEWORK_FILES = (".pre-commit-config.yaml", "prek.toml")


def uses_framework(folder: str) -> bool:
    """Whether the repository uses the pre-commit framework, which runs nbguard by its own configuration."""
    top = top_of(folder)
    return any(os.path.exists(os.path.join(top, name)) for name in FRAMEWORK_FILES)


def install_hook(folder: str, name: str = HOOK) -> bool:
    """Makes the repository's pre-commit hook strip and scan what is staged, or its pre-push hook scan what is pushed.

    Returns whether anything changed. A hook inside the work tree is everybody's: there our lines call the nbguard of
    the PATH, else the one that runs now. A shell script that is there already gets our lines before its own, also
    where another program runs it, such as the pre-commit framework what it found. Raises UsageError where the hook
    is something else, or can't be written.
    """
    path = hook_path(folder, name)
    program = "" if is_in_work_tree(folder, path) else f"{quote(sys.executable)} -I -m nbguard"
    block = _block(name, program)
    kept = f"{path}.legacy"
    if block in read_small(kept):
        return False
    before = read_small(path)
    if before and not os.access(path, os.X_OK) and os.path.dirname(path) == git_path(folder, "hooks"):
        # Our lines would need the bit, and with it git would run theirs again.
        raise UsageError(f"{path} isn't executable, so git doesn't run it: make it so, or take it away, then try again")
    after = _with_block(without_block(before), block, is_husky=_is_husky(path))
    if after is None:
        raise UsageError(f"{path} is no shell script; have it run: {_by_hand(name, program or 'nbguard')}")
    if after == before:
        return False
    change_small(path, after, before, executable=not before)
    return True


def _with_block(script: bytes, block: bytes, *, is_husky: bool) -> bytes | None:
    """A hook's script with our lines first; None where it is no shell script."""
    if not script:
        return block if is_husky else b"#!/bin/sh\n" + block
    first, line_end, rest = script.partition(b"\n")
    if not first.startswith(b"#!"):
        return block + script if is_husky else None
    if _interpreter(first) not in _SHELLS or not line_end:
        return None
    return first + b"\n" + block + rest


def _interpreter(first: bytes) -> bytes:
    """The program that a script's first line names, by itself or to ``env``; its options don't matter."""
    for word in first[2:].split():
        name = word.rpartition(b"/")[2]
        # `env -S VARIABLE=value sh -e`: https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html
        if name != b"env" and not word.startswith(b"-") and b"=" not in word:
            return name
    return b""


def uninstall_hook(folder: str, name: str = HOOK) -> bool:
    """Takes our lines out of the hook; a hook of nothing else goes. Returns whether anything changed."""
    changed = False
    path = hook_path(folder, name)
    for place in (path, f"{path}.legacy"):
        before = read_small(place)
        after = without_block(before)
        if after != before:
            left = b"" if after.strip() in (b"", b"#!/bin/sh") else after
            change_small(place, left, before)
            changed = True
    return changed


def has_hook(folder: str, name: str = HOOK) -> bool:
    """Whether one of the repository's hooks runs nbguard by our lines."""
    return bool(place_of_hook(folder, name))


def place_of_hook(folder: str, name: str = HOOK) -> str:
    """The file that has our lines; empty without any.

    `pre-commit install` calls the hook that it finds ``pre-commit.legacy`` and runs it before its own. Source:
    https://pre-commit.com/#running-in-migration-mode
    """
    path = hook_path(folder, name)
    return next((place for place in (path, f"{path}.legacy") if _BEGIN in read_small(place)), "")


def place_by_hand(folder: str) -> str:
    """The file in which a person wrote our commands for the hook that git runs before a commit; empty without one.

    That is the hook itself (husky's too), or the configuration of lefthook, where it is lefthook's.
    """
    path = hook_path(folder)
    script = without_block(read_small(path))
    if _names_us(script):
        return path
    if b"lefthook" in script:
        top = top_of(folder)
        for name in LEFTHOOK_FILES:
            if _names_us(read_small(os.path.join(top, name))):
                return name
    return ""


def _names_us(text: bytes) -> bool:
    return _OUR_COMMAND.search(_COMMENT.sub(b"", text)) is not None


def hook_path(folder: str, name: str = HOOK) -> str:
    """Where the hook is: ``core.hooksPath`` and linked worktrees are looked after.

    husky has git run files of its own, made anew at each install, which run the ones in the folder above.
    """
    hooks = git_path(folder, "hooks")
    parent, last = os.path.split(hooks)
    return os.path.join(parent if last == "_" and os.path.basename(parent) == ".husky" else hooks, name)


def is_in_work_tree(folder: str, path: str) -> bool:
    """Whether a hook is one of the files that people share, and not one that git keeps for this clone."""
    path = os.path.realpath(path)
    own = os.path.realpath(common_path(folder, ""))
    top = os.path.realpath(top_of(folder))
    return path.startswith(os.path.join(top, "")) and not path.startswith(os.path.join(own, ""))


def _is_husky(path: str) -> bool:
    return os.path.basename(os.path.dirname(path)) == ".husky"


def without_block(script: bytes) -> bytes:
    """A hook's script without our lines."""
    start = script.find(_BEGIN)
    end = script.find(_END, start)
    return script if start < 0 or end < 0 else script[:start] + script[end + len(_END) :]


def _block(name: str, program: str) -> bytes:
    """Our lines: with the program in full, or, without one, by name, with a word where a shell finds none."""
    lines = []
    if not program:
        program = "nbguard"
        lines.append(
            "command -v nbguard >/dev/null 2>&1 || "
            f"{{ echo 'nbguard is missing here: uv tool install {SOURCE}' >&2; exit 1; }}"
        )
    if name == PUSH_HOOK:
        # What git says on standard input is read by us and by what stands below.
        command = f'printf \'%s\\n\' "$nbguard_refs" | {program} pre-push "$@" || exit $?'
        lines += ["nbguard_refs=$(cat)", command, "exec <<nbguard_end", "$nbguard_refs", "nbguard_end"]
    else:
        lines += [f"{program} {step} --staged || exit $?" for step in ("strip", "scan")]
    return _BEGIN + "\n".join((*lines, "")).encode("utf-8", "surrogateescape") + _END


def _by_hand(name: str, program: str) -> str:
    steps = (
        [f'{program} pre-push "$@"'] if name == PUSH_HOOK else [f"{program} {s} --staged" for s in ("strip", "scan")]
    )
    return " && ".join(steps)
