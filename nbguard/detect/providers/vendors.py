"""What is documented of providers beside the shape of their credentials: how these end, and how long they may live.

The facts stand in ``knowledge/vendors.toml``, each with the page that says so; whether credentials can be revoked, in
the provider files, too.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import Provider, load_catalogue

# What is asked of each vendor, and how people call it.
QUESTIONS = {
    "revocable": "Credentials can be revoked",
    "expiring": "Credentials expire",
    "scoped": "Credentials can be limited to a purpose",
    "sso": "Sign-in by the organisation's identity provider",
    "audit": "Audit log or interface",
    "limits": "Limits of spending or use",
    "retention": "Retention and deletion of results",
}


class Fact(NamedTuple):
    """What a page documents: ``answer`` is yes, partly or no, ``source`` the page's address."""

    answer: str
    text: str
    source: str


class Vendor(NamedTuple):
    """What is documented of a provider. ``facts`` has only those of the questions that somebody answers in public.

    ``rotate_days``: after so many days new credentials are asked for, by ``rotate_source``; None where nobody does.
    ``read`` is the day on which the pages were read last, as YYYY-MM-DD; empty where there is none.
    """

    provider: str
    name: str
    facts: dict[str, Fact]
    rotate_days: int | None
    rotate_source: str
    read: str


@cache
def load_vendors() -> dict[str, Vendor]:
    """What is documented, by the provider's id: every provider of the catalogue is in it."""
    documented = load_knowledge("vendors")
    return {provider.id: _read(provider, documented.get(provider.id, {})) for provider in load_catalogue().providers}


def _read(provider: Provider, table: dict[str, Any]) -> Vendor:
    facts = {question: Fact(**table[question]) for question in QUESTIONS if question in table}
    if "revocable" not in facts and provider.rotation_documented:
        facts["revocable"] = Fact("yes", provider.rotation, provider.rotation_page)
    ordered = {question: facts[question] for question in QUESTIONS if question in facts}
    return Vendor(
        provider.id,
        provider.name,
        ordered,
        table.get("rotate_days"),
        table.get("rotate_source", ""),
        table.get("read", ""),
    )
