"""Looks for what keeps nbguard from working in a repository, or lets old text through beside it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.named_files import read_inside
from nbguard.errors import NbguardError, UnreadableError
from nbguard.policy.config import load_config
from nbguard.policy.fingerprint import SALT_FILE, find_salt
from nbguard.repository.doors import Doors, describe, find_conflicts, find_doors
from nbguard.repository.filter_setup import find_filter
from nbguard.repository.git import common_path, run_git, run_git_bytes, setting
from nbguard.repository.git_errors import GitError
from nbguard.repository.hooks import (
    has_hook,
    hook_path,
    is_in_work_tree,
    place_by_hand,
    place_of_hook,
    uses_framework,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.policy.policy_settings import Config

_MEND_HOOK = "run `nbguard install --hooks`"
# Where Jupyter keeps a second copy of what is in a notebook: jupyter-collaboration's store of every edit, the
# checkpoints of the contents manager, and the copies that language servers read.
_STORES = (".jupyter_ystore.db", ".ipynb_checkpoints", ".virtual_documents")


class Check(NamedTuple):
    """Something that was looked at: ``what``, its ``state`` in a few words, and what to ``do``; empty: all is well.

    ``path`` is the file whose permissions are to be changed, where that is what to do. ``is_note``: nothing is wrong,
    and something isn't there that one may want.
    """

    what: str
    state: str
    do: str = ""
    path: str = ""
    is_note: bool = False


def check_repository(top: str) -> Iterator[Check]:
    """Looks at the filter, the hook, the configuration and the files of the work tree whose top is ``top``."""
    yield from check_doors(top)
    config = None
    try:
        config = load_config(top)
        yield check_configuration(config)
    except NbguardError as error:
        yield Check("configuration", str(error), "mend it: until then the filter and every command refuse to work")
    if config is not None:
        yield check_salt(top, config)
    yield from _check_stores(top)


def check_doors(top: str) -> Iterator[Check]:
    """Looks at the filter, the hook, and how the doors go together."""
    doors = find_doors(top)
    yield from _check_filter(top)
    yield from _check_hook(top, named=bool(doors.own_framework))
    yield from _check_doors(doors)


def _check_filter(top: str) -> Iterator[Check]:
    state = find_filter(top)
    if not state.process and not state.problems:
        yield Check("git filter", "not used here", is_note=True)
    elif not state.problems:
        yield Check("git filter", "active")
    for problem in state.problems:
        yield Check("git filter", problem, _mend_filter(top, problem))
    for name in ("clean", "smudge"):
        if state.process and not setting(top, f"filter.nbguard.{name}"):
            yield Check("git filter", f"filter.nbguard.{name} isn't set", "run `nbguard install --filter`")
    textconv = setting(top, "diff.nbguard.textconv")
    for word in _missing_programs(textconv) if textconv else ():
        yield Check("git diff", f"its program is gone: {word}", "run `nbguard install --filter`")
    others = [line for line in state.others if not line.startswith("* ")]
    for line in others:
        do = (
            "run `nbguard init`, which takes that filter out"
            if "nb" in line
            else "take the line out of the attributes file"
        )
        yield Check("another filter", f"{line}: git runs one filter for a file, and the last line decides which", do)
    if not others and setting(top, "filter.nbstripout.clean", "local"):
        yield Check("another filter", "nbstripout is set up beside ours", "run `nbguard init`, which takes it out")


def _mend_filter(top: str, problem: str) -> str:
    linked = run_git(top, "rev-parse", "--git-dir") != run_git(top, "rev-parse", "--git-common-dir")
    if "have the attribute filter=" in problem and "is set up, but" in problem:
        where = "in this linked worktree, " if linked else ""
        return f"{where}run `nbguard install --filter`; a later line in .gitattributes may undo it"
    if "not true" in problem:
        return "run `nbguard install --filter`; without it a failing filter lets outputs through"
    return "run `nbguard install --filter`"


def _check_hook(top: str, *, named: bool) -> Iterator[Check]:
    """``named`` says whether the pre-commit framework's configuration names a hook of ours."""
    path = hook_path(top)
    yield from _check_hooks_path(top, path)
    if uses_framework(top):
        yield _check_framework(top, path, named=named)
        return
    if not has_hook(top):
        place = place_by_hand(top)
        yield Check("pre-commit hook", f"written by hand ({place})" if place else "none", is_note=not place)
        return
    path = place_of_hook(top)
    ours = [line for line in _read_lines(path) if "nbguard" in line and not line.startswith("#")]
    gone = [word for line in ours for word in _missing_programs(line.replace("|| exit $?", ""))]
    if gone:
        yield Check("pre-commit hook", f"its program is gone: {gone[0]}", _MEND_HOOK)
    elif is_in_work_tree(top, path) and any(" -I -m nbguard " in line for line in ours):
        yield Check("pre-commit hook", f"{path} is shared, but names this machine's program", _MEND_HOOK)
    elif not any(" scan --staged" in line for line in ours):
        yield Check("pre-commit hook", "strips, but doesn't scan", _MEND_HOOK)
    elif os.name != "nt" and not os.access(path, os.X_OK):
        step = f"run `chmod +x {shlex.quote(path)}`"
        yield Check("pre-commit hook", f"{path} isn't executable: git skips it", step, path)
    else:
        yield Check("pre-commit hook", "ours")


