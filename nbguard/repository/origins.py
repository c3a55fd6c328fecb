"""What a repository is called where it comes from, and at which commit it stands: for reports and evidence."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.git import common_path, run_git, setting
from nbguard.repository.git_errors import GitError, GitGaveUpError


class RepositoryStanding(NamedTuple):
    """A repository's name, the address it comes from (a URI without user and password, or empty), commit and branch."""

    name: str
    uri: str
    commit: str
    branch: str


def standing_of(folder: str) -> RepositoryStanding:
    """Where a folder's repository stands; name only where it is none, or has no commit yet."""
    try:
        commit, _, branch = run_git(folder, "rev-parse", "HEAD", "--abbrev-ref", "HEAD").partition("\n")
    except (GitError, UsageError):
        return RepositoryStanding(os.path.basename(folder), "", "", "")
    uri = without_user(setting(folder, "remote.origin.url"))
    name = uri.partition("://")[2] if uri else os.path.basename(folder)
    return RepositoryStanding(name.removesuffix(".git"), uri, commit, "" if branch == "HEAD" else branch)


def name_of_repository(top: str) -> str:
    """A repository's name: that of its remote ``origin``, so that every clone has the same, else its folder's.

    ``top`` is the top of a work tree, or any folder: that has its own name. Raises GitGaveUpError.
    """
    folder = os.path.basename(os.path.abspath(top))
    if not os.path.lexists(os.path.join(top, ".git")):
        return folder
    try:
        url = setting(top, "remote.origin.url").rstrip("/").removesuffix(".git")
        own = common_path(top, "")
    except GitGaveUpError:
        raise
    except (GitError, UsageError):
        return folder
    if os.path.basename(own.rstrip(os.sep)) == ".git":
        folder = os.path.basename(os.path.dirname(own.rstrip(os.sep)))
    return re.split(r"[/:\\]", url)[-1] or folder


def without_user(url: str) -> str:
    """A remote's address as a URI without user, password and query; empty for a path on this machine."""
    from urllib.parse import quote, urlsplit

    if "://" not in url:
        place, colon, path = url.rpartition("@")[2].partition(":")
        if not colon or not place or "/" in place or "\\" in url:
            return ""
        return f"ssh://{quote(place)}/{quote(path.lstrip('/'))}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if not host or parts.scheme == "file":
        return ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{quote(parts.path)}"
