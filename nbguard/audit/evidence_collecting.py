"""Collects evidence of repositories: the files as they are, the whole history, the policy, approvals, what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from nbguard.audit.assessment import assess
from nbguard.audit.evidence_records import (
    SCHEMA,
    Acceptance,
    ApprovalRecord,
    Evidence,
    EvidenceFinding,
    Happening,
    LookedAt,
    RepositoryEvidence,
)
from nbguard.audit.past_the_hook import commits_past_the_hook
from nbguard.errors import UsageError
from nbguard.policy.approval import FILE_NAME
from nbguard.policy.approvals import WHO_BROUGHT_IT, Subject, load_approvals
from nbguard.policy.description import describe_policy, rules_digest
from nbguard.policy.fingerprint import find_salt
from nbguard.policy.policy_settings import BASELINE_NAME, BUNDLE_NAME, CONFIG_NAMES
from nbguard.policy.verdict import OFF, severity_under
from nbguard.repository.approval_ground import ground_of
from nbguard.repository.git import run_git
from nbguard.repository.history import resolve, select_everything
from nbguard.repository.origins import standing_of
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.scan_paths import scan_paths
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.policy.approval import Approval
    from nbguard.policy.approvals import Approvals
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord, Report


class Period(NamedTuple):
    """From when on, and the day on which it is judged (an ISO date)."""

    since: datetime
    as_of: str


def read_period(since: str, as_of: str) -> Period:
    """The period of ``30d``, an ISO date or an ISO time; ``as_of`` an ISO date, or empty for today (UTC).

    Raises UsageError.
    """
    try:
        day = datetime.fromisoformat(as_of).replace(tzinfo=UTC) if as_of else datetime.now(UTC)
        if since.endswith("d") and since[:-1].isdigit():
            begin = day.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=int(since[:-1]))
        else:
            begin = datetime.fromisoformat(since)
            begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError("--since takes days such as 30d or a date, --as-of a date written YYYY-MM-DD") from None
    return Period(begin, day.strftime("%Y-%m-%d"))


def collect(configs: Sequence[Config], period: Period, jobs: int = 1) -> Evidence:
    """The evidence of repositories, each under its configuration. Raises UsageError and GitError."""
    repositories = [_collect(config, period, jobs) for config in configs]
    repositories.sort(key=lambda repository: (repository.scope.repository, repository.scope.head))
    since = period.since.isoformat()
    return Evidence(
        SCHEMA, "nbguard", __version__, rules_digest(), since, period.as_of, repositories, assess(repositories)
    )


def _collect(config: Config, period: Period, jobs: int) -> RepositoryEvidence:
    root = config.root
    head = resolve(root, "HEAD")
    now = scan_paths((), config, frozenset(), jobs=jobs).report
    past = HistoryScan(root, config, frozenset(), jobs=jobs).run(select_everything(root)).result.report
    places = _places(now, past, period)
    policy = describe_policy(config) | {"switched_off": _switched_off(config)}
    return RepositoryEvidence(
        _scope(root, head, now, past),
        policy,
        places,
        [_acceptance(finding) for finding in now.findings if finding.waived is not None],
        _approvals(config, period, now),
        [*_policy_changes(root, period), *_past_the_hook(config, places)],
    )


def _switched_off(config: Config) -> dict[str, list[str]]:
    """The rules by kind that the policy doesn't report somewhere, whatever they find."""
    from nbguard.detect.rule_list import all_rules

    off: dict[str, list[str]] = {}
    for rule in all_rules():
        parts = (None, *config.zones)
        if any(severity_under(rule.id, rule.kind, rule.severity, config, zone) == OFF for zone in parts):
            off.setdefault(rule.kind, []).append(rule.id)
    return {kind: sorted(rules) for kind, rules in sorted(off.items())}


def _places(now: Report, past: Report, period: Period) -> list[EvidenceFinding]:
    """Each value at each path once: what stands there now, and what the history holds beside it."""
    origins = {(f.path, f.fingerprint): f for f in past.findings}
    here = {(f.path, f.fingerprint): f for f in now.findings}
    return [
        _place(here.get(key) or origins[key], origins.get(key), key in here, period)
        for key in sorted({*here, *origins})
    ]


