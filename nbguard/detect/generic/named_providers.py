"""The detector of values that are given to a provider's name, and its look at raw bytes.

Names of providers stand in every other notebook on quantum computing: what it takes to find a value is imported only
where something like one stands behind a name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.detector import Literal
from nbguard.detect.generic.provider_names import literals_of_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge, RawFile
    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope

# Bytes behind a provider's name where something of its may follow: a sign, and a long run with a digit not far off.
_CONFIRM = (
    r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=\\u[0-9a-fA-F]{4})|(?<=[a-z])(?=[A-Z]))[\w-]{3}"
    r"(?:(?:[\w.' -]|\\t){0,80}+[\\\"'`*\])]{0,8}\s{0,4}(?:[?:]{0,2}=(?!=)|->|[:,|]|(?<=\])\s|(?<=\]\\)[rn])"
    r"|(?:[ _-]?[A-Za-z']{1,20}+){0,6}? is )[\\\"'`*]{0,8}"
    # Word by word, then a long one with a digit.
    r"(?:[\w.+/-]{0,300}+[^\w.+/-]{1,60}+){0,60}?(?=[A-Za-z_+/-]{0,40}[0-9])[\w+/-][\w.+/-]{19,254}"
)
# What is given to a provider's name has such a run of characters in it, no further off than this (in bytes).
_LONG = 20
_LONG_RUN = b"a" * _LONG
_OF_RUN = bytes(
    ord("a") if (byte < 128 and chr(byte).isalnum()) or byte in b"_.+/-" else ord(" ") for byte in range(256)
)
_PIECE, _LONGEST_PIECE = 256, 65_536
_REACH = 25_000


class NamedProviderDetector:
    """Random values given to a name that holds a provider's; a topic is the provider's name."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The names of providers; the short ones with what may follow them."""
        for text, name in literals_of_names(knowledge.names).items():
            yield Literal(text, name, stem=name if text != name else "")

    def confirms(self, file: RawFile, topics: Sequence[str], start: int, _: int) -> bool:
        """Whether something random is given to the name."""
        if not _is_long_run_ahead(file, start) or _confirmation().match(file.raw, start) is None:
            return False
        from nbguard.detect.generic.assigned_provider_keys import shows_named_provider

        return shows_named_provider(file.raw, start, start + len(topics[0]))

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in fields."""
        from nbguard.detect.generic.assigned_provider_keys import find_named_providers

        for field, _ in candidates.fields:
            yield from find_named_providers(field)


def _is_long_run_ahead(file: RawFile, start: int) -> bool:
    """Whether anything as long as a credential follows. A table names its backend on every line, and holds none."""
    searched, at = file.memory.get(_LONG_RUN, (0, -1))
    if not searched <= start <= at:
        searched, at = start, _find_long_run(file.raw, start)
        file.memory[_LONG_RUN] = searched, at
    return bool(at - start < _REACH)


def _find_long_run(raw: bytes, start: int) -> int:
    """Where the next long run begins; behind the end, out of reach, where there is none."""
    length = _PIECE
    while start < len(raw):
        # Two searches for bytes are twenty times as quick as one for a class of them.
        at = raw[start : start + length + _LONG].translate(_OF_RUN).find(_LONG_RUN)
        if at >= 0:
            return start + at
        # In base64 one is close by.
        start, length = start + length, min(4 * length, _LONGEST_PIECE)
    return len(raw) + _REACH


@cache
def _confirmation() -> re.Pattern[bytes]:
    return re.compile(_CONFIRM.encode())
