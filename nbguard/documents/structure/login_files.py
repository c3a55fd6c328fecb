"""Files of login data with a format of their own: ``.netrc``, ``.pgpass``, ``.git-credentials``; keys in JSON (JWK)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NETRC = lazy_regex(
    r"\b(?:machine[ \t]+(?P<host>\S+)|default)\s+(?:(?:login|account)\s+(?P<user>\S+)\s+)?(?:account\s+\S+\s+"
    r")?password\s+\"?(?P<value>[^\s\"]+)"
)
_PGPASS = lazy_regex(
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


# A key written as an object in code, or in a string: `{ kty: 'EC', d: 'V' }`, `{\\"kty\\":\\"oct\\",\\"k\\":\\"V\\"}`.
_CLOSE_NAME = r"\\{0,3}[\"']?[ \t]{0,4}(?::|=>?)\s{0,24}\\{0,3}[\"']"
_KEY_TYPE = lazy_regex(rf"(?<![\w$])kty{_CLOSE_NAME}(?:RSA|EC|OKP|oct)\\{{0,3}}[\"']")
_MEMBER = lazy_regex(rf"(?<![\w$.])(?P<name>d|p|q|dp|dq|qi|k){_CLOSE_NAME}(?P<value>[A-Za-z0-9_-]{{10,2048}}+)=?")
_LONGEST_KEY = 6_000


def read_keys_in_code(text: str) -> Iterator[Pair]:
    """Yields the private members of JSON Web Keys that are written as objects in code."""
    for found in _KEY_TYPE.finditer(text) if "kty" in text else ():
        first = text.rfind("{", max(0, found.start() - _LONGEST_KEY), found.start())
        last = text.find("}", found.end(), found.end() + _LONGEST_KEY)
        for member in _MEMBER.finditer(text, max(0, first), last if last >= 0 else found.end() + _LONGEST_KEY):
            yield Pair("private_key", member["value"], *member.span("value"), *member.span("name"), (), True, "jwk")
