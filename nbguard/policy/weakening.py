"""Says what of a policy became weaker from one configuration to another. Stricter changes are nobody's concern here."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.finding import KINDS, SEVERITIES
from nbguard.policy.data_use import with_classes
from nbguard.policy.known_settings import PROFILES, USES
from nbguard.policy.saving import policy_in
from nbguard.policy.verdict import OFF, demands_in, severity_under
from nbguard.policy.weaker_settings import Weakness, quote, weaker_settings
from nbguard.policy.zone_changes import changed_zones, kept_zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbguard.detect.rule_list import RuleSummary
    from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
    from nbguard.policy.saving import SavePolicy

_LEVELS = (OFF, *SEVERITIES)


class _Part(NamedTuple):
    """What holds in one zone, or outside of all, with what the repository says filled in."""

    profile: str
    disable: tuple[str, ...]
    enable: tuple[str, ...]
    severity: Mapping[str, str]
    sample_data: Mapping[str, Any]
    demands: WaiverPolicy


def find_weaker(before: Config, after: Config) -> list[Weakness]:
    """Everything that ``after`` lets through and ``before`` doesn't, as far as settings tell."""
    from nbguard.detect.rule_list import all_rules

    rules = all_rules()
    weaker = [*_weaker_globally(before, after), *_weaker_part(before, None, after, None, rules)]
    everywhere = {weakness.setting for weakness in weaker}
    for told, old, new in (*changed_zones(before.zones, after.zones), *kept_zones(before.zones, after.zones)):
        # Held against the same rest: what became weaker everywhere is said once.
        itself = _weaker_part(before, old, before, new, rules)
        weaker += [Weakness("zones", f"{told}: {weakness.message}") for weakness in itself]
        if not itself:
            # What the rest says may count only here, as where the zone's profile reports what the rest's doesn't.
            by_rest = _weaker_part(before, old, after, new, rules)
            weaker += [w._replace(message=f"{told}: {w.message}") for w in by_rest if w.setting not in everywhere]
    return list(dict.fromkeys(weaker))


def _weaker_globally(before: Config, after: Config) -> Iterator[Weakness]:
    for glob in _added(before.exclude, after.exclude):
        yield Weakness("exclude", f"exclude names {quote(glob)}")
    if SEVERITIES.index(after.fail_on) > SEVERITIES.index(before.fail_on):
        yield Weakness("fail_on", f"fail_on is {after.fail_on}, was {before.fail_on}")
    if after.allow_unreadable and not before.allow_unreadable:
        yield Weakness("allow_unreadable", "allow_unreadable lets a run pass that couldn't scan everything")
    if after.allow_unreadable and after.max_file_size < before.max_file_size:
        yield Weakness("max_file_size", f"max_file_size is {after.max_file_size}, was {before.max_file_size} bytes")
    for glob in _added(after.jupyter.get("also_guard", ()), before.jupyter.get("also_guard", ())):
        yield Weakness("jupyter", f"jupyter.also_guard no longer names {quote(glob)}")
    for role in ("security", "data"):
        for line in _added(before.approvers.get(role, ()), after.approvers.get(role, ())):
            yield Weakness("approvers", f"approvers.{role} names {quote(line)}")
    for key in _added(after.approvers.get("revoked", ()), before.approvers.get("revoked", ())):
        yield Weakness("approvers", f"approvers.revoked no longer names {quote(key)}")
    for name in _added(after.plugins, before.plugins):
        yield Weakness("plugins", f"plugins no longer name {quote(name)}")
    for path in _added(after.rules, before.rules):
        yield Weakness("rules", f"rules no longer name {quote(path.removeprefix(before.root).lstrip('/'))}")
    if before.default_rules and after.default_rules != before.default_rules:
        name = quote(before.default_rules.removeprefix(before.root).lstrip("/"))
        yield Weakness("default_rules", f"default_rules no longer names {name}")
    yield from weaker_settings(before, after)


