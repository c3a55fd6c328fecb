"""References to Vault in an open document, and what is shown beside each: whether it resolves, never the value."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol.types import InlayHint

from nbguard.vault.usage import find_spots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol.types import Range

    from nbguard.editing.resolving import State
    from nbguard.lsp.placed_findings import ClientPlace, Result
    from nbguard.vault.references import Reference

_SAID = {
    "ok": "resolves",
    "missing": "nothing there",
    "denied": "no permission",
    "unreachable": "Vault doesn't answer",
    "unconfigured": "no Vault is set",
    "deleted": "deleted",
}


class Spotted(NamedTuple):
    """A reference and where it stands."""

    reference: Reference
    place: ClientPlace


def spots_in(result: Result, uri: str, where: Range) -> list[Spotted]:
    """The references in a range of a text."""
    if result.document is None:
        return []
    spotted = []
    for field, start, end, reference in find_spots(result.document, ("source", "file")):
        place = result.place(field, start, end)
        if place is not None and place.uri == uri and where.start <= place.range.end and place.range.start <= where.end:
            spotted.append(Spotted(reference, place))
    return spotted


def inlay_hints(spotted: Iterable[Spotted], states: dict[Reference, State]) -> list[InlayHint]:
    """What stands behind each reference. Where no Vault is set, nothing does."""
    hints = []
    for reference, place in spotted:
        state = states[reference]
        if state.state == "unconfigured":
            continue
        version = f"v{state.version}" if state.version is not None else ""
        said = ", ".join(filter(None, (describe(state), version, age_of(state.created) if state.created else "")))
        mark = "✓" if state.state == "ok" else "✗"
        hints.append(InlayHint(place.range.end, f"{mark} {said}", padding_left=True, tooltip=state.reason))
    return hints


def describe(state: State) -> str:
    """Whether a reference resolves, in words."""
    return _SAID[state.state]


def age_of(created: str | None, now: datetime | None = None) -> str:
    """How long ago, in days: `today`, `1 day old`, `30 days old`. Empty for what is no date."""
    try:
        moment = datetime.fromisoformat(created or "")
    except ValueError:
        return ""
    days = ((now or datetime.now(UTC)) - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).days
    return "today" if days < 1 else "1 day old" if days == 1 else f"{days} days old"
