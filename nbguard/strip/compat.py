"""Behaves as another stripper does: its options, its layout, its messages, its exit status."""

from __future__ import annotations

from importlib import import_module

from nbguard.errors import UsageError

_TOOLS = {"nbstripout": "nbguard.strip.compat_nbstripout", "nb-clean": "nbguard.strip.compat_nbclean"}


def run_as(tool: str, arguments: list[str]) -> int:
    """Runs the command line of ``nbstripout`` or ``nb-clean`` and returns its exit status. Raises UsageError."""
    if tool not in _TOOLS:
        raise UsageError(f"--compat {tool!r}: nbstripout and nb-clean are known")
    status: int = import_module(_TOOLS[tool]).main(arguments)
    return status
