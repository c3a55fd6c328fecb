"""Credentials of forms that detect-secrets has no plugin for, and bearer tokens in headers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.ascii_case import lower_ascii
from nbguard.detect.detector import Literal
from nbguard.detect.finding import RANK_GENERIC, Finding
from nbguard.detect.generic.generic_findings import make_generic_finding
from nbguard.detect.generic.generic_rules import GENERIC_RULES
from nbguard.detect.generic.plugin_spans import is_varied
from nbguard.detect.values.classifier import is_plausible_token, stands_for_another

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Field


class _Pattern(NamedTuple):
    """``literal`` (lower case) begins what ``place`` matches; group ``value`` is the credential, else the whole match.

    ``confirm`` is a regex that raw bytes match at the literal. ``scheme``: the literal is one of a header, so that what
    stands before it decides.
    """

    rule: str
    literal: str
    place: str
    confirm: str
    scheme: bool = False


_BEARER = r"(?i:bearer)[ \t]{1,2}"
_PATTERNS = (
    _Pattern("wandb-key", "wandb",
             r"(?<!\w)wandb(?:\.login\([^()\n]{0,80}?[\"']|[ \t]login[ \t](?:[\w=-]{1,40}[ \t]){0,4})"
             r"(?P<value>[0-9a-f]{40})(?![0-9a-f])",
             r"wandb[. ]login[^)\n]{1,200}?[0-9a-f]{40}"),
    _Pattern("generic-credential", "bearer", _BEARER + r"(?P<value>[A-Za-z0-9_\-.+/~]{20,2048}={0,2})(?![\w+/=-])",
             _BEARER + r"[A-Za-z0-9_\-.+/~]{20}", scheme=True),
)  # fmt: skip
# A value that begins with the scheme, whatever it is called: an item of a list, a whole literal.
_BEFORE_SCHEME = re.compile(r"(?:[\"'`]|^[ \t]*-[ \t]{1,3}|[:=][ \t]{0,3})\Z", re.MULTILINE)
_TELLING_LENGTH = 20
_BEFORE_BEARER = re.compile(r"(?i:authorization)[\"'\]]{0,2}[ \t]*(?:[:=,]|=>)[ \t]*[rbuf]?[\"'`]?\Z")


class OwnPatternDetector:
    """Credentials of these forms."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """What the patterns begin with."""
        return (Literal(pattern.literal, confirm=pattern.confirm) for pattern in _PATTERNS)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the credentials of these forms in fields."""
        for field, _ in candidates.fields:
            yield from find_own(field)


def find_own(field: Field) -> Iterator[Finding]:
    """Yields the credentials of these forms in a field."""
    if field.part.where in ("widget", "attachment"):
        return
    text = field.text
    lowered = lower_ascii(text)
    for pattern in _PATTERNS:
        if pattern.literal not in lowered:
            continue
        for found in re.compile(pattern.place, re.ASCII).finditer(text):
            start, end = found.span("value" if "value" in found.re.groupindex else 0)
            value = text[start:end]
            if pattern.scheme:
                header = _BEFORE_BEARER.search(text, max(0, found.start() - 40), found.start())
                if header is None and len(value) >= _TELLING_LENGTH:
                    header = _BEFORE_SCHEME.search(text, max(0, found.start() - 40), found.start())
                if header is None or not is_plausible_token(value):
                    continue
            elif stands_for_another(value) or not is_varied(value):
                continue
            yield _finding(pattern, field, start, end)


def _finding(pattern: _Pattern, field: Field, start: int, end: int) -> Finding:
    finding = make_generic_finding(GENERIC_RULES[pattern.rule], field, start, end)
    if not pattern.scheme:
        return finding
    return finding._replace(cause="header", message="A header carries an opaque value.", rank=RANK_GENERIC - 5)
