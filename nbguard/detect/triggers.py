"""The literals of every detector in one table, so that one prefilter serves them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.credentials.generic import GENERIC_LITERALS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.credentials.rules import Catalogue


# How JSON may write the letters, digits and signs of our literals so that the prefilter doesn't see them. Control
# characters and < > & are escaped by ordinary writers and hide nothing; some writers escape every slash.
ESCAPES = ("\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007", "\\/")


class Trigger(NamedTuple):
    """What has to look closer where a literal fired: rules by shape, detect-secrets plugins, sinks.

    ``escape``: the literal may hide others, so a notebook's raw bytes prove nothing.
    """

    shapes: frozenset[str] = frozenset()
    plugins: frozenset[str] = frozenset()
    sinks: bool = False
    escape: bool = False


_NOTHING = Trigger()


def build_triggers(catalogue: Catalogue) -> dict[str, Trigger]:
    """Lower-case literal -> what it triggers, for a catalogue and the generic detectors."""
    table: dict[str, Trigger] = {}
    for literal, rules in catalogue.shape_literals.items():
        table[literal] = Trigger(shapes=frozenset(rules))
    for literal, plugins in GENERIC_LITERALS.items():
        table[literal] = table.get(literal, _NOTHING)._replace(plugins=frozenset(plugins))
    for literal in catalogue.sink_literals:
        table[literal] = table.get(literal, _NOTHING)._replace(sinks=True)
    return table | dict.fromkeys(ESCAPES, Trigger(escape=True))


def join_triggers(triggers: Iterable[Trigger]) -> Trigger:
    """What any of the triggers asks for."""
    shapes: set[str] = set()
    plugins: set[str] = set()
    sinks = False
    for trigger in triggers:
        shapes |= trigger.shapes
        plugins |= trigger.plugins
        sinks = sinks or trigger.sinks
    return Trigger(frozenset(shapes), frozenset(plugins), sinks)
