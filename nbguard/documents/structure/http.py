"""Headers, query strings and passwords in addresses: ``Authorization: Bearer V``, ``?token=V``, ``//user:V@host``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.said_words import may_say
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# A header's value goes on after a scheme; in lists of cassettes it stands on the next line.
_HEADER = lazy_regex(
    r"(?:(?<![\w-])(?<!://)|(?<=\\[nr]))(?P<name>(?:Proxy-)?Authorization|X-[A-Za-z][\w-]{2,60}|Api-?Key|Private-Token|Access-Token|"
    r"Auth-Token|Cookie)"
    r"\\{0,3}[\"'`]?[\])]?[ \t]{0,4}(?:[:=,]|=>|\|)(?:[ \t]{0,4}|\s{0,40}-[ \t])"
    r"(?:[rRbBuUfF]{1,2}(?=\\{0,3}[\"'`]))?\\{0,3}[\"'`]?"
    r"(?:(?P<scheme>[A-Za-z][\w-]{1,20})(?:[ \t]{1,3}|(?<==))"
    r")?(?:token=\\{0,3}[\"']?)?(?P<value>[^\s\"'`\\<>,;{}]{4,8192}+)",
    re.IGNORECASE,
)
_HEADERS = ("authorization", "x-", "api-key", "apikey", "private-token", "access-token", "auth-token", "cookie")
# A header's value, whatever it is given to: in quotation marks of its own, or an item of a list.
_BASIC = lazy_regex(r"[\"'`](?P<scheme>Basic)[ \t]{1,3}(?P<value>[A-Za-z0-9+/]{6,1024}+={0,2})(?=\\{0,3}[\"'`])")
_BEARER = lazy_regex(
    r"(?:[\"'`:=]|^[ \t]*-)[ \t]{0,3}(?P<scheme>Bearer)[ \t]{1,2}(?P<value>[\w.+/~-]{16,2048}+={0,2})(?![+/=])",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
# A scheme and what an expression puts behind it: `"Bearer " + "V"`, `"Bearer {}".format("V")`, `paste("Bearer", "V")`.
_JOINED = lazy_regex(
    r"[\"'](?P<scheme>Bearer|Basic|Token)[ \t]{0,2}(?:\{\w{0,20}\}|%s)?[\"'][ \t]{0,4}"
    r"(?:\+|%|,|\.\.?|<>|&|\.format\()[ \t]{0,4}[\"'](?P<value>[^\s\"'`\\<>,;{}]{6,8192}+)[\"']"
    r"|(?<=[fF][\"'])(?P<inside>Bearer|Token)[ \t]{1,2}\{[\"'](?P<held>[^\s\"'`\\<>,;{}]{6,8192}+)[\"']\}"
)
_SCHEME = lazy_regex(
    r"(?P<scheme>Bearer|Basic|Token|apikey|api-key|key|jwt|negotiate|digest)"
    r"[ \t]{1,3}(?P<value>[^\s\"'`\\<>,;{}]{6,8192}+)\s*\Z",
    re.IGNORECASE,
)
_QUERY = lazy_regex(r"[?&;](?P<name>[A-Za-z_][\w.\[\]-]{0,60}+)=(?P<value>[^\s&\"'`<>#;\\)]{3,4096}+)")
# A password may have any sign in it that doesn't end an address, also those that should be written as ``%40``: it goes
# up to the last `@` in front of the first slash, else up to the first `@`.
_SIGNS = r"\s\"'<>`\\"
_AT_HOST = r"(?=@(?:\[[0-9A-Fa-f:]{2,45}\]|[\w{$%-]))"
_ADDRESS = lazy_regex(
    rf"://(?P<user>[^/@:{_SIGNS}]{{0,100}}+):"
    rf"(?P<value>[^/{_SIGNS}]{{1,400}}{_AT_HOST}|[^@{_SIGNS}]{{1,400}}+{_AT_HOST})"
)
_AT = lazy_regex(r"@(\[[0-9a-f:]+\]|[\w.-]{0,200})", re.IGNORECASE)
_HOST = lazy_regex(r"://(?:[^/@\s]{0,400}@)?(?P<host>[\w.-]{1,253})[^\s\"'`<>]*+")
_LONGEST_ADDRESS = 1_400
# Parameters that many services have for a key, and others for what they look up, which is shorter.
_KEYS, _KEY_LENGTH = frozenset(("key", "appid", "auth")), 30


def read_http(text: str) -> Iterator[Pair]:
    """Yields the headers, query parameters and addresses' passwords in a text; a header's scheme stands apart."""
    for found in _HEADER.finditer(text) if may_say(text, _HEADERS) else ():
        yield Pair(
            found["name"], found["value"], *found.span("value"), *found.span("name"), form="header",
            scheme=found["scheme"] or "",
        )  # fmt: skip
    for found in _BASIC.finditer(text) if "Basic " in text else ():
        yield Pair("Authorization", found["value"], *found.span("value"), form="header", scheme="Basic")
    for found in _BEARER.finditer(text) if "earer " in text or "EARER " in text else ():
        yield Pair("Authorization", found["value"], *found.span("value"), form="header", scheme="Bearer")
    for found in _JOINED.finditer(text):
        group, scheme = ("value", found["scheme"]) if found["value"] else ("held", found["inside"])
        yield Pair("Authorization", found[group], *found.span(group), form="header", scheme=scheme)
    for pair, _ in read_queries(text):
        yield pair
        if pair.name.lower() in _KEYS and len(pair.value) >= _KEY_LENGTH:
            yield pair._replace(name="api_key")
    for pair in read_addresses(text):
        yield pair._replace(name="password", name_start=0, name_end=0, path=(*pair.path, pair.name))


def read_addresses(text: str) -> Iterator[Pair]:
    """Yields the passwords in addresses, under their users' names; the path is the host in lower case."""
    for found in _ADDRESS.finditer(text) if "://" in text else ():
        host = _AT.match(text, found.end())
        path = (host[1].lower() if host is not None else "",)
        yield Pair(found["user"], found["value"], *found.span("value"), *found.span("user"), path, form="address")


def read_queries(text: str) -> Iterator[tuple[Pair, str]]:
    """Yields the parameters of addresses' queries, each with the address's host in lower case, or an empty text."""
    if "=" not in text or not ("?" in text or "&" in text):
        return
    for found in _QUERY.finditer(text):
        pair = Pair(found["name"], found["value"], *found.span("value"), *found.span("name"), form="query")
        begin = text.rfind("://", max(0, found.start() - _LONGEST_ADDRESS), found.start())
        host = _HOST.fullmatch(text, begin, found.start()) if begin >= 0 else None
        yield pair, host["host"].lower() if host is not None else ""


def split_scheme(pair: Pair) -> Pair:
    """A pair whose value is a scheme and a credential (``Bearer V``) as one of the credential alone."""
    if " " not in pair.value or pair.end - pair.start != len(pair.value):
        return pair
    found = _SCHEME.match(pair.value)
    if found is None:
        return pair
    start = pair.start + found.start("value")
    return pair._replace(
        value=found["value"], start=start, end=start + len(found["value"]), scheme=found["scheme"],
        form="header" if "auth" in pair.name.lower() else pair.form,
    )  # fmt: skip
