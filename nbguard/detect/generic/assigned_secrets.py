"""Values given to a name that says credential: ``password = "…"``, ``"client_secret": "…"``, ``API_KEY=…``.

Notebooks on machine learning are full of tokens, keys and secrets that are none, so a value is reported only when
its name and its form both say so. ``judge_assigned`` is that judgement, for every reader of names and values.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.detector import BEHIND_A_NAME, Literal
from nbguard.detect.finding import RANK_DOUBTFUL, RANK_GENERIC, Finding
from nbguard.detect.generic.credential_names import CREDENTIAL, HEADER, PASSWORD, SECRET, SEVERAL, class_of_name
from nbguard.detect.generic.generic_rules import GENERIC_RULES
from nbguard.detect.values.classifier import (
    HASH,
    SIGNED_TOKEN,
    TOKEN,
    classify,
    is_plausible_password,
    is_plausible_token,
)
from nbguard.detect.values.indirect_values import is_name_in_store
from nbguard.detect.word_search import WordSearch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Field

# What the name of a credential ends in. The first are ordinary words.
_ORDINARY = ("token", "secret", "pwd", "pass")
_TELLING = ("password", "passwd", "passphrase", "passwort", "api_key", "apikey", "api-key", "access_key", "accesskey",
            "secret_key", "secretkey", "auth_key", "account_key", "service_key", "subscription_key", "master_key",
            "encryption_key", "signing_key", "private_key")  # fmt: skip
_WORDS = _TELLING + _ORDINARY
_ANY_WORD = "|".join(re.escape(word) for word in _WORDS)
# What stands between a name and its value, after the rest of the name.
_REST = r"(?:[_-]?[A-Za-z0-9]{1,16}){0,2}"
_SIGN = r"(?::[ \t]{0,2}[\w.]{1,24}[ \t]{0,2}=|:=|=>|={1,3}|!==?|[:,(])"
# Arguments between a name and its value: ``"--token", type=str, default="…"``, ``Field(default="…")``.
_ARGUMENTS = r"(?:[a-z_]{1,20}[ \t]?=[ \t]?[^=\n]{0,60}?,\s{0,24}){0,3}(?:default|value)[ \t]?=[ \t]?"
_WRAPPER = rf"(?:[\w.]{{1,24}}\()?(?:{_ARGUMENTS})?[rbuRBU]{{0,2}}"
# What raw bytes match at these words. In JSON a blank may be the escape of a tab, a line end may be the end of a
# string in a list, and every quotation mark may have backslashes.
_BLANK = r"(?:[ \t]|\\t)"
_SPACE = r"(?:\s|\\[nrt]|\"\s{0,200},\s{0,200}\"){0,24}"
_RAW_SIGN = rf"(?::{_BLANK}{{0,2}}[\w.]{{1,24}}{_BLANK}{{0,2}}=|:=|=>|={{1,3}}|!==?|[:,(])"
_RAW_ARGUMENTS = (
    rf"(?:[a-z_]{{1,20}}{_BLANK}?={_BLANK}?[^=\n]{{0,130}}?,{_SPACE}){{0,3}}(?:default|value){_BLANK}?={_BLANK}?"
)
NAMED_CONFIRM = (
    rf"(?i:{_ANY_WORD}){_REST}(?:\\{{0,3}}[\"'`])?[)\]]?{_BLANK}{{0,4}}{_RAW_SIGN}{_BLANK}{{0,4}}"
    rf"(?:[\w.]{{1,24}}\()?(?:{_RAW_ARGUMENTS})?[rbuRBU]{{0,2}}(?:\\{{0,3}}[\"'`]){{1,3}}[^\n\"'`]{{6}}"
    rf"|(?:{_ANY_WORD.upper()})[_\d]{{0,3}}=[!-~]{{8}}"
)

# No quotation mark is among a value's first characters: what is shorter ends before.
_BEGINNING = re.compile(r"[^\n\"'`]{6}")
_HEAD = re.compile(r"[\w-]{0,60}\Z", re.ASCII)
_QUOTED = re.compile(
    rf"""{_REST}(?P<closed>\\?["'`])?[)\]]?[ \t]{{0,4}}(?P<sign>{_SIGN})[ \t]{{0,4}}{_WRAPPER}
    (?:\"\"\"(?P<a>[^\n"]{{4,512}})\"\"\"|\"(?P<b>(?:[^"\\\n]|\\.){{4,512}})\"|'(?P<c>(?:[^'\\\n]|\\.){{4,512}})'
    |\\"(?P<d>[^"\\\n]{{4,512}})\\"|`(?P<e>[^`\\\n]{{4,512}})`)""",
    re.VERBOSE | re.ASCII,
)
_BARE = re.compile(r"[_\d]{0,3}=([!-~]{8,256})(?=\s|$)", re.ASCII)
# No quotation mark is among a value's first characters: what is shorter ends before.
_BEGINNING = re.compile(r"[^\n\"'`]{6}")
_HEAD = re.compile(r"[\w-]{0,60}\Z", re.ASCII)
_BARE_HEAD = re.compile(r"(?:^|[\n;&|])[ \t]*(?:[!%]{0,2}(?:export|set|setx|env|set_env|ENV|ARG)[ \t]+)?[A-Z0-9_]*\Z")
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey|api-key|key|jwt|splunk|negotiate)[ \t]+(?=\S)", re.IGNORECASE)
# In a header any word may be one; behind some stand names and signatures.
_ANY_SCHEME = re.compile(
    r"(?!(?:digest|aws4?|oauth|hawk|hmac|signature)\b)[A-Za-z][\w-]{1,20}[ \t]+(?=\S)", re.IGNORECASE
)
_WINDOW = 640
_SHORTEST = 6
# A random value of this length is nothing else wherever it stands.
_TELLING_LENGTH = 20
# The least length where the name is of a list of tokens, which may be words.
_MADE_LENGTH = 16
_LONGEST = 4_096


