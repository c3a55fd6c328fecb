"""Commits that hold what the pre-commit hook refuses: it was switched off, not installed, or the policy was another.

The hook leaves no trace of its own. What can be said of a commit is what it brought, and whether its files set the
hook up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from nbguard.audit.commit_dates import in_time
from nbguard.audit.event_chain import Event
from nbguard.detect.finding import SEVERITIES
from nbguard.documents.plain import plain
from nbguard.repository.git_errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbguard.report.records import Report

SET_UP, NOT_SET_UP = "set up", "not set up"
# Commits that git is asked about at once, and so many are told of on a terminal.
_AT_ONCE, _TOLD = 200, 10
# Of what a commit brought, so much is told in an event and in a line.
_NAMED, _NAMED_IN_A_LINE = 100, 5
_LISTS = ("rules", "paths", "fingerprints")


class Brought(Protocol):
    """A finding that a commit brought."""

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102


class PastTheHook(NamedTuple):
    """A commit, who made it and when (ISO 8601), what it brought, and whether its files set the hook up."""

    commit: str
    author: str
    date: str
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    fingerprints: tuple[str, ...]
    what: tuple[str, ...]
    hook: str

    def as_event(self) -> Event:
        """The commit as an event of the time that it was made."""
        facts = self._asdict() | {"what": ", ".join(self.what[:_NAMED]), "findings": len(self.what)}
        return Event("hook-bypassed", self.date, {k: v[:_NAMED] if k in _LISTS else v for k, v in facts.items()})


def commits_past_the_hook(
    root: str, brought: Iterable[tuple[tuple[str, str, str], Brought]], fail_on: str
) -> list[PastTheHook]:
    """The commits of findings that nobody accepted, each with (commit, author, date), oldest first.

    What is below ``fail_on`` is refused by no hook.
    """
    failing = SEVERITIES[SEVERITIES.index(fail_on) :]
    commits: dict[tuple[str, str, str], list[Brought]] = {}
    for origin, finding in brought:
        if origin[0] and finding.severity in failing:
            commits.setdefault(origin, []).append(finding)
    hooks = _hooks_of(root, [commit for commit, _, _ in commits])
    return [_told(origin, commits[origin], hooks) for origin in sorted(commits, key=lambda o: (in_time(o[2]), o[0]))]


def in_report(root: str, report: Report, fail_on: str) -> list[PastTheHook]:
    """The commits that a scan of a history shows."""
    brought = [
        ((f.origin.commit, f.origin.author, f.origin.date), f) for f in report.findings if f.origin and not f.waived
    ]
    return commits_past_the_hook(root, brought, fail_on)


def as_lines(commits: Sequence[PastTheHook]) -> list[str]:
    """The commits for people, the first of them."""
    lines = [
        f"past the hook: {c.commit[:12]} of {c.author}: {_shortened(c.what)} (hook {c.hook} there)" for c in commits
    ]
    more = [f"past the hook: {len(commits) - _TOLD} more commits"] if len(commits) > _TOLD else []
    return [plain(line) for line in lines[:_TOLD]] + more


def _shortened(what: Sequence[str]) -> str:
    rest = f" and {len(what) - _NAMED_IN_A_LINE} more" if len(what) > _NAMED_IN_A_LINE else ""
    return ", ".join(what[:_NAMED_IN_A_LINE]) + rest


def _told(origin: tuple[str, str, str], brought: Sequence[Brought], hooks: Mapping[str, str]) -> PastTheHook:
    what = tuple(sorted({f"{finding.rule} in {finding.path}" for finding in brought}))
    rules, paths, prints = (
        tuple(sorted({getattr(finding, name) for finding in brought})) for name in ("rule", "path", "fingerprint")
    )
    return PastTheHook(*origin, rules, paths, prints, what, hooks.get(origin[0], NOT_SET_UP))


def _hooks_of(root: str, commits: Sequence[str]) -> dict[str, str]:
    """The commits whose files have the hooks' framework run nbguard."""
    from nbguard.repository.git import run_git
    from nbguard.repository.hooks import FRAMEWORK_FILES

    found: dict[str, str] = {}
    for at in range(0, len(commits), _AT_ONCE):
        some = commits[at : at + _AT_ONCE]
        try:
            told = run_git(root, "grep", "-l", "-z", "-F", "nbguard", *some, "--", *FRAMEWORK_FILES)
        except GitError:  # that is also how git says that there is none
            continue
        found |= {entry.partition(":")[0]: SET_UP for entry in told.split("\0") if entry}
    return found
