"""Makes a control: a random token of the same shape as a value, which no server has ever issued."""

from __future__ import annotations

import re
import secrets
import string

_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")


def make_control(value: str, keep: str = "") -> str:
    """A random token of a value's shape. ``keep`` is a regex of what at its beginning is the same in all of them.

    Signs stay; letters become letters of the same case and digits become digits, within hexadecimal where it is that.
    It is never the value itself.
    """
    kept = match.end() if keep and (match := re.match(keep, value)) else 0
    rest = value[kept:]
    pools = _pools(rest)
    while True:
        made = value[:kept] + "".join(secrets.choice(pools.get(_kind(sign), sign)) for sign in rest)
        if made != value:
            return made
        if not any(_kind(sign) in pools for sign in rest):
            # Nothing in it is random: a longer one is none that anybody issued, either.
            return value + secrets.token_hex(16)


def _pools(rest: str) -> dict[str, str]:
    digits = re.sub(r"[^0-9A-Za-z]", "", rest)
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    if digits and _HEX.fullmatch(digits):
        lower, upper = "abcdef", "ABCDEF"
    return {"lower": lower, "upper": upper, "digit": string.digits}


def _kind(sign: str) -> str:
    if not sign.isascii():
        return ""
    if sign.isdigit():
        return "digit"
    return "lower" if sign.islower() else "upper" if sign.isupper() else ""
