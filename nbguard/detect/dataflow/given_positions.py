"""Values that a name is given by a place alone: ``dict(zip(["user", "token"], […]))``, ``Account("ann", "…")``.

The names are those of a named tuple's fields, or stand in a list beside the list of the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.evaluate import flow_of
from nbguard.detect.dataflow.outside_values import fields_of
from nbguard.detect.dataflow.site import Site
from nbguard.detect.knowledge.loading import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.unit import Unit

# What stands in code with such places, in lower case.
_ZIPPED, _FIELDS = load_knowledge("places")["zipped_names"], load_knowledge("places")["named_fields"]
_MOST = 200


def names_by_position(program: Program) -> Iterator[tuple[str, Site]]:
    """The names of a program's units and what is given to each, in the named tuples and zipped lists of all of them."""
    units = program.units
    sources = [unit.source.lower() for unit in units]
    tuples = dict(_named_tuples(unit for unit, source in zip(units, sources, strict=True) if _has_fields(source)))
    for unit, source in zip(units, sources, strict=True):
        for name in tuples.keys() & unit.words:
            for call in unit.calls.get(name, ())[:_MOST]:
                given = (Site(unit, argument) for argument in unit.positional(call))
                yield from zip(tuples[name], given, strict=False)
        if _ZIPPED in source:
            for call in unit.calls.get("dict", ())[:_MOST]:
                if _ZIPPED in unit.text(call)[: len(_ZIPPED)].lower():
                    yield from flow_of(program).entries(Site(unit, call))


def _has_fields(source: str) -> bool:
    return any(words in source for words in _FIELDS)


def _named_tuples(units: Iterable[Unit]) -> Iterator[tuple[str, list[str]]]:
    """The named tuples that units define, with their fields."""
    from nbguard.detect.dataflow.definitions import define

    for unit in units:
        for name, definition in define(unit):
            node = definition.node
            if definition.kind == "class":
                heads = unit.source[definition.at :].partition(":")[0].lower()
                made = _has_fields(heads)
            else:
                made = node is not None and node.type == "call" and _has_fields(unit.text(node)[:80].lower())
            if made:
                yield name, list(fields_of(definition))
