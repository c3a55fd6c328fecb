"""The Jupyter server extension: scans notebooks that aren't saved yet, moves credentials to Vault, guards saving."""

from __future__ import annotations


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """What jupyter_server asks a package for that is enabled as its extension."""
    from nbguard.jupyter.app import NbguardApp

    return [{"module": "nbguard", "app": NbguardApp}]
