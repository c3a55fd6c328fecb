"""Asks a person whether to go on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def is_confirmed(question: str, nobody: str, show: Callable[[], object] | None = None) -> bool:
    """Whether a person says yes. Raises UsageError with the text ``nobody`` where there is none who could.

    With ``show`` the answer ``d`` calls it, for a diff, and asks again.
    """
    if not sys.stdin.isatty():
        raise UsageError(nobody)
    answers = "[y/N/d: diff]" if show else "[y/N]"
    try:
        while (answer := input(f"{question} {answers} ").strip().lower()) in ("d", "diff") and show:
            show()
    except EOFError:
        raise UsageError(nobody) from None
    return answer in ("y", "yes")