class Assigned(NamedTuple):
    """That the value of a name is a credential.

    ``name_class`` is the class the name says (see credential_names), ``kind`` what the classifier says of the value.
    ``start`` to ``end`` is the credential inside the value: behind ``Bearer``, without quotation marks.
    """

    name_class: str
    kind: str
    start: int
    end: int

    @property
    def doubtful(self) -> bool:
        """Whether the value may be another thing too, so that copies of it elsewhere say nothing."""
        return self.kind not in (TOKEN, HASH, SIGNED_TOKEN) or self.end - self.start < _TELLING_LENGTH


def judge_assigned(name: str, value: str, *, quoted: bool = True, form: str = "") -> Assigned | None:
    """Whether ``value``, which a text gives to ``name``, is a credential by both; None where it isn't.

    ``quoted``: it stands in quotation marks, or its format has none to offer (YAML, INI, XML). ``form`` is the format
    it was read from; in ``code`` a value without quotation marks is a name or an expression.
    """
    told = class_of_name(name)
    if not told or len(value) > _LONGEST or (form == "code" and not quoted):
        return None
    start, end = _inner(value, _ANY_SCHEME if told == HEADER else _SCHEME)
    inner = value[start:end]
    if len(inner) < _SHORTEST:
        return None
    if told == PASSWORD:
        counts = is_plausible_password(inner)
    elif told in (SECRET, CREDENTIAL):
        counts = is_plausible_token(inner) or (
            len(inner) >= 10 and any(map(str.isdigit, inner)) and is_plausible_password(inner)
        )
    elif told == HEADER:
        counts = (start > 0 or len(inner) >= _TELLING_LENGTH) and is_plausible_token(inner)
    elif told == SEVERAL:
        counts = len(inner) >= _MADE_LENGTH and classify(inner).kind in (TOKEN, HASH, SIGNED_TOKEN)
    else:
        counts = is_plausible_token(inner)
    if not counts:
        return None
    return Assigned(told, classify(inner, "password").kind, start, end)


