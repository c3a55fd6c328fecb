"""What is turned off for every git process of ours: all that a repository can name for git to run, fetch or ask.

A cloned or unpacked repository may be anybody's. Its settings, attributes and hooks name programs, and reading a file
or the index is enough for git to start some of them (https://git-scm.com/docs/git-config).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from nbguard.repository.discovery import bare_around, is_bare, is_kept_module
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterator

# Settings that name a program or lead to one, with the value that runs nothing. Given on the command line they go
# over those of the repository, the user and the machine.
SETTINGS = (
    ("core.fsmonitor", "false"),  # run whenever the index is read
    ("core.hooksPath", os.devnull),  # post-index-change is run whenever it is written
    ("core.alternateRefsCommand", "false"),
    ("core.askPass", "false"),
    ("core.editor", "false"),
    ("core.gitProxy", "false"),
    ("core.pager", "cat"),
    ("core.sshCommand", "false"),
    ("credential.helper", ""),
    ("gpg.program", "false"),
    ("gpg.openpgp.program", "false"),
    ("gpg.ssh.program", "false"),
    ("gpg.x509.program", "false"),
    ("log.showSignature", "false"),
    ("uploadpack.packObjectsHook", "false"),
    ("submodule.recurse", "false"),  # a submodule has settings of its own
    ("protocol.allow", "never"),
    ("protocol.ext.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("advice.graftFileDeprecated", "false"),
    # A folder that looks like a repository, committed to another one, is none: see discovery.
    ("safe.bareRepository", "explicit"),
)
# Drivers have names of the repository's choice: they are looked up before a command that would run them. An empty
# command is none (convert.c of git). Hooks can be settings too, from git 2.54 on.
DRIVERS = r"^(filter\..*\.(clean|smudge|process|required)|hook\..*\.(command|event|enabled))$"
_DRIVER_VALUES = {"required": "false", "enabled": "false"}
# Commands that run nothing, and that tell what the settings are: ours would be in the answer.
TELLING_SETTINGS = frozenset(("config", "rev-parse"))
# Commands that read nothing but settings, attributes, the index and objects. All others may compare or write files, and
# so run filters and hooks.
READING = frozenset(
    (
        "cat-file", "check-attr", "check-ignore", "diff-index", "diff-tree", "for-each-ref", "grep", "hash-object",
        "ls-files", "ls-tree", "merge-base", "rev-list", "var", "version",
    )
)  # fmt: skip

_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",  # nothing is fetched, whatever a partial clone's remote is
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PROTOCOL_FROM_USER": "0",
    # No object or list of parents stands in for another: these hide what is there.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "SSH_ASKPASS": "false",
    "GIT_EDITOR": "false",
    "GIT_SEQUENCE_EDITOR": "false",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
    # Reasons are read by us.
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
# Variables of the caller that name a program, or change what our arguments mean. Settings that the caller gives
# (GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS) stay, such as safe.directory in a container; ours go over them.
_DROPPED = (
    "GIT_CONFIG", "GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_PROXY_COMMAND", "GIT_SSH", "GIT_SSH_COMMAND",
)  # fmt: skip
# Which repository, work tree, index and object store: git sets them for its hooks, and they hold for that one only.
_OF_ONE_REPOSITORY = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE",
)  # fmt: skip

# Inside distrust(): whoever owns it, since a server's repositories are another user's; and a commit graph is a copy of
# what commits say that may say something else.
_DISTRUST = (("safe.directory", "*"), ("core.commitGraph", "false"))
_lock = Lock()
_depth = 0


@contextmanager
def distrust() -> Iterator[None]:
    """Inside, every folder given to git is a git directory, taken as it is: nothing outside says which one is meant.

    May be nested, and used by several threads at once: it holds for all of them.
    """
    global _depth
    with _lock:
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1


def working_folder(folder: str) -> str:
    """The folder that git works in when it is asked about another: what it answers with is relative to this one."""
    top = None if _depth else work_tree_around(folder)
    return top if top is not None and bare_around(folder, top) else folder


def arguments_for(folder: str, command: str) -> list[str]:
    """Git's own options for a command in a folder: where it works, and what is turned off."""
    settings = () if command in TELLING_SETTINGS else SETTINGS
    if _depth:
        return ["--no-pager", "--git-dir", os.path.abspath(folder), *_as_options((*settings, *_DISTRUST))]
    return ["--no-pager", *_place(folder), *_as_options(settings or SETTINGS[-1:])]


def driver_arguments(names: list[str], ours: dict[str, str]) -> list[str]:
    """Options that turn off the drivers with these names of settings, but for those that we set up in ``ours``."""
    values = {name: _DRIVER_VALUES.get(name.rpartition(".")[2], "") for name in names} | ours
    # A name with an equals sign only fits where the value is a variable (set by environment_for).
    return [
        word
        for name, value in values.items()
        for word in (("-c", f"{name}={value}") if "=" not in name else (f"--config-env={name}={_variable(value)}",))
    ]


def environment_for(folder: str) -> dict[str, str]:
    """The environment of a git process that works in a folder."""
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    environment |= _VARIABLES
    environment |= {_variable(value): value for value in ("", "false")}
    top = None if _depth else _work_tree_of(folder)
    if _depth or top != work_tree_around("."):
        for name in _OF_ONE_REPOSITORY:
            environment.pop(name, None)
        if not _depth and top is not None:
            environment["GIT_WORK_TREE"] = top
        return environment
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"):
        if name in environment:
            environment[name] = os.path.abspath(environment[name])
    if top is not None:
        # A repository's core.worktree may name any folder, and hide the files beside it. And a hook runs at the top, so
        # git leaves this out; from another folder it would take that for the top.
        environment.setdefault("GIT_WORK_TREE", top)
    return environment


def _work_tree_of(folder: str) -> str | None:
    """The top of the work tree that git is told. A submodule that isn't checked out has one in its settings, which
    isn't there.
    """
    return os.path.abspath(folder) if is_kept_module(folder) else work_tree_around(folder)


def _place(folder: str) -> list[str]:
    if is_kept_module(folder) or is_bare(folder):
        # Somebody named this folder, or works in it: a bare repository on a server, or a mirror.
        return ["--git-dir", os.path.abspath(folder)]
    return ["-C", working_folder(folder)]


def _as_options(settings: tuple[tuple[str, str], ...]) -> list[str]:
    return [word for name, value in settings for word in ("-c", f"{name}={value}")]


def _variable(value: str) -> str:
    return f"NBGUARD_{(value or 'nothing').upper()}"
