"""Opaque values given to a name that says credential: ``password = "…"``, ``"client_secret": "…"``, ``API_KEY=…``.

Notebooks on machine learning are full of tokens, keys and secrets that are none, so a value is reported only when
its name and its form both say so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.detector import Literal
from nbguard.detect.finding import RANK_GENERIC, Finding
from nbguard.detect.generic.generic_rules import GENERIC_RULES
from nbguard.detect.values.randomness import is_dummy, is_opaque, is_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Field

# What the name of a credential ends in. The first three are ordinary words: the prefilter sees them with what follows.
_ORDINARY = ("token", "secret", "password")
_TELLING = ("passwd", "passphrase", "api_key", "apikey", "api-key", "access_key", "accesskey", "secret_key",
            "secretkey", "auth_key", "account_key", "service_key", "subscription_key")  # fmt: skip
_WORDS = _ORDINARY + _TELLING
NAMED_LITERALS = (*_TELLING, *(word + tail for word in _ORDINARY for tail in ("=", " =", ": ", '"', '\\"', "'")))
# What raw bytes match at these literals.
_ANY_WORD = "|".join(re.escape(word) for word in _WORDS)
NAMED_CONFIRM = (
    rf"(?i:{_ANY_WORD})"
    r"""[_\d]{0,3}(?:\\{0,2}["'`])?[)\]]?[ \t]{0,4}(?::[ \t]{0,2}\w{1,12}[ \t]{0,2}=|:=|=>|[:=,])[ \t]{0,4}"""
    r"""(?:\w{1,12}\()?[rbuRBU]{0,2}\\{0,2}["'][!-~]{8}"""
    rf"|(?:{_ANY_WORD.upper()})[_\d]{{0,3}}=[!-~]{{8}}"
)

_HEAD = re.compile(r"[\w-]{0,40}\Z")
_QUOTED = re.compile(
    r"""[_\d]{0,3}\\?["'`]?[)\]]?[ \t]{0,4}(?::[ \t]{0,2}\w{1,12}[ \t]{0,2}=|:=|=>|[:=,])[ \t]{0,4}
    (?:\w{1,12}\()?[rbuRBU]{0,2}\\?(["'])([!-~]{8,256}?)\\?\1""",
    re.VERBOSE,
)
_BARE = re.compile(r"[_\d]{0,3}=([!-~]{8,256})(?=\s|$)")
_BARE_HEAD = re.compile(r"(?:^|[\n;&|])[ \t]*(?:[!%]{0,2}(?:export|set|setx|env|set_env|ENV|ARG)[ \t]+)?[A-Z0-9_]*\Z")

# Names in which the word means something else.
_OTHER_MEANING = re.compile(
    r"(?:pad|eos|bos|unk|mask|cls|sep|special|stop|start|end|next|prev|previous|num|max|min|input|output|first|last"
    r"|image|text|word|sub|new|page|continuation|cursor|csrf|xsrf|sync|lang|language|prompt|target|source|vocab|prefix"
    r"|suffix|fill|eot|sos|all|any|n|bad|added|pagination|time|public|ssh|lock|update|request|idempotency|nonce|change)[_-]?(?:token|key)\Z"
    r"|hash|checksum|digest|sha\d|md5|fingerprint|encrypted|example",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_WINDOW = 320


class NamedValueDetector:
    """Opaque values whose name says that they are credentials."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The words that names end in."""
        return (Literal(text, confirm=NAMED_CONFIRM) for text in NAMED_LITERALS)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in fields."""
        for field, _ in candidates.fields:
            yield from find_named(field)


def find_named(field: Field) -> Iterator[Finding]:
    """Yields the opaque values in a field whose name says that they are credentials."""
    if field.part.where in ("widget", "attachment"):
        return
    text, seen = field.text, set()
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that grows when lowered would move every place
        lowered = "".join(map(_lower_ascii, text))
    for word in _WORDS:
        at = lowered.find(word)
        while at >= 0:
            found = _value_behind(text, at, at + len(word))
            at = lowered.find(word, at + len(word))
            if found is None:
                continue
            name, start, end = found
            password = "passw" in name.lower() or "passphrase" in name.lower()
            if start in seen or _OTHER_MEANING.search(name):
                continue
            if not _is_opaque(text[start:end], password, identifier=word == "token"):
                continue
            seen.add(start)
            yield _finding(field, start, end)


def _lower_ascii(character: str) -> str:
    return character.lower() if character.isascii() else character


def _value_behind(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The whole name that ends with the word at these offsets, and the span of the value that is given to it."""
    quoted = _QUOTED.match(text, end, end + _WINDOW)
    if quoted is not None:
        span = quoted.span(2)
    else:
        bare = _BARE.match(text, end, end + _WINDOW)
        if bare is None or not text[start:end].isupper() or not _BARE_HEAD.search(text[max(0, start - 60) : start]):
            return None
        span = bare.span(1)
    head = _HEAD.search(text, max(0, start - 40), start)
    return (head.group() if head else "") + text[start:end], *span


def _is_opaque(value: str, password: bool, identifier: bool) -> bool:
    """Whether a value looks made by a machine, or, for a password, chosen to be hard to guess.

    ``identifier``: its name may mean a mere identifier, as a request's token does, so a UUID says nothing.
    """
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    if not digits or not letters or is_reference(value) or is_dummy(value):
        return False
    if password:
        mixed = value.lower() != value != value.upper()
        marked = letters + digits < len(value)
        return len(set(value)) >= 6 and mixed and (marked or (digits >= 3 and len(value) >= 10))
    if _UUID.match(value):
        return not identifier
    return is_opaque(value)


def _finding(field: Field, start: int, end: int) -> Finding:
    rule = GENERIC_RULES["generic-credential"]
    return Finding(
        rule=rule.id,
        kind="credential",
        provider=None,
        severity=rule.severity,
        field=field,
        start=start,
        end=end,
        value=field.text[start:end],
        cause="name",
        message="An opaque value is given to a name that says credential.",
        remedy=rule.remedy,
        rank=RANK_GENERIC - 5,
    )
