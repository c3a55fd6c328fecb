"""Whether a list of what is approved names a package, and each of its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.sdk_names import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence


def is_approved(package: str, versions: Sequence[str], approved: Sequence[str]) -> bool:
    """Whether requirements such as ``qiskit>=2,<3`` take a package (its normalised name) in all of some versions."""
    from packaging.requirements import Requirement

    requirements = [one for one in map(Requirement, approved) if normalise(one.name) == package]
    fits = [any(one.specifier.contains(version, prereleases=True) for one in requirements) for version in versions]
    return bool(requirements) and all(fits)
