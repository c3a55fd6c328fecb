"""Whether JupyterLab has nbguard's front end: a release brings it, an install from git doesn't."""

from __future__ import annotations

import os

PACKAGE = os.path.join("@nbguard", "lab", "package.json")
MISSING = (
    "not installed: saves are guarded, but nothing is marked in cells"
    " (a release's wheel has it; in a checkout, `make lab` builds it)"
)


def has_front_end() -> bool:
    """Looks where JupyterLab does."""
    from jupyter_core.paths import jupyter_path

    return any(os.path.isfile(os.path.join(folder, PACKAGE)) for folder in jupyter_path("labextensions"))
