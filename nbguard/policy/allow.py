"""Inline allows: the marks by which somebody accepts a finding beside it. Only lines around findings are read."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from nbguard.documents.positions import line_index
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Cell, Document, Field
    from nbguard.policy.policy_settings import WaiverPolicy


class Waiver(NamedTuple):
    """Why a finding is accepted. ``kind``: inline, marker (another tool's), cell-metadata, baseline, approval, policy.

    ``detail`` says which mark it is and where, so that marks nobody needs any more can be told. ``expires`` is an
    ISO date, empty for never. ``signed`` holds, with commas between, the names of those who signed it, where
    signatures were verified.
    """

    kind: str
    detail: str
    reason: str = ""
    expires: str = ""
    approved_by: str = ""
    signed: str = ""


class Allow(NamedTuple):
    """An allow as written: the rules it is for (globs, or none for "whatever is here"), and the waiver it gives."""

    rules: tuple[str, ...]
    waiver: Waiver
    problem: str = ""


class Decision(NamedTuple):
    """The waiver that counts for a finding, or why the allow that stands there doesn't count."""

    waiver: Waiver | None
    note: str = ""


# How reason, approver and expiry are given beside a finding, and to `nbguard baseline`.
_HOW = ('reason="…"', "approved-by=…", "expires=YYYY-MM-DD")
_HOW_IN_BASELINES = ('--reason "…"', "--approved-by NAME", "--expires YYYY-MM-DD")
_NEARBY = 4000
# A comment sign of some language, or the quote of a format that has no comments.
_OURS = lazy_regex(r"""(?P<sign>#|//|--|%|;|/\*|<!--|["'])[ \t]*nbguard:[ \t]*allow(?![\w-])(?P<rest>[^\n]{0,1000})""")
# What somebody may have written for it.
_MISSPELT = lazy_regex(r"""(?:#|//|--|%|;|/\*|<!--|["'])[ \t]*nbguard:[ \t]*(?P<word>[A-Za-z]{4,9})(?![\w/])""")
_FOREIGN = lazy_regex(
    r"pragma:[ ]?(?:allow|white)list[ -](?:(?P<next>nextline)[ -])?secret(?![\w-])"
    r"|(?<![\w-])(?:gitleaks:allow|betterleaks:allow|trufflehog:ignore|kingfisher:(?:ignore|allow))(?![\w-])",
    re.IGNORECASE,
)
_WORD = lazy_regex(
    r"""[ \t,]*(?:(?P<key>[A-Za-z_-]{1,20})[ \t]*=[ \t]*"""
    r"""(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s"',]+))|(?P<rule>[\w*?.-]+))"""
)
_DATE = lazy_regex(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_COMMENT_ENDS = ("-->", "*/", "--%>")


def decide(
    allows: Iterator[Allow],
    finding: Finding,
    policy: WaiverPolicy,
    today: str,
    remark: Callable[[Allow], str] = lambda _: "",
) -> Decision:
    """Picks the first allow that is for the finding and counts today (an ISO date), else says why none does.

    ``remark`` says what is wrong with an allow for other rules; empty where nothing is.
    """
    note = ""
    for allow in allows:
        if allow.rules and not any(fnmatchcase(finding.rule, rule) for rule in allow.rules):
            another = f"The {allow.waiver.detail} is for another rule; write {finding.rule} to allow this."
            note = note or remark(allow) or another
            continue
        problem = allow.problem or shortcoming(allow.waiver, policy, today)
        if not problem:
            return Decision(allow.waiver)
        note = note or f"The {allow.waiver.detail} doesn't count: {problem}."
    return Decision(None, note)


def shortcoming(waiver: Waiver, policy: WaiverPolicy, today: str) -> str:
    """What keeps a waiver from counting today: expired, or without something the policy requires; else empty."""
    if waiver.expires and not _DATE.fullmatch(waiver.expires):
        return "its expiry must be a date written YYYY-MM-DD"
    if waiver.expires and waiver.expires < today:
        return f"it expired on {waiver.expires}"
    how = _HOW_IN_BASELINES if waiver.kind == "baseline" else _HOW
    required = (
        (policy.require_reason, waiver.reason, f"a reason ({how[0]})"),
        (policy.require_approver, waiver.approved_by, f"an approver ({how[1]})"),
        (policy.require_expiry, waiver.expires, f"an expiry ({how[2]})"),
    )
    missing = [what for demanded, given, what in required if demanded and not given.strip()]
    return f"the policy requires {' and '.join(missing)}" if missing else ""


def allows_for(finding: Finding, document: Document, policy: WaiverPolicy) -> Iterator[Allow]:
    """The allows that stand on the finding's line, alone on the line before, or in its cell's metadata."""
    if not policy.inline:
        return
    text, lines = finding.field.text, line_index(finding.field.text)
    line_start = lines.line_start(finding.start)
    # A line may be a whole file: what stands far away on it isn't beside the finding.
    start = max(line_start, finding.start - _NEARBY)
    last = max(finding.start, finding.end - 1)
    end = text.find("\n", last, last + _NEARBY)
    number = lines.line(finding.start)
    for offset, line in enumerate(text[start : end if end >= 0 else last + _NEARBY].split("\n")):
        yield from allows_on(line, number + offset, policy, finding.kind)
    if line_start > 0:
        before = text[max(lines.line_start(line_start - 1), line_start - _NEARBY) : line_start - 1]
        yield from allows_on(before, number - 1, policy, finding.kind, for_next=True)
    yield from allows_in_metadata(document, finding.field.part.cell)


def allows_on(line: str, number: int, policy: WaiverPolicy, kind: str, for_next: bool = False) -> Iterator[Allow]:
    """The allows written on one line, for findings on it or (``for_next``) for findings on the line after it.

    Another tool's marker is about secrets, so it is heard for ``credential`` findings only.
    """
    if not any(sign in line for sign in ("nbguard:", "allow", "ignore")) and "list" not in line.lower():
        return
    # A mark that trails code is about that code; only one that stands alone looks ahead.
    ours = [found for found in _OURS.finditer(line) if not (for_next and line[: found.start()].strip())]
    for found in ours:
        yield _read_ours(found["rest"], found["sign"], number)
    for found in _MISSPELT.finditer(line) if not ours else ():
        if _is_meant(found["word"].lower()) and not (for_next and line[: found.start()].strip()):
            problem = "it isn't written `nbguard: allow RULE`"
            yield Allow((), Waiver("inline", f"mark on line {number}"), problem)
    if policy.foreign_markers and kind == "credential":
        for found in _FOREIGN.finditer(line):
            if bool(found["next"]) == for_next:
                yield Allow((), Waiver("marker", f"{found.group().lower()} on line {number}"))


def allows_in(field: Field, policy: WaiverPolicy) -> Iterator[Allow]:
    """Every allow written in a field, whether or not anything is found beside it."""
    for number, line in enumerate(field.text.split("\n"), 1):
        yield from allows_on(line, number, policy, "credential")
        for allow in allows_on(line, number, policy, "credential", for_next=True):
            if "nextline" in allow.waiver.detail:
                yield allow


def allows_in_metadata(document: Document, cell: Cell | None) -> Iterator[Allow]:
    """The allows in a cell's metadata ``nbguard: {"allow": […]}`` (without a cell: in the notebook's own).

    An entry is written as in a comment (``"ionq-api-key reason='…'"``) or as an object with the keys rule, reason,
    expires, approved-by.
    """
    for part in document.parts:
        if part.path != "metadata.nbguard" or part.cell != cell:
            continue
        try:
            value = json.loads(document.raw[part.start : part.end])
        except (ValueError, RecursionError):
            continue
        entries = value.get("allow") if isinstance(value, dict) else None
        for entry in entries if isinstance(entries, list) else [entries]:
            if isinstance(entry, str):
                yield _read_ours(entry, "", 0)
            elif isinstance(entry, dict):
                yield _from_object(entry)


def _is_meant(word: str) -> bool:
    """Whether a word was meant to be ``allow``."""
    from difflib import SequenceMatcher

    return word == "ignore" or SequenceMatcher(None, word, "allow").ratio() > 0.7


def _read_ours(rest: str, sign: str, number: int) -> Allow:
    for end in _COMMENT_ENDS:
        rest = rest.split(end)[0]
    if sign in ('"', "'"):
        rest = rest.split(sign)[0]
    rules: list[str] = []
    fields: dict[str, Any] = {}
    at, problem, unquoted = 0, "", ""
    while (word := _WORD.match(rest, at)) is not None:
        if word["key"]:
            key = word["key"].replace("_", "-")
            fields[key] = word["double"] or word["single"] or word["bare"] or ""
            unquoted = key if word["bare"] and key in ("reason", "approved-by") else ""
        elif fields:
            if unquoted:
                problem = f'more than one word needs quotes: {unquoted}="…"'
            break
        else:
            rules.append(word["rule"])
        at = word.end()
    return _allow(rules, fields, "inline" if sign else "cell-metadata", number, problem)


def _from_object(entry: dict[str, Any]) -> Allow:
    fields = {str(key).replace("_", "-"): value for key, value in entry.items()}
    rule = fields.pop("rule", None)
    rules = [rule] if isinstance(rule, str) and rule else []
    return _allow(rules, fields, "cell-metadata", 0)


def _allow(rules: list[str], fields: dict[str, Any], kind: str, number: int, problem: str = "") -> Allow:
    place = f"allow on line {number}" if number else "allow in the metadata"
    texts = [value if isinstance(value, str) else "" for value in map(fields.get, ("reason", "expires", "approved-by"))]
    detail = f"{place} ({', '.join(rules) or 'no rule'})"
    if not rules:
        problem = "it names no rule (write * for any)"
    elif unknown := sorted(set(fields) - {"reason", "expires", "approved-by"}):
        problem = f"it says {unknown[0]}=, known are reason, expires and approved-by"
    return Allow(tuple(rules), Waiver(kind, detail, texts[0].strip(), texts[1].strip(), texts[2].strip()), problem)
