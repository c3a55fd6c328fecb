"""What the git filter does to one file, and what it does with files it can't read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.errors import UnreadableError
from nbguard.strip.api import strip
from nbguard.strip.options import from_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.policy.config import Config

_conflict = re.compile(rb"^<{7} .*^={7}\r?$.*^>{7} ", re.MULTILINE | re.DOTALL).search


def make_clean(config: Config, complain: Callable[[str, str], None]) -> Callable[[str, bytes], bytes]:
    """The clean filter under a configuration: from a file's path and content to the content to be stored.

    A file with conflict markers passes as it is, with a complaint: git shows such files in the middle of a merge,
    where refusing would stop the merge. So does any unreadable file under ``allow_unreadable``; else
    UnreadableError is raised.
    """
    options = from_config(config.strip)

    def clean(path: str, content: bytes) -> bytes:
        if config.exclude:
            from nbguard.policy.globs import matches_any

            if matches_any(path, config.exclude):
                return content
        try:
            return strip(content, options)
        except UnreadableError as error:
            if _conflict(content):
                complain(path, "holds conflict markers and was not stripped; resolve them before you commit it")
                return content
            if config.allow_unreadable:
                complain(path, f"{error}; passed on as it is (allow_unreadable)")
                return content
            raise

    return clean


def smudge(_path: str, content: bytes) -> bytes:
    """What goes from the repository to the work tree stays as it is."""
    return content
