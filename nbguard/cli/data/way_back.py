"""What git can give back of a file that is about to be changed, and the question that comes before."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.report.shell_word import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.cli.data.plans import Read
    from nbguard.policy.policy_settings import Config


class WayBack:
    """The files of a run, by whether `git restore` would give them back as they were before it.

    ``files`` is their number. Outside of a repository nothing is known of a way back, and nothing is said.
    """

    def __init__(self, config: Config) -> None:
        from nbguard.repository.git import top_of
        from nbguard.repository.git_errors import GitGaveUpError

        self._config = config
        self._safe: list[str] = []
        self._lost: list[str] = []
        self.files = 0
        try:
            top_of(config.root)
            self.in_git = True
        except GitGaveUpError:
            raise
        except UsageError:
            self.in_git = False

    @contextmanager
    def changing(self, read: Read) -> Iterator[None]:
        """Looks at a file that the block changes; where that fails, nothing is said of it."""
        kind = (self._safe if self._is_staged(read) else self._lost) if self.in_git else []
        yield
        self.files += 1
        kind.append(read.path)

    def _is_staged(self, read: Read) -> bool:
        from nbguard.errors import NbguardError
        from nbguard.repository.index import read_staged
        from nbguard.strip.options import from_config
        from nbguard.strip.strip_bytes import strip

        staged, raw = read_staged(read.path), read.document.raw
        if staged == raw:
            return True
        if staged is None or read.document.kind != "notebook":
            return False
        try:
            return strip(raw, from_config(self._config.strip)) == staged  # as our filter stages it
        except NbguardError:
            return False

    def confirmed(self) -> bool:
        """Asks whether the files shall be changed. Raises UsageError where nobody answers."""
        from nbguard.cli.confirming import is_confirmed

        for path in self._lost:
            sys.stdout.write(f"{quote(path)}: git doesn't have it as it is now, so there is no way back\n")
        files = "this file" if self.files == 1 else f"these {self.files} files"
        return is_confirmed(f"Change {files}?", "nobody can be asked here; look at --dry-run, then say --yes")

    def tell(self) -> None:
        """Says how to undo what was done, as far as git can."""
        if self._safe:
            sys.stdout.write(f"To undo it: git restore {' '.join(map(quote, self._safe))}\n")
        for path in self._lost:
            sys.stdout.write(f"{quote(path)}: git didn't have it as it was, so this can't be undone\n")
