"""Reads lock files: uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751), Pipfile.lock and conda-lock.yml.

All but the last are tables of packages with a version and the hashes of their files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbguard.detect.sdk_files.uses import SdkUse, is_sdk
from nbguard.detect.sdk_names import normalise
from nbguard.documents.yaml_loading import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

# Tables of packages and the fields in which the hashes of files stand.
_TOML = {"uv.lock": "package", "poetry.lock": "package", "pdm.lock": "package", "pylock.toml": "packages"}


def is_lock(name: str) -> bool:
    """Whether a file's name is that of a lock file that is read."""
    return name in _TOML or name in ("Pipfile.lock", "conda-lock.yml") or _is_pylock(name)


def read_lock(path: str, name: str, text: str) -> Iterator[SdkUse]:
    """The SDKs that a lock file pins. Raises ValueError where it isn't what its name says."""
    if name == "Pipfile.lock":
        packages = list(_pipfile(json.loads(text)))
    elif name == "conda-lock.yml":
        packages = list(_conda(text))
    else:
        packages = list(_toml(text, _TOML.get(name, "packages")))
    for package, version, hashed in packages:
        if is_sdk(package):
            yield SdkUse(normalise(package), "lock", f"=={version}" if version else "", version, hashed, path)


def _is_pylock(name: str) -> bool:
    return name.startswith("pylock.") and name.endswith(".toml")


def _toml(text: str, table: str) -> Iterator[tuple[str, str, bool]]:
    from nbguard.documents.toml_loading import load_toml

    data = load_toml(text.encode("utf-8", "surrogatepass"))
    # Poetry before 1.3 keeps the files of all packages together.
    files_apart = _table(_table(data.get("metadata")).get("files"))
    for package in data.get(table, ()):
        if isinstance(package, dict) and isinstance(package.get("name"), str) and not _is_own(package):
            files = [*_listed(package, "files"), *_listed(package, "wheels"), *_listed(files_apart, package["name"])]
            sdist = package.get("sdist") or package.get("archive")
            hashed = bool(files or sdist) and all(map(_has_hash, [*files, *([sdist] if sdist else [])]))
            yield package["name"], str(package.get("version", "")), hashed


def _is_own(package: dict[str, Any]) -> bool:
    """Whether a package is the project itself, or a folder of it: its files are those of the repository."""
    source = _table(package.get("source"))
    own = ("editable", "virtual", "directory")
    return any(kind in source for kind in own) or source.get("type") == "directory" or "path" in package


def _pipfile(data: Any) -> Iterator[tuple[str, str, bool]]:
    for group in ("default", "develop"):
        for name, package in _table(_table(data).get(group)).items():
            yield name, str(_table(package).get("version", "")).removeprefix("=="), bool(_table(package).get("hashes"))


def _conda(text: str) -> Iterator[tuple[str, str, bool]]:
    for package in _listed(_table(load_yaml(text)), "package"):
        if isinstance(package, dict) and isinstance(package.get("name"), str):
            yield package["name"], str(package.get("version", "")), bool(package.get("hash"))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(table: dict[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    return value if isinstance(value, list) else []


def _has_hash(file: Any) -> bool:
    return isinstance(file, dict) and bool(file.get("hash") or file.get("hashes"))
