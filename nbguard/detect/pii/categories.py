"""What is known of the categories of columns and values beside their names: ``knowledge/columns.toml``."""

from __future__ import annotations

from typing import Any

from nbguard.detect.knowledge.loading import load_knowledge

CATEGORIES: dict[str, dict[str, Any]] = load_knowledge("columns")["categories"]


def categories_with(trait: str, value: object = True) -> frozenset[str]:
    """The categories of which something is said."""
    return frozenset(name for name, category in CATEGORIES.items() if category.get(trait) == value)


IDS = categories_with("id")
