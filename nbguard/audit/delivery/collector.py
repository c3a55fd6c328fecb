"""Sends events to an OpenTelemetry collector, as log records over OTLP/HTTP, by OpenTelemetry's own exporter.

Protocol: https://opentelemetry.io/docs/specs/otlp/#otlphttp. Headers, certificates and compression are what the
standard variables say (``OTEL_EXPORTER_OTLP_HEADERS`` and its like).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nbguard.errors import NbguardError, UsageError
from nbguard.version import __version__, how_to_add

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Where events go to. Whoever runs nbguard says so, and never a repository.
ENDPOINT = "NBGUARD_OTLP_ENDPOINT"
_PATH = "/v1/logs"
_CALM = ("scan", "accepted", "heartbeat", "guard-on", "moved", "allowed", "save")
# The deepest table in an event's facts that becomes attributes.
_DEEPEST = 4


class Taken(NamedTuple):
    """What a collector did with events: took them (but for ``refused``), or didn't (``problem`` says why)."""

    problem: str = ""
    refused: int = 0


class Sends(Protocol):
    """Where events are sent to. ``name`` is for people."""

    name: str

    def send(self, lines: Sequence[str], seconds: float) -> Taken:
        """Sends lines of a chained log, within about so many seconds."""
        ...


class Collector:
    """An OTLP collector at a URL."""

    def __init__(self, endpoint: str) -> None:
        """Raises UsageError where the URL can't be sent to."""
        self._url = logs_url(endpoint)
        self.name = self._url.split("/")[2]

    def send(self, lines: Sequence[str], seconds: float) -> Taken:
        """Sends lines of a chained log. Raises NbguardError where OpenTelemetry isn't installed."""
        try:
            from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
            from opentelemetry.sdk._logs.export import LogRecordExportResult
        except ImportError:
            raise NbguardError(f"sending events needs OpenTelemetry: {how_to_add('otlp')}") from None
        import logging

        from nbguard.audit.delivery.one_attempt import NotTakenError, one_attempt

        # Its warnings hold what a server answered, and would be printed in the middle of a commit.
        logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL + 1)
        session = one_attempt()
        exporter = OTLPLogExporter(self._url, timeout=seconds, session=session)
        try:
            result = exporter.export([_record(line) for line in lines])
        except NotTakenError:  # older exporters let it through
            result = LogRecordExportResult.FAILURE
        finally:
            session.close()
        if session.status is None:
            return Taken("it can't be reached, or doesn't answer in time")
        if result is not LogRecordExportResult.SUCCESS:
            return Taken(f"it answers with status {session.status}")
        return _read_answer(session.content)


def logs_url(endpoint: str) -> str:
    """The URL that logs are posted to. Raises UsageError; the URL isn't repeated, as it may hold a password."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(endpoint)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine:
        raise UsageError(f"{ENDPOINT}: must be a URL such as https://collector.example.org:4318")
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(
            f"{ENDPOINT}: only scheme, host, port and path; what signs in goes into OTEL_EXPORTER_OTLP_HEADERS"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or _PATH}"


def _read_answer(content: bytes) -> Taken:
    """What an answer with status 200 says (ExportLogsServiceResponse): an empty one is that all was taken."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

    try:
        answer = ExportLogsServiceResponse.FromString(content)
    except DecodeError:
        return Taken("what answers there is no collector")
    return Taken(refused=answer.partial_success.rejected_log_records)


def _record(line: str) -> Any:
    """A line of the log as a log record: its kind is the event's name, its facts are attributes, the line is the body.

    The body can be held against the hash in it. A line that isn't an event, as somebody changed the log, is sent too.
    """
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    event = _event_in(line)
    kind = str(event.get("kind", "broken-line"))
    number = SeverityNumber.INFO if kind in _CALM else SeverityNumber.WARN
    now = int(datetime.now(UTC).timestamp() * 1e9)
    record = LogRecord(
        timestamp=_nanoseconds(event.get("time")) or now,
        observed_timestamp=now,
        severity_text=number.name,
        severity_number=number,
        body=line.rstrip("\n"),
        attributes=dict(_attributes("nbguard", {"hash": event.get("hash"), "kind": kind, "facts": event.get("facts")})),
        event_name=f"nbguard.{kind}",
    )
    resource = Resource({"service.name": "nbguard", "service.version": __version__})
    return ReadableLogRecord(record, resource, InstrumentationScope("nbguard", __version__))


def _event_in(line: str) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _attributes(name: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str | bool | int | float]]:
    """Facts as attributes with dots between the names of tables; lists as JSON, nothing for what is empty."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _attributes(name if key == "facts" and not depth else f"{name}.{key}", inner, depth + 1)
    elif isinstance(value, str):
        # A file's name may hold bytes that are no text, which the protocol has no place for.
        yield name, value.encode("utf-8", "backslashreplace").decode("utf-8")
    elif isinstance(value, (bool, float)):
        yield name, value
    elif isinstance(value, int):
        yield name, value if -(2**63) <= value < 2**63 else str(value)
    elif value is not None:
        yield name, json.dumps(value, sort_keys=True)


def _nanoseconds(time: object) -> int:
    """Since 1970; 0 where it isn't known."""
    try:
        return max(int(datetime.fromisoformat(str(time)).timestamp() * 1e9), 0)
    except (ValueError, OverflowError, OSError):
        return 0