def _inner(value: str, schemes: re.Pattern[str]) -> tuple[int, int]:
    """The credential's span in a value: behind an authorization scheme, without blanks and quotation marks around."""
    start, end = 0, len(value)
    while start < end and value[start] in " \t\r\n":
        start += 1
    while end > start and value[end - 1] in " \t\r\n":
        end -= 1
    if end - start > 2 and value[start] in "\"'`" and value[end - 1] == value[start]:
        start, end = start + 1, end - 1
    scheme = schemes.match(value, start, end)
    return (scheme.end() if scheme else start), end


class NamedValueDetector:
    """Opaque values whose name says that they are credentials."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The words that names end in."""
        for text in _WORDS:
            yield Literal(text, confirm=NAMED_CONFIRM, narrow=BEHIND_A_NAME if text in _ORDINARY else "")

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in fields."""
        for field, _ in candidates.fields:
            yield from find_named(field)


def find_named(field: Field) -> Iterator[Finding]:
    """Yields the opaque values in a field whose name says that they are credentials. Takes linear time."""
    if field.part.where in ("widget", "attachment"):
        return
    text, seen = field.text, set()
    for first, last in _telling_words(text):
        found = _value_behind(text, first, last)
        if found is None:
            continue
        name, start, end = found
        assigned = judge_assigned(name, text[start:end]) if start not in seen else None
        seen.add(start)
        if assigned is not None:
            yield make_assigned_finding(field, start, assigned)


_TELLING_WORD = re.compile(_ANY_WORD, re.IGNORECASE | re.ASCII)


def _telling_words(text: str) -> Iterator[tuple[int, int]]:
    """The spans that ``_TELLING_WORD.finditer`` gives, at a tenth of its time: most letters begin no word."""
    end = 0
    for place, _, _ in _search().places_in(text):
        if place >= end:
            found = _TELLING_WORD.match(text, place)
            if found is not None:
                end = found.end()
                yield place, end


@cache
def _search() -> WordSearch:
    return WordSearch(_WORDS)


def _value_behind(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The whole name that holds the word at these offsets, and the span of the value that is given to it."""
    quoted = _QUOTED.match(text, end, end + _WINDOW)
    rest = ""
    if quoted is not None:
        if quoted["sign"] == "," and (not quoted["closed"] or ")" in text[end : quoted.start("sign")]):
            return None  # the name of an argument's neighbour
        span = quoted.span(quoted.lastgroup or "b")
        if _BEGINNING.match(text, *span) is None or is_name_in_store(text, span[0]):
            return None
        stop = quoted.start("closed") if quoted["closed"] else quoted.start("sign")
        rest = text[end:stop].rstrip(" \t)]")
    else:
        bare = _BARE.match(text, end, end + _WINDOW)
        if bare is None or not text[start:end].isupper() or not _BARE_HEAD.search(text[max(0, start - 60) : start]):
            return None
        span = bare.span(1)
    head = _HEAD.search(text, max(0, start - 60), start)
    first = head.start() if head else start
    if quoted is not None and quoted["sign"] == "," and text[first - 1 : first] not in ("'", '"', "`"):
        return None
    return (head.group() if head else "") + text[start:end] + rest, *span


def make_assigned_finding(field: Field, start: int, assigned: Assigned) -> Finding:
    """The finding of a value that begins at ``start`` in a field, and was judged with its name."""
    rule = GENERIC_RULES["generic-credential"]
    first, last = start + assigned.start, start + assigned.end
    return Finding(
        rule=rule.id,
        kind="credential",
        provider=None,
        severity=rule.severity,
        field=field,
        start=first,
        end=last,
        value=field.text[first:last],
        cause="name",
        message="An opaque value is given to a name that says credential.",
        remedy=rule.remedy,
        rank=RANK_DOUBTFUL if assigned.doubtful else RANK_GENERIC - 1,
    )