def _check_hooks_path(top: str, path: str) -> Iterator[Check]:
    configured = setting(top, "core.hooksPath")
    unused = common_path(top, os.path.join("hooks", "pre-commit"))
    if configured and os.path.exists(unused) and not os.path.exists(path):
        yield Check("pre-commit hook", f"core.hooksPath is {configured}: git doesn't run {unused}", "move it there")


def _check_framework(top: str, path: str, *, named: bool) -> Check:
    what, installed = "pre-commit hook", calls_framework(path)
    if has_hook(top) and not installed:
        return Check(what, "ours")
    if not named:
        return Check(what, "the pre-commit framework's, which isn't asked to run nbguard", is_note=True)
    if installed:
        return Check(what, "the pre-commit framework's")
    return Check(what, "a configuration is there, but git runs no hook", "run `pre-commit install`")


def _check_doors(doors: Doors) -> Iterator[Check]:
    if description := describe(doors):
        yield Check("doors", description)
    for conflict, do in find_conflicts(doors):
        yield Check("doors", conflict, do)


def check_configuration(config: Config) -> Check:
    """Where the configuration is. Raises UsageError where it names a rule that there isn't."""
    from nbguard.detect.rule_list import all_rules
    from nbguard.policy.rule_names import check_rule_names

    source = os.path.relpath(config.source, config.root) if os.path.isabs(config.source) else config.source
    # Rules of packs have names of their own, which only a scan knows.
    if not config.rules:
        check_rule_names(config, {rule.id for rule in all_rules()})
    return Check("configuration", source or "defaults")


def check_salt(top: str, config: Config) -> Check:
    """Which salt fingerprints are made with."""
    try:
        origin = find_salt(config).origin
    except NbguardError as error:
        return Check("salt", str(error), f"make {SALT_FILE} readable: another salt undoes every waiver")
    if origin == "default":
        state = f"no {SALT_FILE} yet: fingerprints use the salt that everybody knows; a first baseline makes one"
        return Check("salt", state, is_note=True)
    if origin == "file" and not run_git(top, "ls-files", "--", SALT_FILE):
        return Check("salt", f"{SALT_FILE} isn't committed: others get other fingerprints", f"git add {SALT_FILE}")
    return Check("salt", f"from {origin}")


def _check_stores(top: str) -> Iterator[Check]:
    listed = run_git_bytes(top, "ls-files", "-z").split(b"\0")
    tracked = [name.decode("utf-8", "replace") for name in listed if name]
    for store in _STORES:
        names = [name for name in tracked if store in name.split("/")]
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield Check(
                "old copies",
                f"git tracks {names[0]}{more}: Jupyter keeps what a notebook held before",
                f"run `git rm -r --cached {shlex.quote(names[0])}` and put {store} into .gitignore",
            )
    if not any(_STORES[0] in name for name in tracked) and os.path.exists(os.path.join(top, _STORES[0])):
        try:
            run_git(top, "check-ignore", "-q", _STORES[0])
        except GitError:
            yield Check(
                "old copies",
                f"{_STORES[0]} holds every edit of notebooks, tokens since moved too, and git doesn't ignore it",
                f"put {_STORES[0]} into .gitignore",
            )


def calls_framework(path: str) -> bool:
    """Whether a hook of git runs the pre-commit framework, or prek."""
    return any("pre-commit" in line or "pre_commit" in line or "prek" in line for line in _read_lines(path))


def _read_lines(path: str) -> list[str]:
    try:
        raw = read_inside(os.path.dirname(path) or ".", os.path.basename(path), 1_000_000)
    except UnreadableError:
        return []
    return (raw or b"").decode("utf-8", "replace").splitlines()


def _missing_programs(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    return [word for word in words[:4] if os.path.isabs(word) and not os.path.exists(word)]
