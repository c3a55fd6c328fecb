"""Passwords in the configuration of servers, one directive a line: ``requirepass V``, ``rootpw V``, ``: PSK "V"``.

The directives are those of the servers' own manuals: Redis, OpenLDAP, HAProxy, Mosquitto, keepalived, FRRouting, BIRD,
BIND, strongSwan, Net-SNMP, ProFTPD, RabbitMQ, Munin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE = r"[ \t]{1,8}\"?(?P<value>[^\s\"';]{6,256}+)\"?;?[ \t]*\r?$"
# The words in front of the directive: whose password it is.
_WHOSE = r"(?:(?:user|neighbor|username|sentinel|enable|area|peer)[ \t]{1,8}(?:[\w.:/-]{1,60}[ \t]{1,8})?)?"
# The directive ends in what says password; one of these is followed by whom it is for.
_NAMED = lazy_regex(
    rf"^[ \t]{{0,16}}{_WHOSE}(?P<name>(?:[A-Za-z][\w.-]{{0,40}})?"
    rf"(?i:password|passwd|pass|passphrase|secret|auth|rootpw|bindpw|(?<=[_.-])token|(?<=api[_.-])key|(?<=access[_.-])key))"
    rf"(?:(?<=auth-pass)[ \t]{{1,8}}[\w.-]{{1,60}})?{_VALUE}",
    re.MULTILINE,
)
# A word in lower case that a text has to have, and a line that holds a password under a name that doesn't say so.
_SNMP_USER = r"^[ \t]*createUser[ \t]+(?:-e[ \t]+\S{1,70}[ \t]+)?[\w.-]{1,60}[ \t]+(?:MD5|SHA(?:-\d{3})?)[ \t]+"
_LINES = (
    (" on >", r"^[ \t]*user[ \t]+[^\s>]{1,60}(?:[ \t]+[^\s>]{1,60}){0,8}[ \t]+>(?P<value>[^\s>]{6,256}+)"),
    ('psk "', r":[ \t]*PSK[ \t]+\"(?P<value>[^\s\"]{6,256}+)\""),
    ("community ", r"^[ \t]*(?:ro|rw)community6?[ \t]+(?P<value>[^\s\"]{6,64}+)(?:[ \t]|\r?$)"),
    # What a user signs in with, and what the user's messages are encrypted with.
    ("createuser ", rf"{_SNMP_USER}\"?(?P<value>[^\s\"]{{6,256}}+)"),
    ("createuser ", rf"{_SNMP_USER}\S{{6,256}}[ \t]+(?:DES|AES(?:-\d{{3}})?)[ \t]+\"?(?P<value>[^\s\"]{{6,256}}+)"),
    ("stats auth ", r"^[ \t]*stats[ \t]+auth[ \t]+[^\s:]{1,60}:(?P<value>[^\s\"]{6,256}+)"),
    ("sqlconnectinfo ", r"^[ \t]*SQLConnectInfo[ \t]+\S{1,200}[ \t]+\S{1,60}[ \t]+(?P<value>[^\s\"]{6,256}+)"),
)
_COMPILED = tuple((word, lazy_regex(pattern, re.MULTILINE)) for word, pattern in _LINES)


def read_directives(text: str) -> Iterator[Pair]:
    """Yields the passwords that a server's configuration gives its directives. Takes time linear in the text."""
    for found in _NAMED.finditer(text):
        yield Pair(found["name"], found["value"], *found.span("value"), *found.span("name"), form="listed")
    lowered = text.lower()
    for word, pattern in _COMPILED:
        if word in lowered:
            for found in pattern.finditer(text):
                yield Pair("password", found["value"], *found.span("value"), form="listed")
