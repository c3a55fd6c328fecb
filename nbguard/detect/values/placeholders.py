"""Tells what people write in place of a credential: YOUR_TOKEN, <api key>, xxxx, EXAMPLE keys, references."""

from __future__ import annotations

import re
from functools import cache
from operator import sub
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.values.encodings import is_documented_token
from nbguard.detect.values.forms import form_of
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from nbguard.detect.providers.provider_rules import Provider

_SEPARATORS = lazy_regex(r"[ _.,:-]{1,8}")
_WORD = lazy_regex(r"[^\W\d_]{1,40}\d{0,3}|\d{1,3}")
_HUMPS = lazy_regex(r"[A-Z]{1,40}(?![a-z])|[A-Z]?[a-z]{1,40}")

# A word with a hump, as nobody draws it by chance: `TokenHere`.
_HUMPED = lazy_regex(r"(?:[A-Z]?[a-z]{2,12})(?:[A-Z][a-z]{2,12}){1,3}")

_LIMITS: dict[str, float] = load_knowledge("values")["stand_in"]


def is_placeholder(value: str, provider: Provider | None = None) -> bool:
    """Whether a value only stands for a credential.

    ``provider`` adds what its own documentation writes, and its names. Takes time linear in the value.
    """
    text = value.strip().strip("'\"`")
    lowered = text.lower()
    if not text or lowered in load_catalogue().placeholders or lowered in _words("whole"):
        return True
    if provider is not None and _is_own_name(lowered, provider):
        return True
    return (
        form_of("stands-for").fullmatch(text) is not None
        or form_of("masked").search(text) is not None
        or form_of("instruction").search(text) is not None
        or _is_a_name(text)
        or _has_low_variety(lowered)
        or is_documented(text)
    )


def is_documented(value: str) -> bool:
    """Whether everybody knows a value: the documentation of a vendor or a standard shows it."""
    if is_documented_token(value):
        return True
    if not _LIMITS["shortest_documented"] <= len(value) <= _LIMITS["longest_documented"]:
        return False
    from nbguard.digests import sha256

    digest = sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    if digest[:16] in load_knowledge("documented")["values"]:
        return True
    return _LIKE_DIGEST.fullmatch(value) is not None and value.lower().rstrip("=") in _digests_of_stock()


