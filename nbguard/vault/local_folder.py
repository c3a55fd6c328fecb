"""Where the local Vault keeps its data, and whether one was set up."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def local_folder(environment: Mapping[str, str]) -> str:
    """Where the local Vault is, or would be: the user's folder for data, by the system's convention."""
    import sys

    home = environment.get("HOME") or os.path.expanduser("~")
    if given := environment.get("NBGUARD_LOCAL_VAULT"):
        return given
    if sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    elif os.name == "nt":
        base = environment.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    else:
        base = environment.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(base, "nbguard", "vault")


def exists(environment: Mapping[str, str]) -> bool:
    """Whether a local Vault was set up."""
    return os.path.exists(os.path.join(local_folder(environment), "state.json"))
