"""Knows government ids by their check digits (python-stdnum), and the words they go by."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import lazy_regex


class NationalId(NamedTuple):
    """A country's number: the stdnum module, its shape, and whether shape and check digits speak for themselves."""

    name: str
    module: str
    shape: re.Pattern[str]
    telling: bool


_KNOWN = load_knowledge("numbers")
NATIONAL_IDS = tuple(
    NationalId(known["name"], known["module"], re.compile(known["shape"]), known.get("telling", False))
    for known in _KNOWN["ids"]
)
# The letters at the front aren't checked: temporary numbers have prefixes that are never issued.
_NINO = lazy_regex(r"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-DT]")
_RVNR = lazy_regex(r"\d{8}[A-Z]\d{3}")
_PASSPORT = lazy_regex(r"[A-Z]{0,2}\d{6,9}[A-Z]?|[A-Z][A-Z0-9]{8}")
# Numbers that were published as examples.
_EXAMPLES = frozenset(_KNOWN["example_ids"].split())

CONTEXT = lazy_regex(rf"(?i)(?<![a-z])(?:{'|'.join(_KNOWN['id_words'])})(?![a-z])")


@lru_cache(4096)
def national_id(value: str, telling_only: bool = False) -> str:
    """The name of the government id whose check digits a value has, or empty.

    ``telling_only``: only numbers whose form nothing else has.
    """
    number = value.strip()
    plain = number.replace("-", "").replace(" ", "").replace(".", "")
    if not 8 <= len(number) <= 24 or plain in _EXAMPLES or len(set(plain)) < 4:
        return ""
    for known in NATIONAL_IDS:
        if (known.telling or not telling_only) and known.shape.fullmatch(number) and _is_valid(known.module, number):
            return known.name
    if _NINO.fullmatch(number):
        return "UK national insurance number"
    if not telling_only and _RVNR.fullmatch(number):
        return "German pension insurance number"
    return ""


def module_of(value: str) -> str:
    """The module of python-stdnum that checks a value's digits; empty where none does. What has no check digits goes
    last: nine digits alone can be many countries'.
    """
    number = value.strip()
    if not national_id(number):
        return ""
    modules = [k.module for k in NATIONAL_IDS if k.shape.fullmatch(number) and _is_valid(k.module, number)]
    return min(modules, key=lambda module: module.startswith("us."), default="")


def is_passport(value: str) -> bool:
    """Whether a value is written as passport numbers are."""
    return _PASSPORT.fullmatch(value.strip()) is not None


def _is_valid(module: str, number: str) -> bool:
    return bool(import_module(f"stdnum.{module}").is_valid(number))
