"""What calls of well-known functions give back: which of their arguments, or what becomes of their owner's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.literal_values import Piece, Value, decoded, stripped, text_of
from nbguard.detect.dataflow.site import Site
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    class Evaluator(Protocol):
        """What a handler may ask for, as a step of the question at hand: values, texts, members and entries."""

        def values_of(self, sites: Iterable[Site], depth: int) -> list[Value]: ...  # noqa: D102
        def joined(self, sites: list[Site], depth: int) -> list[Value]: ...  # noqa: D102
        def filled(self, template: Site, holes: list[Site], hole: str, depth: int) -> list[Value]: ...  # noqa: D102
        def text(self, site: Site, depth: int) -> str: ...  # noqa: D102
        def members(self, site: Site, depth: int) -> list[Site]: ...  # noqa: D102
        def entries_of(self, site: Site, depth: int) -> list[tuple[str, Site]]: ...  # noqa: D102
        def returned(self, call: CallSite, depth: int) -> list[Value]: ...  # noqa: D102

    Handler = Callable[[Evaluator, "CallSite", int], list[Value]]


class CallSite(NamedTuple):
    """A call: its whole name, the last part of it, its positional arguments, and the object a method is of."""

    site: Site
    name: str
    last: str
    arguments: list[Site]
    owner: Site | None

    def keyword(self, *names: str) -> list[Site]:
        """The arguments that are given by one of these names."""
        unit, node = self.site
        return [Site(unit, value) for key, value in unit.keywords(node) if key in names]


def read_call(site: Site) -> CallSite | None:
    """The parts of a call expression; None where what is called isn't readable."""
    unit, node = site
    function = node.child_by_field_name("function")
    if function is None:
        return None
    name = unit.dotted(function)
    last = name.rpartition(".")[2] if name else unit.last_name(function)
    target = function.child_by_field_name("object") if function.type == "attribute" else None
    arguments = [Site(unit, argument) for argument in unit.positional(node)]
    return CallSite(site, name, last, arguments, Site(unit, target) if target is not None else None)


def handler_of(call: CallSite) -> Handler | None:
    """How a call's value is worked out; None for functions that aren't known by name."""
    return _BY_NAME.get(call.name) or _BY_LAST.get(call.last) or (_METHODS.get(call.last) if call.owner else None)


def _environment(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return flow.values_of(call.arguments[1:2] or call.keyword("default"), depth)


def _store(_flow: Evaluator, _call: CallSite, _depth: int) -> list[Value]:
    return []


def _base64(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return [decoded(value) for value in flow.values_of(call.arguments[:1], depth)]


def _last_argument(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return flow.values_of([*call.arguments[-1:], *call.keyword("default")], depth)


def _first_or_default(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    """``typer.Option("…")``, ``attr.ib(default="…")``."""
    return flow.values_of([*call.arguments[:1], *call.keyword("default", "value")], depth)


def _widget(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    """``st.text_input("Token", "…")``, ``widgets.Password(value="…")``."""
    return flow.values_of([*call.arguments[1:2], *call.keyword("value", "default")], depth)


def _next(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return flow.values_of(
        [*flow.members(call.arguments[0], depth), *call.arguments[1:2]] if call.arguments else [], depth
    )


def _getattr(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return flow.values_of(call.arguments[2:3], depth)


def _strip(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return [stripped(value, call.last) for value in _owner(flow, call, depth)]


def _owner(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return flow.values_of([call.owner] if call.owner else [], depth)


def _format(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    if call.owner is None:
        return []
    unit, node = call.site
    holes = call.arguments or [Site(unit, value) for _, value in unit.keywords(node)]
    return flow.filled(call.owner, holes, r"\{\w*\}", depth)


def _join(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    return flow.joined(flow.members(call.arguments[0], depth), depth) if call.arguments else []


def _replace(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    if len(call.arguments) != 2:
        return []
    old, new = (flow.text(argument, depth) for argument in call.arguments)
    return [
        (Piece(text_of(value).replace(old, new), value[0].unit, value[0].start, value[-1].end, False),)
        for value in _owner(flow, call, depth)
        if value and old
    ]


def _entry(flow: Evaluator, call: CallSite, depth: int) -> list[Value]:
    """``d.get(key, default)``."""
    if call.owner is None or not call.arguments:
        return flow.returned(call, depth)
    key = flow.text(call.arguments[0], depth)
    known = [value for name, value in flow.entries_of(call.owner, depth) if name == key]
    return flow.values_of(known + call.arguments[1:2], depth)


_HANDLERS: dict[str, Handler] = {
    "environment": _environment, "last_argument": _last_argument, "getattr": _getattr, "next": _next,
    "base64": _base64, "first_or_default": _first_or_default, "widget": _widget, "strip": _strip, "owner": _owner,
    "entry": _entry, "store": _store, "format": _format, "join": _join, "replace": _replace,
}  # fmt: skip


def _table(kind: str) -> dict[str, Handler]:
    known = load_knowledge("python")[kind]
    return {name: _HANDLERS[handler] for handler, names in known.items() for name in names}


_BY_NAME, _BY_LAST, _METHODS = _table("names"), _table("last"), _table("methods")
