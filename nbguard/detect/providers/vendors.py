"""What is documented of providers beside the shape of their credentials: how these end, and how long they may live.

The facts stand in ``knowledge/vendors.toml``, each with the page that says so.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge

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
ANSWERS = ("yes", "partly", "no")


class Fact(NamedTuple):
    """What a page documents: ``answer`` is one of ANSWERS, ``source`` the page's address."""

    answer: str
    text: str
    source: str


class Vendor(NamedTuple):
    """What is documented of a provider. ``facts`` has only those of the questions that somebody answers in public.

    ``rotate_days``: after so many days new credentials are asked for, by ``rotate_source``; None where nobody does.
    """

    provider: str
    facts: dict[str, Fact]
    rotate_days: int | None
    rotate_source: str


@cache
def load_vendors() -> dict[str, Vendor]:
    """What is documented, by the provider's id. Providers of which nothing is documented aren't in it."""
    return {provider: _read(provider, table) for provider, table in load_knowledge("vendors").items()}


def _read(provider: str, table: dict[str, object]) -> Vendor:
    facts = {}
    for question in QUESTIONS:
        fact = table.get(question)
        if isinstance(fact, dict):
            facts[question] = Fact(fact["answer"], fact["text"], fact["source"])
    days = table.get("rotate_days")
    return Vendor(provider, facts, days if isinstance(days, int) else None, str(table.get("rotate_source", "")))
