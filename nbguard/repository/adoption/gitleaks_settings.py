"""What `.gitleaks.toml` leaves out for all rules: paths as expressions, and the rest for a person.

Allowlists: https://github.com/gitleaks/gitleaks#configuration
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbguard.errors import UsageError
from nbguard.repository.own_files import read_own

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = ".gitleaks.toml"
# What an allowlist may name beside paths.
_OTHERS = ("regexes", "stopwords", "commits")


def left_out_by_gitleaks(top: str, by_hand: list[str]) -> Iterator[tuple[str, str]]:
    """Expressions over paths that its configuration leaves out, each with where it stood. Values are never shown."""
    for allowlist in _allowlists(top):
        told = [name for name in _OTHERS if allowlist.get(name)]
        narrowed = str(allowlist.get("condition", "OR")).upper() in ("AND", "&&") and bool(told)
        paths = allowlist.get("paths")
        if isinstance(paths, list) and not narrowed:
            for path in paths:
                yield f"{FILE}: paths", str(path)
        elif paths:
            told.append("paths")
        by_hand += [f"{FILE}: {name} of its allowlist aren't taken over (docs/migrate-gitleaks.md)" for name in told]


def _allowlists(top: str) -> Iterator[dict[str, Any]]:
    """Those that hold for every rule: what a rule's own says, its rule pack says too."""
    from nbguard.documents.toml_loading import load_toml

    path = os.path.join(top, FILE)
    if not os.path.lexists(path):
        return
    try:
        whole = load_toml(read_own(top, path))
    except (UsageError, ValueError, RecursionError):
        return  # whoever switches its rules on is told what is wrong with it
    for name in ("allowlist", "allowlists"):
        told = whole.get(name)
        for allowlist in told if isinstance(told, list) else [told]:
            if isinstance(allowlist, dict) and not allowlist.get("targetRules"):
                yield allowlist
