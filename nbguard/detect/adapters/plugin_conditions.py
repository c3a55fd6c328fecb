"""For each detect-secrets plugin, what every line it finds something in must hold, as expressions for hyperscan.

They stand in ``knowledge/plugin_conditions.toml``. Two characters fold to ASCII letters when case is ignored (U+017F to
s, U+212A to k): lines with one of them are always asked. So is a plugin that isn't in the table, or isn't the one that
its expressions were written for.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from nbguard.detect.knowledge.loading import load_knowledge, with_parts

_KNOWN = load_knowledge("plugin_conditions")
# The digest of each plugin that the conditions were written for; see digest_of.
WRITTEN_FOR: dict[str, str] = {name: entry["digest"] for name, entry in _KNOWN["plugins"].items()}


def conditions_of(plugin: str, bare: bool = False) -> list[str]:
    """A plugin's conditions, none for one that isn't in the table; ``bare``: in files where values need no quotes."""
    entry = _KNOWN["plugins"].get(plugin, {})
    listed = entry.get("bare" if bare and "bare" in entry else "conditions", ())
    return [with_parts(condition, _KNOWN["parts"]) for condition in listed]


def digest_of(plugin: Any) -> str:
    """A digest of what decides what a plugin finds: its regexes and its limit."""
    if hasattr(plugin, "denylist"):
        parts = [f"{regex.flags} {regex.pattern}" for regex in plugin.denylist]
    elif hasattr(plugin, "entropy_limit"):
        parts = [plugin.regex.pattern, str(plugin.entropy_limit)]
    else:
        from detect_secrets.plugins import keyword

        tables = (keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP, *keyword.REGEX_BY_FILETYPE.values())
        parts = sorted({f"{regex.flags} {regex.pattern}" for table in tables for regex in table})
        parts += sorted(f"{kind.name} {len(table)}" for kind, table in keyword.REGEX_BY_FILETYPE.items())
    return blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
