"""Puts the built front end into the wheel, when it was built. Installing from git needs no Node.

``NBGUARD_LAB=require`` (releases and CI) fails without the front end, or when it is older than its sources;
``NBGUARD_LAB=skip`` leaves it out.
"""

import os
import runpy
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "@nbguard/lab"


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the assets to ``share/jupyter/labextensions``, where JupyterLab looks."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a build; an editable install gets a link from ``make lab`` instead."""
        wish = os.environ.get("NBGUARD_LAB", "")
        if wish not in ("", "require", "skip"):
            raise ValueError(f"NBGUARD_LAB={wish} is not known: use require or skip")
        if wish == "skip" or version == "editable":
            return
        assets = os.path.join(self.root, "nbguard", "jupyter", "labextension")
        stamp = os.path.join(self.root, "lab", "stamp.py")
        built = os.path.exists(os.path.join(assets, "package.json"))
        state = str(runpy.run_path(stamp)["state"]()) if os.path.exists(stamp) else "built" if built else "missing"
        if state == "built":
            target = f"share/jupyter/labextensions/{NAME}"
            build_data["shared_data"][assets] = target
            build_data["shared_data"][os.path.join(self.root, "install.json")] = f"{target}/install.json"
            return
        if wish == "require":
            raise RuntimeError(f"the JupyterLab front end is {state}: run `make lab` first")
        self.app.display_warning(f"the JupyterLab front end is {state} and left out; `make lab` builds it")
