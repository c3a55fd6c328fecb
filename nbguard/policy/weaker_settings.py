"""What of [strip], [sdk], [credentials], [vault] and the baseline became weaker from one configuration to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbguard.policy.policy_settings import Config

# How many characters of a name a message quotes.
_QUOTED = 60
# Settings of [strip] that leave more in a notebook where they are on, and those where they are off.
_KEEP = ("keep_output", "keep_count", "keep_id", "markers")
_TAKE = ("strip_init_cells", "drop_empty_cells", "normalize", "blank_cells")
# What a setting is where nothing is said of it, if that isn't off.
_ON = frozenset(("markers",))
# Lists that leave more in a notebook the longer they are, and those that take out more.
_KEPT = ("keep_metadata_keys", "keep_output_types")
_TAKEN = ("extra_keys", "drop_tagged_cells", "drop_output_types", "volatile_keys")
# Settings of [vault] that say where values go.
_PLACES = ("mount", "prefix", "path")


class Weakness(NamedTuple):
    """What became weaker: the setting, and a sentence about it."""

    setting: str
    message: str


def quote(name: str) -> str:
    """A name out of a configuration, for a message."""
    return f"`{name if len(name) <= _QUOTED else name[:_QUOTED] + '…'}`"


def weaker_settings(before: Config, after: Config) -> Iterator[Weakness]:
    """What ``after`` lets through by these tables and ``before`` doesn't."""
    yield from _weaker_strip(before.strip, after.strip)
    yield from _weaker_sdk(before.sdk, after.sdk)
    yield from _weaker_credentials(before.credentials, after.credentials)
    for name in _PLACES:
        # Whoever sets Vault up for the first time leads nothing elsewhere.
        if before.vault and after.vault.get(name) != before.vault.get(name):
            was, now = (
                quote(str(table[name])) if name in table else "not set" for table in (before.vault, after.vault)
            )
            yield Weakness("vault", f"vault.{name} is {now}, was {was}: what is moved goes elsewhere")
    if after.baseline and after.baseline != before.baseline:
        was = quote(before.baseline) if before.baseline else "none"
        yield Weakness("baseline", f"baseline is {quote(after.baseline)}, was {was}")
    if before.waivers.repository and before.waivers.repository != after.waivers.repository:
        was, now = quote(before.waivers.repository), quote(after.waivers.repository)
        yield Weakness("waivers", f"waivers.repository is {now if after.waivers.repository else 'not set'}, was {was}")


def _weaker_strip(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Weakness]:
    for names, weak in ((_KEEP, True), (_TAKE, False)):
        for name in names:
            usual = name in _ON
            if new.get(name, usual) is weak is not old.get(name, usual):
                yield Weakness("strip", f"strip.{name} is {'on' if weak else 'off'}")
    for name in _KEPT:
        for item in _missing(new.get(name, ()), old.get(name, ())):
            yield Weakness("strip", f"strip.{name} names {quote(item)}")
    for name in _TAKEN:
        for item in _missing(old.get(name, ()), new.get(name, ())):
            yield Weakness("strip", f"strip.{name} no longer names {quote(item)}")
    # The largest output that stays, where outputs are kept by their size.
    if new.get("max_size", 0) > old.get("max_size", 0):
        yield Weakness("strip", f"strip.max_size is {new['max_size']} bytes, was {old.get('max_size', 0)}")
    if old.get("strip_regex", "") != new.get("strip_regex", "") and (old.get("strip_regex") or new.get("strip_regex")):
        yield Weakness("strip", "strip.strip_regex is another: nobody can say what it lets through")


def _weaker_sdk(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Weakness]:
    """A list of what is approved: without one all is, and one that names less is stricter; and the known faults."""
    for export in ("osv", "index"):
        if old.get(export) and old[export] != new.get(export):
            yield Weakness("sdk", f"sdk.{export} is another export, or gone")
    if old.get("approved") is None:
        return
    if new.get("approved") is None:
        yield Weakness("sdk", "sdk.approved is gone")
    for item in _missing(new.get("approved") or (), old["approved"]):
        if not any(_is_within(item, known) for known in old["approved"]):
            yield Weakness("sdk", f"sdk.approved names {quote(item)}")


def _is_within(requirement: str, known: str) -> bool:
    """Whether a requirement takes no version that a known one doesn't: one version of it, or more conditions."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    own, other = Requirement(requirement), Requirement(known)
    if canonicalize_name(own.name) != canonicalize_name(other.name) or own.url or other.url or own.marker:
        return False
    exact = [clause.version for clause in own.specifier if clause.operator == "==" and "*" not in clause.version]
    if exact:
        return all(other.specifier.contains(version, prereleases=True) for version in exact)
    return set(other.specifier) <= set(own.specifier)


def _weaker_credentials(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Weakness]:
    was, now = old.get("rotate_days"), new.get("rotate_days")
    if was is not None and (now is None or now > was):
        yield Weakness("credentials", f"credentials.rotate_days is {now or 'not set'}, was {was}")
    days, named = old.get("rotate_days_by_provider", {}), new.get("rotate_days_by_provider", {})
    for provider in sorted({*days, *named}):
        was, now = days.get(provider, old.get("rotate_days")), named.get(provider, new.get("rotate_days"))
        if was is not None and (now is None or now > was) and (provider in named or provider in days):
            told = f"credentials.rotate_days_by_provider of {provider} is {now or 'not set'}, was {was}"
            yield Weakness("credentials", told)


def _missing(names: Any, among: Any) -> list[str]:
    return [name for name in dict.fromkeys(names) if name not in among]
