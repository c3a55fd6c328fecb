"""Runs a scan over a folder and gives the credentials by path, with their values, which never leave this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from evaluation.scores import Hit
from nbguard.policy.config import load_config
from nbguard.scan.scan_paths import scan_paths

if TYPE_CHECKING:
    from pathlib import Path

CREDENTIALS = frozenset(("credential",))


def scan_folder(folder: Path) -> dict[str, list[Hit]]:
    """The credentials of every file of a folder, by its path from the folder.

    Findings that repeat a value of another file count there too, as they do for everybody.
    """
    found: dict[str, list[Hit]] = {}
    before = os.getcwd()
    os.chdir(folder)
    try:
        outcome = scan_paths(["."], load_config("."), CREDENTIALS, reveal=True)
    finally:
        os.chdir(before)
    for record, value in outcome.values.items():
        found.setdefault(record.path, []).append(Hit(record.rule, record.provider or "", value))
    return found
