"""What the git filter does to one file, and what it does with files it can't read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.errors import UnreadableError
from nbguard.strip.options import from_config
from nbguard.strip.strip_bytes import strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.policy.policy_settings import Config
    from nbguard.strip.options import StripOptions
    from nbguard.strip.store import OutputStore


def make_clean(config: Config, complain: Callable[[str, str], None], store: str = "") -> Callable[[str, bytes], bytes]:
    """The clean filter under a configuration: from a file's path and content to the content to be stored.

    A file with conflict markers passes as it is, with a complaint: git shows such files in the middle of a merge,
    where refusing would stop the merge. So does any unreadable file under ``allow_unreadable``; else
    UnreadableError is raised. Outputs are kept in the folder ``store``, if there is one.
    """
    options = from_config(config.strip)
    keep = _open_store(store, options)

    def clean(path: str, content: bytes) -> bytes:
        if config.exclude:
            from nbguard.policy.globs import matches_any

            if matches_any(path, config.exclude):
                return content
        try:
            stripped = strip(content, options)
            if keep is not None and stripped is not content:
                keep.save(content)
            return stripped
        except UnreadableError as error:
            from nbguard.documents.malformed import line_of_merge

            if line_of_merge(content.decode("latin-1")):
                complain(path, "holds conflict markers and was not stripped; resolve them before you commit it")
                return content
            if config.allow_unreadable:
                complain(path, f"{error}; passed on as it is (allow_unreadable)")
                return content
            raise

    return clean


def make_smudge(config: Config, store: str) -> Callable[[str, bytes], bytes]:
    """The smudge filter: from a stored notebook to the one for the work tree, with the outputs that were kept."""
    keep = _open_store(store, from_config(config.strip))
    return pass_on if keep is None else lambda _path, content: keep.restore(content)


def pass_on(_path: str, content: bytes) -> bytes:
    """A file as it is."""
    return content


def _open_store(folder: str, options: StripOptions) -> OutputStore | None:
    if not folder or not os.path.isdir(folder):
        return None
    from nbguard.strip.store import OutputStore

    return OutputStore(folder, options)
