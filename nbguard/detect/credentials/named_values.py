"""Opaque values given to a name that says credential: ``password = "…"``, ``"client_secret": "…"``, ``API_KEY=…``.

Notebooks on machine learning are full of tokens, keys and secrets that are none, so a value is reported only when
its name and its form both say so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.credentials.generic_rules import GENERIC_RULES
from nbguard.detect.credentials.plausible import entropy, is_dummy
from nbguard.detect.finding import RANK_GENERIC, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.documents.fields import Field

# What stands for this detector among the detect-secrets plugins.
NAMED = "NamedValue"
NAMED_LITERALS = ("password", "passwd", "passphrase", "secret", "api_key", "apikey", "api-key", "access_key", "token")

_NAME = re.compile(
    r"passw(?:or)?d|passphrase|secret|token|(?:api|access|auth|account|service|private|subscription)[_-]?key",
    re.IGNORECASE,
)
# What may follow the word: the rest of the name, closing quotes and brackets, an operator, and the value.
_QUOTED = re.compile(
    r"""([\w-]{0,24})\\?["'`\])]{0,3}[ \t]{0,4}(?::[ \t]{0,2}\w{1,12}[ \t]{0,2}=|:=|=>|[:=,])[ \t]{0,4}
    (?:\w{1,12}\()?[rbuRBU]{0,2}\\?(["'])([!-~]{8,256}?)\\?\2""",
    re.VERBOSE,
)
_BARE = re.compile(r"([A-Z0-9_]{0,24})=([!-~]{8,256})(?=\s|$)")
_BARE_HEAD = re.compile(r"(?:^|[\n;&|])[ \t]*(?:[!%]{0,2}(?:export|set|setx|env|set_env|ENV|ARG)[ \t]+)?[A-Z0-9_]*\Z")
_HEAD = re.compile(r"[\w-]{0,40}\Z")

# Names in which the word means something else.
_OTHER_MEANING = re.compile(
    r"(?:pad|eos|bos|unk|mask|cls|sep|special|stop|start|end|next|prev|previous|num|max|min|input|output|first|last"
    r"|image|text|word|sub|new|page|continuation|cursor|csrf|xsrf|sync|lang|language|prompt|target|source|vocab|prefix"
    r"|suffix|fill|eot|sos|all|any|n|bad|added|pagination|time)[_-]?tokens?(?![a-z])"
    r"|tokeni[sz]|tokens|token[_-]?(?:type|id|ids|count|index|name|file|path|url|uri|endpoint|class|limit|expir|budget|len)"
    r"|(?:secret|password|passwd|key|token)[_-]?(?:name|id|ids|path|arn|version|ref|file|field|hash|reset|input|policy"
    r"|prompt|label|vault|type|size|ring|url|uri|env|var|hint|format|digest|regex|pattern|length|len|strength|desc\w*)(?![a-z])"
    r"|public|hash|checksum|digest|sha\d|md5|fingerprint|secrets?[_-]?(?:manager|santa|store|scope)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"passw|passphrase", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_SEGMENT = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_NO_VALUE = re.compile(
    r"https?://|/[\w.-]+/|\.{0,2}/|[A-Za-z]:\\|sha\d+[:-]|md5:|#|%|@|--|arn:|projects/|(?:[A-Za-z_]+\.)+[A-Za-z_]+\Z|vault:|op://|ssm:"
    r"|secretsmanager:|keyring:|file:|ref\+|ENC\[|AQ[A-Z]|[A-Za-z_]+[(\[]",
)
_WINDOW = 320


def find_named(field: Field) -> Iterator[Finding]:
    """Yields the opaque values in a field whose name says that they are credentials."""
    if field.part.where in ("widget", "attachment"):
        return
    text, after = field.text, 0
    for word in _NAME.finditer(text):
        if word.start() < after:
            continue
        found = _value_behind(text, word)
        if found is None:
            continue
        name, start, end = found
        after = end
        if _OTHER_MEANING.search(name) is None and _is_opaque(text[start:end], bool(_PASSWORD.search(name))):
            yield _finding(field, start, end)


def _value_behind(text: str, word: re.Match[str]) -> tuple[str, int, int] | None:
    """The whole name around a word, and the span of the value that is given to it."""
    head = _HEAD.search(text, max(0, word.start() - 40), word.start())
    before = head.group() if head else ""
    limit = word.end() + _WINDOW
    quoted = _QUOTED.match(text, word.end(), limit)
    if quoted is not None:
        return before + word.group() + quoted.group(1), quoted.start(3), quoted.end(3)
    bare = _BARE.match(text, word.end(), limit)
    if bare is not None and _BARE_HEAD.search(text[max(0, word.start() - 60) : word.start()]):
        return before + word.group() + bare.group(1), bare.start(2), bare.end(2)
    return None


def _is_opaque(value: str, password: bool) -> bool:
    """Whether a value looks made by a machine, or, for a password, chosen to be hard to guess."""
    if is_dummy(value) or _NO_VALUE.match(value) or value.isdigit():
        return False
    letters = sum(character.isalpha() for character in value)
    digits = sum(character.isdigit() for character in value)
    if not letters or not digits:
        return False
    if password:
        both = value.lower() != value != value.upper()
        marks = len(value) - letters - digits
        return len(set(value)) >= 6 and (both + (marks > 0) >= 2 or (both and digits >= 3 and len(value) >= 10))
    if _UUID.match(value):
        return True
    segment = max(_SEGMENT.findall(value), key=len, default="")
    return (
        len(segment) >= 20
        and sum(character.isdigit() for character in segment) >= 3
        and entropy(segment) >= (3.0 if re.fullmatch(r"[0-9a-fA-F]+", segment) else 3.6)
    )


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
