"""Says of an allow or a configuration that there is no rule of the names it gives, and which is spelled most like."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from nbguard.detect.finding import KINDS
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbguard.policy.allow import Allow
    from nbguard.policy.policy_settings import Config


def explain_unknown(allow: Allow, config: Config) -> str:
    """A sentence about an allow none of whose rules exists under this configuration; else empty."""
    from difflib import get_close_matches

    known = known_rules(config.plugins, config.rules, config.default_rules)
    if any(fnmatchcase(known_rule, rule) for known_rule in known for rule in allow.rules):
        return ""
    near = [match for rule in allow.rules for match in get_close_matches(rule.lower(), known, 1)]
    hint = f"did you mean {near[0]}?" if near else "`nbguard rules` lists them."
    return f"The {allow.waiver.detail} names no rule; {hint}"


@lru_cache(maxsize=4)
def known_rules(plugins: tuple[str, ...], rules: tuple[str, ...], default_rules: str = "") -> tuple[str, ...]:
    """The ids of our rules, and of those that detect-secrets ``plugins`` and rule packs (paths) bring."""
    from nbguard.detect.rule_list import all_rules

    known = {rule.id for rule in all_rules()}
    if plugins or rules:
        from nbguard.detect.adapters.extra_rules import ExtraRules
        from nbguard.detect.scope import Scope

        known |= ExtraRules(Scope(plugins=plugins, rules=rules, default_rules=default_rules)).rule_ids
    return tuple(sorted(known))


def check_rule_names(config: Config, known: Collection[str]) -> None:
    """Holds the rules that a configuration names against the ``known`` ids.

    A misspelt rule in ``disable`` or ``severity`` would do nothing and say nothing. Raises UsageError with the
    nearest known name.
    """
    from difflib import get_close_matches

    named = [*config.enable, *config.disable, *config.severity]
    for zone in config.zones:
        named += [*zone.enable, *zone.disable, *zone.severity]
    for name in named:
        if name in KINDS or name in known or any(fnmatchcase(rule, name) for rule in known):
            continue
        near = get_close_matches(name, [*known, *KINDS], 1)
        hint = f"; did you mean {near[0]!r}?" if near else "; `nbguard rules` lists them"
        raise UsageError(f"{config.source}: there is no rule {name!r}{hint}")
