"""Values that were cut: the beginning or the end of a longer one that is known, or what stands where an output ends.

A piece is never stored as a value of its own. Code and configuration say what they mean, so a value in a source counts
as whole; outputs, logs and metadata are cut at some length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document

_OF_ANOTHER = "it is a piece of a longer value that is moved; clear it here"
_AT_THE_END = "the text ends within it or right behind it, so it may be cut; run the cell again, or clear it"
# Texts that are printed or written as they come, by their file's language.
_LOGS = ("", "markdown")
_CUT = re.compile(
    r"\s{0,4}(?:\Z|(?:[\[(<]\s?)?(?:(?:output|text|line|message)\s(?:is\s|was\s)?)?truncated\b|output exceeds the"
    r"|\[?\.\.\.|…|--more--|\[\d{1,9} more )",
    re.IGNORECASE,
)


def find_pieces(found: Iterable[tuple[Document, Iterable[Finding]]]) -> dict[str, str]:
    """The values that may only be pieces of credentials, each with the reason why it isn't moved.

    ``found`` are documents with the findings in them that are to be moved.
    """
    whole: set[str] = set()
    cut: dict[str, bool] = {}
    for document, findings in found:
        for finding in findings:
            if finding.kind != "credential" or not finding.value:
                continue
            if _is_said(finding, document.language):
                whole.add(finding.value)
            else:
                cut[finding.value] = cut.get(finding.value, False) or _ends_here(finding)
    values = whole | set(cut)
    forwards, backwards = sorted(values), sorted(value[::-1] for value in values)
    pieces = {}
    for value, at_end in cut.items():
        if value in whole:
            continue
        if _begins_another(value, forwards) or _begins_another(value[::-1], backwards):
            pieces[value] = _OF_ANOTHER
        elif at_end:
            pieces[value] = _AT_THE_END
    return pieces


def _is_said(finding: Finding, language: str) -> bool:
    """Whether a place is a source: what somebody wrote there is meant so."""
    where = finding.field.part.where
    if where == "file":
        return language not in _LOGS or not _ends_here(finding)
    return where == "source"


def _ends_here(finding: Finding) -> bool:
    """Whether a text ends right behind a value, or says that it was cut there."""
    text, end = finding.field.text, finding.end
    if text[finding.start : end] != finding.value:
        return False
    found = _CUT.match(text, end)
    if found is None:
        return False
    # A line that ends, with nothing behind it, was printed whole.
    return bool(found.group().strip()) or "\n" not in found.group()


def _begins_another(value: str, values: list[str]) -> bool:
    """Whether one of the sorted ``values`` is longer and begins with ``value``."""
    at = bisect_right(values, value)
    return at < len(values) and values[at].startswith(value)
