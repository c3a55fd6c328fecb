"""Leaves out what stands in a signed address and opens nothing: who signed it, and a signature whose time is over.

A signed address gives one request to whoever has it, for a time. It names the key that signed, which without the key's
secret is no credential, and often has the token of a session beside it, which is none without that secret either.

Formats: AWS, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", and version 2 before it;
Google Cloud Storage and Alibaba's and Tencent's stores, which took both; CloudFront; Azure, "Create a service SAS".
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding

# What an id of a key has behind it where it says who signed: `/20240131/us-east-1/s3/aws4_request`.
_SLASH = r"(?:/|\\/|%2[Ff]|%252[Ff]|\\u002[Ff])"
_SCOPE = lazy_regex(
    rf"[A-Za-z0-9]{{12,128}}{_SLASH}[0-9]{{8}}{_SLASH}[\w-]{{1,40}}{_SLASH}[\w-]{{1,40}}{_SLASH}"
    r"(?:aws4|goog4|aliyun_v4)_request",
    re.ASCII,
)
# A parameter of an address that is written as it is, in HTML, in JSON, or inside of another address.
_BEGIN = r"(?:[?&;]|\\u0026|%26|%3[Ff])"
_IS = r"(?:=|%3[Dd])"
# Parameters that say who signed, right before their value.
_SIGNER = lazy_regex(
    rf"{_BEGIN}(?i:AWSAccessKeyId|OSSAccessKeyId|AccessKeyId|GoogleAccessId|Key-Pair-Id|q-ak"
    rf"|x-(?:amz|oss|obs|cos|goog)-security-token){_IS}\Z",
    re.ASCII,
)
_SIGNATURE = lazy_regex(rf"{_BEGIN}(?i:(?:x-[a-z]{{2,5}}-|q-)?signature){_IS}[\w%+/.=~-]{{20}}", re.ASCII)
# Azure's: the signature, and when it ends, as a date or in seconds.
_SHARED = lazy_regex(rf"(?:{_BEGIN}|\A|\s)sig{_IS}", re.ASCII)
_END = lazy_regex(rf"(?:{_BEGIN}|\A|\s)se{_IS}(?P<end>[\w:%.+-]{{10,40}})", re.ASCII)
# What no address has in it, and the most that is read of one on each side.
_OUTSIDE = lazy_regex(r"[\s\"'`<>|]")
_FAR = 4_096


def leave_out_signed(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without ids and tokens of those who signed an address, and without signatures that have ended.

    Takes time bounded by a constant for each finding of a credential.
    """
    return [finding for finding in findings if finding.kind != "credential" or not _opens_nothing(finding)]


def _opens_nothing(finding: Finding) -> bool:
    text, end = finding.field.text, finding.end
    # Where a layer of encoding was taken off, the span is the whole layer.
    start = text.find(finding.value, finding.start, end) if finding.value else -1
    if start < 0:
        return False
    if _SCOPE.match(text, start) is not None:
        return True
    if _SIGNER.search(text[max(0, start - 40) : start]) is not None:
        return _SIGNATURE.search(_address_around(text, start, end)) is not None
    if _SHARED.search(text[max(0, start - 8) : start + len(finding.value)]) is not None:
        found = _END.search(_address_around(text, start, end))
        return found is not None and _is_over(found["end"])
    return False


def _address_around(text: str, start: int, end: int) -> str:
    """The characters of an address in which a finding stands."""
    before = text[max(0, start - _FAR) : start]
    outside = [found.end() for found in _OUTSIDE.finditer(before)]
    first = start - len(before) + (outside[-1] if outside else 0)
    found = _OUTSIDE.search(text, end, end + _FAR)
    return text[first : found.start() if found else min(len(text), end + _FAR)]


def _is_over(end: str) -> bool:
    """Whether a time is over. One that can't be read isn't."""
    written = re.sub("%3[Aa]", ":", end).replace("%2B", "+").replace("%2b", "+")
    if written.isdigit():
        return len(written) <= 11 and int(written) < time.time()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() < time.time()
