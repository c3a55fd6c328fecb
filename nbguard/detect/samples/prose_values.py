"""Finds a single e-mail address or phone number in prose: a sentence or a label says whose or what it is.

One address in code, in documentation or in a licence is nobody's business; one in a sentence that was pasted into a
cell, or that a cell printed, is a person's. So only notebooks are looked at, of their source only what isn't code.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.value_kinds import EMAIL, email_kind, is_date, is_fictional_phone
from nbguard.detect.samples.hits import SampleHit, Spans, free
from nbguard.detect.samples.remarks import is_mailing_list
from nbguard.detect.samples.single_values import is_credits
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# A number as people write phone numbers, with its extension.
_NUMBER = lazy_regex(r"(?<![\w.+/:-])(?:\+|00)?\(?\d(?:[ ().-]{0,2}\d){6,15}(?: ?x ?\d{1,6})?(?![\w]|[.:-]\d)")
_DIGITS = (7, 15)
# Characters before a value in which a label or a sentence says what it is.
_BEFORE = 90
_CODE = lazy_regex(r"[\"'`<(\[{=/@\\]\Z")
_MAGIC = lazy_regex(r"^[ \t]*[%!?].*$", re.MULTILINE)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    known = load_knowledge("prose")

    def before(*names: str) -> re.Pattern[str]:
        words = "|".join(word for name in names for word in known[name])
        return kept_regex(rf"(?i)\b(?:{words})[\s:#.?!-]{{0,6}}\Z")

    return {
        "label": before("phone_labels"),
        "sentence": before("phone_labels", "phone_sentences"),
        "behind": re.compile(rf"(?i)[ \t,-]{{1,3}}(?:{'|'.join(known['phone_behind'])})(?!\w)"),
        "email": before("email_before"),
    }


def prose_values(text: str, taken: Spans, where: str) -> Iterator[SampleHit]:
    """The single addresses and numbers of a text that is a cell's ``source`` or an ``output``."""
    hits = [*(_emails(text, taken) if "@" in text else ()), *_phones(text, taken, where)]
    if hits and not (where == "source" and _is_code(text)):
        yield from hits


def _emails(text: str, taken: Spans) -> Iterator[SampleHit]:
    for found in EMAIL.finditer(text):
        start = found.start()
        if not free(start, taken):
            continue
        address = found[0].lower()
        if _CODE.search(text, max(0, start - 1), start) or email_kind(address) != "person" or is_mailing_list(address):
            continue
        if _patterns()["email"].search(text, max(0, start - _BEFORE), start) and not is_credits(text, start):
            yield SampleHit("sample-email-address", *found.span(), address, "an e-mail address of a person")


def _phones(text: str, taken: Spans, where: str) -> Iterator[SampleHit]:
    patterns = _patterns()
    before = patterns["sentence" if where == "source" else "label"]
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        if not free(start, taken):
            continue
        digits = sum(map(str.isdigit, found[0].partition("x")[0]))
        if not _DIGITS[0] <= digits <= _DIGITS[1] or is_date(found[0]) or is_fictional_phone(found[0]):
            continue
        said = before.search(text, max(0, start - _BEFORE), start) or patterns["behind"].match(text, end)
        if said and not is_credits(text, start):
            number = re.sub(r"\D", "", found[0])
            yield SampleHit("sample-phone-number", start, end, number, "a phone number")


def _is_code(text: str) -> bool:
    """Whether a cell is a program: nothing in it is said to a reader but in comments and strings."""
    import ast

    try:
        tree = ast.parse(_MAGIC.sub("", text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Half-typed code, or another language's.
        return re.search(r"(?m)^\s*(?:import |from \w+ import|def |class |#include|library\(|using )", text) is not None
    return bool(tree.body) or text.lstrip().startswith(("#", "%", "!"))
