"""What was found by following values in the version of a document before: units that nothing new reaches needn't be
looked at.

What is found from a unit hangs on its text, on what the document imports and names, and on what other units define or
call by a name that was followed from it. So it holds until one of those names is defined or called in a unit that came
or went.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbguard.detect.dataflow.definitions import told_by
from nbguard.detect.dataflow.program import split_broken
from nbguard.detect.dataflow.reaching_definitions import ANY_SCOPE
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbguard.detect.dataflow.earlier_pieces import Change
    from nbguard.detect.dataflow.evaluate import Flow
    from nbguard.detect.dataflow.unit import Unit

# Steps that all answers may have taken together. Where they took more, those left for others hang on the order.
MOST_STEPS = 60_000


class FlowAnswer(NamedTuple):
    """What was found in a unit, the names that were followed, and how many steps that took."""

    unit: Unit
    names: frozenset[str]
    steps: int
    found: tuple[Any, ...]

    @property
    def is_settled(self) -> bool:
        """Whether nothing was found and nothing was followed: the unit's text alone says so."""
        return not (self.names or self.found or self.steps)


class FlowAnswers(dict[int, FlowAnswer]):
    """FlowAnswers by the ids of their units."""

    @property
    def steps(self) -> int:
        """The steps that they took."""
        return sum(answer.steps for answer in self.values())

    def after(self, change: Change) -> FlowAnswers:
        """Those that hold after a change which left imports as they were."""
        if self.steps > MOST_STEPS:
            return FlowAnswers()
        gone = set(map(id, change.gone))
        changed = _Changed([*change.fresh, *change.gone])
        return FlowAnswers(
            {key: known for key, known in self.items() if key not in gone and not changed.concern(known.names)}
        )


def ask_flow(unit: Unit, flow: Flow, find: Callable[[], Iterable[Any]]) -> FlowAnswer:
    """What is found in a unit by ``find``, which follows values by ``flow``."""
    flow.names()
    left = flow.steps.left()
    found = tuple(find())
    return FlowAnswer(unit, flow.names(), left - flow.steps.left(), found)


class _Changed:
    """Units that came or went, asked whether they say something of names."""

    def __init__(self, units: list[Unit]) -> None:
        self._units = units
        self._words: frozenset[str] = frozenset().union(*(unit.words for unit in units))

    def concern(self, names: frozenset[str]) -> bool:
        """Whether what was found by following these names may be found no longer, or more."""
        stand_there = names & self._words
        return bool(stand_there) and (ANY_SCOPE in names or not stand_there.isdisjoint(self._said))

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset().union(*(told_by(part) for unit in self._units for part in (unit, *split_broken(unit))))
