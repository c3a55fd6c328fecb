"""An expression, with the piece of code that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.detect.dataflow.unit import Unit

_WRAPPERS = frozenset({"parenthesized_expression", "await", "as_pattern", "keyword_argument", "named_expression"})


class Site(NamedTuple):
    """An expression and the unit it stands in."""

    unit: Unit
    node: Node


def branches_of(node: Node) -> list[Node] | None:
    """The expressions one of which an expression is: what it wraps, or its alternatives; None for any other."""
    if node.type in _WRAPPERS:
        return list(filter(None, [node.child_by_field_name("value") or next(iter(node.named_children), None)]))
    if node.type == "boolean_operator":
        return list(filter(None, (node.child_by_field_name("left"), node.child_by_field_name("right"))))
    if node.type == "conditional_expression":
        return node.named_children[::2] if node.named_child_count == 3 else []
    return None
