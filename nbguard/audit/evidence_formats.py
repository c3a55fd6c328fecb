"""Evidence in the forms that others read: JSON, OSCAL assessment results, an in-toto statement, events, syslog.

Formats: https://pages.nist.gov/OSCAL/reference/latest/assessment-results/json-outline/,
https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, RFC 5424. Identifiers are made from what they
name (UUID version 5), and times are those of the evidence, so that the same evidence gives the same bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from nbguard.audit.assessment import NOT_ASSESSED
from nbguard.audit.commit_dates import in_time
from nbguard.audit.event_chain import Event, chained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.audit.evidence_records import Assessed, Evidence, RepositoryEvidence

FORMATS = ("json", "oscal", "in-toto", "events", "syslog")
PREDICATE = "https://github.com/nbguard/nbguard/blob/main/docs/evidence.md#predicate-v1"
_OSCAL = "1.1.3"
_HOME = "https://github.com/nbguard/nbguard"
# Local use 0, informational and warning (RFC 5424, 6.2.1).
_INFORMATION, _WARNING = 16 * 8 + 6, 16 * 8 + 4
_CALM = ("scan", "accepted")


def write_evidence(evidence: Evidence, form: str) -> str:
    """The text of evidence in one of FORMATS."""
    if form == "events":
        return "".join(chained(events(evidence)))
    if form == "syslog":
        return "".join(map(_syslog, chained(events(evidence))))
    made = {"json": as_data, "oscal": as_oscal, "in-toto": as_statement}[form](evidence)
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


def as_data(evidence: Evidence) -> dict[str, Any]:
    """The evidence as its schema has it."""
    made: dict[str, Any] = msgspec.to_builtins(evidence)
    return made


def as_statement(evidence: Evidence) -> dict[str, Any]:
    """An in-toto statement about the commits that were looked at."""
    scopes = [repository.scope for repository in evidence.repositories]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": scope.repository, "digest": {"gitCommit": scope.head}} for scope in scopes],
        "predicateType": PREDICATE,
        "predicate": as_data(evidence),
    }


def as_oscal(evidence: Evidence) -> dict[str, Any]:
    """OSCAL assessment results: an observation and a finding for each demand that could be seen, and no others."""
    day = f"{evidence.as_of}T00:00:00+00:00"
    seen = [demand for demand in evidence.demands if demand.state != NOT_ASSESSED]
    unseen = [demand for demand in evidence.demands if demand.state == NOT_ASSESSED]
    scope = "; ".join(_scope_of(repository) for repository in evidence.repositories)
    unit = {
        "uuid": _uuid(evidence, "result"),
        "title": "What nbguard sees in repositories",
        "description": f"{scope}. Rules {evidence.rules}.",
        "start": evidence.since,
        "end": day,
        "props": [_property("not-assessed", f"{demand.number}: {demand.because}") for demand in unseen],
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": _control(demand)} for demand in seen]}
                if seen
                else {
                    "description": "None could be seen.",
                    "exclude-controls": [{"control-id": _control(d)} for d in unseen],
                }
            ]
        },
        "observations": [_observation(evidence, demand, day) for demand in seen],
        "findings": [_finding(evidence, demand) for demand in seen],
    }
    if not seen:
        del unit["observations"], unit["findings"]
    if not unseen:
        del unit["props"]
    return {
        "assessment-results": {
            "uuid": _uuid(evidence, "assessment-results"),
            "metadata": {
                "title": "Assessment of repositories by nbguard",
                "last-modified": day,
                "version": evidence.version,
                "oscal-version": _OSCAL,
            },
            "import-ap": {"href": f"{_HOME}/blob/main/docs/checklist.md"},
            "results": [unit],
        }
    }


def events(evidence: Evidence) -> Iterator[Event]:
    """The evidence as events, by time: what was found, accepted, changed, got past the hook, and each look at last."""
    day = f"{evidence.as_of}T00:00:00+00:00"
    for repository in evidence.repositories:
        name = repository.scope.repository
        made = [
            Event("accepted" if place.accepted else "finding", place.date or day, msgspec.to_builtins(place))
            for place in repository.findings
        ]
        made += [Event(h.kind, h.date, msgspec.to_builtins(h)) for h in repository.happenings]
        made.sort(key=lambda event: (in_time(event.time), event.kind, json.dumps(event.facts, sort_keys=True)))
        made += [Event("not-scanned", day, skipped) for skipped in repository.scope.not_scanned]
        scope = {key: value for key, value in msgspec.to_builtins(repository.scope).items() if key != "not_scanned"}
        made.append(Event("scan", day, scope))
        for event in made:
            yield event._replace(facts={**event.facts, "repository": name})


def _syslog(line: str) -> str:
    event = json.loads(line)
    priority = _INFORMATION if event["kind"] in _CALM else _WARNING
    return f"<{priority}>1 {event['time'] or '-'} - nbguard - {event['kind']} - {line.rstrip()}\n"


def _observation(evidence: Evidence, demand: Assessed, day: str) -> dict[str, Any]:
    return {
        "uuid": _uuid(evidence, f"observation {demand.number}"),
        "title": demand.part,
        "description": demand.because,
        "methods": ["TEST"],
        "collected": day,
        **({"remarks": f"Not covered: {demand.uncovered}"} if demand.uncovered else {}),
    }


def _finding(evidence: Evidence, demand: Assessed) -> dict[str, Any]:
    return {
        "uuid": _uuid(evidence, f"finding {demand.number}"),
        "title": demand.part,
        "description": f"{demand.because} Only this part of demand {demand.number} is judged.",
        "target": {
            "type": "objective-id",
            "target-id": f"{_control(demand)}-repositories",
            "status": {"state": demand.state},
        },
        "related-observations": [{"observation-uuid": _uuid(evidence, f"observation {demand.number}")}],
    }


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value, "ns": _HOME}


def _control(demand: Assessed) -> str:
    return f"guide-{demand.number}"


def _scope_of(repository: RepositoryEvidence) -> str:
    scope = repository.scope
    policy = repository.policy["bundle"] or repository.policy["source"] or "the defaults"
    return (
        f"{scope.repository} at {scope.head}: {scope.commits} commits, {scope.versions} versions of files,"
        f" {scope.files} files now, {scope.excluded} excluded, {len(scope.not_scanned)} not scanned; policy {policy}"
    )


def _uuid(evidence: Evidence, what: str) -> str:
    from uuid import NAMESPACE_URL, uuid5

    heads = " ".join(f"{r.scope.repository}@{r.scope.head}" for r in evidence.repositories)
    return str(uuid5(NAMESPACE_URL, f"{_HOME} {evidence.as_of} {evidence.since} {heads} {what}"))
