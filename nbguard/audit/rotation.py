"""When a credential is due to be rotated: by the policy's days, else by those that somebody documents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config


class Rotation(Struct, frozen=True):
    """After how many days a credential is to be rotated, who says so, and when that is.

    ``days`` is null where nobody says. ``since`` is the day from which they count: the first commit or version in
    Vault that is known to hold the value, which may be older. ``due`` is null where either is.
    """

    days: int | None
    source: str
    since: str | None
    due: str | None
    overdue: bool


def rotation_of(provider: str | None, since: date | None, config: Config, today: date) -> Rotation:
    """The rotation of a credential that has been known since a day."""
    days, source = days_for(provider, config)
    if days is None or since is None:
        return Rotation(days, source, since.isoformat() if since else None, None, False)
    due = since + timedelta(days=days)
    return Rotation(days, source, since.isoformat(), due.isoformat(), due <= today)


def days_for(provider: str | None, config: Config) -> tuple[int | None, str]:
    """The days after which a provider's credentials are to be rotated, and who says so."""
    from nbguard.detect.providers.vendors import load_vendors

    settings = config.credentials
    by_provider = settings.get("rotate_days_by_provider", {})
    if provider is not None and provider in by_provider:
        return by_provider[provider], f"policy: credentials.rotate_days_by_provider.{provider}"
    if "rotate_days" in settings:
        return settings["rotate_days"], "policy: credentials.rotate_days"
    vendor = load_vendors().get(provider or "")
    if vendor is not None and vendor.rotate_days is not None:
        return vendor.rotate_days, vendor.rotate_source
    return None, ""
