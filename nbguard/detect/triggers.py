"""The literals of every detector in one table, so that one prefilter serves them all.

The table is generated (``python -m nbguard.detect.catalogue.build``): a clean file is done with before any detector
is imported.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

TRIGGERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "triggers.json")


class Trigger(NamedTuple):
    """What has to look closer where a literal fired.

    ``shapes`` are rules of the catalogue, ``plugins`` detect-secrets plugins. ``sinks``: a value may go to a provider,
    by a call, a name, a header's scheme, an import, a host or any way (see catalogue.literals, also for ``needs``).
    ``confirm`` is a regex that raw bytes match at the literal where a plugin can find something; empty: always.
    ``escape``: the literal is an escape that may hide others, so a notebook's raw bytes prove nothing.
    """

    literal: str
    shapes: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    confirm: str = ""
    escape: bool = False


class Triggers(NamedTuple):
    """All triggers, and the ends and parts of the paths of providers' configuration files, in lower case."""

    table: tuple[Trigger, ...]
    file_endings: tuple[str, ...]
    file_parts: tuple[str, ...]

    def is_config_file(self, path: str) -> bool:
        """Whether a file may be a provider's configuration, so that its keys count without any literal."""
        place = "/" + path.replace(os.sep, "/").lower()
        return place.endswith(self.file_endings) or any(part in place for part in self.file_parts)


@cache
def load_triggers() -> Triggers:
    """The triggers that were built with the package."""
    with open(TRIGGERS, encoding="utf-8") as file:
        data = json.load(file)
    rows = data["triggers"]
    table = tuple([Trigger(*(tuple(value) if type(value) is list else value for value in row)) for row in rows])  # type: ignore[arg-type]
    return Triggers(table, tuple(data["file_endings"]), tuple(data["file_parts"]))


def join_triggers(triggers: Iterable[Trigger]) -> Trigger:
    """What any of the triggers asks for."""
    shapes: set[str] = set()
    plugins: set[str] = set()
    sinks: set[str] = set()
    for trigger in triggers:
        shapes.update(trigger.shapes)
        plugins.update(trigger.plugins)
        sinks.update(trigger.sinks)
    return Trigger("", tuple(sorted(shapes)), tuple(sorted(plugins)), tuple(sorted(sinks)))
