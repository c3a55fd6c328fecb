"""Keeps an event of every call before it is made, in a chain; where it can't be kept, no call is made."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from nbguard.audit.event_chain import FIRST, Event, chained
from nbguard.documents.named_files import read_inside
from nbguard.errors import UnreadableError, UsageError
from nbguard.whole_files import append_lines, open_lines

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config

_LARGEST = 100_000_000


class CallLog:
    """A log of calls in a file, which is gone on with. No value is in it."""

    def __init__(self, path: str) -> None:
        """Raises UsageError where the file can't be written, or is something else."""
        self.path = path
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            # A link leads elsewhere, and a pipe would be waited for.
            known = read_inside(os.path.dirname(path) or ".", os.path.basename(path), _LARGEST) or b""
            self._previous = _last_hash(known)
            # A broken end would swallow the next event.
            self._is_fine = not known or known.endswith(b"\n")
            os.close(open_lines(path))
        except (OSError, UnreadableError, ValueError, KeyError, TypeError, RecursionError):
            self._is_fine = False
        if not self._is_fine:
            raise UsageError(f"{path}: can't be kept as a log of events; no call is made without one")

    def write(self, kind: str, time: str, facts: dict[str, Any]) -> None:
        """Appends an event. Raises UsageError where that fails."""
        (line,) = chained((Event(kind, time, facts),), self._previous)
        try:
            handle = open_lines(self.path)
            try:
                append_lines(handle, line.encode("ascii"))
            finally:
                os.close(handle)
        except OSError as error:
            raise UsageError(
                f"{self.path}: {(error.strerror or 'not writable').lower()}; no call is made without a log"
            ) from None
        self._previous = json.loads(line)["hash"]


def _last_hash(known: bytes) -> str:
    lines = known.splitlines()
    return str(json.loads(lines[-1].decode("ascii"))["hash"]) if lines else FIRST


def call_log_path(config: Config) -> str:
    """Where calls are logged where nothing else is said: inside of git's folder, or beside the files without one."""
    from nbguard.vault.journal import journal_path

    return os.path.join(os.path.dirname(journal_path(config.root)), "calls.jsonl")