def _weaker_part(
    before: Config, old_zone: Zone | None, after: Config, new_zone: Zone | None, rules: Iterable[RuleSummary]
) -> list[Weakness]:
    old, new = _part(before, old_zone), _part(after, new_zone)
    weaker = [*_weaker_words(old, new), *_weaker_samples(old.sample_data, new.sample_data)]
    if PROFILES.index(new.profile) >= PROFILES.index(old.profile):  # else that is said of the profile
        weaker += _weaker_saving(policy_in(before, old_zone), policy_in(after, new_zone))
    if any(weakness.setting in ("profile", "disable", "enable") for weakness in weaker):
        return weaker
    lowered = []
    for rule in rules:
        was = severity_under(rule.id, rule.kind, rule.severity, before, old_zone)
        now = severity_under(rule.id, rule.kind, rule.severity, after, new_zone)
        if _LEVELS.index(now) < _LEVELS.index(was):
            lowered.append(f"{rule.id} is {now}, was {was}")
    if lowered:
        others = len(lowered) - 1
        more = f", and {others} rule{'s' if others > 1 else ''} more" if others else ""
        weaker.append(Weakness("severity", f"severity: {lowered[0]}{more}"))
    # Rules of packs and plugins have severities that only they know.
    known = [rule.id for rule in rules]
    for name, level in new.severity.items():
        if name not in KINDS and not any(fnmatchcase(rule, name) for rule in known):
            was = old.severity.get(name, "medium")
            if _LEVELS.index(level) < _LEVELS.index(was):
                weaker.append(Weakness("severity", f"severity: {quote(name)} is {level}"))
    return weaker


def _part(config: Config, zone: Zone | None) -> _Part:
    demands = demands_in(config, zone)
    if zone is None:
        return _Part(config.profile, config.disable, config.enable, config.severity, config.sample_data, demands)
    return _Part(
        zone.profile or config.profile,
        (*config.disable, *zone.disable),
        (*config.enable, *zone.enable),
        {**config.severity, **zone.severity},
        with_classes(config.sample_data, zone.sample_data),
        demands,
    )


def _weaker_words(old: _Part, new: _Part) -> Iterator[Weakness]:
    if PROFILES.index(new.profile) < PROFILES.index(old.profile):
        yield Weakness("profile", f"profile is {new.profile}, was {old.profile}")
    for name in _added(old.disable, new.disable):
        yield Weakness("disable", f"disable names {quote(name)}")
    for name in _added(new.enable, old.enable):
        yield Weakness("enable", f"enable no longer names {quote(name)}")
    if new.demands.longest_days > old.demands.longest_days:
        yield Weakness("waivers", f"waivers.longest_days is {new.demands.longest_days}, was {old.demands.longest_days}")
    for name in ("require_reason", "require_approver", "require_expiry", "require_signature"):
        if getattr(old.demands, name) and not getattr(new.demands, name):
            yield Weakness("waivers", f"waivers.{name} is off")
    for name in ("inline", "foreign_markers"):
        if getattr(new.demands, name) and not getattr(old.demands, name):
            yield Weakness("waivers", f"waivers.{name} is on")


def _weaker_saving(old: SavePolicy, new: SavePolicy) -> Iterator[Weakness]:
    if old.is_stricter_than(new):
        yield Weakness("jupyter", f"jupyter.save is {new.mode}, was {old.mode}")
    elif old.refuse_on_error and not new.refuse_on_error:
        yield Weakness("jupyter", "jupyter.on_error is allow, was block")


def _weaker_samples(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Weakness]:
    from nbguard.detect.samples.settings import SampleSettings

    before, after = SampleSettings.from_config(old), SampleSettings.from_config(new)
    for name in ("rows", "emails", "bulk_bytes"):
        if getattr(after, name) > getattr(before, name):
            was = getattr(before, name)
            yield Weakness("sample_data", f"sample_data.{name} is {getattr(after, name)}, was {was}")
    for name in sorted(before.classes - after.classes):
        yield Weakness("sample_data", f"sample_data.classes no longer name {name}")
    for name in sorted({*before.severity, *after.severity}):
        # A class that isn't named has the severity of its rule, which is at least medium.
        was = before.severity.get(name, "medium")
        now = after.severity.get(name, "medium")
        if SEVERITIES.index(now) < SEVERITIES.index(was):
            yield Weakness("sample_data", f"sample_data.severity of {name} is {now}, was {was}")
    # A class of which nothing is said may be accepted by a mark: that is more than allowed and less than by approval.
    order = (USES[0], "", *USES[1:])
    uses, now_uses = old.get("policy", {}), new.get("policy", {})
    for name in sorted({*uses, *now_uses}):
        was, now = uses.get(name, ""), now_uses.get(name, "")
        if order.index(now) < order.index(was):
            yield Weakness("sample_data", f"sample_data.policy of {name} is {now or 'not set'}, was {was or 'not set'}")


def _added(before: Iterable[str], after: Iterable[str]) -> list[str]:
    known = set(before)
    return [name for name in dict.fromkeys(after) if name not in known]
