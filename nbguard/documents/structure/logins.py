"""Passwords that calls get by their place: ``auth=("user", "V")``, ``.login("user", "V")``, ``getpass() or "V"``."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.said_words import may_say
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = (
    r"[rRbBuU]{0,2}(?:\"(?P<double>(?:[^\"\\\n]|\\[^\n]){4,256}+)\"|'(?P<single>(?:[^'\\\n]|\\[^\n]){4,256}+)'"
    r"|`(?P<tick>[^`\\\n$]{4,256}+)`)"
)
_TEXT = r"(?:\"(?:[^\"\\\n]|\\[^\n]){0,200}+\"|'(?:[^'\\\n]|\\[^\n]){0,200}+')"
# An argument in front of the password: a string, or an expression without commas.
_ARGUMENT = rf"(?:[\w]{{1,20}}[ \t]?=[ \t]?)?(?:[rRbBuUfF]{{0,2}}{_TEXT}|[\w.\[\]\"']{{1,80}}(?:\([^()\n]{{0,80}}\))?)"
_NEXT = rf"\s{{0,24}}{_ARGUMENT}\s{{0,24}},\s{{0,24}}"
_LAST = rf"(?:[a-z]{{1,12}}[ \t]?=[ \t]?)?{_STRING}"
# A word in lower case -> what stands in front of the password, with the word in it: mostly a user.
_CALLS = {
    "auth": (
        r"(?:(?<![a-z])(?:http_?|proxy_?|basic_?)?auth[\"']?[ \t]{0,4}(?:=>?|:)[ \t]{0,4}[(\[]"
        rf"|(?:basic|digest|proxy)_?auth(?:entication)?\(|\.authenticate\(){_NEXT}"
    ),
    "credential": rf"(?:passwordcredentials|plaincredentials|networkcredential|add_credentials)\({_NEXT}",
    "ftp": rf"\bftp(?:_tls)?\({_NEXT}{_NEXT}",
    "mysqli": rf"\bmysqli(?:_connect)?\({_NEXT}{_NEXT}",
    "pdo(": rf"\bpdo\({_NEXT}{_NEXT}",
    "dbi->connect(": rf"\bdbi->connect\({_NEXT}{_NEXT}",
    "ldap3": rf"\bconnection\({_NEXT}{_NEXT}",
    "username_pw_set(": rf"username_pw_set\({_NEXT}",
    "simple_bind": rf"\bsimple_bind(?:_s)?\({_NEXT}",
    ".login(": rf"\.login\({_NEXT}",
    "getconnection(": rf"getconnection\({_NEXT}{_NEXT}",
    "getpass": r"getpass\([^()\n]{0,120}\)[ \t]{1,4}or[ \t]{1,4}",
    "jwt.": r"\bjwt\.(?:encode|decode|sign|verify)\((?:[^()\n]|\([^()\n]{0,80}\)){1,200}?,\s{0,24}",
    "bearer_auth(": r"bearer_auth\(\s{0,24}",
    "bearerauth(": r"bearerauth\(\s{0,24}",
    "oauth": rf"\boauth1?(?:user)?(?:handler)?\({_NEXT}",
    "serializer(": r"(?:timed|jsonweb\w{0,12}|urlsafe)serializer\(\s{0,24}",
    "compare_digest(": r"compare_digest\(\s{0,4}[\w.\[\]\"']{0,60}(?:token|secret|key|passw)\w{0,20}"
    r"[\"'\])]{0,4},\s{0,4}",
    "sendline(": r"passw[^\n]{0,60}?\n?[^\n]{0,80}?\.sendline\(\s{0,24}",
    "securestring": r"convertto-securestring[ \t]{1,4}(?:-string[ \t]{1,4})?",
    "keys(": r"(?:passw|passwd|pwd|\bpass\b)[^\n]{0,80}?\.send_?keys\(\s{0,24}",
}
_PATTERNS = {word: before + _LAST for word, before in _CALLS.items()}
# What is given, where it is no password.
_NAMES = {
    "jwt.": "signing_key", "bearer_auth(": "access_token", "bearerauth(": "access_token", "oauth": "consumer_secret",
    "serializer(": "secret_key", "compare_digest(": "secret_key",
}  # fmt: skip
_FERNET = lazy_regex(r"\bFernet\(\s{0,24}b?[\"'](?P<value>[A-Za-z0-9_-]{43}=)[\"']")
# A login that a program encodes for a header; a type with a UUID is how GraphQL's servers name an object.
_ENCODED = lazy_regex(
    r"(?:(?:b64encode|\bbtoa|base64_encode|encode64|Buffer\.from|encodeToString)\(\s{0,24}(?:\[\]byte\()?[bu]?"
    r"|USERPWD[\"']?[ \t]{0,4}(?:,|=>?)[ \t]{0,4})(?P<mark>[\"'`])"
    r"(?!(?:[A-Z][a-z]{1,20}){1,6}:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-)"
    r"[^\s\"'`:/{}$]{1,100}+:(?P<value>[^\s\"'`{}$]{4,256}+)(?P=mark)"
)
_ENCODERS = ("b64encode(", "btoa(", "base64_encode(", "encode64(", "buffer.from(", "encodetostring(", "userpwd")


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return kept_regex(pattern, re.IGNORECASE)


def read_logins(text: str) -> Iterator[Pair]:
    """Yields what calls are given for a password or a key, whatever they call it. Takes time linear in the text."""
    lowered = text.lower()
    for word, pattern in _PATTERNS.items():
        if word in lowered:
            for found in _compile(pattern).finditer(text):
                group = found.lastgroup or "double"
                value = undo_escapes(found[group])
                yield Pair(_NAMES.get(word, "password"), value, *found.span(group), quoted=True, form="call")
    for found in _ENCODED.finditer(text) if may_say(text, _ENCODERS) else ():
        yield Pair("password", found["value"], *found.span("value"), quoted=True, form="call")
    if "Fernet(" in text:
        for found in _FERNET.finditer(text):
            yield Pair("encryption_key", found["value"], *found.span("value"), quoted=True, form="call")
