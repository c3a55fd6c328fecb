"""Makes sure that a folder is a repository before git is started in it."""

from __future__ import annotations

import os
import stat

from nbguard.errors import UsageError
from nbguard.repository.git import run_git

# Files that git opens before anything else: a pipe in place of one would keep it waiting for ever.
_OPENED = ("HEAD", "config", "packed-refs", "shallow", "commondir", "objects/info/alternates", "info/grafts")


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
        run_git(folder, "rev-parse", "--absolute-git-dir")
    except UsageError as error:
        if "not a git repository" in str(error):
            raise UsageError("not a git repository: HEAD, objects or refs are damaged or missing") from None
        raise UsageError(f"not a repository that git can read ({error})") from None


def borrowed_from(folder: str) -> list[str]:
    """The folders that a repository takes objects from (git's alternates), as it names them."""
    try:
        with open(os.path.join(folder, "objects", "info", "alternates"), "rb") as file:
            lines = file.read(65_536).splitlines()
    except OSError:
        return []
    return [os.fsdecode(line) for line in lines if line.strip() and not line.startswith(b"#")]
