"""Says of each demand of the guide what the evidence shows. What can't be seen is never called satisfied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.audit.demands import Demand, all_demands
from nbguard.audit.evidence_records import Assessed
from nbguard.documents.how_many import how_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbguard.audit.evidence_records import RepositoryEvidence

SATISFIED, NOT_SATISFIED, NOT_ASSESSED = "satisfied", "not-satisfied", "not-assessed"
_Verdict = tuple[str, str]


def assess(repositories: Sequence[RepositoryEvidence]) -> list[Assessed]:
    """The demands in the guide's order."""
    return [_assess(demand, repositories) for demand in all_demands()]


def _assess(demand: Demand, repositories: Sequence[RepositoryEvidence]) -> Assessed:
    check = _CHECKS.get(demand.check)
    if check is None:
        state, because = NOT_ASSESSED, "It can't be seen from repositories."
    else:
        state, because = check(repositories)
    return Assessed(demand.number, demand.title, demand.part, state, because, demand.uncovered)


def _without(
    repositories: Sequence[RepositoryEvidence], kind: str, what: str, rules: tuple[str, ...] = (), past: bool = False
) -> _Verdict:
    """Whether nothing of a kind (of some ``rules`` of it) counts, now or with ``past`` in the history.

    It isn't seen where it isn't looked for, and where something wasn't looked at.
    """

    def is_meant(rule: str) -> bool:
        return not rules or rule in rules

    found = [p for r in repositories for p in r.findings if p.kind == kind and not p.accepted and is_meant(p.rule)]
    counting = [place for place in found if place.now or past]
    if counting:
        return (
            NOT_SATISFIED,
            f"{how_many(len(counting), 'finding')} of {what} count{'s' if len(counting) == 1 else ''}.",
        )
    blind = [r for r in repositories if r.scope.excluded or any(map(is_meant, r.policy["switched_off"].get(kind, ())))]
    if blind:
        return NOT_ASSESSED, f"Nothing counts, but policies don't look everywhere for {what} ({_names(blind)})."
    if unseen := sum(len(r.scope.not_scanned) for r in repositories):
        return NOT_ASSESSED, f"Nothing counts, but {how_many(unseen, 'file')} could not be scanned."
    files = sum(r.scope.files for r in repositories)
    if not files:
        return NOT_ASSESSED, "No file was looked at."
    where = f"{how_many(files, 'file')} of {how_many(len(repositories), 'repository')}"
    return SATISFIED, f"No finding of {what} counts in {where}."


def _credentials(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    return _without(repositories, "credential", "credentials")


def _samples(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    return _without(repositories, "sample-data", "sample data")


def _metadata(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    return _without(repositories, "quantum-metadata", "metadata of quantum services")


def _pinned(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    return _without(repositories, "hygiene", "SDKs without a version", ("unpinned-sdk",))


def _stored(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    return _without(repositories, "hygiene", "stored credentials", ("save-account", "credential-file"))


def _history(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    return _without(repositories, "credential", "credentials, now or in the history,", past=True)


def _notebooks(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    first, second = _credentials(repositories), _samples(repositories)
    order = (NOT_SATISFIED, NOT_ASSESSED, SATISFIED)
    worse = min((first, second), key=lambda verdict: order.index(verdict[0]))
    return worse if first[0] != second[0] else (first[0], f"{first[1]} {second[1]}")


def _approvals(repositories: Sequence[RepositoryEvidence]) -> _Verdict:
    taken = [a for r in repositories for a in r.acceptances]
    unsigned = [a for a in taken if not a.verified]
    if unsigned:
        return NOT_SATISFIED, f"{how_many(len(unsigned), 'acceptance')} of {len(taken)} without a verified signature."
    free = [r for r in repositories if not r.policy["waivers"]["require_signature"]]
    if free:
        return NOT_ASSESSED, f"Policies don't require signatures ({_names(free)})."
    samples = _samples(repositories)
    return samples if samples[0] != SATISFIED else (SATISFIED, f"{how_many(len(taken), 'acceptance')}, all signed.")


_CHECKS: dict[str, Callable[[Sequence[RepositoryEvidence]], _Verdict]] = {
    "credentials": _credentials,
    "sample-data": _samples,
    "metadata": _metadata,
    "pinned": _pinned,
    "stored": _stored,
    "history": _history,
    "notebooks": _notebooks,
    "approvals": _approvals,
}


def _names(repositories: Iterable[RepositoryEvidence]) -> str:
    return ", ".join(repository.scope.repository for repository in repositories)
