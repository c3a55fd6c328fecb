"""Asks a person whether to go on."""

from __future__ import annotations

import sys

from nbguard.errors import UsageError


def is_confirmed(question: str, nobody: str) -> bool:
    """Whether a person says yes. Raises UsageError with the text ``nobody`` where there is none who could."""
    if not sys.stdin.isatty():
        raise UsageError(nobody)
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        raise UsageError(nobody) from None
