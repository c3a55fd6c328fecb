"""Finds opaque tokens by where they go: calls, variables, attributes, headers that the catalogue knows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nbguard.detect.credentials.provider_nearby import prefer_host
from nbguard.detect.credentials.sink_calls import match_calls
from nbguard.detect.credentials.sink_memory import SinkMemory
from nbguard.detect.credentials.sink_words import SinkWords
from nbguard.detect.dataflow.evaluate import Flow, flow_of, spend
from nbguard.detect.dataflow.flow_memory import MOST_STEPS, FlowAnswers, ask_flow
from nbguard.detect.dataflow.literal_values import Value, place_of, text_of
from nbguard.detect.dataflow.program import Program, program_of, split_broken
from nbguard.detect.dataflow.site import Site
from nbguard.detect.dataflow.text_places import Occurrences, places_of
from nbguard.detect.providers.sink_index import SinkIndex, known_sinks
from nbguard.detect.values.attribution import choose_rule, looks_made, make_finding
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.sink_index import Use
    from nbguard.documents.fields import Document

_ENVIRON = frozenset({"os.environ", "environ"})
# Calls that set or read a value by its name: name first, value (or default) second.
_BY_NAME = frozenset(
    "get getenv setdefault putenv setenv pop set add_header putheader set_key set_env setattr".split()  # noqa: SIM905
)
_SINKS = "sinks"
# A word that every node has: nothing is passed over.
EVERY_NODE = ("",)
_GOES_BY_NAME = lazy_regex(rf"(?:{'|'.join(sorted(_BY_NAME))})(?!\w)")
_READ_ENV = lazy_regex(r"(?:environ(?:\.get)?|getenv)\s*[\[(]\s*[\"'](\w+)[\"']")


def find_sinks(document: Document, exhaustive: bool = False) -> Iterator[Finding]:
    """Yields a finding for each literal that the document's Python passes to a sink of the catalogue.

    Code cells, Python files, commented-out lines and fenced blocks of Markdown are read, and names are followed
    across all of them. The finding sits at the literal. Sources of more than 500,000 characters are left to
    ``find_contexts``. ``exhaustive``: nothing is passed over for lack of a word.
    """
    yield from search_units(program_of(document), known_sinks(), exhaustive)


def search_units(program: Program, index: SinkIndex, exhaustive: bool = False) -> Iterator[Finding]:
    """Yields the findings of a program's units and shadows."""
    memory: SinkMemory | None = None if exhaustive else program.memory.get(_SINKS)
    if memory is None:
        words = SinkWords(index, program)
        relevant = [unit for unit in (*program.units, *program.shadows) if words.verdict_on(unit).wanted]
        memory = SinkMemory(words, relevant, FlowAnswers())
    answers = _search_relevant(program, index, memory, exhaustive)
    if memory.answers and answers.steps > MOST_STEPS:
        program.flow = None
        answers = _search_relevant(program, index, memory._replace(answers=FlowAnswers()), exhaustive)
    if not exhaustive:
        program.memory[_SINKS] = memory.knowing(answers)
    for unit in memory.relevant:
        yield from answers[id(unit)].found


def _search_relevant(program: Program, index: SinkIndex, memory: SinkMemory, exhaustive: bool) -> FlowAnswers:
    """What the units that can hold a sink give to one; those of which that is known aren't looked at."""
    asked = [unit for unit in memory.relevant if id(unit) not in memory.answers]
    # The statements of those that aren't valid Python as a whole.
    cut: dict[int, list[Unit]] = {}
    for unit in memory.relevant:
        if unit.statements != [] and (chunks := split_broken(unit)) != [unit]:
            cut[id(unit)] = chunks
    if not cut:
        spend(program, memory.answers.steps)
    if not asked:
        return memory.answers
    flow = flow_of(program)
    if cut:
        units = (*program.units, *program.shadows)
        flow = Flow(chunk for unit in units for chunk in cut.get(id(unit), (unit,)))
        flow.steps.spend(memory.answers.steps)
    search = _Search(program, index, flow)

    def find(unit: Unit) -> Iterator[Finding]:
        for chunk in cut.get(id(unit), (unit,)):
            verdict = memory.words.verdict_on(chunk)
            if verdict.wanted and not verdict.silent:
                asked = flow.asked
                words = EVERY_NODE if exhaustive else memory.words.words_in(chunk)
                findings = list(search.search(chunk, words))
                yield from findings
                chunk.verdict = verdict._replace(silent=not findings and flow.asked == asked)

    fresh = {id(unit): ask_flow(unit, flow, partial(find, unit)) for unit in asked}
    return FlowAnswers(memory.answers | fresh)


