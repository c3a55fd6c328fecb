"""Pairs of policies made from a seed, the second a small change of the first; and whether it lets more through.

That is judged by asking what becomes of findings, rule by rule and path by path: nothing here knows of settings.
"""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import SEVERITIES
from nbguard.detect.rule_list import RuleSummary, all_rules
from nbguard.policy.config import load_file
from nbguard.policy.globs import matches_any
from nbguard.policy.known_settings import PROFILES, USES
from nbguard.policy.verdict import OFF, acceptance_of, at_least, severity_under, zone_of

if TYPE_CHECKING:
    from pathlib import Path

    from nbguard.policy.policy_settings import Config

GLOBS = ("**", "a/", "src/**", "*.ipynb", "*", "**/x.py", "a/b.py")
PATHS = ("a/b.py", "src/x.py", "n.ipynb", "docs/n.ipynb", "z.txt")
LEVELS = (*SEVERITIES, OFF)


class Policies:
    """Makes tables as a configuration file holds them."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        by_kind: dict[str, list[RuleSummary]] = {}
        rules = all_rules()
        self._dice.shuffle(rules)
        for rule in rules:
            by_kind.setdefault(rule.kind, []).append(rule)
        self.rules = [rule for group in by_kind.values() for rule in group[:4]]
        self._names = [*(rule.id for rule in self.rules), *by_kind, "*", "generic-*", "sample-*"]

    def pair(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A policy, and what somebody made of it."""
        before, other = self._table(), self._table()
        after = copy.deepcopy(before)
        if self._dice.random() < 0.5:
            # The smallest change there is, which may count in one zone only.
            rule, level = self._dice.choice(self.rules).id, self._dice.choice(LEVELS)
            after["severity"] = {**after.get("severity", {}), rule: level}
            return before, after
        for key in self._some(sorted({*before, *other}), 2):
            if key == "zones" and before.get(key) and self._dice.random() < 0.8:
                self._change(after[key])
            elif key in other:
                after[key] = other[key]
            else:
                after.pop(key, None)
        return before, after

    def _table(self) -> dict[str, Any]:
        settings = {
            "profile": self._dice.choice(PROFILES),
            "exclude": self._some(GLOBS, 1),
            "fail_on": self._dice.choice(SEVERITIES),
            "zones": [self._zone() for _ in range(self._dice.randint(0, 3))],
            "waivers": {key: self._dice.random() < 0.5 for key in ("require_reason", "require_signature")},
            **self._rules_of(),
        }
        return {key: value for key, value in settings.items() if self._dice.random() < 0.4}

    def _zone(self) -> dict[str, Any]:
        settings = {"profile": self._dice.choice(PROFILES), **self._rules_of()}
        settings = {key: value for key, value in settings.items() if self._dice.random() < 0.4}
        return {"paths": self._dice.sample(GLOBS, self._dice.randint(1, 2)), **settings}

    def _rules_of(self) -> dict[str, Any]:
        return {
            "severity": {name: self._dice.choice(LEVELS) for name in self._some(self._names, 3)},
            "enable": self._some(self._names, 2),
            "disable": self._some(self._names, 1),
            "sample_data": {"policy": self._dice.choice(USES)},
        }

    def _change(self, zones: list[dict[str, Any]]) -> None:
        deed = self._dice.randrange(4)
        if deed == 0:
            self._dice.shuffle(zones)
        elif deed == 1:
            zones.pop(self._dice.randrange(len(zones)))
        elif deed == 2:
            zones.insert(self._dice.randint(0, len(zones)), self._zone())
        else:
            self._dice.choice(zones).update(self._zone())

    def _some(self, names: Any, most: int) -> list[Any]:
        return self._dice.sample(list(names), min(len(names), self._dice.randint(0, most)))


def config_of(table: dict[str, Any], folder: Path) -> Config:
    """The policy that a file with these settings is."""
    file = folder / "nbguard.toml"
    file.write_text("".join(f"{key} = {_inline(value)}\n" for key, value in table.items()))
    return load_file(str(file))


def _inline(value: Any) -> str:
    """A value as TOML writes it within a line; other than tables, as JSON does."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)


def let_through(before: Config, after: Config, rules: list[RuleSummary]) -> tuple[str, str] | None:
    """A path and a rule for which ``after`` is weaker; None where it is for none."""
    order = ("mark", "signature", "nothing")
    for path in PATHS:
        if matches_any(path, before.exclude):
            continue
        if matches_any(path, after.exclude):
            return path, "exclude"
        for rule in rules:
            if not _fails(before, path, rule):
                continue
            was, now = (acceptance_of(rule.id, rule.kind, path, config) for config in (before, after))
            if not _fails(after, path, rule) or order.index(now) < order.index(was):
                return path, rule.id
    return None


def _fails(config: Config, path: str, rule: RuleSummary) -> bool:
    severity = severity_under(rule.id, rule.kind, rule.severity, config, zone_of(path, config))
    return severity != OFF and at_least(severity, config.fail_on)