# A hash in hex or base64: MD5, SHA-1, SHA-256.
_LIKE_DIGEST = lazy_regex(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{43}=")


@cache
def _digests_of_stock() -> frozenset[str]:
    """The hashes of what everybody writes as a password, as they are shown in its place."""
    from base64 import b64encode
    from hashlib import md5, sha1, sha256

    digests = (make(word.encode(), usedforsecurity=False) for word in _words("stock") for make in (md5, sha1, sha256))
    return frozenset(
        text.lower().rstrip("=") for one in digests for text in (one.hexdigest(), b64encode(one.digest()).decode())
    )


def has_dummy_mark(value: str) -> bool:
    """Whether something in a value shows that it was written for a reader: ``example``, ``your-``, ``123456``."""
    if value.isascii() and _dummy_marks(0).search(value.lower()) is None:
        return False  # without regard to case it takes five times as long
    # Nobody mixes the cases of such a word; random letters do.
    marks = (found.group() for found in _dummy_marks(re.IGNORECASE).finditer(value))
    # In the base64 of much, zeros are a row of A.
    marks = (mark for mark in marks if len(set(mark)) > 1 or len(mark) * _LIMITS["most_of_row"] > len(value))
    return any(
        mark.lower() == mark
        or mark.upper() == mark
        or mark == mark.capitalize()
        or "_" in mark
        or _HUMPED.fullmatch(mark)
        for mark in marks
    )


def is_stock_password(value: str) -> bool:
    """Whether a value is a password that everybody writes in documentation and tests."""
    pieces = _BETWEEN_PASSWORDS.split(value)
    if len(pieces) > 1:
        return all(not piece or is_stock_password(piece) for piece in pieces)
    lowered = value.lower()
    if lowered in _words("stock") or _in_base64(value).lower() in _words("stock"):
        return True
    if len(value) > _LIMITS["longest_stock"]:
        return False
    if _JOINS_WORDS.search(value) is not None:
        first, sign, last = lowered.replace("-", "_").rpartition("_")
        return bool(sign) and first.replace("_", "").isalpha() and last.isascii() and is_stock_password(last)
    bare = lowered.strip("0123456789!@#$%&*.?_-") or lowered
    return any(_is_stock_word(_NO_LETTERS.sub("", plain)) for plain in {bare.translate(signs) for signs in _LEET})


def _is_stock_word(plain: str) -> bool:
    """Whether letters spell what everybody writes: in the list, or `password` behind a word or before a letter."""
    single = _TWICE.sub(r"\1", plain)
    return plain in _words("stock") or single.endswith("pasword") or single[:-1] == "pasword"


def _in_base64(value: str) -> str:
    """The word that a short value is the base64 of; empty where it is none."""
    if len(value) % 4 or not _SHORT_BASE64.fullmatch(value):
        return ""
    from base64 import b64decode

    return b64decode(value).decode("latin-1").strip()


_SHORT_BASE64 = lazy_regex(r"[A-Za-z0-9+/]{6,22}={0,2}", re.ASCII)
# What stands between two passwords in one value, and in an address in the place of a sign.
_BETWEEN_PASSWORDS = lazy_regex(r"[:;,# ]|%[0-9A-Fa-f]{2}")
_JOINS_WORDS = lazy_regex(r"[\s._()\[\]{}/:-]")
_NO_LETTERS = lazy_regex(r"[^a-z]+")
# A letter twice, as in `passw00rd`.
_TWICE = lazy_regex(r"([a-z])\1")
# How letters are written as digits and signs by those who have to, or digits put between them.
_LEET: tuple[dict[int, int], ...] = ({}, str.maketrans("4031@$5!", "aoeiassi"), str.maketrans("4031@$5!", "aosiassi"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(load_knowledge("values")[name].split())


@cache
def _dummy_marks(flags: int) -> re.Pattern[str]:
    return kept_regex("|".join(load_knowledge("values")["dummy_marks"]), flags)


def _is_own_name(lowered: str, provider: Provider) -> bool:
    if lowered in (provider.id, provider.name.lower()) or any(lowered == name.lower() for name in provider.modules):
        return True
    return any(lowered == name.lower() for rule in provider.rules for name in rule.env)


def _is_a_name(text: str) -> bool:
    """Whether the value is made of words that say what should stand there: ``my-api-key``, ``IonQToken``."""
    if len(text) > _LIMITS["longest_name"]:
        return False
    nouns, sayings = _words("nouns"), _words("sayings")
    words = [word.lower() for word in _SEPARATORS.split(text) if word]
    if len(words) == 1:
        word, bare = words[0].rstrip("0123456789"), text.rstrip("0123456789")
        humps = [hump.lower() for hump in _HUMPS.findall(bare)]
        spelled = bare.isalpha() and len(humps) > 1 and humps[-1] in nouns
        return spelled or word in nouns or word in sayings or form_of("glued-name").fullmatch(word) is not None
    if not words or not all(_WORD.fullmatch(word) for word in words):
        return False
    return any(word.rstrip("0123456789") in nouns or word in sayings for word in words)


def _has_low_variety(text: str) -> bool:
    """Whether a value repeats itself or counts up: ``xxxx``, ``deadbeefdeadbeef``, ``0123456789abcdef``."""
    different = len(set(text))
    if different <= 2 or (len(text) >= _LIMITS["variety_from"] and different <= _LIMITS["few_different"]):
        return True
    if (text + text).find(text, 1) <= len(text) // 2:
        return True
    first = text[0]
    for period in range(1, min(8, len(text) // 2) + 1):
        if text[period] == first and text[period:] == text[:-period]:
            return True  # the last repetition may be cut off
    codes = list(map(ord, text))
    steps = list(map(sub, codes[1:], codes))
    if len(text) >= _LIMITS["variety_from"] and not text.isdigit() and steps.count(0) > _LIMITS["rows"] * len(steps):
        return True
    return len(text) > 4 and steps.count(1) + steps.count(-1) > _LIMITS["steps"] * len(steps)
