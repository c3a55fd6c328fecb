"""What is in Vault, as names: paths, keys, versions and dates, never a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nbguard.editing.request_errors import RequestError
from nbguard.errors import UsageError
from nbguard.vault.plan import read_settings
from nbguard.vault.references import Reference, format_reference, parse_reference
from nbguard.vault.stored_names import Listing, list_paths, list_versions
from nbguard.vault.storing import add_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.editing.policies import Policy
    from nbguard.editing.resolving import Found, Resolver
    from nbguard.vault.client import Vault
    from nbguard.vault.plan import VaultSettings

# Paths that one answer looks into for their keys: each is a request to Vault.
MOST_SHOWN = 100
_FRACTION = re.compile(r"\.[0-9]+(?=Z|[+-])")


class NewSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that is to be stored under a name that isn't taken."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]

    def __repr__(self) -> str:
        """Shows no value."""
        return "NewSecret()"


def settings_of(policy: Policy) -> VaultSettings:
    """Where the policy for a file has its secrets."""
    return read_settings(policy.config.vault, policy.config.root)


def list_names(vault: Vault, settings: VaultSettings) -> Listing:
    """The paths of the policy's mount. Raises a VaultError."""
    return list_paths(vault, settings.mount, settings.prefix)


def choose(listing: Listing, search: str) -> tuple[list[str], int]:
    """The paths to look into, and how many that fit the search are left out."""
    words = search.lower().partition("#")[0].split()
    fitting = [path for path in listing.paths if all(word in path.lower() for word in words)]
    return fitting[:MOST_SHOWN], len(fitting) - len(fitting[:MOST_SHOWN])


async def look_into(resolver: Resolver, mount: str, paths: Sequence[str]) -> list[dict[str, Any]]:
    """The keys of each path, with version and date. A path that no reference can name is left out."""
    there = [path for path in paths if _is_nameable(mount, path)]
    found = await resolver.look_into([(mount, path, None) for path in there])
    return [_record(mount, path, found[mount, path, None]) for path in there]


def tell_versions(vault: Vault, reference: Reference) -> list[dict[str, Any]]:
    """The versions of a path, the newest first. Raises a VaultError."""
    versions = list_versions(vault, reference.mount, reference.path)
    return [version._replace(created=_FRACTION.sub("", version.created))._asdict() for version in versions]


def read_new(request: NewSecret) -> Reference:
    """The name of a new secret. Raises RequestError for one that is none, or that names a version."""
    try:
        reference = parse_reference(request.reference)
    except UsageError as error:
        raise RequestError(422, str(error), "reference") from None
    if reference.version is not None:
        raise RequestError(422, "a new secret has no version yet: leave out the @ and what follows", "reference")
    return reference


def add(vault: Vault, reference: Reference, value: str) -> None:
    """Stores a value under a key that isn't taken, beside what is at the path, and reads it back.

    Raises RequestError (409) where the key holds another value, a VaultError where Vault refuses.
    """
    before = add_missing(vault, reference.mount, reference.path, {reference.key: value})
    if before.get(reference.key, value) != value:
        name = format_reference(reference)
        raise RequestError(409, f"{name} holds another value: choose another name, or `nbguard vault put`", "taken")


def _is_nameable(mount: str, path: str) -> bool:
    try:
        parse_reference(f"{mount}:{path}#key")
    except UsageError:
        return False
    return True


def _record(mount: str, path: str, found: Found) -> dict[str, Any]:
    keys = sorted(found.keys or ())
    references = [(key, format_reference(Reference(mount, path, key))) for key in keys if _is_key(key)]
    return {
        "path": path,
        "mount": mount,
        "keys": [{"key": key, "reference": reference} for key, reference in references],
        **found.state._asdict(),
    }


def _is_key(key: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.-]+", key) is not None
