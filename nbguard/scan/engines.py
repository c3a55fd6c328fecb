"""The engine for a configuration, for whoever scans documents of their own instead of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.engine import Engine
from nbguard.policy.config import check_rule_names, wanted_kinds
from nbguard.scan.pipeline import scope_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbguard.policy.config import Config


def make_engine(config: Config) -> Engine:
    """An engine that looks for all that a configuration reports. Raises UsageError for rules there are not."""
    engine = Engine(scope_of(config, wanted_kinds(config)))
    check_named_rules(config, engine.extra_rules.rule_ids if engine.extra_rules is not None else ())
    return engine


def check_named_rules(config: Config, extra: Collection[str]) -> None:
    """Raises UsageError where a configuration names a rule that neither we have nor is among the ``extra`` ids."""
    if config.enable or config.disable or config.severity or config.zones:
        from nbguard.detect.rule_list import all_rules

        check_rule_names(config, {rule.id for rule in all_rules()} | set(extra))
