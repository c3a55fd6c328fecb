"""The span of what a detect-secrets plugin matched, where it is a credential and no piece of a longer run."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING

from nbguard.detect.values.classifier import stands_for_another
from nbguard.detect.values.encodings import is_documented_token
from nbguard.detect.values.word_likeness import entropy
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from nbguard.detect.generic.generic_rules import GenericRule

# What shows that a value goes on as a mask or the name of a file: `xoxp-…-####`, `ico-….png`.
GOES_ON = lazy_regex(r"[-_]?[#*•]{3}|[-_.]?x{4}|\.(?:png|jpe?g|gif|svg|ico|webp|css|js|map|html?|woff2?|ttf)\b")
_RUN = lazy_regex(r"[A-Za-z0-9+/=_-]*")
_PEM_HEADER = lazy_regex(r"-{0,5}BEGIN ([A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?)-{1,5}")
# Key material without an end mark: pieces of base64, headers such as DEK-Info, and what stands between pieces.
_PEM_BODY = lazy_regex(
    r"""(?:(?:\s|\\[nrt]|["',]|\+(?=[\s"']))*+(?:[A-Za-z-]{3,16}:[^\n\\]{0,80}|[A-Za-z0-9+/=]{16,}+))*+"""
)
_BASE64_STRETCH = lazy_regex(r"[A-Za-z0-9+/=]{16,}")
_TOKEN = lazy_regex(r"[^A-Za-z0-9_=.-]")
_END_OF_WORD = lazy_regex(r"[\s\"'`,;\\]")
_DELIMITERS = " \t\r:=\"'`,;"


def acceptable_span(rule: GenericRule, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The exact span of a value that a plugin found, or None where it is no credential."""
    if rule.form == "key block":
        return _span_of_key(text, start)
    if rule.behind_sign:
        start = text.index("=", start, end) + 1
    while start < end and text[start] in _DELIMITERS:
        start += 1
    if rule.one_word:
        end = start + len(_END_OF_WORD.split(text[start:end], maxsplit=1)[0])
    value = text[start:end]
    if rule.form == "signed token":
        # The plugin stops at the signature.
        end = start + len(_TOKEN.split(text[start : end + 4096], maxsplit=1)[0].rstrip("."))
        return (start, end) if _is_signed_token(text[start:end]) else None
    if stands_for_another(value) or GOES_ON.match(text, end) is not None or not is_varied(value, rule.digits):
        return None
    if rule.fixed and _is_inside_run(text, start, end):
        return None
    if len(value) < rule.shortest or (rule.entropy and entropy(value) < rule.entropy):
        return None
    return start, end


def is_varied(value: str, digits: bool = True) -> bool:
    """Whether a value has a letter, a digit (but where its kind may have none), and not a few characters repeated."""
    return (
        (not digits or any(character.isdigit() for character in value))
        and any(character.isalpha() for character in value)
        and len(set(value)) >= min(8, len(value) // 2)
    )


def _is_inside_run(text: str, start: int, end: int) -> bool:
    """Whether a value of fixed length is a piece of a longer run, such as the base64 of an image."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or after.isalnum():
        # In doubly escaped text a value follows the n of \n.
        return not (before in ("n", "r", "t") and text[start - 2 : start - 1] == "\\" and not after.isalnum())
    run = _RUN.match(text, end, end + 64)
    left = start
    while left > max(0, start - 64) and (text[left - 1].isalnum() or text[left - 1] in "+/"):
        left -= 1
    return (run is not None and run.end() - end >= 40) or start - left >= 40


def _is_signed_token(value: str) -> bool:
    """Whether a JWT has a JSON header with an algorithm and a body, and isn't the example everybody shows."""
    import json

    parts = value.split(".")
    if len(parts) < 2 or len(parts[1]) < 8:
        return False
    try:
        header = json.loads(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
        body = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, Base64Error):
        return False
    if not isinstance(header, dict) or "alg" not in header or not isinstance(body, dict):
        return False
    return not is_documented_token(value)


def _span_of_key(text: str, at: int) -> tuple[int, int] | None:
    """The whole block of a private key whose header is at ``at``; None for a header without a key behind it."""
    start = max(0, at - 5)
    while start < at and text[start] != "-":
        start += 1
    header = _PEM_HEADER.match(text, start)
    if header is None:
        return _span_of_putty_key(text, at)
    # No further than the next key, so that a text full of headers takes no more than linear time.
    limit = header.end() + 20_000
    following = text.find("BEGIN ", header.end(), limit)
    limit = limit if following < 0 else following
    footer = text.find(f"END {header.group(1)}", header.end(), limit)
    if footer >= 0:
        material, end = text[header.end() : footer], footer + len(f"END {header.group(1)}")
        while text[end : end + 1] == "-":
            end += 1
    else:
        body = _PEM_BODY.match(text, header.end(), limit)
        end = body.end() if body else header.end()
        material = text[header.end() : end]
    stretches = [stretch for stretch in _BASE64_STRETCH.findall(material) if not stands_for_another(stretch[:40])]
    if sum(map(len, stretches)) < 40 or "EXAMPLE" in material[:400]:
        return None
    return start, end


def _span_of_putty_key(text: str, at: int) -> tuple[int, int] | None:
    private = text.find("Private-Lines:", at, at + 20_000)
    if private < 0:
        return None
    mac = text.find("Private-MAC:", private, private + 20_000)
    end = text.find("\n", mac) if mac >= 0 else min(len(text), private + 20_000)
    return at, end if end >= 0 else len(text)
