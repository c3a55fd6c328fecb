"""An incident: the steps after a credential leaked, what verifies them, and who did the others when.

It is kept in a file without a value in it, so that it can be gone on with later, and by somebody else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, ValidationError, json, structs

from nbguard.audit.json_writing import as_json
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.documents.named_files import read_inside, write_given
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbguard.audit.register import Credential

SCHEMA = "nbguard-incident/1"
_LARGEST = 10_000_000
# A check found nothing; found something; a person says it is done; nobody did anything yet.
VERIFIED, FAILED, DONE, OPEN = "verified", "failed", "done", "open"


class IncidentStep(Struct, frozen=True):
    """A step. ``evidence`` is what a check found; ``by``, ``time`` and ``note`` are a person's.

    ``check`` names what verifies it, empty where only a person knows. The history may be left as it is: then a
    person's word counts although the check fails.
    """

    id: str
    title: str
    text: str
    check: str
    state: str = OPEN
    by: str = ""
    time: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in (VERIFIED, DONE)


class Incident(Struct, frozen=True):
    """An incident of one credential, by its fingerprint. Times are UTC, in ISO 8601."""

    schema: str
    fingerprint: str
    marks: tuple[str, ...]
    rule: str
    name: str
    provider: str | None
    match: str
    first_seen: str | None
    opened: str
    checked: str
    steps: tuple[IncidentStep, ...]

    @property
    def is_closed(self) -> bool:
        """Whether every step is settled."""
        return all(step.settled for step in self.steps)


def open_incident(credential: Credential, now: str) -> Incident:
    """A new incident, with the steps for this credential's provider."""
    from nbguard.detect.providers.provider_rules import load_catalogue

    by_rule = load_catalogue().by_rule
    how = "Where it was issued."
    if credential.rule in by_rule:
        provider = by_rule[credential.rule][0]
        how = " ".join(filter(None, (provider.rotation, provider.rotation_page)))
    words = {"how": how, "since": (credential.first_seen or now)[:10]}
    steps = tuple(
        IncidentStep(name, step["title"], step["text"].format_map(words), step.get("check", ""))
        for name, step in load_knowledge("incident")["steps"].items()
    )
    return Incident(
        SCHEMA, credential.fingerprint, (credential.fingerprint, *credential.also), credential.rule, credential.name,
        credential.provider, credential.match, credential.first_seen, now, now, steps,
    )  # fmt: skip


def settle(incident: Incident, found: Mapping[str, Sequence[str]], now: str) -> Incident:
    """The incident after checks: ``found`` has what each check found, and only the checks that could be made."""
    return structs.replace(incident, checked=now, steps=tuple(_checked(step, found, now) for step in incident.steps))


def _checked(step: IncidentStep, found: Mapping[str, Sequence[str]], now: str) -> IncidentStep:
    if step.check not in found:
        return step
    evidence = tuple(found[step.check])
    if not evidence:
        # Whoever said so before was right; the time of the first check that shows it stays.
        return step if step.state == VERIFIED else structs.replace(step, state=VERIFIED, time=now, evidence=())
    if step.id == "history" and step.state == DONE:
        return structs.replace(step, evidence=evidence)
    return structs.replace(step, state=FAILED, time=now, evidence=evidence)


def refute(incident: Incident, name: str, evidence: str, now: str) -> Incident:
    """The incident with a step that isn't done, whoever says so: ``evidence`` shows it."""
    steps = tuple(
        structs.replace(step, state=FAILED, time=now, evidence=(evidence,)) if step.id == name else step
        for step in incident.steps
    )
    return structs.replace(incident, steps=steps)


def mark_done(incident: Incident, names: Iterable[str], by: str, note: str, now: str) -> Incident:
    """The incident with steps that a person says are done. Raises UsageError for a step there is not."""
    wanted = set(names)
    if unknown := wanted - {step.id for step in incident.steps}:
        known = ", ".join(step.id for step in incident.steps)
        raise UsageError(f"there is no step {min(unknown)!r}; the steps are {known}")
    steps = tuple(
        structs.replace(step, state=DONE, by=by, time=now, note=note, evidence=()) if step.id in wanted else step
        for step in incident.steps
    )
    return structs.replace(incident, steps=steps)


def load_incident(path: str) -> Incident | None:
    """The incident in a file, None where there is none. Raises UsageError for a file that is something else."""
    try:
        # The place is ours, and a copied repository has it: a pipe that lies there must not keep anybody waiting.
        raw = read_inside(os.path.dirname(path) or os.curdir, os.path.basename(path), _LARGEST)
        incident = None if raw is None else json.decode(raw, type=Incident)
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
    except (DecodeError, ValidationError, UnicodeDecodeError):
        raise UsageError(f"{path}: not an incident that nbguard wrote") from None
    if incident is not None and incident.schema != SCHEMA:
        raise UsageError(f"{path}: written by another version of nbguard")
    return incident


def save_incident(incident: Incident, path: str) -> None:
    """Writes the incident, whole or not at all. Raises UsageError."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        write_given(path, as_json(incident).encode())
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None
