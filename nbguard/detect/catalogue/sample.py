"""Makes fake credentials from the ``sample`` patterns of the catalogue, so that no token-like string is in a file."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_HEX = "0123456789abcdef"
_PIECE = re.compile(r"<(?P<name>[a-z]+)>|\\(?P<escaped>.)|\[(?P<choice>[^\]]+)\]|(?P<plain>.)", re.DOTALL)
_COUNT = re.compile(r"\{(\d{1,4})\}")


def make_sample(pattern: str, random: random.Random) -> str:
    r"""A random string that follows a pattern.

    A pattern is text with ``[…]`` for one of some characters (``a-z`` is a range), ``{n}`` for repeating what stands
    before, ``\`` before a sign that is meant as such, and ``<jwt>``, ``<uuid>``, ``<basic>`` for a JSON Web Token, a
    UUID and base64 of ``user:password``. Raises ValueError for an unknown name.
    """
    made: list[str] = []
    at = 0
    while piece := _PIECE.match(pattern, at):
        at = piece.end()
        times = 1
        if count := _COUNT.match(pattern, at):
            times, at = int(count.group(1)), count.end()
        made.extend(_make_piece(piece, random) for _ in range(times))
    return "".join(made)


def _make_piece(piece: re.Match[str], random: random.Random) -> str:
    if piece["choice"]:
        return random.choice(_spell_out(piece["choice"]))
    if piece["name"] is None:
        return piece["escaped"] or piece["plain"]
    if piece["name"] == "jwt":
        return _make_jwt(random)
    if piece["name"] == "uuid":
        digits = _pick(random, _HEX, 32)
        return "-".join((digits[:8], digits[8:12], "4" + digits[13:16], "9" + digits[17:20], digits[20:]))
    if piece["name"] == "basic":
        return base64.b64encode(f"{_pick(random, _HEX, 10)}:{_pick(random, _URL_SAFE, 24)}".encode()).decode()
    raise ValueError(f"a sample knows no <{piece['name']}>")


def _make_jwt(random: random.Random) -> str:
    claims = f'{{"sub":"{_pick(random, _HEX, 16)}","exp":1900000000}}'
    parts = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (_JWT_HEADER, claims)]
    return ".".join((*parts, _pick(random, _URL_SAFE, 86)))


_JWT_HEADER = '{"alg":"HS512","typ":"JWT"}'


def _pick(random: random.Random, alphabet: str, length: int) -> str:
    return "".join(random.choice(alphabet) for _ in range(length))


def _spell_out(choice: str) -> str:
    return re.sub(r"(.)-(.)", lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), choice)
