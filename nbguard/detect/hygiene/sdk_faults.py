"""What a policy has against a package in a version: it isn't approved, it is known to be vulnerable, it was yanked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.sdk_files.approving import is_approved
from nbguard.detect.sdk_files.index_export import read_yanked, yanked_because
from nbguard.detect.sdk_files.osv import read_advisories
from nbguard.detect.sdk_names import is_quantum_sdk
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbguard.detect.sdk_files.osv import Advisory

_MOST_IDS = 5
# Characters of a reason that an index gives.
_LONGEST = 200


class SdkFault(NamedTuple):
    """A rule, and what is told beside it; ``of_version``: it is the version that is wrong, and not the package."""

    rule: str
    said: str
    of_version: bool


def faults_of(package: str, version: str, policy: Mapping[str, object]) -> Iterator[SdkFault]:
    """What is wrong with a package (its normalised name) in a version (empty: any) under ``[sdk]`` of a policy.

    Raises UnreadableError where an export that the policy names can't be read.
    """
    approved = policy.get("approved")
    versions = (version,) if version else ()
    if isinstance(approved, (list, tuple)) and not is_approved(package, versions, approved):
        yield SdkFault("unapproved-sdk", "", False)
    if not version:
        return
    known = _advisories(str(policy.get("osv") or "")).get(package, ())
    ids = ", ".join(sorted(one.id for one in known if one.affects(version))[:_MOST_IDS])
    why = yanked_because(_yanked(str(policy.get("index") or "")).get(package, {}), version)[:_LONGEST]
    # One place has one finding: the graver one tells of the other.
    if ids:
        yield SdkFault("vulnerable-sdk", f"{ids}; yanked: {why}" if why else ids, True)
    elif why:
        yield SdkFault("yanked-sdk", why, True)


@lru_cache(1)
def _advisories(path: str) -> dict[str, list[Advisory]]:
    try:
        return read_advisories(path, _QuantumSdks()) if path else {}
    except UsageError as error:
        raise UnreadableError(str(error)) from None


@lru_cache(1)
def _yanked(path: str) -> dict[str, dict[str, str]]:
    try:
        return read_yanked(path, _QuantumSdks()) if path else {}
    except UsageError as error:
        raise UnreadableError(str(error)) from None


class _QuantumSdks:
    """The names of all quantum SDKs, which families make endless."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and is_quantum_sdk(name)