def _place(finding: FindingRecord, known: FindingRecord | None, now: bool, period: Period) -> EvidenceFinding:
    origin = known.origin if known is not None else None
    commit, author, date = (origin.commit, origin.author, origin.date) if origin else ("", "", "")
    try:
        new = datetime.fromisoformat(date) >= period.since
    except (ValueError, TypeError):
        new = not date
    return EvidenceFinding(
        finding.rule, finding.kind, finding.severity, finding.path, finding.file_line, finding.fingerprint, now,
        finding.waived is not None, commit, author, date, new,
    )  # fmt: skip


def _scope(root: str, head: str, now: Report, past: Report) -> LookedAt:
    listed = run_git(root, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags")
    refs = dict(line.split(" ") for line in listed.split("\n") if line)
    skipped = sorted({*now.skipped, *past.skipped})
    return LookedAt(
        repository=standing_of(root).name,
        head=head,
        refs=refs,
        commits=int(run_git(root, "rev-list", "--count", "--all") or 0),
        files=now.summary.files,
        versions=past.summary.files,
        excluded=now.summary.excluded,
        disabled=now.summary.disabled,
        not_scanned=[skip._asdict() for skip in skipped],
        uncommitted=bool(run_git(root, "status", "--porcelain", "--ignore-submodules=dirty")),
    )


def _acceptance(finding: FindingRecord) -> Acceptance:
    waived = finding.waived
    assert waived is not None  # noqa: S101 - for the type checker
    return Acceptance(
        finding.rule, finding.path, finding.fingerprint, waived.kind, waived.reason, waived.expires,
        waived.approved_by, bool(waived.signed),
    )  # fmt: skip


def _approvals(config: Config, period: Period, now: Report) -> list[ApprovalRecord]:
    held = load_approvals(config, find_salt(config).key, ground_of(config.root))
    refused = [finding for finding in now.findings if finding.waived is None]
    return [
        ApprovalRecord(
            a.rule, a.fingerprint, list(a.paths), a.role, a.signer, a.reason, a.made, a.expires,
            held.fault_of(a, a.paths[0], period.as_of) or _lacking(held, a, refused, period.as_of),
        )
        for a in held.all
    ]  # fmt: skip


def _lacking(held: Approvals, approval: Approval, refused: Iterable[FindingRecord], day: str) -> str:
    """Why a finding isn't accepted although an approval that is sound by itself names it; empty where none is."""
    for f in refused:
        if (f.rule, f.fingerprint) == (approval.rule, approval.fingerprint) and f.path in approval.paths:
            lacking = held.agree(Subject(f.rule, f.kind, f.fingerprint, f.path), day).problem
            return f"not enough in {f.path}: {lacking or WHO_BROUGHT_IT}"
    return ""


def _policy_changes(root: str, period: Period) -> Iterable[Happening]:
    """The commits of the period that touched what judges."""
    names = (*CONFIG_NAMES, BUNDLE_NAME, BASELINE_NAME, FILE_NAME)
    # Two null bytes stand between commits: a name may hold any other character.
    form = "--format=%x00%x00%H%x00%an <%ae>%x00%aI%x00%ct"
    # Not --since: with it, git looks no further than the first commit that is dated before.
    told = run_git(root, "log", "--all", "--no-renames", "--name-only", form, "--", *names)
    for entry in told.split("\0\0")[1:]:
        words, _, files = entry.partition("\n")
        commit, author, date, committed = words.split("\0")
        if int(committed) < period.since.timestamp():
            continue
        yield Happening("policy-changed", commit, author, date, ", ".join(sorted(filter(None, files.split("\n")))))


def _past_the_hook(config: Config, places: Iterable[EvidenceFinding]) -> Iterable[Happening]:
    """The commits of the period that brought what a hook under this policy refuses."""
    brought = [((p.commit, p.author, p.date), p) for p in places if p.new and not p.accepted]
    for past in commits_past_the_hook(config.root, brought, config.fail_on):
        yield Happening("hook-bypassed", past.commit, past.author, past.date, ", ".join(past.what), past.hook)
