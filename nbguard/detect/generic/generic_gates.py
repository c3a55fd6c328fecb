"""When a detect-secrets plugin is worth asking: literals for the prefilter, and a linear regex for the place.

A gate is met by every text of real use that its plugin finds. Some plugins have no literal of their own (Twilio: two
capitals; Telegram: a colon) or an ordinary word for one (IBM Cloud: ``key``). By default they are asked only where
the service is named in the same field, or the value has the form that the service gives out; ``--plugins all`` goes
through ``plugin_conditions`` instead and leaves nothing out. The gates stand in ``knowledge/plugin_gates.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge, with_parts


class PluginGate(NamedTuple):
    """One way to a plugin; ``plugin_gates.toml`` says what the fields mean."""

    plugin: str
    literals: tuple[str, ...]
    needles: tuple[str, ...]
    place: str
    confirm: str = ""
    left: int = 64
    beside: str = ""

    def opens(self, text: str, lowered: str) -> bool:
        """Whether a field may hold something for the plugin, by its literals and needles alone."""
        return (not self.needles or any(needle in text for needle in self.needles)) and any(
            literal in lowered for literal in self.literals
        )


def _read(entry: dict[str, Any], parts: dict[str, str]) -> PluginGate:
    filled = {name: with_parts(entry.get(name, ""), parts) for name in ("place", "confirm")}
    listed = {name: tuple(entry.get(name, ())) for name in ("literals", "needles")}
    return PluginGate(**{**entry, **filled, **listed})


GATES = tuple(
    _read(entry, load_knowledge("plugin_gates")["parts"]) for entry in load_knowledge("plugin_gates")["gates"]
)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A gate's regex, of which the classes mean ASCII."""
    return re.compile(pattern, re.ASCII)