def search_snippets(snippets: Iterable[Unit], program: Program, index: SinkIndex) -> Iterator[Finding]:
    """Yields the findings of pieces of code that stand in text; values behind names aren't followed."""
    for snippet in snippets:
        yield from _Search(program, index, Flow([snippet])).search(snippet, EVERY_NODE)


class _Search:
    """Looks through units of one program."""

    def __init__(self, program: Program, index: SinkIndex, flow: Flow) -> None:
        self._program, self._index, self._flow = program, index, flow

    def search(self, unit: Unit, words: tuple[str, ...]) -> Iterator[Finding]:
        """The findings of a unit. ``words`` are those of which a node has one where its names say something.

        Names that stand in strings, or behind other names, are asked for wherever a node may have one.
        """
        said = list(places_of(unit.source, words))
        by_name = (found.span() for found in _GOES_BY_NAME.finditer(unit.source))
        asked = Occurrences([*said, *by_name])
        for call in unit.nodes("call"):
            if asked.within(call.start_byte, call.end_byte):
                yield from self._search_call(unit, call)
        asked = Occurrences([*said, *places_of(unit.source, "[")])
        for node in unit.nodes("assignment"):
            if not asked.within(node.start_byte, node.end_byte):
                continue
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                yield from self._search_assignment(unit, left, right)
        for node in unit.nodes("named"):
            left, right = node.child_by_field_name("name"), node.child_by_field_name("value")
            if left is not None and right is not None:
                yield from self._search_assignment(unit, left, right)
        for node in unit.nodes("dictionary"):
            for pair in node.named_children:
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if pair.type == "pair" and key is not None and value is not None and key.type != "integer":
                    name = self._flow.constant(Site(unit, key))
                    yield from self._report_named(name, Site(unit, value), f'the entry "{name}"')
        for node in unit.nodes("function"):
            yield from self._search_defaults(unit, node)
        for node in unit.nodes("either"):
            name = next(iter(_READ_ENV.findall(unit.text(node)[:2000])), "")
            if name:
                yield from self._report_named(name, Site(unit, node), f'the fallback of os.environ["{name}"]')

    def _search_call(self, unit: Unit, call: Node) -> Iterator[Finding]:
        function = call.child_by_field_name("function")
        if function is None:
            return
        for argument in match_calls(unit, call, self._program, self._index, self._flow):
            yield from self._report(argument.site, argument.uses, argument.cause)
        last = unit.last_name(function)
        positional = unit.positional(call)
        if last in _BY_NAME and len(positional) > 1:
            offset = 1 if last == "setattr" and len(positional) > 2 else 0
            name = self._flow.constant(Site(unit, positional[offset]))
            environ = unit.dotted(function).startswith(("os.", "environ"))
            cause = f'os.environ["{name}"]' if environ else f'{last}("{name}", …)'
            yield from self._report_named(name, Site(unit, positional[offset + 1]), cause)
        for name, value in unit.keywords(call):
            yield from self._report_named(name, Site(unit, value), f"{last}({name}=…)", plain=True)

    def _search_assignment(self, unit: Unit, left: Node, right: Node) -> Iterator[Finding]:
        if left.type == "subscript":
            owner, key = left.child_by_field_name("value"), left.child_by_field_name("subscript")
            if owner is None or key is None or key.type == "integer":
                return
            name = self._flow.constant(Site(unit, key))
            where = unit.dotted(owner)
            cause = f'os.environ["{name}"]' if where in _ENVIRON else f'the entry "{name}"'
            yield from self._report_named(name, Site(unit, right), cause)
        elif left.type in ("pattern_list", "tuple_pattern"):
            elements = self._flow.items(Site(unit, right))
            for target, element in zip(left.named_children, elements, strict=False):
                yield from self._search_assignment(unit, target, element.node) if element.unit is unit else ()
        elif left.type in ("identifier", "attribute"):
            name = unit.dotted(left)
            if not name:
                return
            yield from self._report_named(name, Site(unit, right), f"{name} = …", plain=True)
            if left.type == "attribute":
                yield from self._search_attribute(unit, left, right, name)

    def _search_attribute(self, unit: Unit, left: Node, right: Node, name: str) -> Iterator[Finding]:
        """``client.token = …``, where ``client`` was made by a call that takes ``token``."""
        attribute = name.rpartition(".")[2]
        owner = left.child_by_field_name("object")
        if owner is None or attribute.lower() not in self._index.keywords:
            return
        made = self._flow.constructor(Site(unit, owner))
        function = made.node.child_by_field_name("function") if made is not None else None
        if made is None or function is None:
            return
        callee = self._program.resolve(made.unit.dotted(function))
        uses = [
            (use.provider, use.rule)
            for use in self._index.calls.get(callee.rpartition(".")[2], ())
            if attribute in use.call.keywords
            and tuple(callee.split("."))[-len(use.name) :] == use.name
            and (not use.call.generic or use.provider.id in self._program.imported)
        ]
        yield from self._report(Site(unit, right), uses, f"{callee.rpartition('.')[2]}().{attribute} = …")

    def _search_defaults(self, unit: Unit, function: Node) -> Iterator[Finding]:
        parameters = function.child_by_field_name("parameters")
        for child in parameters.named_children if parameters is not None else ():
            name, default = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and default is not None:
                text = unit.text(name)
                yield from self._report_named(text, Site(unit, default), f"the default of {text}", plain=True)

    def _report_named(self, name: str, site: Site, cause: str, plain: bool = False) -> Iterator[Finding]:
        """Reports what goes to a name; ``plain``: a name of the language, so no header."""
        if not name or len(name) > 200:
            return
        yield from self._report(site, self._uses_of_name(name, plain), cause)
        if not plain and name.lower() in self._index.headers:
            yield from self._report_header(name, site)

    def _uses_of_name(self, name: str, plain: bool) -> list[Use]:
        parts = name.split(".")
        uses: list[Use] = list(self._index.env_uses(parts[-1]))
        for named in self._index.names.get(parts[-1].lower(), ()):
            if tuple(parts[-len(named.name) :]) != named.name and (len(named.name) > 1 or (plain and "." in name)):
                continue
            if not named.generic or named.provider.id in self._program.imported:
                uses.append((named.provider, named.rule))
        return uses

    def _report_header(self, name: str, site: Site) -> Iterator[Finding]:
        headers = self._index.headers[name.lower()]
        known = [h for h in headers if not h.generic or h.provider.id in self._program.named]
        for value in self._flow.values(site):
            scheme, space, _ = text_of(value).partition(" ")
            matching = [h for h in known if h.scheme == scheme and space] or [
                h for h in known if h.scheme.lower() == (scheme.lower() if space else "")
            ]
            start = len(scheme) + 1 if space and matching else 0
            meant = prefer_host(matching, site.unit.source, site.node.start_byte, site.node.end_byte)
            yield from self._report_value(value, start, [(h.provider, h.rule) for h in meant], f"the header {name}")

    def _report(self, site: Site, uses: Iterable[Use], cause: str) -> Iterator[Finding]:
        uses = list(uses)
        if uses:
            for value in self._flow.values(site):
                yield from self._report_value(value, 0, uses, cause)

    def _report_value(self, value: Value, start: int, uses: list[Use], cause: str) -> Iterator[Finding]:
        """Reports a value from its character ``start`` on; where parts of it are unknown, its longest known run."""
        text, end = text_of(value), len(text_of(value))
        if any(piece.text is None for piece in value):
            start, end = _longest_run(value, start)
            if not looks_made(text[start:end]):
                return
        choice = choose_rule(uses, text[start:end])
        if choice is None:
            return
        first, last = start + choice.start, start + choice.end
        place = place_of(value, first, last)
        if place is not None:
            yield make_finding(choice, *place, text[first:last], cause)


def _longest_run(value: Value, start: int) -> tuple[int, int]:
    """The longest run of known characters at or after ``start``, by characters of the known text."""
    best, at, begin = (start, start), 0, start
    for piece in value:
        if piece.text is None:
            begin = max(start, at)
            continue
        at += len(piece.text)
        if at - begin > best[1] - best[0]:
            best = (begin, at)
    return best
