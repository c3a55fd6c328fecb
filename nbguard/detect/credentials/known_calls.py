"""Finds passwords and tokens that well-known calls of Python's libraries get by position: ``ssh.connect(h, 22, u, p)``.

The value is a literal, or a name leads to one, in this cell or another. ``knowledge/known_calls.toml`` has the calls.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from nbguard.detect.dataflow.evaluate import Flow
    from nbguard.detect.dataflow.literal_values import Value
    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.site import Site
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding

# What is typed into a terminal: a password where it looks like a machine's and its program has asked for one.
_LINE = "line"
# A user and a password in one text; several users with theirs, as a dictionary or a list of pairs. Of these, too, only
# what looks like a machine's counts.
_LOGIN, _LOGINS = "login", "logins"
_RANDOM = (_LINE, _LOGIN, _LOGINS)
_USER = lazy_regex(r"[^\s:/{}$]{1,100}:(?=[^\s/{}$])")
_ASKS = ("assw", "ogin")
_MOST = 99


class KnownCall(NamedTuple):
    """A call: the module that is imported, its names, the value's position, and what it is.

    ``least`` and ``most`` positional arguments are given to it, and ``first`` is what the first of them is written as;
    ``keyword`` is the value's name, where it is given by that. ``alone``: the module needn't be named.
    """

    module: str
    names: tuple[tuple[str, ...], ...]
    position: int
    least: int
    most: int
    gives: str
    first: str
    keyword: str
    alone: bool

    @property
    def marks(self) -> list[str]:
        """What one of stands in a text with such a call: its names; the value's, where it is given by that alone."""
        return [f"{name[-1].lower()}(" for name in self.names] if self.position < _MOST else [f"{self.keyword}="]

    def argument(self, unit: Unit, node: Node, positional: list[Node]) -> Node | None:
        """What a call of this name is given in the value's place."""
        if max(self.least, self.position + 1) <= len(positional) <= self.most:
            fits = not self.first or unit.text(positional[0]) == self.first
            return positional[self.position] if fits else None
        named = unit.keywords(node) if self.keyword else ()
        return next((value for name, value in named if name == self.keyword), None)


@cache
def known_calls() -> tuple[KnownCall, ...]:
    """All of them."""
    return tuple(
        KnownCall(
            call["module"],
            tuple(tuple(name.split(".")) for name in call["calls"]),
            call["position"],
            call.get("least", 0),
            call.get("most", _MOST),
            call["gives"],
            call.get("first", ""),
            call.get("keyword", ""),
            call.get("alone", False),
        )
        for call in load_knowledge("known_calls")["calls"]
    )


class KnownCallDetector(Detector):
    """What such calls are given."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The imports of the modules, and their names before a call's."""
        for module in dict.fromkeys(call.module for call in known_calls()):
            called = {word for call in known_calls() if call.module == module for word in call.marks}
            for word in _words_of(module):
                yield Literal(word, needs=tuple(sorted(called)))
        for call in known_calls():
            for name in call.names if call.alone else ():
                yield Literal(f"{name[-1].lower()}(")

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the literals, each where it stands."""
        document = candidates.document
        if document.language != "python":
            return
        from nbguard.detect.dataflow.evaluate import flow_of
        from nbguard.detect.dataflow.program import program_of

        program = program_of(document)
        units = [*program.units, *program.shadows]
        sources = [unit.source.lower() for unit in units]
        meant = [call for call in known_calls() if _is_meant(call, sources)]
        for unit in units if meant else ():
            yield from _in_unit(unit, program, flow_of(program), meant)


def _words_of(module: str) -> tuple[str, ...]:
    return (f"import {module}", f"from {module}", f"{module}.")


def _is_meant(call: KnownCall, sources: list[str]) -> bool:
    """Whether a program names the module of a call, and has a call of its name."""
    words, called = _words_of(call.module), call.marks
    return (call.alone or any(word in source for word in words for source in sources)) and any(
        one in source for one in called for source in sources
    )


def _in_unit(unit: Unit, program: Program, flow: Flow, meant: list[KnownCall]) -> Iterator[Finding]:
    lasts = {name[-1] for call in meant for name in call.names}
    if unit.words.isdisjoint(lasts):
        return
    for node in unit.nodes("call"):
        function = node.child_by_field_name("function")
        if function is None:
            continue
        dotted = tuple(program.resolve(unit.dotted(function) or unit.last_name(function)).split("."))
        positional: list[Node] | None = None
        for call in meant:
            if any(dotted[-len(name) :] == name for name in call.names):
                positional = unit.positional(node) if positional is None else positional
                for site in _arguments(call, unit, node, positional, flow):
                    yield from _given(site, flow, call)


def _arguments(call: KnownCall, unit: Unit, node: Node, positional: list[Node], flow: Flow) -> Iterator[Site]:
    """What a call is given in the value's place, also as an element of what stands behind a ``*``."""
    from nbguard.detect.dataflow.site import Site

    argument = call.argument(unit, node, positional)
    if argument is not None:
        yield Site(unit, argument)
    elif call.position < _MOST and len(positional) <= call.position:
        for splat in unit.splats(node, "list_splat")[:1]:
            yield from flow.items(Site(unit, splat))[call.position - len(positional) :][:1]


def _given(site: Site, flow: Flow, call: KnownCall) -> Iterator[Finding]:
    if call.gives == _LINE and not any(ask in site.unit.source for ask in _ASKS):
        return
    # A list of a user and a password is one argument of some calls.
    items = _members(site, flow)
    if call.gives == _LOGINS:
        given = [one for item in [*items, *_values(site, flow)] for one in _members(item, flow) or (item,)]
    else:
        given = items[1:2] if items else [site]
    for one in given:
        for value in flow.values(one):
            yield from _judge(call, value)


def _values(site: Site, flow: Flow) -> list[Site]:
    return [value for _, value in flow.entries(site)]


def _members(site: Site, flow: Flow) -> list[Site]:
    return flow.items(site) if not site.node.type.endswith("string") else []


def _judge(call: KnownCall, value: Value) -> Iterator[Finding]:
    from nbguard.detect.dataflow.literal_values import text_of
    from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding
    from nbguard.detect.values.classifier import is_random_password

    known = [piece for piece in value if piece.text]
    if not known or any(piece.text is None for piece in value):
        return
    piece, start = known[0], 0
    if call.gives == _LOGIN:
        user, piece = _USER.match(text_of(value)), known[-1]
        start = user.end() - len(text_of(value)) + len(piece.text or "") if user is not None else -1
    elif len(known) > 1 and (call.gives != _LINE or (known[1].text or "").strip("\\rn\r\n")):
        return
    text = (piece.text or "").rstrip("\r\n")[max(0, start) :]
    if start < 0 or not piece.verbatim or (call.gives in _RANDOM and not is_random_password(text)):
        return
    assigned = judge_assigned("password" if call.gives in _RANDOM else call.gives, text)
    if assigned is not None:
        yield make_assigned_finding(piece.unit.field, piece.start + start, assigned)
