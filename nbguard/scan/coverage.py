"""What a scan could have found again: whoever drops what is gone asks first whether it was looked for at all."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from nbguard.policy.config import wanted_kinds
from nbguard.policy.covered_paths import covering, is_in_scope, name_in_repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbguard.policy.baseline import BaselineEntry
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.pipeline import ScanResult


class Coverage:
    """What a scan of some paths (none given: the repository) looked at. ``result`` must be one that reveals values."""

    def __init__(self, config: Config, result: ScanResult, paths: Iterable[str] = ()) -> None:
        self._config = config
        self._result = result
        self._paths = tuple(paths)
        self._looked_into = {name_in_repository(path, config.root) for path in result.files}
        self._kinds = wanted_kinds(config)
        self._skipped = {skipped.path: skipped.reason for skipped in result.report.skipped}

    @cached_property
    def found(self) -> frozenset[tuple[str, str, str]]:
        """Path, place and fingerprint of all that was found, also of what the policy doesn't report."""
        from nbguard.policy.fingerprint import find_salt, fingerprint

        salt = find_salt(self._config).key
        return frozenset((v.path, v.where, fingerprint(v.rule, v.value, salt)) for v in self._result.found)

    def why_unseen(self, entry: BaselineEntry) -> str:
        """Why the scan couldn't have found an entry's value, in a few words; empty where it could have."""
        if not is_in_scope(entry.path, self._paths, self._config.root):
            return "not among the paths that were named"
        if skipped := covering(entry.path, self._skipped):
            return f"not scanned: {self._skipped[skipped]}"
        file = entry.path if entry.path in self._looked_into else entry.path.partition("!/")[0]
        if file not in self._looked_into:
            if os.path.lexists(os.path.join(self._config.root, file)):
                return "the policy excludes the file, or git ignores it"
            if covering(file, self._passed_over):
                return "git tracks the file, and has not checked it out"
        kind = self._kind_of_rule.get(entry.rule)
        if kind is None:
            return f"no rule {entry.rule} is here (a rule pack or a plugin brings it?)"
        return "" if kind in self._kinds else f"{kind} isn't looked for under this policy"

    @cached_property
    def _passed_over(self) -> frozenset[str]:
        """Asked for only where a file isn't there."""
        from nbguard.repository.tracked import names_passed_over

        return names_passed_over(self._config.root)

    @cached_property
    def _kind_of_rule(self) -> Mapping[str, str]:
        from nbguard.detect.rule_list import all_rules
        from nbguard.policy.rule_names import known_rules

        # Rules of packs and plugins find credentials.
        kinds = dict.fromkeys(
            known_rules(self._config.plugins, self._config.rules, self._config.default_rules), "credential"
        )
        return kinds | {rule.id: rule.kind for rule in all_rules()}
