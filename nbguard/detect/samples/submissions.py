"""Which sample data of a document goes to a quantum cloud: what a call that submits something is made of."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.dataflow.program import program_of, split_broken
from nbguard.detect.dataflow.site import Site
from nbguard.detect.dataflow.slices import Slices
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Provider
    from nbguard.documents.fields import Document

_KNOWN = load_knowledge("submissions")
_METHODS, _FUNCTIONS, _REQUESTS, _LOCAL = (_KNOWN[name] for name in ("methods", "functions", "requests", "local"))
_NAMES = frozenset((*_METHODS, *_FUNCTIONS, *_REQUESTS))
_CALLED = lazy_regex(rb"\b(?:%s)\s{0,4}\(" % b"|".join(name.encode() for name in sorted(_NAMES)))
# Submitting calls of one document that are followed.
_MOST_CALLS = 200


class _Submission(NamedTuple):
    """A call that submits something: whose cloud it goes to, and what is given to it."""

    provider: Provider
    call: str
    given: tuple[Site, ...]


def may_submit(document: Document) -> bool:
    """Whether a document is Python that calls something of a name that submits."""
    return document.language in ("python", "") and _CALLED.search(document.raw) is not None


def tell_submitted(document: Document, findings: Sequence[Finding], doubtful: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each of which says so where its data reaches a call that submits it to a quantum cloud.

    Of the ``doubtful`` ones, which count nowhere else, those come with them that do.
    """
    reached = _Reached(document)
    for finding in findings:
        yield reached.told(finding) or finding
    for finding in doubtful:
        told = reached.told(finding)
        if told is not None:
            yield told


class _Reached:
    """What the submissions of a document are made of, by the part that it stands in."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def told(self, finding: Finding) -> Finding | None:
        """The finding with whom it is submitted to; None where it isn't, as far as the document shows."""
        part = finding.field.part
        if part.where not in ("source", "file"):
            return None
        for start, end, submission in self._spans.get((part.start, part.end), ()):
            if start < finding.end and finding.start < end:
                provider = submission.provider
                return finding._replace(
                    provider=provider.id,
                    cause=f"{finding.cause}, submitted by {submission.call}(…)",
                    message=f"{finding.message}, submitted to {provider.name} by {submission.call}(…)",
                )
        return None

    @cached_property
    def _spans(self) -> dict[tuple[int, int], list[tuple[int, int, _Submission]]]:
        program = program_of(self._document)
        units = [chunk for unit in program.units for chunk in split_broken(unit)]
        slices = Slices(units, _NAMES)
        spans: dict[tuple[int, int], list[tuple[int, int, _Submission]]] = {}
        for submission in _submissions(program, units, slices):
            for unit, node in slices.behind(submission.given):
                part = unit.field.part
                span = (unit.base + node.start_byte, unit.base + node.end_byte, submission)
                spans.setdefault((part.start, part.end), []).append(span)
        return spans


def _submissions(program: Program, units: Iterable[Unit], slices: Slices) -> Iterator[_Submission]:
    owners = _Owners(program, slices)
    left = _MOST_CALLS
    for unit in units:
        for name in sorted(_NAMES & unit.calls.keys()):
            for call in unit.calls[name]:
                left -= 1
                if left < 0:
                    return
                function = call.child_by_field_name("function")
                provider = owners.provider_of(unit, call, name)
                if provider is not None and function is not None:
                    shown = unit.dotted(function) or name
                    arguments = call.child_by_field_name("arguments")
                    yield _Submission(provider, shown, (Site(unit, arguments if arguments is not None else call),))


class _Owners:
    """Says whose cloud a call speaks to."""

    def __init__(self, program: Program, slices: Slices) -> None:
        self._program, self._slices = program, slices
        self._by_id = {provider.id: provider for provider in load_catalogue().providers}
        self._modules = sorted(
            (
                (module, provider)
                for known in known_sinks().modules.values()
                for module, provider in known
                if module not in _LOCAL["shared_modules"]
            ),
            key=lambda pair: (-len(pair[0]), pair[0], pair[1].id),
        )

    def provider_of(self, unit: Unit, call: Node, name: str) -> Provider | None:
        """The provider that a call submits to; None where it submits nothing, or to nobody knows whom."""
        function = call.child_by_field_name("function")
        target = function.child_by_field_name("object") if function is not None else None
        if name in _REQUESTS:
            return self._by_host(Site(unit, call))
        if name in _METHODS and target is not None:
            found, local = self._made_by([Site(unit, target)])
        elif name in _FUNCTIONS:
            found, local = self._made_by(Site(unit, argument) for argument in self._arguments(unit, call))
        else:
            return None
        if found is not None or local:
            return found
        usual = _METHODS.get(name, {}).get("provider")
        return self._by_id[usual] if usual else self._only_one()

    @staticmethod
    def _arguments(unit: Unit, call: Node) -> list[Node]:
        return [*unit.positional(call)[1:], *(value for _, value in unit.keywords(call))]

    def _made_by(self, sites: Iterable[Site]) -> tuple[Provider | None, bool]:
        """The provider whose module something comes from, and whether it runs on this machine."""
        local = False
        for unit, node in self._slices.behind(sites):
            for called in _called_in(unit, node):
                name = self._program.resolve(called)
                if _is_local(name):
                    local = True
                elif provider := self._of_module(name):
                    return provider, False
        return None, local

    def _of_module(self, name: str) -> Provider | None:
        return next((p for module, p in self._modules if name == module or name.startswith(f"{module}.")), None)

    def _only_one(self) -> Provider | None:
        """The provider of whose modules one is imported, where that is one only."""
        names = {name for name in self._program.modules if not _is_local(name)}
        providers = {provider.id: provider for name in names if (provider := self._of_module(name))}
        return next(iter(providers.values())) if len(providers) == 1 else None

    def _by_host(self, call: Site) -> Provider | None:
        text = "\n".join(unit.text(node) for unit, node in self._slices.behind([call]))
        return next((p for p in self._by_id.values() if any(f"//{host}" in text for host in p.hosts)), None)


def _called_in(unit: Unit, node: Node) -> Iterator[str]:
    """The dotted names that an expression holds, what is called among them."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.type in ("identifier", "attribute"):
            name = unit.dotted(current)
            if name:
                yield name
                continue
        waiting += current.named_children


def _is_local(name: str) -> bool:
    return name.rpartition(".")[2] in _LOCAL["names"] or any(
        name == module or name.startswith(f"{module}.") for module in _LOCAL["modules"]
    )
