"""Values that a format writes in base64: the data of a Kubernetes Secret, Docker's ``auth``, a Basic header."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.documents.structure.pair import Pair

_BASE64 = lazy_regex(r"[A-Za-z0-9+/_-]{4,}={0,2}\Z")
_KIND = lazy_regex(r"(?m)(?:^|[{,])[ \t]*\"?kind\"?[ \t]*:[ \t]*[\"']?(?:Sealed)?Secret\b")


def decode_values(pairs: Iterable[Pair], text: str) -> Iterator[Pair]:
    """Yields all pairs; those whose format says base64 with the text that it stands for. Spans stay as they are."""
    secret = _KIND.search(text) is not None
    for pair in pairs:
        if secret and pair.path and pair.path[-1] == "data":
            plain = _decode(pair.value)
            yield pair._replace(value=plain, form="base64") if plain else pair
        elif _is_login(pair):
            yield from _login(pair)
        else:
            yield pair


def _is_login(pair: Pair) -> bool:
    """Whether a value is a user and a password in base64: of Docker, npm, or a Basic header."""
    if pair.name == "_auth" or (pair.name == "auth" and "auths" in pair.path[:1]):
        return True
    return pair.form == "header" and pair.scheme.lower() == "basic"


def _login(pair: Pair) -> Iterator[Pair]:
    """User and password in one value: the pair of the password, which ends where the value ends."""
    user, colon, password = _decode(pair.value).partition(":")
    if colon and not password and user:
        yield pair._replace(name="api_key", value=user, form="login", scheme="")  # a key in the user's place
    elif colon and password:
        yield pair._replace(name="password", value=password, form="login", path=(*pair.path, user))
    else:
        yield pair if pair.scheme else pair._replace(name="auth_token", form="login")


def _decode(value: str) -> str:
    value = "".join(value.split())
    if _BASE64.match(value) is None:
        return ""
    try:
        text = b64decode(value + "=" * (-len(value) % 4), altchars=b"-_" if "-" in value or "_" in value else None)
        plain = text.decode("utf-8")
    except (ValueError, Base64Error):
        return ""
    return plain if plain.isprintable() or plain.rstrip("\r\n").isprintable() else ""
