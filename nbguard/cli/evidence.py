"""Writes down what a review or an audit asks for: what was looked at, by which rules, what was found and accepted.

  nbguard evidence --since 90d -o evidence.json
  nbguard evidence ~/repos/* --since 2026-01-01 --format oscal -o results.json
  nbguard evidence --format in-toto -o statement.json --sign ~/.ssh/id_ed25519
  nbguard evidence --format events            one event a line, chained by hashes, for a SIEM
  nbguard evidence --format otlp              the same, sent to the collector that NBGUARD_OTLP_ENDPOINT names

Looked at are the files as they are and the whole history; --since says what counts as new. Each demand of the guide is
satisfied, not satisfied, or not assessed: that, wherever it can't be seen. No value is in it, and no time of the run:
the same repositories give the same bytes on the same day. --sign writes FILE.sig, for `ssh-keygen -Y verify -n
evidence@nbguard`.

Exit status: 0 written, 2 usage or configuration error, 3 not all could be scanned (it says what), or not all was sent.
"""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from nbguard.audit.evidence_records import Evidence

NAMESPACE = "evidence@nbguard"
# Seconds for all events of a quarter, and a size that no log of them has.
_PATIENCE, _UNBOUNDED = 120.0, 2**62


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    add_scope(parser, "90d")
    parser.add_argument("--format", default="json", choices=("json", "oscal", "in-toto", "events", "syslog", "otlp"))
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of standard output")
    parser.add_argument("--sign", metavar="KEY", help="sign the file with an SSH key, as FILE.sig")


def add_scope(parser: argparse.ArgumentParser, since: str) -> None:
    """Declares which repositories, and since when."""
    from nbguard.cli.history_options import add_jobs_option

    parser.add_argument("folders", nargs="*", metavar="DIR", help="repositories (default: the one around here)")
    parser.add_argument(
        "--since", metavar="WHEN", default=since, help=f"days such as 30d, or a date; what came since is new ({since})"
    )
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repositories' own")
    add_jobs_option(parser)


def run(options: argparse.Namespace) -> int:
    """Collects and writes. Raises UsageError and GitError."""
    from nbguard.audit.evidence_formats import write_evidence
    from nbguard.cli.output_file import write_output
    from nbguard.policy.ssh_signatures import framed, sign

    if options.sign and not options.output:
        raise UsageError("--sign signs a file; say which with --output")
    if options.format == "otlp":
        return _send(options)
    evidence, status = gather(options)
    text = write_evidence(evidence, options.format)
    signature = framed(sign(text.encode("utf-8"), options.sign, NAMESPACE)) + "\n" if options.sign else ""
    write_output(options.output, lambda file: file.write(text))
    if signature:
        write_output(f"{options.output}.sig", lambda file: file.write(signature))
    return status


def _send(options: argparse.Namespace) -> ExitCode:
    """Sends the evidence as events, and waits for it: that is what was asked for."""
    import os
    import sys

    from nbguard.audit.delivery.collector import ENDPOINT, Collector
    from nbguard.audit.delivery.event_log import EventLog
    from nbguard.audit.delivery.sending import send_within
    from nbguard.audit.evidence_formats import events

    if options.output or options.sign:
        raise UsageError("--format otlp sends events and writes no file; --format events writes them")
    collector = Collector(os.environ.get(ENDPOINT, ""))
    evidence, status = gather(options)
    with TemporaryDirectory(prefix="nbguard-") as folder:
        log = EventLog(folder, full=_UNBOUNDED)
        log.append(list(events(evidence)))
        total, outcome = log.count(0), send_within(log, collector, _PATIENCE)
    sys.stderr.write(f"nbguard: {outcome.sent - outcome.refused} of {total} events are with {collector.name}\n")
    if outcome.problem:
        sys.stderr.write(f"nbguard: {collector.name}: {outcome.problem}; --format events -o FILE writes all of them\n")
    return ExitCode.INCOMPLETE if outcome.problem or outcome.refused else status


def gather(options: argparse.Namespace) -> tuple[Evidence, ExitCode]:
    """The evidence, and 3 where something that the policies ask for could not be scanned."""
    from nbguard.audit.evidence_collecting import collect, read_period
    from nbguard.policy.config import load_config
    from nbguard.repository.git import top_of
    from nbguard.scan.workers import jobs_from

    configs = [load_config(top_of(folder), options.config) for folder in options.folders or ["."]]
    evidence = collect(configs, read_period(options.since, ""), jobs_from(options.jobs))
    lenient = {config.allow_unreadable for config in configs} == {True}
    blind = any(repository.scope.not_scanned for repository in evidence.repositories)
    return evidence, ExitCode.INCOMPLETE if blind and not lenient else ExitCode.CLEAN
