"""Which of a program's units may give something to a sink, and what was found in them: the next version asks less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.flow_memory import FlowAnswers
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.detect.credentials.sink_words import SinkWords
    from nbguard.detect.dataflow.earlier_pieces import Change
    from nbguard.detect.dataflow.unit import Unit


class SinkMemory(NamedTuple):
    """The units that can hold a sink, in the order of their search, and what is known of them.

    Of those of which their text alone says that they hold none, only such are kept that have to be cut into statements.
    """

    words: SinkWords
    relevant: list[Unit]
    answers: FlowAnswers

    def after(self, change: Change) -> SinkMemory:
        """What of it still holds after a change that left imports as they were."""
        gone = set(map(id, change.gone))
        relevant = [unit for unit in self.relevant if id(unit) not in gone]
        relevant += [unit for unit in change.fresh if self.words.verdict_on(unit).wanted]
        relevant.sort(key=_order)
        return self._replace(relevant=relevant, answers=self.answers.after(change))

    def knowing(self, answers: FlowAnswers) -> SinkMemory:
        """The memory for the next version, once all units were looked at."""
        relevant = [unit for unit in self.relevant if unit.statements or not answers[id(unit)].is_settled]
        return self._replace(relevant=relevant, answers=FlowAnswers({id(unit): answers[id(unit)] for unit in relevant}))


def _order(unit: Unit) -> tuple[bool, int]:
    return unit.shadow, unit.number
