"""What becomes of a finding: reported or not, how severe, accepted by whom."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import SEVERITIES, Finding
from nbguard.named_tuple import NamedTuple
from nbguard.policy.allow import Decision, Waiver, allows_for, decide, shortcoming
from nbguard.policy.data_use import use_of, use_of_class, with_classes
from nbguard.policy.globs import matches_any
from nbguard.policy.policy_settings import REPORTED, Config, WaiverPolicy, Zone
from nbguard.policy.rule_names import explain_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbguard.documents.fields import Document
    from nbguard.policy.approvals import Approvals
    from nbguard.policy.baseline import Accepted

OFF = "off"


class Judgement(NamedTuple):
    """The severity a finding is reported with (``off``: not at all), the waiver that counts, and a remark.

    ``note`` says why a waiver that stands there doesn't count.
    """

    severity: str
    waived: Waiver | None = None
    note: str = ""

    @property
    def dropped(self) -> bool:
        """Whether the finding isn't reported at all."""
        return self.severity == OFF


def judge(
    finding: Finding,
    document: Document,
    config: Config,
    today: str,
    baseline: Accepted | None = None,
    fingerprint: str = "",
    stood_before: Callable[[str, str], bool] | None = None,
    approvals: Approvals | None = None,
    authors: Callable[[], frozenset[str]] = frozenset,
) -> Judgement:
    """Holds a finding against the configuration, the allows beside it and the baseline.

    ``today`` is an ISO date. ``document.path`` is relative to the repository's root. ``fingerprint`` is the
    finding's (see fingerprint), needed where there is a baseline. ``stood_before`` is for gates: it says whether a
    rule's fingerprint was allowed in a file before what is judged; an allow that came with it doesn't count.
    ``approvals`` are the signed ones (None: nobody is listed who could give one), and ``authors`` says who brought the
    finding.
    """
    zone = zone_of(document.path, config)
    use = use_of(finding, config, zone)
    severity = severity_of(use.raised(finding), config, zone)
    if severity == OFF:
        return Judgement(OFF)
    if use.decides:
        return Judgement(severity, use.waiver, use.note)
    demands = demands_in(config, zone)
    if use.word == "approval":
        demands = demands._replace(require_signature=True)
    decision = _decide_by_words(finding, document, config, demands, today, baseline, fingerprint, stood_before)
    if demands.require_signature or (decision.waiver is None and approvals is not None):
        from nbguard.policy.signed_waivers import hold_to_approvals

        decision = hold_to_approvals(decision, finding, document.path, fingerprint, today, approvals, authors)
    return Judgement(severity, decision.waiver, decision.note)


def _decide_by_words(
    finding: Finding,
    document: Document,
    config: Config,
    demands: WaiverPolicy,
    today: str,
    baseline: Accepted | None,
    fingerprint: str,
    stood_before: Callable[[str, str], bool] | None,
) -> Decision:
    """What allows and the baseline come to, whoever wrote them."""
    allows = allows_for(finding, document, demands)
    decision = decide(allows, finding, demands, today, lambda allow: explain_unknown(allow, config))
    if decision.waiver is not None and stood_before is not None and not stood_before(finding.rule, fingerprint):
        note = f"The {decision.waiver.detail} doesn't count here: it came with what is judged."
        decision = decision._replace(waiver=None, note=note)
    if decision.waiver is not None or baseline is None:
        return decision
    waiver = baseline.waiver_for(finding, document, fingerprint)
    if waiver is None:
        return decision
    problem = shortcoming(waiver, demands, today)
    if problem:
        return Decision(None, decision.note or f"The {waiver.detail} doesn't count: {problem}.")
    return Decision(waiver)


def zone_of(path: str, config: Config) -> Zone | None:
    """The zone a path lies in: the first whose globs match."""
    return next((zone for zone in config.zones if matches_any(path, zone.paths)), None)


def sample_data_by_path(config: Config) -> Callable[[str], Mapping[str, Any]] | None:
    """What ``[tool.nbguard.sample_data]`` says at a path, for the detector; None where it says the same everywhere.

    What a zone says goes before what the repository says, key by key, and class by class for severities.
    """
    if not any(zone.sample_data for zone in config.zones):
        return None
    everywhere = config.sample_data

    def merged(path: str) -> Mapping[str, Any]:
        zone = zone_of(path, config)
        if zone is None or not zone.sample_data:
            return everywhere
        return with_classes(everywhere, zone.sample_data)

    return merged


def demands_in(config: Config, zone: Zone | None) -> WaiverPolicy:
    """What a waiver must say in a zone: a zone of the enterprise profile is as strict as that profile."""
    if zone is not None and zone.profile == "enterprise" != config.profile:
        return config.waivers._replace(
            require_reason=True, require_approver=True, require_expiry=True, require_signature=True
        )
    return config.waivers


def acceptance_of(rule: str, kind: str, path: str, config: Config) -> str:
    """What can accept a finding at a path: a ``mark``, a ``signature``, or ``nothing``."""
    zone = zone_of(path, config)
    use = use_of_class(rule, kind, config, zone).word
    if use == "prohibited":
        return "nothing"
    return "signature" if use == "approval" or demands_in(config, zone).require_signature else "mark"


def severity_of(finding: Finding, config: Config, zone: Zone | None) -> str:
    """The severity a finding is reported with, or ``off``.

    What the zone says goes before what the repository says, and that before the profile.
    """
    return severity_under(finding.rule, finding.kind, finding.severity, config, zone)


def is_switched_off(finding: Finding, config: Config, path: str) -> bool:
    """Whether somebody named the finding's rule or kind to have it off, rather than a profile leaving it out."""
    zone = zone_of(path, config)
    named = (zone, config) if zone else (config,)
    return severity_of(finding, config, zone) == OFF and any(
        _names(finding.rule, finding.kind, policy.disable)
        or _override(finding.rule, finding.kind, policy.severity) == OFF
        for policy in named
    )


def severity_under(rule: str, kind: str, severity: str, config: Config, zone: Zone | None) -> str:
    """What ``severity_of`` says, for a rule with a severity of its own."""
    profile = (zone.profile if zone else None) or config.profile
    for policy in (zone, config) if zone else (config,):
        if _names(rule, kind, policy.disable):
            return OFF
        override = _override(rule, kind, policy.severity)
        if override:
            return override
        if _names(rule, kind, policy.enable):
            return severity
    floor = REPORTED[profile].get(kind)
    return severity if floor is not None and at_least(severity, floor) else OFF


def judges_sdks(config: Config) -> bool:
    """Whether what is wrong with SDKs in lists of requirements and lock files is reported anywhere."""
    return any(
        severity_under(rule, "hygiene", "low", config, zone) != OFF
        for rule in ("unpinned-sdk", "unapproved-sdk", "vulnerable-sdk", "yanked-sdk")
        for zone in (None, *config.zones)
    )


def at_least(severity: str, level: str) -> bool:
    """Whether a severity is ``level`` or above."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(level)


def _names(rule: str, kind: str, names: tuple[str, ...]) -> bool:
    return any(name == kind or fnmatchcase(rule, name) for name in names)


def _override(rule: str, kind: str, severities: Mapping[str, str]) -> str:
    """The most precise name wins: the rule itself, then a glob, then the kind."""
    if rule in severities:
        return severities[rule]
    for name, severity in severities.items():
        if name != kind and fnmatchcase(rule, name):
            return severity
    return severities.get(kind, "")
