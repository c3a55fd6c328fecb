"""Tells by the words of a piece of Python alone whether it can hold a sink, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.dataflow.unit import Verdict
from nbguard.documents.ascii_case import lower_ascii
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.providers.sink_index import SinkIndex

_ATTRIBUTE = lazy_regex(r"\.\s*([A-Za-z_]\w*)\s*=(?!=)")


class SinkWords:
    """The words of the catalogue, for the units of one program."""

    def __init__(self, index: SinkIndex, program: Program) -> None:
        self._index = index
        self._context = program.context
        self._calls = set(index.calls)
        self._calls |= {alias for alias, name in program.aliases.items() if name.rpartition(".")[2] in index.calls}
        self._headers = kept_regex("|".join(map(re.escape, sorted(index.headers))) or r"(?!)")
        self._said: dict[str, bool] = {}

    def verdict_on(self, unit: Unit) -> Verdict:
        """What is known of a unit: from before, if nothing else in the program has changed."""
        verdict = unit.verdict
        if verdict is None or verdict.context is not self._context:
            verdict = unit.verdict = Verdict(self._context, self._in_unit(unit))
        return verdict

    def words_in(self, unit: Unit) -> tuple[str, ...]:
        """The words of a unit without one of which no call, assignment or keyword of it is a sink by its name."""
        return tuple(word for word in unit.words if self._says(word, attribute=True))

    def _in_unit(self, unit: Unit) -> bool:
        if any(map(self._says, unit.words)):
            return True
        if self._headers.search(lower_ascii(unit.source)) is not None:
            return True
        return any(found.group(1).lower() in self._index.keywords for found in _ATTRIBUTE.finditer(unit.source))

    def _says(self, word: str, attribute: bool = False) -> bool:
        """Whether a word names a call, a name or a variable of the catalogue, or what an ``attribute`` may be."""
        said = self._said.get(word)
        if said is None:
            index = self._index
            said = word in self._calls or word.lower() in index.names or bool(index.env_uses(word))
            self._said[word] = said
        return said or (attribute and word.lower() in self._index.keywords)
