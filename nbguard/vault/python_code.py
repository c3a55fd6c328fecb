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

# Characters of one text that are parsed to see whether its changes break it: each proof parses all of it.
_MOST_CHECKED = 1_200_000
# Code with an error in it takes the parser so many times as long.
_DAMAGED = 5


class CodeReplacement(NamedTuple):
    """Changes that are made all or not at all, what they put in the place of a value, and what has to be imported.

    ``needs`` are styles, each with the character from which on it is needed.
    """

    changes: Sequence[TextChange]
    stand_in: StandIn | None = None
    needs: Sequence[tuple[str, int]] = ()

    def __repr__(self) -> str:
        """Shows no value."""
        return f"CodeReplacement({self.changes})"


class PythonCode:
    """A field of code, the changes accepted so far, and which imports they need."""

    def __init__(self, field: Field, start: int, scope: int) -> None:
        self.field, self.start, self.scope = field, start, scope
        self.source = Source(field.text, start)
        self.changes: set[TextChange] = set()
        self.needs: list[tuple[str, int]] = []
        self._budget = 0
        self._before = OriginalCode(self.source.code)
        self._stand_ins: list[StandIn] = []
        self._errors = errors_of(self.source.tree.root_node)
        self._parses = _parses(field.text[start:])
        self._cost = max(1, len(field.text) * (_DAMAGED if self._errors else 1))

    def accept_each(self, replacements: Sequence[CodeReplacement]) -> list[str]:
        """Takes in as many as are safe, as if it tried one after the other; why not, for each of the others.

        All are proved at once, and by halves where that fails, as far as the budget goes.
        """
        # However long the text is, there is enough to find one that can't be taken in, and to take in the others.
        self._budget = max(_MOST_CHECKED, 4 * self._cost, _halvings(len(replacements)) * len(self.field.text))
        return self._accept_each(replacements) if replacements else []

    def _accept_each(self, replacements: Sequence[CodeReplacement]) -> list[str]:
        reason, half = self._try(replacements), len(replacements) // 2
        if not reason or not half:
            return [reason] * len(replacements)
        if self._budget < _halvings(half) * self._cost:
            # Halves might use up what is left before one of them is taken in.
            return [self._try([replacement]) for replacement in replacements]
        return self._accept_each(replacements[:half]) + self._accept_each(replacements[half:])

    def _try(self, replacements: Sequence[CodeReplacement]) -> str:
        """Takes all of them in, or none; why not, or nothing."""
        if self._budget < self._cost:
            return "one text holds more credentials than one run checks; run it again"
        try:
            self.accept(*replacements)
        except CannotRewriteError as error:
            return str(error)
        except RecursionError:
            return "the code is nested too deep"
        return ""

    def accept(self, *replacements: CodeReplacement) -> None:
        """Takes all of them in, unless the code would parse worse with them than without, or be another program.

        Raises CannotRewriteError, and none is taken in.
        """
        new = {change for replacement in replacements for change in replacement.changes}
        check_alone(self.field.text, new)
        together = self.changes | new
        text = apply_changes(self.field.text, together)
        self._budget -= self._cost
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


def _halvings(count: int) -> int:
    """How many proofs it takes to find the only one of so many that can't be taken in, and to take in the others."""
    return 2 * count.bit_length() + 1


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
