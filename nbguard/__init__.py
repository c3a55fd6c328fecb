"""Keeps credentials, sample data and outputs out of committed notebooks, and moves credentials to Vault.

The public face: :func:`secret`, :func:`scan`, :func:`strip`. Each is loaded when first used (PEP 562), so that
``import nbguard`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.scan.scan_paths import scan
    from nbguard.strip.strip_bytes import strip
    from nbguard.vault.lookup import secret

__all__ = ["__version__", "scan", "secret", "strip"]

_HOMES = {
    "_jupyter_server_extension_points": "nbguard.jupyter",
    "load_ipython_extension": "nbguard.kernel",
    "scan": "nbguard.scan.scan_paths",
    "secret": "nbguard.vault.lookup",
    "strip": "nbguard.strip.strip_bytes",
    "unload_ipython_extension": "nbguard.kernel",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'nbguard' has no attribute {name!r}")
