"""Tells what is encoded: signed tokens (JSON Web Tokens) and base64 of a text."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error

from nbguard.lazy_regex import lazy_regex

_SIGNED = lazy_regex(r"[A-Za-z0-9_-]{10,}={0,2}\.[A-Za-z0-9_-]{2,}={0,2}\.[A-Za-z0-9_-]*={0,2}")
_BASE64 = lazy_regex(r"[A-Za-z0-9+/_-]{12,}={0,2}|[A-Za-z0-9+/_-]{6,11}={1,2}")
_SAFE_SIGNS = str.maketrans("+/", "-_")
_CONTROL = lazy_regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def is_signed_token(value: str) -> bool:
    """Whether a value is a JSON Web Token: three parts of base64, of which the first is a JSON object."""
    if not value.startswith("eyJ") or _SIGNED.fullmatch(value) is None:
        return False
    head = value.partition(".")[0]
    try:
        return urlsafe_b64decode(head + "=" * (-len(head) % 4)).lstrip().startswith(b"{")
    except (ValueError, Base64Error):
        return False


def is_documented_token(value: str) -> bool:
    """Whether a value is a JSON Web Token for nobody, as jwt.io's page and the local keys of Supabase are.

    What it says of its holder tells, whoever signed it. A signed sentence (RFC 7520) is nobody's either.
    """
    import json

    parts = value.split(".")
    if not value.startswith("eyJ") or len(parts) < 2:
        return False
    try:
        text = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)).decode("utf-8")
    except (ValueError, Base64Error):
        return False
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return " " in text and text.isprintable()
    return isinstance(body, dict) and (
        body.get("sub") == "1234567890" or body.get("name") == "John Doe" or body.get("iss") == "supabase-demo"
    )


def text_in_base64(value: str) -> str:
    """The text in a value that is base64 of either alphabet; empty where it is none or isn't printable.

    A line end behind it is no part of it: `echo secret | base64` writes one.
    """
    if _BASE64.fullmatch(value) is None or (value.endswith("=") and len(value) % 4):
        return ""
    try:
        text = urlsafe_b64decode(value.translate(_SAFE_SIGNS) + "=" * (-len(value) % 4)).decode("utf-8")
    except (ValueError, Base64Error):
        return ""
    text = text.rstrip("\r\n")
    return text if _CONTROL.search(text) is None and text.isascii() and text.isprintable() else ""
