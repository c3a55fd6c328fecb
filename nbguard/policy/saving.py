"""What becomes of a file that Jupyter saves: which files are guarded, how, and what a failure of the guard means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UnreadableError
from nbguard.lazy_regex import lazy_regex
from nbguard.policy.globs import matches_any
from nbguard.policy.policy_settings import CONFIG_NAMES, read_policy_file
from nbguard.policy.verdict import zone_of

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config, Zone

# The mode where neither a zone nor [tool.nbguard.jupyter] says one. Nobody's save is refused before a team asked for
# it; the enterprise profile is such a request.
_BY_PROFILE = {"relaxed": "warn", "standard": "warn", "enterprise": "block"}
# From the loosest on: what may be moved without a new look.
STRICTNESS = ("off", "warn", "strip", "block")
_LARGEST = 10_000_000
# A line of a configuration that can't be read, but says that somebody wants saves refused.
_WANTS_BLOCK = lazy_regex(
    rb"""^[^#\n]*\b(?:save|on_error|profile)["']?[ \t]*=[ \t]*["'](?:block|enterprise)["']""", re.MULTILINE
)


class SavePolicy(NamedTuple):
    """The mode (``off``, ``warn``, ``strip``, ``block``), the zone's name, and whether a failure refuses the save."""

    mode: str
    refuse_on_error: bool = False
    zone: str | None = None

    def is_stricter_than(self, other: SavePolicy) -> bool:
        """Whether what passed under ``other`` has to be looked at again."""
        return STRICTNESS.index(self.mode) > STRICTNESS.index(other.mode)


def save_policy(name: str, config: Config) -> SavePolicy:
    """What holds for a file by its path from the repository's root (see ``is_guarded`` for whether anything does).

    The zone's ``save`` goes before ``[tool.nbguard.jupyter] save``, and that before the profile. Files that
    ``exclude`` names are left alone, as in a scan. Where ``on_error`` isn't set, a failure is treated as a finding
    would be: ``block`` refuses, the other modes let the save through.
    """
    zone = zone_of(name, config)
    label = None if zone is None else zone.name or zone.paths[0]
    if config.exclude and matches_any(name, config.exclude):
        return SavePolicy("off", False, label)
    return policy_in(config, zone)._replace(zone=label)


def policy_in(config: Config, zone: Zone | None) -> SavePolicy:
    """What holds in a zone (None: outside of all) for the files that ``exclude`` doesn't name."""
    profile = (zone.profile if zone else None) or config.profile
    mode = (zone.save if zone else None) or config.jupyter.get("save") or _BY_PROFILE[profile]
    on_error = config.jupyter.get("on_error") or ("block" if mode == "block" else "allow")
    return SavePolicy(mode, on_error == "block" and mode != "off")


def is_guarded(name: str, config: Config | None) -> bool:
    """Whether a file is one the guard looks at: notebooks, and what ``also_guard`` names."""
    # Windows takes no notice of dots and spaces at the end of a name.
    if name.lower().rstrip(". ").endswith(".ipynb"):
        return True
    globs = config.jupyter.get("also_guard", ()) if config is not None else ()
    return bool(globs) and matches_any(name, globs)


def refuses_unread(root: str) -> bool:
    """Whether saves are refused while the configuration below ``root`` can't be read.

    A broken file can't be asked for its ``on_error``; one in which ``save``, ``on_error`` or ``profile`` is ``"block"``
    or ``"enterprise"`` is taken to want it. A ``pyproject.toml`` that isn't there to configure nbguard has no say.
    """
    for name in CONFIG_NAMES:
        try:
            raw = read_policy_file(root, name, _LARGEST)
        except UnreadableError:
            return True
        if raw is None:
            continue
        if name == "nbguard.toml" or b"nbguard" in raw:
            return _WANTS_BLOCK.search(raw) is not None
    return False
