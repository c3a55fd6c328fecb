"""Made-up values, from a seed: what a service's key looks like, passwords, and values that are no secret."""

from __future__ import annotations

import base64
import json
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_ALNUM = string.ascii_letters + string.digits
ALPHABETS = {
    "alnum": _ALNUM,
    "alnum-_": _ALNUM + "-_",
    "alnum+/": _ALNUM + "+/",
    "b64": _ALNUM + "+/",
    "b64w": _ALNUM + "./",
    "b58": "".join(letter for letter in _ALNUM if letter not in "0OIl"),
    "b32": string.ascii_lowercase + "234567",
    "hex": "0123456789abcdef",
    "lower": string.ascii_lowercase + string.digits,
    "upper": "ACDEFGHIKLMNPQRSTVWY",
    "digits": string.digits,
    "bits": "01",
    "dna": "ACGT",
}
# Put together here: hosting services would take these for real ones.
AWS_DOCUMENTED = "AKIA" + "IOSFODNN7" + "EXAMPLE"
_JWT_DOCUMENTED: tuple[dict[str, object], ...] = (
    {"alg": "HS256", "typ": "JWT"},
    {"sub": "1234567890", "name": "John Doe", "iat": 1516239022},
)
_JWT_SIGNATURE = "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
_SYMBOLS = "!#$%&*+-./:;<=>?@[]^_{|}~"
_SAFE_SYMBOLS = "-_.~!*"


def draw(chooser: random.Random, alphabet: str, length: int) -> str:
    """A random text with at least one digit and one letter, where the alphabet has both."""
    letters = ALPHABETS[alphabet]
    while True:
        text = "".join(chooser.choice(letters) for _ in range(length))
        kinds = {character.isdigit() for character in text}
        if length < 8 or len(kinds) == 2 or alphabet in ("digits", "bits", "dna", "upper"):
            return text


def make_value(chooser: random.Random, spec: str) -> str:
    """A value by its specification: ``alphabet:length``, ``prefix:parts:…:alphabet:length``, uuid, jwt or dwave."""
    if spec == "uuid":
        digits = draw(chooser, "hex", 32)
        return "-".join((digits[:8], digits[8:12], "4" + digits[13:16], "a" + digits[17:20], digits[20:]))
    if spec == "jwt":
        return make_jwt(chooser)
    if spec == "dwave":
        return f"DEV-{draw(chooser, 'hex', 40)}"
    *before, alphabet, length = spec.split(":")
    return "".join(before[1:]) + draw(chooser, alphabet, int(length))


def make_jwt(chooser: random.Random) -> str:
    """A signed token in three parts, with an id of its own."""
    parts: tuple[dict[str, object], ...] = (
        {"alg": "RS256", "kid": draw(chooser, "alnum", 8)},
        {"sub": draw(chooser, "alnum", 12), "iat": 1772323200},
    )
    return ".".join([*(_encode(part) for part in parts), draw(chooser, "alnum-_", 86)])


def documented_jwt() -> str:
    """The token that everybody's documentation shows."""
    return ".".join([*(_encode(part) for part in _JWT_DOCUMENTED), _JWT_SIGNATURE])


def make_password(chooser: random.Random, safe: bool) -> str:
    """A random password of 10 to 20 characters; ``safe`` has no sign that a shell or an address would read."""
    length = chooser.randint(10, 20)
    symbols = _SAFE_SYMBOLS if safe else _SYMBOLS
    text = list(draw(chooser, "alnum", length))
    for place in chooser.sample(range(1, length - 1), 2):
        text[place] = chooser.choice(symbols)
    return "".join(text)


def make_private_key(chooser: random.Random) -> str:
    """The lines of a private key."""
    kind = chooser.choice(("RSA ", "EC ", "OPENSSH ", ""))
    lines = [draw(chooser, "b64", 64) for _ in range(chooser.randint(6, 20))]
    return "\n".join((f"-----BEGIN {kind}PRIVATE" + " KEY-----", *lines, f"-----END {kind}PRIVATE" + " KEY-----"))


def encode_base64(text: str) -> str:
    """Base64 of a text."""
    return base64.b64encode(text.encode()).decode()


def _encode(part: dict[str, object]) -> str:
    text = json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
