"""The detector of installs in cells, and its look at raw bytes: one that nothing is against is passed over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.sdk_names import sdk_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.scope import Scope

# The beginning of an install in raw bytes, where a tab is written as an escape.
_INSTALL = rb"pip[\d.]{0,5}(?:[ \t]|\\t)+(?:-[\w=-]{1,40}(?:[ \t]|\\t)+){0,5}install(?=[ \t\\])"
# In a file with more installs than anybody writes, each counts: a quick look at every one would be slow.
_MOST_INSTALLS = 200
_ASKED = "installs"


class UnpinnedDetector(Detector):
    """Installs of a quantum SDK in any version, and what a policy has against those in one version."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._policy = {name: value for name, value in (scope.sdk or {}).items() if value is not None}

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The beginnings of an install."""
        yield Literal("pip", narrow=r"[0-9.]{0,5}[ \t\\]")

    def confirms(self, file: RawFile, _: Sequence[str], start: int, __: int) -> bool:
        """Whether an install names a quantum SDK in any version, or in one that the policy may be against."""
        install = re.compile(_INSTALL).match(file.raw, start)
        if install is None:
            return False
        asked = file.memory[_ASKED] = file.memory.get(_ASKED, 0) + 1
        if asked > _MOST_INSTALLS:
            return True
        command = sdk_command(file.raw, install.end())
        if command is None:
            return False
        if self._policy:
            return True
        from nbguard.detect.hygiene.installs import may_be_unpinned

        return may_be_unpinned(command)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the installs in fields."""
        from nbguard.detect.hygiene.installs import find_installs

        for field, _ in candidates.fields:
            yield from find_installs(field, self._policy)
