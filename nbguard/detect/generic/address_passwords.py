"""Passwords and tokens in addresses: ``scheme://user:password@host``, ``https://oauth2:token@host``.

At a host that documentation writes, and on this machine, only a random one counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.generic.generic_findings import make_generic_finding
from nbguard.detect.generic.generic_rules import GENERIC_RULES
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.classifier import (
    is_plausible_password,
    is_plausible_token,
    is_random_password,
    stands_for_another,
)
from nbguard.detect.values.word_likeness import wordy_share
from nbguard.documents.structure.http import read_addresses
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field

# Addresses are everywhere, those with a password in them are not. In raw JSON any character may be an escape.
_NARROW = r"[^/\s@:\"'<>`]*:[^@\s\"'<>`]+@"
_CONFIRM = r"://[^/\s@:\"'<>`]{0,600}+:[^@\s\"'<>`]{1,900}+@"
# Go's drivers write an address without a scheme: `user:password@tcp(host:port)/db`.
_DRIVER = lazy_regex(r"(?<![\w:/@-])[\w.-]{1,64}:(?P<value>[^\s\"'`/@]{1,200})@(?P<net>tcp|unix)\((?=[\w./[:$%{-])")
# Hosts that are this machine, and those that are on no net.
_HERE = lazy_regex(r"localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal", re.IGNORECASE)
_NOWHERE = lazy_regex(r"example\.(?:com|org|net)\b", re.IGNORECASE)
# Those that documentation writes, and names that are no address on the net.
_EXAMPLE = lazy_regex(
    r"(?:[\w-]+\.)*example(?:\.(?:com|org|net))?\b|(?:my|your|some|the)[\w-]*\b"
    r"|(?:foo|bar|baz|foobar|acme|domain|host|server)\.(?:com|org|net)\b|domain\b|[\w.-]+\.(?:test|invalid|local|localhost)\b|[^\w\[]|[\w-]+(?![\w.-])",
    re.IGNORECASE,
)
# A port with a path behind it, and an `@` in that.
_PORT = lazy_regex(r"\d{1,5}(?:[/?#,;]|\Z)")
# What stands for a password where the user is the token.
_NO_PASSWORDS = frozenset(("x-oauth-basic", "x-oauth", "x"))
_LIMITS: dict[str, float] = load_knowledge("values")["in_address"]
# Characters of a host that are looked at.
_FAR = 80


class AddressPasswordDetector(Detector):
    """Passwords in addresses."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The sign between scheme and user."""
        yield Literal("://", confirm=_CONFIRM, exact=True, narrow=_NARROW)
        for net in ("@tcp(", "@unix("):
            yield Literal(net)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the passwords in fields."""
        for field, _ in candidates.fields:
            yield from find_in_addresses(field)


def find_in_addresses(field: Field) -> Iterator[Finding]:
    """Yields the passwords in a field's addresses. Takes time linear in its text."""
    text = field.text
    if "@" not in text:
        return
    for found in _DRIVER.finditer(text) if "@tcp(" in text or "@unix(" in text else ():
        host = text[found.end() : found.end() + _FAR]
        if is_address_password(found["value"], host):
            yield make_generic_finding(GENERIC_RULES["basic-auth-url"], field, *found.span("value"))
    for pair in read_addresses(text):
        if pair.value in _NO_PASSWORDS:
            if is_plausible_token(pair.name):
                yield make_generic_finding(GENERIC_RULES["basic-auth-url"], field, pair.name_start, pair.name_end)
        elif is_address_password(pair.value, text[pair.end + 1 : pair.end + _FAR]):
            yield make_generic_finding(GENERIC_RULES["basic-auth-url"], field, pair.start, pair.end)


def is_address_password(value: str, host: str) -> bool:
    """Whether a password is one: no template or stock word, no port, and a random one if ``host`` is an example's."""
    value = unquote(value)
    if (
        len(value) < _LIMITS["length"]
        or stands_for_another(value)
        or stands_for_another(value.strip("[](){}<>"))
        or _PORT.match(value) is not None
        or len(set(value)) < _LIMITS["distinct"]
    ):
        return False
    if value.isdigit():
        return False
    if _NOWHERE.match(host) is not None or (value.isalpha() and value.islower() and len(value) < _LIMITS["of_letters"]):
        return False
    if _HERE.match(host) is not None:
        return is_plausible_password(value) and wordy_share(value) < _LIMITS["wordy"]
    return is_random_password(value) or not ("/" in value or _EXAMPLE.match(host) is not None)
