"""Notes and mails: ``IBM Quantum API key for the lab account:`` over the key, ``the password is V``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = r"(?:token|password|passwd|passphrase|secret|api[ _-]?key|access[ _-]?key|credential|key|pwd|pass)s?"
_SENTENCE = re.compile(
    rf"(?P<name>(?:[A-Za-z'][\w'-]{{0,30}}[ \t]){{0,4}}\b{_WORD}\b(?:[ \t]\(?[A-Za-z][\w'@./-]{{0,40}}\)?){{0,6}}?)"
    r"[*_`\"']{0,3}[ \t]{0,3}(?::|\bis\b:?|->|=|\u2013|\u2014|-)"
    r"[ \t]{0,3}[*_`\"']{0,3}(?P<break>[ \t]*\r?\n(?:[ \t]*\r?\n)?[ \t>*`-]{0,8})?"
    r"[`\"'*]{0,3}(?P<value>[^\s`\"'*<>]{6,4096}+)(?P<rest>[^\n]?)",
    re.IGNORECASE,
)


def read_prose(text: str) -> Iterator[Pair]:
    """Yields what a sentence or a heading with a credential's word in it names, where one word follows."""
    for found in _SENTENCE.finditer(text):
        value = found["value"].rstrip(".,;:!?)")
        if found["break"] and found["value"].endswith(":"):
            continue
        start = found.start("value")
        yield Pair(
            found["name"], value, start, start + len(value), *found.span("name"),
            form="prose-line" if found["break"] else "prose",
        )  # fmt: skip
