"""What one heuristic is worth: the set's scores without a detector, or without one entry of a body of knowledge.

Names are those of the table of detectors (``named-pairs``), and ``BODY.ENTRY`` of ``nbguard/detect/knowledge``
(``values.stores``). Numbers can't be left out. Every name is tried in a process of its own, because what is derived
from knowledge is kept for as long as a process lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect import detectors, engine
from nbguard.detect.knowledge.build import list_bodies
from nbguard.detect.knowledge.loading import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

# Matches nothing, and is nobody's word.
_NOTHING = "(?!)"


def list_names() -> list[str]:
    """Every name that can be left out."""
    entries = [
        f"{body}.{key}" for body in list_bodies() for key, value in load_knowledge(body).items() if _can_go(value)
    ]
    return [*(entry.name for entry in detectors.DETECTORS), *entries]


def leave_out(name: str) -> None:
    """Leaves a heuristic out for the rest of this process. Raises KeyError for a name there is not."""
    kept = tuple(entry for entry in detectors.DETECTORS if entry.name != name)
    if len(kept) < len(detectors.DETECTORS):
        for module in (detectors, engine):
            vars(module)["DETECTORS"] = kept  # the engine has a name of its own for the table
        return
    body, _, key = name.partition(".")
    if not key or body not in list_bodies():
        raise KeyError(name)
    knowledge = load_knowledge(body)
    if is_rule(knowledge[key]):
        del knowledge[key]
    else:
        knowledge[key] = _without(knowledge[key])


def is_rule(value: object) -> bool:
    """Whether an entry is a rule by itself, with the shape of what it finds."""
    return isinstance(value, dict) and "shape" in value


def _can_go(value: object) -> bool:
    return isinstance(value, str | list | dict) and not any(isinstance(inner, int | float) for inner in _inner(value))


def _inner(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()


def _without(value: Any) -> Any:
    if isinstance(value, str):
        return ""
    if isinstance(value, dict):
        return {**value, "pattern": _NOTHING} if "pattern" in value else {}
    return [_NOTHING]
