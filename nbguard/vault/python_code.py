"""Python code that is being changed: which changes it takes, and what they need."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

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


class Replacement(NamedTuple):
    """Changes that are made all or not at all, what they put in the place of a value, and what has to be imported.

    ``needs`` are styles, each with the character from which on it is needed.
    """

    changes: Sequence[TextChange]
    stand_in: StandIn | None = None
    needs: Sequence[tuple[str, int]] = ()

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Replacement({self.changes})"


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

    def accept_each(self, replacements: Sequence[Replacement]) -> list[str]:
        """Takes in as many as are safe, as if it tried one after the other; why not, for each of the others.

        All are proved at once, and by halves where that fails: each proof parses the text.
        """
        if not replacements:
            return []
        try:
            self.accept(*replacements)
        except CannotRewriteError as error:
            if len(replacements) == 1:
                return [str(error)]
            half = len(replacements) // 2
            return self.accept_each(replacements[:half]) + self.accept_each(replacements[half:])
        return [""] * len(replacements)

    def accept(self, *replacements: Replacement) -> None:
        """Takes all of them in, unless the code would parse worse with them than without, or be another program.

        Raises CannotRewriteError, and none is taken in.
        """
        new = {change for replacement in replacements for change in replacement.changes}
        check_alone(self.field.text, new)
        together = self.changes | new
        text = apply_changes(self.field.text, together)
        self._checked += len(text) if self._parses else _DAMAGED * len(text)
        if self._checked > _MOST_CHECKED:
            raise CannotRewriteError("one text holds more credentials than one run checks; run it again")
        if count_errors(text, self.start) > self._errors or (self._parses and not _parses(text[self.start :])):
            raise CannotRewriteError("the code wouldn't parse any more")
        known = self._stand_ins
        self._stand_ins = known + [one.stand_in for one in replacements if one.stand_in is not None]
        if len(self._stand_ins) > len(known) and not self.is_proven(together):
            self._stand_ins = known
            raise CannotRewriteError("the code would do something else than before")
        self.changes = together
        self.needs += [need for replacement in replacements for need in replacement.needs]

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
