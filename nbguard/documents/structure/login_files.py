"""Files of login data with a format of their own: ``.netrc``, ``.pgpass``, ``.git-credentials``; keys in JSON (JWK)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NETRC = re.compile(
    r"\b(?:machine[ \t]+(?P<host>\S+)|default)\s+(?:(?:login|account)\s+(?P<user>\S+)\s+)?(?:account\s+\S+\s+"
    r")?password\s+\"?(?P<value>[^\s\"]+)"
)
_PGPASS = re.compile(
    r"(?m)^(?P<host>[^:#\n]{1,200}):(?P<port>\d{1,5}|\*):(?P<database>[^:\n]{1,100}):(?P<user>[^:\n]{1,100})"
    r":(?P<value>\S{1,512})"
)
# The private members of a JSON Web Key (RFC 7518, section 6).
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "k"))


def read_netrc(text: str) -> Iterator[Pair]:
    """Yields the passwords of ``machine … login … password …``, on one line or several."""
    if "password" in text:
        for found in _NETRC.finditer(text):
            path = (found["host"] or "default", found["user"] or "")
            yield Pair("password", found["value"], *found.span("value"), path=path, form="netrc")


def read_pgpass(text: str) -> Iterator[Pair]:
    """Yields the passwords of ``host:port:database:user:password``."""
    for found in _PGPASS.finditer(text):
        yield Pair("password", found["value"], *found.span("value"), path=(found["host"], found["user"]), form="pgpass")


def name_account_keys(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yields all pairs; a ``key`` beside a ``username`` (``kaggle.json``) once more, under a name that says so."""
    users: set[int] = set()
    waiting: dict[int, Pair] = {}
    for pair in pairs:
        yield pair
        if pair.group and pair.name in ("username", "user"):
            users.add(pair.group)
        elif pair.group and pair.name == "key":
            waiting[pair.group] = pair
        if pair.group in users and pair.group in waiting:
            yield waiting.pop(pair.group)._replace(name="api_key", form="account")


def name_key_members(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yields all pairs; the private members of a JSON Web Key once more, under a name that says so."""
    waiting: dict[int, list[Pair]] = {}
    keys: set[int] = set()
    for pair in pairs:
        yield pair
        if pair.name == "kty" and pair.value in ("RSA", "EC", "OKP", "oct"):
            keys.add(pair.group)
            for member in waiting.pop(pair.group, ()):
                yield member._replace(name="private_key", form="jwk")
        elif pair.name in _PRIVATE and pair.group:
            if pair.group in keys:
                yield pair._replace(name="private_key", form="jwk")
            else:
                waiting.setdefault(pair.group, []).append(pair)
