"""What a policy says of a class of sample data where it stands: allowed, with approval only, or prohibited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import SEVERITIES, Finding
from nbguard.named_tuple import NamedTuple
from nbguard.policy.allow import Waiver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbguard.policy.policy_settings import Config, Zone

# Tables of [sample_data] by class: a zone adds to what the repository says, class by class.
_BY_CLASS = ("severity", "policy")
_LEAST_OF_PROHIBITED = "high"


class Use(NamedTuple):
    """What the policy says of a finding's data: ``word`` is a use, empty where it says nothing of this class.

    ``where`` names the zone that says so.
    """

    word: str = ""
    data_class: str = ""
    where: str = ""

    @property
    def decides(self) -> bool:
        """Whether nothing but the policy decides here: neither marks nor signatures."""
        return self.word in ("allowed", "prohibited")

    @property
    def waiver(self) -> Waiver | None:
        """By what the finding is accepted, where the policy allows such data."""
        if self.word != "allowed":
            return None
        return Waiver("policy", f"sample_data.policy{self.where}", f"{self.data_class} data is allowed{self.where}")

    @property
    def note(self) -> str:
        """What to say beside the finding."""
        if self.word != "prohibited":
            return ""
        return f"The policy prohibits {self.data_class} data{self.where or ' here'}: nothing accepts it."

    def raised(self, finding: Finding) -> Finding:
        """The finding as severe as it is at least, where such data is prohibited."""
        if self.word != "prohibited" or SEVERITIES.index(finding.severity) >= SEVERITIES.index(_LEAST_OF_PROHIBITED):
            return finding
        return finding._replace(severity=_LEAST_OF_PROHIBITED)


def use_of(finding: Finding, config: Config, zone: Zone | None) -> Use:
    """What the policy says of the class of a finding's data, the zone before the repository."""
    return use_of_class(finding.rule, finding.kind, config, zone)


def use_of_class(rule: str, kind: str, config: Config, zone: Zone | None) -> Use:
    """What the policy says of what a rule finds; the use is empty for what is no sample data."""
    own = zone.sample_data.get("policy", {}) if zone is not None else {}
    everywhere = config.sample_data.get("policy", {})
    if kind != "sample-data" or not (own or everywhere):
        return Use()
    from nbguard.detect.samples.sample_rules import data_class

    name = data_class(rule)
    if zone is not None and name in own:
        return Use(own[name], name, f" in zone {zone.name or zone.paths[0]}")
    return Use(everywhere.get(name, ""), name)


def with_classes(everywhere: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What ``[sample_data]`` says in a zone: its own settings before the repository's, and class by class."""
    merged = {name: {**everywhere.get(name, {}), **own.get(name, {})} for name in _BY_CLASS}
    return {**everywhere, **own, **{name: table for name, table in merged.items() if table}}
