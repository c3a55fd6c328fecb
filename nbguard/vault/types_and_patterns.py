"""Places of Python code in which no call may stand: patterns, imports and types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.vault.text_changes import CannotRewriteError

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.vault.python_source import Source


def forbid_types_and_patterns(source: Source, node: Node) -> None:
    """Raises CannotRewriteError for a node in a pattern, an import or a type."""
    current: Node | None = node
    while current is not None:
        if current.type in ("case_pattern", "import_statement", "import_from_statement"):
            raise CannotRewriteError("no call may stand in this place")
        if current.type in ("type", "type_alias_statement") or _is_type(current):
            raise CannotRewriteError("it is part of a type, where no call may stand")
        current = source.parent(current)


def _is_type(node: Node) -> bool:
    """Whether a node says a type where any expression may stand: ``Literal["…"]``, ``Name: TypeAlias = "…"``."""
    if node.type == "subscript":
        value = node.child_by_field_name("value")
        return value is not None and (value.text or b"").rpartition(b".")[2] == b"Literal"
    kind = node.child_by_field_name("type") if node.type == "assignment" else None
    return kind is not None and (kind.text or b"").rpartition(b".")[2] == b"TypeAlias"
