"""The report of an incident, for the file: Markdown, the same text for the same incident, so that it can be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.audit.incident_steps import Incident, IncidentStep


def as_markdown(incident: Incident) -> str:
    """The whole report."""
    return "\n".join(_lines(incident)) + "\n"


def _lines(incident: Incident) -> Iterator[str]:
    closed = "closed: every step is settled" if incident.is_closed else "open"
    yield f"# Incident {incident.fingerprint}"
    yield ""
    yield f"- What leaked: {_cell(incident.name)} (`{incident.rule}`, {_cell(incident.match)})"
    yield f"- First commit: {incident.first_seen or 'none'}"
    yield f"- Opened {incident.opened}, checked {incident.checked} by nbguard {__version__}"
    yield f"- State: {closed}"
    yield ""
    yield "| | step | state | when | who | note and evidence |"
    yield "|---|---|---|---|---|---|"
    for number, step in enumerate(incident.steps, 1):
        yield "| " + " | ".join(_row(number, step)) + " |"
    yield ""
    yield "*verified*: nbguard looked on this machine, and found nothing. *done*: a person says so. No value is here."


def _row(number: int, step: IncidentStep) -> Iterator[str]:
    yield str(number)
    yield _cell(step.title)
    yield step.state
    yield step.time or "-"
    yield _cell(step.by) or "-"
    yield "<br>".join(filter(None, (_cell(step.note), *(f"still: {_cell(text)}" for text in step.evidence)))) or "-"


def _cell(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
