"""Finds calls that write a credential to the user's disk in clear."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.credentials.sink_calls import match_calls
from nbguard.detect.credentials.sink_detector import CALLED
from nbguard.detect.dataflow.evaluate import Flow
from nbguard.detect.dataflow.literal_values import text_of
from nbguard.detect.dataflow.program import program_of, split_broken
from nbguard.detect.dataflow.site import Site
from nbguard.detect.detector import Detector, Literal
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.detect.values.placeholders import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from nbguard.detect.credentials.sink_calls import Argument
    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Catalogue, Provider
    from nbguard.detect.providers.sink_index import SinkIndex
    from nbguard.documents.fields import Document

_SAVING = load_knowledge("hygiene")["saving"]
_PREFIXES, _NAMES = tuple(_SAVING["prefixes"]), frozenset(_SAVING["names"])
_NO_VALUE = frozenset(("none", "true", "false", "integer"))


class SavingDetector(Detector):
    """Calls that write a credential to the user's disk in clear."""

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The names of the calls."""
        for text in saving_literals(knowledge.catalogue):
            yield Literal(text.lower(), confirm=f".{{{len(text)}}}{CALLED}")

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the calls of a document's Python."""
        if candidates.fields:
            yield from find_saved(candidates.document)


def saving_literals(catalogue: Catalogue) -> list[str]:
    """What stands in every file with a call that stores a credential: the last part of its name, unless too common."""
    names = {
        name
        for provider in catalogue.providers
        for rule in provider.rules
        for call in rule.calls
        for name in call.names
        if _stores(provider, name)
    }
    return sorted({name if name.endswith(".save") else name.rpartition(".")[2] for name in names})


def find_saved(document: Document) -> Iterator[Finding]:
    """Yields a finding for each call of a document's Python that stores a credential. Nothing that is commented out."""
    index, program = _calls_that_save(), program_of(document)
    names = set(index.calls)
    names |= {alias for alias, name in program.aliases.items() if name.rpartition(".")[2] in index.calls}
    if all(unit.words.isdisjoint(names) for unit in program.units):
        return
    chunks = [chunk for unit in program.units for chunk in split_broken(unit)]
    flow = Flow(chunks)
    for chunk in chunks:
        for call in chunk.nodes("call") if not chunk.words.isdisjoint(names) else ():
            stored = [
                argument for argument in match_calls(chunk, call, program, index, flow) if _is_given(argument, flow)
            ]
            if stored:
                yield _finding(chunk, call, stored[0], program)


def _finding(unit: Unit, call: Node, argument: Argument, program: Program) -> Finding:
    function = call.child_by_field_name("function")
    node = call if function is None else function
    # The end of the name only: the same call is the same finding however its module was imported.
    name = ".".join(program.resolve(unit.dotted(function)).split(".")[-2:]) or argument.cause.partition("(")[0]
    start, end = unit.base + node.start_byte, unit.base + node.end_byte
    return make_finding("save-account", unit.field, start, end, name, argument.cause, argument.uses[0][0].id)


def _is_given(argument: Argument, flow: Flow) -> bool:
    """Whether an argument may be a credential: anything but None and placeholders."""
    if argument.site.node.type in _NO_VALUE:
        return False
    values = flow.values(Site(argument.site.unit, argument.site.node))
    if not values:
        return True
    providers = [provider for provider, _ in argument.uses]
    return any(
        any(piece.text is None for piece in value) or not _stands_for_one(text_of(value), providers) for value in values
    )


def _stands_for_one(text: str, providers: Iterable[Provider]) -> bool:
    return any(is_placeholder(text, provider) for provider in providers)


@cache
def _calls_that_save() -> SinkIndex:
    """The index with only those calls that store."""
    index = known_sinks()
    calls = {
        last: [use for use in uses if _stores(use.provider, ".".join(use.name))] for last, uses in index.calls.items()
    }
    return index._replace(calls={last: uses for last, uses in calls.items() if uses})


def _stores(provider: Provider, name: str) -> bool:
    last = name.rpartition(".")[2]
    return name in _NAMES or last.startswith(_PREFIXES) or last in _SAVING["of_provider"].get(provider.id, ())
