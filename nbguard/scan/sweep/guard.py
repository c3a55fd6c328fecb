"""Runs git in anybody's repository: what its own settings and files say is not believed, and nothing of it is run."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.repository.git import run_git

if TYPE_CHECKING:
    from collections.abc import Iterator

# Settings of the command line go before those of the repository (https://git-scm.com/docs/git-config#SCOPES).
_SETTINGS = (
    # Whoever owns it: a server's repositories are another user's. What makes that dangerous is turned off here.
    ("safe.directory", "*"),
    ("safe.bareRepository", "all"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.pager", "cat"),
    ("core.sshCommand", "false"),
    ("core.alternateRefsCommand", "false"),
    ("protocol.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    # A commit graph is a copy of what commits say, and may say something else.
    ("core.commitGraph", "false"),
)
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # Grafts hide commits, as replaced objects do.
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ASKPASS": "false",
    "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    **{f"GIT_CONFIG_KEY_{number}": name for number, (name, _) in enumerate(_SETTINGS)},
    **{f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(_SETTINGS)},
}
# What would lead git to another repository than the one that is named.
_MISLEADING = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG_PARAMETERS",
)
# Files that git opens before anything else: a pipe in place of one would keep it waiting for ever.
_OPENED = ("HEAD", "config", "packed-refs", "shallow", "commondir", "objects/info/alternates", "info/grafts")
_LOCK = Lock()
_before: dict[str, str | None] = {}
_depth = 0


@contextmanager
def guarded_git() -> Iterator[None]:
    """Inside, every git process of this process believes no repository. May be nested, and used by threads at once."""
    global _depth
    with _LOCK:
        if _depth == 0:
            _before.update({name: os.environ.get(name) for name in (*_VARIABLES, *_MISLEADING)})
            for name in _MISLEADING:
                os.environ.pop(name, None)
            os.environ.update(_VARIABLES)
        _depth += 1
    try:
        yield
    finally:
        with _LOCK:
            _depth -= 1
            if _depth == 0:
                for name, value in _before.items():
                    if value is None:
                        os.environ.pop(name, None)
                    else:
                        os.environ[name] = value


def check_repository(folder: str) -> None:
    """Makes sure that a git directory is one, and that git takes it for the one it is. Raises UsageError."""
    if not os.path.isdir(folder):
        raise UsageError("there is no such folder on this machine")
    for name in _OPENED:
        try:
            mode = os.stat(os.path.join(folder, name)).st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            raise UsageError(f"{name} in it can't be read: {(error.strerror or 'unreadable').lower()}") from None
        if not stat.S_ISREG(mode):
            raise UsageError(f"not a git repository: {name} in it is no file")
    if os.path.lexists(os.path.join(folder, "commondir")):
        raise UsageError("a linked work tree: its repository is elsewhere; sweep that one")
    try:
        found = run_git(folder, "rev-parse", "--absolute-git-dir")
    except UsageError as error:
        raise UsageError(f"not a repository that git can read ({error})") from None
    if os.path.realpath(found) != os.path.realpath(folder):
        # git went up, to a repository around this one.
        raise UsageError("not a git repository: HEAD, objects or refs are damaged or missing")


def borrowed_from(folder: str) -> list[str]:
    """The folders that a repository takes objects from (git's alternates), as it names them."""
    try:
        with open(os.path.join(folder, "objects", "info", "alternates"), "rb") as file:
            lines = file.read(65_536).splitlines()
    except OSError:
        return []
    return [os.fsdecode(line) for line in lines if line.strip() and not line.startswith(b"#")]
