"""Accepts a finding in a file that is no notebook: the comment that does it, tried out on the text first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nbguard.editing.allowing import allowance_for, check_allowance, counts
from nbguard.editing.marks import Insertion, as_comment, find_places, insert
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_errors import RequestError
from nbguard.editing.targets import find_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.documents.fields import Document
    from nbguard.editing.marks import Allowance
    from nbguard.editing.policies import Policy
    from nbguard.editing.request_records import AllowRequest, NotebookRequest
    from nbguard.scan.scanner import Judged

# The languages whose comments begin as Python's do, and where such a line of its own changes nothing.
_COMMENTED = ("yaml", "toml", "env", "shell", "julia", "r")


def allow_in_text(
    target: Judged,
    allowance: Allowance,
    policy: Policy,
    document: Document,
    judged: Sequence[Judged],
    scan: Callable[[str], Sequence[Judged]],
) -> Insertion:
    """What to insert into the finding's field. ``scan`` says what would be found in another text.

    Raises RequestError where the finding can't be allowed, or the policy demands more.
    """
    check_allowance(allowance, policy, judged)
    if target.finding.field.part.form == "text":
        for place in _places(target, allowance, document):
            if counts(judged, scan(insert(target.finding.field.text, place)), target):
                return place
    raise RequestError(422, "an allow wouldn't count here; use `nbguard baseline`", "not-allowed")


def allow_in_file(
    request: AllowRequest, policy: Policy, scan: Callable[[NotebookRequest], tuple[Document, list[Judged]]]
) -> tuple[Judged, dict[str, Any]]:
    """The finding that was meant, and the answer of ``POST allow``, for a request with a text.

    Raises RequestError as ``allow_in_text`` does, and where the finding isn't there.
    """
    document, judged = scan(request)
    text = PlainText(request.text or "", document)
    target = find_target(judged, request.finding, text)
    if target.record.waived is not None:
        raise RequestError(409, "this finding is allowed already; scan the file again", "allowed")
    place = allow_in_text(
        target, allowance_for(target, request.reason, request.expires, request.approved_by), policy, document, judged,
        lambda changed: scan(msgspec.structs.replace(request, cells=None, plain=changed))[1],
    )  # fmt: skip
    span = text.units(target.finding.field, place.at, place.at)
    return target, {"edits": [{"cell": "", "from": span.start, "to": span.end, "insert": place.text}], "metadata": []}


def _places(target: Judged, allowance: Allowance, document: Document) -> Iterator[Insertion]:
    """Places for the comment: those that are proven in Python, else the line before."""
    if document.language == "python":
        yield from find_places(target.finding, allowance)
    elif document.language in _COMMENTED:
        text = target.finding.field.text
        line_start = text.rfind("\n", 0, target.finding.start) + 1
        line = text[line_start : target.finding.start]
        yield Insertion(line_start, f"{line[: len(line) - len(line.lstrip())]}{as_comment(allowance)}\n")
