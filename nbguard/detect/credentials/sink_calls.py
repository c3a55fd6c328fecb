"""Matches calls with the catalogue: which of their arguments is whose credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.site import Site
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from nbguard.detect.dataflow.evaluate import Flow
    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.providers.sink_index import CallUse, SinkIndex, Use


class Argument(NamedTuple):
    """An argument that is a sink, the rules whose value it takes, and the sink in words."""

    site: Site
    uses: list[Use]
    cause: str


def match_calls(unit: Unit, call: Node, program: Program, index: SinkIndex, flow: Flow) -> Iterator[Argument]:
    """Yields the arguments of a call that take a credential, given by position, by keyword, by ``*`` or ``**``.

    ``functools.partial(f, …)`` counts as a call of ``f``.
    """
    function = call.child_by_field_name("function")
    if function is None:
        return
    positional = [Site(unit, node) for node in unit.positional(call)]
    if unit.last_name(function) == "partial" and positional:
        function, positional = positional[0].node, positional[1:]
    uses = _matching(unit, function, program, index, flow, positional)
    if not uses:
        return
    name = unit.last_name(function)
    for splat in unit.splats(call, "list_splat"):
        positional += flow.items(Site(unit, splat))
    for position, site in enumerate(positional):
        found = [use for use in uses if use.call.position == position]
        if found:
            word = found[0].call.keywords[0] if found[0].call.keywords else ""
            yield Argument(site, _ranked(found, program), f"{name}({word}=…)" if word else f"{name}(…)")
    keywords = [(key, Site(unit, node)) for key, node in unit.keywords(call)]
    for splat in unit.splats(call):
        keywords += flow.entries(Site(unit, splat))
    for key, site in keywords:
        found = [use for use in uses if key in use.call.keywords]
        if found:
            yield Argument(site, _ranked(found, program), f"{name}({key}=…)")


def _matching(
    unit: Unit, function: Node, program: Program, index: SinkIndex, flow: Flow, positional: list[Site]
) -> list[CallUse]:
    written = unit.dotted(function) or unit.last_name(function)
    resolved = program.resolve(written)
    names = {tuple(written.split(".")), tuple(resolved.split("."))}
    found = []
    for last in {name[-1] for name in names}:
        for use in index.calls.get(last, ()):
            if not any(name[-len(use.name) :] == use.name for name in names):
                continue
            if use.call.generic and use.provider.id not in program.imported:
                continue
            if use.call.device and not _first_text(positional, flow).startswith(use.call.device):
                continue
            found.append(use)
    return found


def _first_text(positional: list[Site], flow: Flow) -> str:
    return flow.constant(positional[0]) if positional else ""


def _ranked(uses: list[CallUse], program: Program) -> list[Use]:
    """The rules of the uses: those of imported providers only, where there are any; longer names first."""
    imported = [use for use in uses if use.provider.id in program.imported]
    ordered = sorted(imported or uses, key=lambda use: -len(use.name))
    return [(use.provider, use.rule) for use in ordered]
