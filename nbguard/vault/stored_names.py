"""The names of what is stored under a KV mount, as far as the caller may see them, and the versions of one path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.vault_errors import ForbiddenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.vault.client import Vault

# Folders that one listing asks for: each is a request.
_MOST_FOLDERS = 200
_MOST_PATHS = 5_000


class Listing(NamedTuple):
    """Paths of a mount in the order of their names; those of the folder that was named come first.

    ``folder`` is the folder below which they are (empty: the whole mount), and ``whole`` says whether all are there.
    """

    folder: str
    paths: tuple[str, ...]
    whole: bool


class Version(NamedTuple):
    """A version of a path: its number, when it was stored (RFC 3339), and ``stored``, ``deleted`` or ``destroyed``."""

    version: int
    created: str
    state: str


def list_paths(vault: Vault, mount: str, folder: str) -> Listing:
    """What is stored under a mount; under ``folder`` alone where the policy allows no more.

    Raises a VaultError, a ForbiddenError where not even that may be listed.
    """
    folder = folder.strip("/")
    first, whole = _walk(vault, mount, [folder], ())
    if not folder or not whole:
        return Listing(folder, tuple(first), whole)
    try:
        others, whole = _walk(vault, mount, [""], (folder,))
    except ForbiddenError:
        return Listing(folder, tuple(first), True)
    return Listing("", (*first, *others), whole)


def list_versions(vault: Vault, mount: str, path: str) -> list[Version]:
    """The versions that a path of KV version 2 has, the newest first; none of any other engine."""
    if vault.engine(mount, path) != 2:
        return []
    known = vault.metadata(mount, path).get("versions") or {}
    found = [Version(int(number), str(told.get("created_time") or ""), _state(told)) for number, told in known.items()]
    return sorted(found, reverse=True)


def _walk(vault: Vault, mount: str, folders: Iterable[str], without: tuple[str, ...]) -> tuple[list[str], bool]:
    """The paths below folders, and whether that is all of them. The first folder has to be one that may be listed."""
    found: list[str] = []
    waiting, asked = list(folders), 0
    while waiting:
        if asked == _MOST_FOLDERS or len(found) > _MOST_PATHS:
            return sorted(found)[:_MOST_PATHS], False
        folder = waiting.pop()
        try:
            names = vault.names(mount, folder)
        except ForbiddenError:
            if not asked:
                raise
            continue  # somebody else's
        finally:
            asked += 1
        for name in names:
            path = "/".join(filter(None, (folder, name.rstrip("/"))))
            if not name.endswith("/"):
                found.append(path)
            elif path not in without:
                waiting.append(path)
    return sorted(found), True


def _state(told: dict[str, object]) -> str:
    if told.get("destroyed"):
        return "destroyed"
    # A mount may say beforehand when a version goes.
    goes = str(told.get("deletion_time") or "")
    return "deleted" if goes and datetime.fromisoformat(goes) <= datetime.now(UTC) else "stored"
