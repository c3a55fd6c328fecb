"""Finds loops without an end that submit jobs to a quantum computer: nothing but the bill stops them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.documents.decode import decode
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document, Field

_HEAD = lazy_regex(
    r"^(?P<indent>[ \t]*)(?P<loop>while (?:True|1)|for \w{1,40} in (?:itertools\.)?count\([^()\n]{0,40}\))[ \t]*:[ \t]*"
    r"(?:#[^\n]*)?$",
    re.MULTILINE,
)
_ENDING = lazy_regex(r"\b(?:break|return|raise|sys\.exit|os\._exit|exit|quit)\b")
_COMMENT = lazy_regex(r"^[ \t]*#")
_MOST_READ = 1_000_000


class JobLoopDetector(Detector):
    """Loops that submit jobs and don't end by themselves."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        words = load_knowledge("hygiene")["job_loops"]
        self._submits = re.compile(words["submits"])
        self._quantum = re.compile(words["imports"], re.MULTILINE)

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The heads of such loops."""
        yield from map(Literal, load_knowledge("hygiene")["job_loops"]["heads"])

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the heads of such loops in code that imports a quantum SDK."""
        fields = [field for field, _ in candidates.fields if _is_code(field)]
        if fields and any(self._quantum.search(text) for text in _code_of(candidates.document)):
            for field in fields:
                yield from self._find_in(field)

    def _find_in(self, field: Field) -> Iterator[Finding]:
        text = field.text[:_MOST_READ]
        done = 0
        for head in _HEAD.finditer(text):
            if head.start() < done:
                continue  # inside of a loop that was looked at
            body, done = _body(text, head.end(), len(head["indent"].expandtabs()))
            submits = self._submits.search(body)
            if submits and not _ENDING.search(body):
                start = head.end("indent")
                yield make_finding(
                    "unbounded-jobs",
                    field,
                    start,
                    head.end(),
                    f"{head['loop']}: {submits[1]}",
                    f"{submits[1]}(…) in it",
                )


def _code_of(document: Document) -> Iterator[str]:
    for part in document.parts:
        if part.where in ("file", "source"):
            for field in decode(document, part):
                yield field.text[:_MOST_READ]


def _is_code(field: Field) -> bool:
    part = field.part
    return part.where == "file" or (part.where == "source" and part.cell is not None and part.cell.type == "code")


def _body(text: str, start: int, indent: int) -> tuple[str, int]:
    """The lines of a block that is indented more than its head, without comments, and where it ends."""
    kept: list[str] = []
    at = start + 1
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        bare = line.expandtabs()
        if line.strip() and len(bare) - len(bare.lstrip()) <= indent:
            break
        if not _COMMENT.match(line):
            kept.append(line)
        at = end + 1
    return "\n".join(kept), at
