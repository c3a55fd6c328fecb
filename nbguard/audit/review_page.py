"""One page for people about a period: what came, what went, who accepted what, and what is overdue. Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.audit.shown_records import REVIEW, Review, ReviewSection
from nbguard.documents.how_many import how_many
from nbguard.documents.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.audit.evidence_records import Evidence, EvidenceFinding, RepositoryEvidence

# Lines of a section; the rest is counted.
_MOST = 15
# What begins an element (an address in angle brackets stays), and what makes a link of what stands before it.
_ACTIVE = re.compile(r"<(?![^\s<>@]+@[^\s<>@]+>)|(?<=\])[(\[]")


def write_review(evidence: Evidence) -> str:
    """The page."""
    review = review_of(evidence)
    lines = [f"# Review of {review.since} to {review.as_of}", "", review.looked_at, ""]
    for section in review.sections:
        lines += _section(section)
    return "\n".join(lines).rstrip("\n") + "\n"


def review_of(evidence: Evidence) -> Review:
    """What the page says, in full."""
    repositories = evidence.repositories
    titled = (
        *_places(repositories),
        ("Accepted", _accepted(repositories)),
        ("Overdue: approvals that no longer count, or never did", _overdue(repositories)),
        ("Changes of policy", _happened(repositories, "policy-changed")),
        ("Past the hook: commits with what a hook refuses", _happened(repositories, "hook-bypassed")),
        ("Not scanned", _unseen(repositories)),
        ("Judged by", _policies(repositories)),
        ("Demands of the guide that aren't satisfied", _open_demands(evidence)),
    )
    sections = [ReviewSection(title, len(items), items) for title, items in ((t, list(given)) for t, given in titled)]
    return Review(REVIEW, evidence.since[:10], evidence.as_of, _looked_at(evidence), sections)


def _looked_at(evidence: Evidence) -> str:
    scopes = [repository.scope for repository in evidence.repositories]
    return (
        f"nbguard {evidence.version}, rules {evidence.rules[:12]}. {how_many(len(scopes), 'repository')},"
        f" {how_many(sum(s.commits for s in scopes), 'commit')}, {how_many(sum(s.versions for s in scopes), 'version')}"
        f" of files, {how_many(sum(s.files for s in scopes), 'file')} now; {sum(s.excluded for s in scopes)} excluded"
        f" by policy, {sum(len(s.not_scanned) for s in scopes)} not scanned."
    )


def _places(repositories: Iterable[RepositoryEvidence]) -> Iterable[tuple[str, Iterable[str]]]:
    counted = [(r.scope.repository, place) for r in repositories for place in r.findings if not place.accepted]
    titles = {
        (True, True): "Came, and counts",
        (True, False): "Came and went: gone from the files, still in the history",
        (False, True): "Older, and counts",
        (False, False): "Older, in the history only",
    }
    for key, title in titles.items():
        yield title, [_place(name, place) for name, place in counted if (place.new, place.now) == key]


def _unseen(repositories: Iterable[RepositoryEvidence]) -> Iterable[str]:
    for repository in repositories:
        for skip in repository.scope.not_scanned:
            yield f"{repository.scope.repository}: {_text(skip['path'])}: {_text(skip['reason'])}"


def _open_demands(evidence: Evidence) -> Iterable[str]:
    return (f"{d.number} {d.part}: {d.because}" for d in evidence.demands if d.state == "not-satisfied")


def _section(section: ReviewSection) -> list[str]:
    more = section.count - _MOST
    return [
        f"## {section.title}: {section.count}",
        "",
        *(f"- {item}" for item in section.items[:_MOST]),
        *([f"- and {more} more (`nbguard evidence` lists all)"] if more > 0 else []),
        *([""] if section.items else []),
    ]


def _place(name: str, place: EvidenceFinding) -> str:
    since = f", {place.date[:10]} by {_text(place.author)} ({place.commit[:12]})" if place.commit else ", not committed"
    what = f"{place.severity} {_text(place.rule)} in {_text(place.path)}:{place.line}"
    return f"{name}: {what}{since}, {place.fingerprint[:8]}"


def _accepted(repositories: Iterable[RepositoryEvidence]) -> Iterable[str]:
    for repository in repositories:
        for a in repository.acceptances:
            who = f"{_text(a.approved_by) or 'nobody named'} ({'verified' if a.verified else 'not verified'})"
            until = f"until {_text(a.expires)}" if a.expires else "for ever"
            reason = _text(a.reason) or "no reason given"
            yield f"{repository.scope.repository}: {_text(a.rule)} in {_text(a.path)}, {until}, by {who}: {reason}"


def _overdue(repositories: Iterable[RepositoryEvidence]) -> Iterable[str]:
    for repository in repositories:
        for a in repository.approvals:
            if a.problem:
                what = f"{_text(a.rule)} in {_text(', '.join(a.paths))}"
                yield f"{repository.scope.repository}: {what}, by {_text(a.signer)}: {_text(a.problem)}"


def _happened(repositories: Iterable[RepositoryEvidence], kind: str) -> Iterable[str]:
    for repository in repositories:
        for h in repository.happenings:
            if h.kind == kind:
                who = f"{h.date[:10]} {_text(h.author)} ({h.commit[:12]})"
                hook = f" (hook {h.hook} there)" if h.hook else ""
                yield f"{repository.scope.repository}: {who}: {_text(h.what)}{hook}"


def _policies(repositories: Iterable[RepositoryEvidence]) -> list[str]:
    by_policy: dict[str, list[str]] = {}
    for repository in repositories:
        policy = repository.policy
        name = policy["bundle"] or policy["source"] or "the defaults"
        by_policy.setdefault(f"{name}, profile {policy['profile']}, sha256 {policy['sha256'][:12]}", []).append(
            repository.scope.repository
        )
    return [f"{policy}: {', '.join(names)}" for policy, names in sorted(by_policy.items())]


def _text(words: str) -> str:
    """Words that anybody may have written, on one line and as they are: no element, link or picture on the page."""
    return _ACTIVE.sub(r"\\\g<0>", plain(words))
