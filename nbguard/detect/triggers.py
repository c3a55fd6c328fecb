"""The literals of every detector in one table, so that one prefilter serves them all.

The table is generated (``python -m nbguard.detect.catalogue.build``): a clean file is done with before any detector
is imported.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.file_names import FileNames
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# What stands between the columns of a row, and in none of them.
SEPARATOR = "^"
TRIGGERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "triggers.json")


class Ask(NamedTuple):
    """A detector that is asked where a literal fired; see detector.Literal. An empty ``detector`` is the engine itself.

    ``confirming``: the detector looks at the raw bytes itself.
    """

    detector: str
    topics: tuple[str, ...] = ()
    confirm: str = ""
    needs: tuple[str, ...] = ()
    exact: bool = False
    confirming: bool = False


class Trigger(NamedTuple):
    """A literal and who is asked where it fired. ``stem`` is a part of it that others share; see Literal.narrow."""

    literal: str
    stem: str
    narrow: str
    asks: tuple[Ask, ...]


class TriggerTable:
    """Triggers, each put together when it is asked for: most literals stand in no file.

    ``rows`` are columns: the literals, their stems, and the numbers of those who ask, as a text. ``wanted`` are the
    numbers that count.
    """

    def __init__(
        self,
        rows: tuple[list[str], list[str], list[str]],
        asks: _Asks,
        narrow: Mapping[str, str],
        wanted: frozenset[str],
    ) -> None:
        self.literals, self.stems, self._askers = rows
        self.narrow = narrow
        self._asks, self._wanted = asks, wanted

    def __len__(self) -> int:
        return len(self.literals)

    def __getitem__(self, number: int) -> Trigger:
        literal = self.literals[number]
        return Trigger(literal, self.stems[number], self.narrow.get(literal, ""), self.asks(number))

    def asks(self, number: int) -> tuple[Ask, ...]:
        """Who is asked where a literal fired."""
        return tuple([self._asks[asker] for asker in self._askers[number].split() if asker in self._wanted])

    def all_asks(self) -> list[Ask]:
        """Everyone who is asked anywhere."""
        return [self._asks[asker] for asker in sorted(self._wanted, key=int)]

    def is_for_detectors(self) -> bool:
        """Whether anybody but the engine itself is asked."""
        return any(self._asks.detector_of(asker) for asker in self._wanted)

    def for_detectors(self, names: Collection[str]) -> TriggerTable:
        """The triggers of some detectors; the engine's own are among them where there is any."""
        wanted = frozenset(number for number in self._wanted if self._asks.detector_of(number) in names)
        if wanted == self._wanted:
            return self
        rows = zip(self.literals, self.stems, self._askers, strict=True)
        kept = [row for row in rows if row[2] in wanted or not wanted.isdisjoint(row[2].split())]
        literals, stems, askers = map(list, zip(*kept, strict=True)) if kept else ([], [], [])
        return TriggerTable((literals, stems, askers), self._asks, self.narrow, wanted)


class _Asks(dict[str, Ask]):
    """Those who ask, by their numbers; each is read from its row when it is first needed."""

    def __init__(self, rows: list[str], detectors: list[str], confirms: list[str], confirming: list[str]) -> None:
        super().__init__()
        self._rows, self._detectors, self._confirms, self._confirming = rows, detectors, confirms, confirming

    def detector_of(self, number: str) -> str:
        return self._detectors[int(self._rows[int(number)].partition(SEPARATOR)[0])]

    def __missing__(self, number: str) -> Ask:
        detector, topics, confirm, needs, exact = self._rows[int(number)].split(SEPARATOR)
        name = self._detectors[int(detector)]
        made = self[number] = Ask(
            name, _listed(topics), self._confirms[int(confirm)], _listed(needs), exact == "1", name in self._confirming
        )
        return made


def _listed(text: str) -> tuple[str, ...]:
    """Texts that each end with a comma."""
    return tuple(text.split(",")[:-1])


def words_needed(asks: Iterable[Ask]) -> tuple[str, ...]:
    """The words that those who ask need elsewhere in a file."""
    needs = {need for ask in asks for need in ask.needs}
    return tuple(sorted({word for need in needs for word in need.split("&")}))


class Triggers(NamedTuple):
    """All triggers, and what else is known before any detector is imported.

    ``files`` says what names of files do. ``sdks`` are the normalised names of quantum SDKs (see sdk_names). ``names``
    says which provider people mean by a lower-case name.
    """

    table: TriggerTable
    files: FileNames
    sdks: frozenset[str]
    names: Mapping[str, str]

    def topics_of(self, name: str) -> frozenset[str]:
        """All topics of a detector."""
        return frozenset(topic for ask in self.table.all_asks() if ask.detector == name for topic in ask.topics)


@cache
def load_triggers() -> Triggers:
    """The triggers that were built with the package."""
    with open(TRIGGERS, encoding="utf-8") as file:
        data = json.load(file)
    asks = _Asks(data["asks"], data["detectors"], data["confirms"], data["confirming"])
    # Of all literals at once: a row each would take ten times as long.
    columns = SEPARATOR.join(data["literals"]).split(SEPARATOR)
    everyone = frozenset(map(str, range(len(data["asks"]))))
    table = TriggerTable((columns[::3], columns[1::3], columns[2::3]), asks, data["narrow"], everyone)
    files = {name: tuple(listed) for name, listed in data["files"].items()}
    return Triggers(table, FileNames(**files, providers=data["names"]), frozenset(data["sdks"]), data["names"])
