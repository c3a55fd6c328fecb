"""Keeps files of the checkout that are made from code or tables: writes them, or says which are stale."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def keep_generated(texts: Mapping[str, str], arguments: Sequence[str], maker: str) -> ExitCode:
    """Writes the files whose text is another; returns the exit status.

    ``texts`` holds what belongs into each file, by its path. Where ``arguments`` are ``--check``, nothing is written,
    and each stale file is named with the module ``maker`` that makes it again; the status is 1 if there are any.
    """
    stale = [path for path, text in texts.items() if _read(path) != text]
    if list(arguments) == ["--check"]:
        for path in stale:
            sys.stderr.write(f"{os.path.basename(path)} is stale: run `python -m {maker}`\n")
        return ExitCode.FINDINGS if stale else ExitCode.CLEAN
    for path in stale:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(texts[path])
    return ExitCode.CLEAN


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
