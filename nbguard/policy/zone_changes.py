"""Which zones may hold for other files than before: pairs that are to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.policy.policy_settings import Zone

# What to say of it, the zone that held for some files, and the one that may hold for them now (None: outside of all).
_Pair = tuple[str, "Zone | None", "Zone | None"]


def changed_zones(before: Sequence[Zone], after: Sequence[Zone]) -> Iterator[_Pair]:
    """Pairs of zones, such that no file gets a weaker policy unless it does so by one of the pairs.

    The first zone whose paths match a file counts, so a zone takes files from those behind it, and hands its own on to
    them where it goes. Zones are known by their paths; two with the same paths are as good as the first.
    """
    if tuple(before) == tuple(after):
        return
    old, new = _by_paths(before), _by_paths(after)
    for paths, zone in new.items():
        told = f"zone {_name(zone)}"
        if paths in old:
            if old[paths] != zone:
                yield told, old[paths], zone
        else:
            yield told, None, zone
        for passed in _passed(paths, old, new):
            yield told, old[passed], zone
    for paths, zone in old.items():
        if paths not in new:
            yield f"zone {_name(zone)} is gone", zone, None
            for other in new.values():
                yield f"zone {_name(zone)} is gone", zone, other


def kept_zones(before: Sequence[Zone], after: Sequence[Zone]) -> Iterator[tuple[str, Zone, Zone]]:
    """The zones that stayed as they are, as ``changed_zones`` gives the others: what the rest says may have changed."""
    old, new = _by_paths(before), _by_paths(after)
    for paths, zone in new.items():
        if old.get(paths) == zone:
            yield f"zone {_name(zone)}", zone, zone


def _passed(
    paths: tuple[str, ...], old: dict[tuple[str, ...], Zone], new: dict[tuple[str, ...], Zone]
) -> list[tuple[str, ...]]:
    """The old zones that stand behind a zone and didn't: it takes files from them."""
    behind_now = list(new)[list(new).index(paths) + 1 :]
    behind_before = list(old)[list(old).index(paths) + 1 :] if paths in old else []
    return [other for other in behind_now if other in old and other not in behind_before]


def _by_paths(zones: Sequence[Zone]) -> dict[tuple[str, ...], Zone]:
    found: dict[tuple[str, ...], Zone] = {}
    for zone in zones:
        found.setdefault(zone.paths, zone)
    return found


def _name(zone: Zone) -> str:
    name = zone.name or zone.paths[0]
    return f"`{name if len(name) <= 60 else name[:60] + '…'}`"
