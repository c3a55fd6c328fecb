"""What loops and ``dict`` take apart: ``d.items()``, ``zip(…)``, ``enumerate(…)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class NameLookup(Protocol):
        """What has to be known of names: the entries of a dictionary, the members of a list, the text of a key."""

        @property
        def text(self) -> Callable[[Site, int], str]: ...  # noqa: D102
        def entries(self, site: Site, depth: int) -> list[tuple[str, Site]]: ...  # noqa: D102
        def members(self, site: Site, depth: int) -> list[Site]: ...  # noqa: D102


_MAX_ELEMENTS = 32


def values_in_loop(
    names: NameLookup, over: Site, steps: tuple[int, ...], depth: int
) -> tuple[list[Site], tuple[int, ...]]:
    """What ``for name, token in …`` goes over: the values of ``d.items()``, the lists of ``zip``, ``enumerate``."""
    unit, node = over
    function = node.child_by_field_name("function") if node.type == "call" else None
    last = unit.last_name(function) if function is not None else ""
    owner = function.child_by_field_name("object") if function is not None else None
    if last == "items" and owner is not None:
        values = [value for _, value in names.entries(Site(unit, owner), depth)] if steps[1] == 1 else []
        return values[:_MAX_ELEMENTS], steps[2:]
    arguments = unit.positional(node) if last in ("zip", "enumerate") else []
    if last == "zip" and steps[1] < len(arguments):
        return names.members(Site(unit, arguments[steps[1]]), depth)[:_MAX_ELEMENTS], steps[2:]
    if last == "enumerate" and arguments and steps[1] == 1:
        return names.members(Site(unit, arguments[0]), depth)[:_MAX_ELEMENTS], steps[2:]
    return [over], steps


def zipped_entries(names: NameLookup, call: Site, depth: int) -> list[tuple[str, Site]]:
    """The entries of ``dict(zip(keys, values))``."""
    unit, node = call
    for inner in unit.positional(node)[:1]:
        if inner.type == "call" and unit.dotted(inner.child_by_field_name("function")) == "zip":
            lists = [names.members(Site(unit, argument), depth) for argument in unit.positional(inner)[:2]]
            if len(lists) == 2:
                return [(names.text(key, depth), value) for key, value in zip(*lists, strict=False)]
    return []
