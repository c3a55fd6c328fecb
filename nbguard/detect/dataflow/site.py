"""An expression, with the piece of code that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.detect.dataflow.unit import Unit


class Site(NamedTuple):
    """An expression and the unit it stands in."""

    unit: Unit
    node: Node
