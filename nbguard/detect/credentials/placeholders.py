"""Tells what people write in place of a credential: YOUR_TOKEN, <api key>, xxxx, EXAMPLE keys, references."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from nbguard.detect.credentials.rules import load_catalogue

if TYPE_CHECKING:
    from nbguard.detect.credentials.rules import Provider

# What a credential is called. A value that ends so is a name, not a credential.
_NOUNS = frozenset(
    """token tokens key keys secret secrets password passwd pwd passphrase credential credentials apikey apitoken auth
    value string placeholder here""".split()  # noqa: SIM905
)
# Words that say by themselves that a value isn't meant.
_SAYINGS = frozenset(
    """your yours example dummy fake placeholder changeme changeit redacted insert paste todo tbd sample removed hidden
    masked deleted""".split()  # noqa: SIM905
)
_WHOLE = frozenset(("none", "null", "nil", "true", "false", "n/a", "undefined", "empty", "test", "testing", "foobar"))

_SEPARATORS = re.compile(r"[ _.,:-]{1,8}")
_WORD = re.compile(r"[A-Za-z]{1,40}\d{0,3}")
_ENDS_IN_NOUN = re.compile(r"[A-Za-z]{0,24}(?:token|key|secret|password|credentials?)", re.IGNORECASE)
# Brackets of any kind around the whole, $NAME, %NAME%, {{ name }}, and pointers to where the value is kept.
_STANDS_FOR = re.compile(
    r"<[^<>]{0,200}>|\[[^\[\]]{0,200}\]|\{{1,2}[^{}]{0,200}\}{1,2}|\$\w{1,80}|\$[({][^(){}]{0,200}[)}]|%\w{1,80}%"
    r"|(?:env|vault|op|keyring|secretref)(?::|://)[\w./#:@-]{1,200}"
)
_MASKED = re.compile(r"x{6}|[*•#]{3}|\.{3}|…|EXAMPLE(?:KEY)?\b|\bexample\b|deleteThis|goes[ _-]here", re.IGNORECASE)

# A random string of this length with fewer different characters than a third of it doesn't happen in practice.
_TELLING_LENGTH = 16
_FEW_DIFFERENT = 5
_LONGEST_NAME = 200


def is_placeholder(value: str, provider: Provider | None = None) -> bool:
    """Whether a value only stands for a credential.

    ``provider`` adds what its own documentation writes, and its names. Takes time linear in the value.
    """
    text = value.strip().strip("'\"`")
    lowered = text.lower()
    if not text or lowered in load_catalogue().placeholders or lowered in _WHOLE:
        return True
    if provider is not None and lowered in _own_names(provider):
        return True
    return (
        _STANDS_FOR.fullmatch(text) is not None
        or _MASKED.search(text) is not None
        or _is_a_name(text)
        or _has_low_variety(lowered)
    )


def _own_names(provider: Provider) -> frozenset[str]:
    names = {provider.id, provider.name.lower(), *(name.lower() for name in provider.modules)}
    return frozenset(names | {name.lower() for rule in provider.rules for name in rule.env})


def _is_a_name(text: str) -> bool:
    """Whether the value is made of words that say what should stand there, as in ``my-api-key`` or ``IonQToken``."""
    if _ENDS_IN_NOUN.fullmatch(text) is not None:
        return True
    words = [word for word in _SEPARATORS.split(text[:_LONGEST_NAME].lower()) if word]
    if len(words) < 2 or not all(_WORD.fullmatch(word) for word in words):
        return bool(words) and words[0] in _SAYINGS and len(words) == 1
    return any(word in _NOUNS or word in _SAYINGS for word in words)


def _has_low_variety(text: str) -> bool:
    """Whether a value repeats itself or counts up: ``xxxx``, ``deadbeefdeadbeef``, ``0123456789abcdef``."""
    if len(set(text)) <= 2:
        return True
    if len(text) >= _TELLING_LENGTH and len(set(text)) <= _FEW_DIFFERENT:
        return True
    period = (text + text).find(text, 1)
    if period <= len(text) // 2:
        return True
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return len(text) >= 8 and sum(step in (1, -1) for step in steps) > 0.7 * len(steps)
