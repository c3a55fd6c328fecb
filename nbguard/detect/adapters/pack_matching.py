"""Matches a rule pack against fields: the same rules, in the same order of checks, as gitleaks v8.

One thing differs on purpose: gitleaks looks at a file as it is written down, we at decoded fields.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.finding import RANK_GENERIC, Finding
from nbguard.detect.values.word_likeness import entropy
from nbguard.documents.fields import Field, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.adapters.pack_gate import RuleGate
    from nbguard.detect.adapters.rule_packs import Allowlist, PackRule, RulePack

# From so many rules on, all keywords of the pack are looked for once.
_MANY = 20


class _Match(NamedTuple):
    """A rule's match: span of the secret, of the whole match, and of the lines that hold it."""

    start: int
    end: int
    match_start: int
    match_end: int


def find_by_pack(
    field: Field, path: str, pack: RulePack, commit: str = "", gate: RuleGate | None = None
) -> Iterator[Finding]:
    """Yields what the rules of a pack find in a field.

    ``path`` is the document's, with forward slashes; ``commit`` is the one that brought it, if that is known
    (allowlists may name commits). Rules with a path and no regex are for ``find_by_path``. ``gate`` is the pack's;
    without it all rules are tried whose keywords are there.
    """
    text, path = _as_unicode(field.text), _as_unicode(path)
    if _is_place_allowed(pack.allowlists, path, commit):
        return
    possible = gate.may_match(text) if gate is not None else pack.rules.keys()
    if not possible:
        return
    lowered = text.lower() if pack.keywords else ""
    present = {keyword for keyword in pack.keywords if keyword in lowered} if len(possible) > _MANY else None
    for rule in pack.rules.values():
        if rule.id not in possible or rule.silent or rule.regex is None:
            continue
        if rule.keywords and not _has_keyword(rule, lowered, present):
            continue
        for match in _with_required(rule, text, path, commit, pack):
            yield _finding(rule, field, match.start, match.end, field.text[match.start : match.end])


def _has_keyword(rule: PackRule, lowered: str, present: set[str] | None) -> bool:
    """Whether a text in lower case holds a keyword of a rule; ``present`` are the pack's that it holds, if known."""
    if present is not None:
        return not present.isdisjoint(rule.keywords)
    return any(keyword in lowered for keyword in rule.keywords)


def find_by_path(path: str, pack: RulePack, commit: str = "") -> Iterator[Finding]:
    """Yields what the rules find that look at a path only. The finding's field is empty, its value is the path."""
    path = _as_unicode(path)
    if _is_place_allowed(pack.allowlists, path, commit):
        return
    for rule in pack.rules.values():
        if rule.regex is not None or rule.silent or not rule.path.search(path):
            continue
        if not _is_place_allowed(rule.allowlists, path, commit):
            yield _finding(rule, Field("", Part("file", None, "", "", "text", 0, 0)), 0, 0, path)


def _as_unicode(text: str) -> str:
    """The text without bytes that were no UTF-8 and halves of characters, which RE2 can't take; offsets stay."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text)
    return text


def _matches(rule: PackRule, text: str, path: str, commit: str, pack: RulePack) -> Iterator[_Match]:
    """The matches of one rule that no allowlist takes out."""
    if (rule.path is not None and not rule.path.search(path)) or _is_place_allowed(rule.allowlists, path, commit):
        return
    for found in rule.regex.finditer(text):
        match_start, match_end = _without_line_feeds(text, *found.span())
        start, end = _span_of_secret(rule, found, match_start, match_end)
        secret = text[start:end]
        if rule.entropy and entropy(secret) <= rule.entropy:
            continue
        match = _Match(start, end, match_start, match_end)
        if not _is_allowed((*pack.allowlists, *rule.allowlists), text, match, path, commit):
            yield match


def _with_required(rule: PackRule, text: str, path: str, commit: str, pack: RulePack) -> Iterator[_Match]:
    """A rule's matches that have a match of every rule it requires near enough."""
    matches = list(_matches(rule, text, path, commit, pack))
    if not matches or not rule.required:
        yield from matches
        return
    breaks = [-1, *(index for index, character in enumerate(text) if character == "\n")]
    others = {}
    for required in rule.required:
        other = pack.rules[required.rule]
        found = _matches(other, text, path, commit, pack) if other.regex is not None else iter(())
        others[required] = [_place(breaks, match.match_start) for match in found]
    for match in matches:
        line, column = _place(breaks, match.match_start)
        if all(
            any(
                (required.lines is None or abs(line - other_line) <= required.lines)
                and (required.columns is None or abs(column - other_column) <= required.columns)
                for other_line, other_column in others[required]
            )
            for required in rule.required
        ):
            yield match


def _span_of_secret(rule: PackRule, found: Any, match_start: int, match_end: int) -> tuple[int, int]:
    """The group that the rule names, else the first group that holds something, else the match."""
    numbers = (rule.group,) if rule.group else range(1, rule.regex.groups + 1)
    for number in numbers:
        start, end = found.span(number)
        if end > start >= 0:
            return start, end
    return match_start, match_end


def _without_line_feeds(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] == "\n":
        start += 1
    while start < end and text[end - 1] == "\n":
        end -= 1
    return start, end


def _place(breaks: list[int], offset: int) -> tuple[int, int]:
    line = bisect_left(breaks, offset) - 1
    return line, offset - breaks[line]


def _is_place_allowed(allowlists: tuple[Allowlist, ...], path: str, commit: str) -> bool:
    """Whether an allowlist takes out a file or a commit, whatever is in it."""
    for allowlist in allowlists:
        checks = _checks_of_place(allowlist, path, commit)
        if not allowlist.every:
            if any(checks):
                return True
        elif not allowlist.regexes and not allowlist.stopwords and all(checks):
            return True
    return False


def _is_allowed(allowlists: tuple[Allowlist, ...], text: str, match: _Match, path: str, commit: str) -> bool:
    """Whether an allowlist takes out a match."""
    secret = text[match.start : match.end]
    for allowlist in allowlists:
        target = secret
        if allowlist.target == "match":
            target = text[match.match_start : match.match_end]
        elif allowlist.target == "line":
            line_end = text.find("\n", match.match_end)
            target = text[text.rfind("\n", 0, match.match_start) + 1 : line_end if line_end >= 0 else len(text)]
        checks = []
        if allowlist.regexes:
            checks.append(any(regex.search(target) for regex in allowlist.regexes))
        if allowlist.stopwords:
            lowered = secret.lower()
            checks.append(any(word in lowered for word in allowlist.stopwords))
        if allowlist.every:
            if all((*checks, *_checks_of_place(allowlist, path, commit))):
                return True
        elif any(checks):
            return True
    return False


def _checks_of_place(allowlist: Allowlist, path: str, commit: str) -> list[bool]:
    checks = []
    if allowlist.commits:
        checks.append(commit.lower() in allowlist.commits)
    if allowlist.paths:
        checks.append(any(regex.search(path) for regex in allowlist.paths))
    return checks


def _finding(rule: PackRule, field: Field, start: int, end: int, value: str) -> Finding:
    return Finding(
        rule=rule.id,
        kind="credential",
        provider=None,
        severity="high",
        field=field,
        start=start,
        end=end,
        value=value,
        cause="rule pack",
        message=rule.description or f"The rule {rule.id} of the rule pack matches.",
        remedy="Rotate it at whoever issued it, and look it up at run time.",
        # Where a rule for anything and a rule for one thing match, the second one says more.
        rank=RANK_GENERIC + (4 if "generic" in rule.id.lower() else 5),
    )
