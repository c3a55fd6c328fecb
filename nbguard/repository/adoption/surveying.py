"""What a repository uses already: notebooks, hooks, filters, other scanners and strippers, CI."""

from __future__ import annotations

import os
from typing import NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.adoption.attribute_lines import take_out_filter
from nbguard.repository.doors import Doors, find_doors
from nbguard.repository.git import git_path, run_git_bytes, setting
from nbguard.repository.hooks import LEFTHOOK_FILES
from nbguard.repository.own_files import read_own

FRAMEWORK_FILE = ".pre-commit-config.yaml"
# Hooks whose work nbguard does, by the id that their makers gave them.
REPLACED = {
    "nbstripout": "nbstripout",
    "nb-clean": "nb-clean",
    "detect-secrets": "detect-secrets",
    "gitleaks": "gitleaks",
    "gitleaks-docker": "gitleaks",
    "gitleaks-system": "gitleaks",
}
# Filters of other strippers, by their names in git's settings.
STRIPPERS = ("nbstripout", "nb-clean")
# What another scanner's baseline is called.
BASELINES = (".secrets.baseline", ".gitleaksignore")
# Programs that own the hooks of a repository, with the file or folder that shows them.
HOOK_OWNERS = {"lefthook": LEFTHOOK_FILES, "husky": (".husky",), "jj": (".jj",), "prek": ("prek.toml",)}


class Survey(NamedTuple):
    """What was found.

    ``paths`` are all files, ``filters`` attributes files with the lines that name another stripper's filter.
    """

    top: str
    notebooks: int
    paths: tuple[str, ...]
    framework: str
    doors: Doors
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    drivers: tuple[str, ...]
    baselines: tuple[str, ...]
    gitleaks_rules: str
    configuration: str
    ci: str
    hook_owner: str


def survey(top: str) -> Survey:
    """Looks at the repository whose work tree's top is ``top``; changes nothing. Raises UsageError."""
    listed = run_git_bytes(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split(b"\0")
    names = {os.fsdecode(name) for name in listed if name}
    attributes = [os.path.join(top, name) for name in sorted(names) if os.path.basename(name) == ".gitattributes"]
    lines = [(path, _naming(top, path)) for path in (*attributes, git_path(top, "info/attributes"))]
    return Survey(
        top,
        sum(map(is_notebook, names)),
        tuple(sorted(names)),
        FRAMEWORK_FILE if os.path.lexists(os.path.join(top, FRAMEWORK_FILE)) else "",
        find_doors(top),
        tuple((path, found) for path, found in lines if found),
        tuple(name for name in STRIPPERS if setting(top, f"filter.{name}.clean", "local")),
        tuple(name for name in BASELINES if _read(top, name)),
        ".gitleaks.toml" if b"[[rules]]" in _read(top, ".gitleaks.toml") else "",
        _configuration(top),
        _ci_service(top),
        next((owner for owner, paths in HOOK_OWNERS.items() if _any(top, paths)), ""),
    )


def is_notebook(path: str) -> bool:
    """Whether a file is one of Jupyter's, by its name."""
    return path.lower().endswith(".ipynb")


def _naming(top: str, path: str) -> tuple[str, ...]:
    """The lines of an attributes file that name a stripper; git reads none through a link."""
    return take_out_filter(_read(top, path), STRIPPERS, with_diff=False).lines


def _configuration(top: str) -> str:
    for name in ("nbguard.toml", ".nbguard.toml"):
        if os.path.lexists(os.path.join(top, name)):
            return name
    return "pyproject.toml" if b"[tool.nbguard" in _read(top, "pyproject.toml") else ""


def _ci_service(top: str) -> str:
    """``github``, ``gitlab`` or empty: by their files, else by where the repository comes from."""
    if os.path.isdir(os.path.join(top, ".github", "workflows")):
        return "github"
    if os.path.lexists(os.path.join(top, ".gitlab-ci.yml")):
        return "gitlab"
    origin = setting(top, "remote.origin.url")
    return next((name for name in ("github", "gitlab") if f"{name}.com" in origin), "")


def _any(top: str, paths: tuple[str, ...]) -> bool:
    return any(os.path.exists(os.path.join(top, path)) for path in paths)


def _read(top: str, name: str) -> bytes:
    """A file of the repository; nothing of one that is a link, lies elsewhere, or can't be read."""
    try:
        return read_own(top, os.path.join(top, name))
    except UsageError:
        return b""
