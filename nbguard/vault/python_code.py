"""Python code that is being changed: which changes it takes, and what they need."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbguard.vault.python_source import Source, count_errors, errors_of, only_python
from nbguard.vault.same_program import OriginalCode, StandIn
from nbguard.vault.text_changes import CannotRewriteError, TextChange, apply_changes, check_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.documents.fields import Field

# Characters of one text that are parsed to see whether its changes break it: each change parses all of it.
_MOST_CHECKED = 4_000_000
# Code with an error in it takes the parser so many times as long.
_DAMAGED = 20


class PythonCode:
    """A field of code, the changes accepted so far, and which imports they need."""

    def __init__(self, field: Field, start: int, scope: int) -> None:
        self.field, self.start, self.scope = field, start, scope
        self.source = Source(field.text, start)
        self.changes: set[TextChange] = set()
        self.needs: list[tuple[str, int]] = []
        self._checked = 0
        self._before = OriginalCode(self.source.code)
        self._stand_ins: list[StandIn] = []
        self._errors = errors_of(self.source.tree.root_node)
        self._parses = _parses(field.text[start:])

    def accept(self, new: Sequence[TextChange], stand_in: StandIn | None = None) -> None:
        """Takes changes in, unless the code would parse worse with them than without, or be another program.

        ``stand_in`` is what they put in the place of a value. Raises CannotRewriteError.
        """
        check_alone(self.field.text, new)
        together = self.changes | set(new)
        text = apply_changes(self.field.text, together)
        self._checked += len(text) if self._parses else _DAMAGED * len(text)
        if self._checked > _MOST_CHECKED:
            raise CannotRewriteError("one text holds more credentials than one run checks; run it again")
        if count_errors(text, self.start) > self._errors or (self._parses and not _parses(text[self.start :])):
            raise CannotRewriteError("the code wouldn't parse any more")
        if stand_in is not None:
            self._stand_ins.append(stand_in)
            if not self.is_proven(together):
                self._stand_ins.pop()
                raise CannotRewriteError("the code would do something else than before")
        self.changes = together

    def is_proven(self, changes: Iterable[TextChange], imports: Iterable[str] = ()) -> bool:
        """Whether the code stays the program it was; lines of IPython aren't looked at."""
        python = [change for change in changes if self.source.magic_at(change.start) is None]
        text = only_python(apply_changes(self.field.text, python), self.start)
        try:
            return self._before.stays_the_same(text, self._stand_ins, imports)
        except RecursionError:
            return False


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
