"""Leads through a leak: the steps for this provider, each verified where it can be; goes on where it was left.

  nbguard incident 4f1c…                               open it, or check again what is left to do
  nbguard incident 4f1c… --done revoke,logs --by ada --note "ticket 4711"
  nbguard incident 4f1c… --vault                       ask Vault, too, whether it still has the old value
  nbguard incident 4f1c… --check-live                  ask the provider, too, whether it still takes the value
  nbguard incident 4f1c… --report incident.md          the report, to be filed
  nbguard incident 4f1c… --report incident.md --sign ~/.ssh/id_ed25519
                                                       and your signature, as incident.md.sig

The fingerprint is the one of `nbguard scan --history` or `nbguard credentials`. What can be verified on this machine
is: files, outputs, branches, history, checkpoints, stores, git's own copies, credential files, Vault. The rest is done
by people, who say so with --done. No value is kept.

Exit status: 0 every step is settled, 1 some are open, 2 usage or configuration error, 3 not everything could be read.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.audit.incident_checks import Surroundings
    from nbguard.audit.incident_steps import Incident
    from nbguard.policy.policy_settings import Config

NAMESPACE = "nbguard-incident"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.history_options import add_jobs_option
    from nbguard.cli.live_asking import add_live_options

    parser.add_argument("fingerprint", help="the fingerprint of the credential, 32 hexadecimal characters")
    parser.add_argument("--done", default="", metavar="STEPS", help="these steps are done, separated by commas")
    parser.add_argument("--by", default="", metavar="NAME", help="with --done: who did it")
    parser.add_argument("--note", default="", metavar="TEXT", help="with --done: what there is to say of it")
    parser.add_argument("--vault", action="store_true", help="ask Vault whether a newest version is the old value")
    add_live_options(parser)
    parser.add_argument("--file", metavar="FILE", help="where the incident is kept (default: inside .git)")
    parser.add_argument("--report", metavar="FILE", help="write a report in Markdown")
    parser.add_argument("--sign", metavar="KEY", help="with --report: sign it with an SSH key, as FILE.sig")
    parser.add_argument("--home", metavar="DIR", help="the home directory to look into (default: yours)")
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repository's")
    parser.add_argument("--format", default="text", choices=("text", "json"))
    add_jobs_option(parser)


def run(options: argparse.Namespace) -> int:
    """Checks and tells. Raises UsageError, GitError, and VaultError with --vault."""
    from datetime import UTC, datetime

    from nbguard.audit.incident_checks import check_steps, incident_path, look_around
    from nbguard.audit.incident_steps import load_incident, mark_done, save_incident, settle
    from nbguard.policy.config import load_config
    from nbguard.scan.workers import jobs_from

    mark = options.fingerprint
    _check(options)
    config = load_config(".", options.config)
    path = options.file or incident_path(config, mark)
    now = datetime.now(UTC)
    incident = load_incident(path)
    seen = look_around(config, now.date(), jobs_from(options.jobs))
    time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    if incident is None:
        incident = _open(mark, seen, time)
    if any(value in text for value in seen.values for text in (options.by, options.note)):
        raise UsageError("--by or --note holds a credential, and the incident is kept and shown: write it without")
    names = [name.strip() for name in options.done.split(",") if name.strip()]
    incident = mark_done(incident, names, options.by, options.note, time)
    vault = None
    if options.vault:
        from nbguard.vault.client import Vault

        vault = Vault()
    home = os.path.abspath(options.home or os.path.expanduser("~"))
    incident = settle(incident, check_steps(incident, seen, config, home, vault), time)
    if options.check_live:
        incident = _ask_provider(incident, seen, config, options.call_log, time)
    save_incident(incident, path)
    if options.format == "json":
        from nbguard.audit.json_writing import as_json

        sys.stdout.write(as_json(incident))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _tell(incident))
    if options.report:
        _write_report(incident, options.report, options.sign)
    for skipped in seen.register.skipped:
        sys.stderr.write(f"nbguard: not looked at: {plain(skipped.path)}: {plain(skipped.reason)}\n")
    if seen.register.skipped:
        return ExitCode.INCOMPLETE
    return ExitCode.CLEAN if incident.is_closed else ExitCode.FINDINGS


def _check(options: argparse.Namespace) -> None:
    mark = options.fingerprint
    if len(mark) != 32 or mark.strip("0123456789abcdef"):
        raise UsageError(f"{mark!r} is no fingerprint: 32 hexadecimal characters, as reports have them")
    if bool(options.done) != bool(options.by):
        raise UsageError("--done and --by go together: a step that nobody did isn't done")
    if options.sign and not options.report:
        raise UsageError("--sign signs the report; say where to write it with --report")


def _ask_provider(incident: Incident, seen: Surroundings, config: Config, log: str | None, time: str) -> Incident:
    """The incident with its revocation refuted, where the provider still takes the value."""
    from nbguard.audit.incident_steps import refute
    from nbguard.audit.live.live_check import LIVE
    from nbguard.audit.live.suspects import Suspects
    from nbguard.cli.live_asking import ask_about, make_caller

    caller = make_caller(config, log)
    credential = seen.find(incident.marks)
    suspects = Suspects(seen.register, [seen.values], [config])
    live = ask_about(credential, suspects, caller) if credential is not None else None
    if live is None:
        why = "no call is documented for it" if credential is not None else "its value is nowhere here any more"
        sys.stderr.write(f"nbguard: the provider wasn't asked: {why}\n")
        return incident
    sys.stderr.write(f"nbguard: {live.state}: {plain(live.reason)}\n")
    return refute(incident, "revoke", f"{live.host} accepts it", time) if live.state == LIVE else incident


def _open(mark: str, seen: Surroundings, time: str) -> Incident:
    from nbguard.audit.incident_steps import open_incident

    credential = seen.find((mark,))
    if credential is None:
        raise UsageError(
            f"no credential with the fingerprint {mark} here, on disk or in the history. Fingerprints depend on the"
            " salt: set NBGUARD_SALT to what it was when this one was made"
        )
    return open_incident(credential, time)


def _tell(incident: Incident) -> Iterator[str]:
    yield f"{plain(incident.name)} {plain(incident.match)}, first seen {(incident.first_seen or 'in no commit')[:10]}"
    yield ""
    for number, step in enumerate(incident.steps, 1):
        box = "[x]" if step.settled else "[ ]"
        who = f", {plain(step.by)}" if step.by else ""
        state = f" ({plain(step.state)} {plain(step.time[:10])}{who})" if step.state != "open" else ""
        yield f"{box} {number:>2}. {plain(step.title)}{state}"
        if step.note:
            yield f"        {plain(step.note)}"
        if not step.settled:
            yield f"        {plain(step.text)}"
        for evidence in step.evidence[:5]:
            yield f"        still: {plain(evidence)}"
        if len(step.evidence) > 5:
            yield f"        and {len(step.evidence) - 5} more"
    left = [step.id for step in incident.steps if not step.settled]
    yield ""
    yield plain(f"Open: {', '.join(left)}") if left else "Every step is settled."


def _write_report(incident: Incident, path: str, key: str | None) -> None:
    from nbguard.audit.incident_report import as_markdown
    from nbguard.cli.output_file import write_output
    from nbguard.policy.ssh_signatures import framed, sign

    text = as_markdown(incident)
    # Before anything is written: a key may be missing, or its agent.
    signature = framed(sign(text.encode("utf-8"), key, NAMESPACE)) + "\n" if key else ""
    write_output(path, lambda file: file.write(text))
    if signature:
        write_output(f"{path}.sig", lambda file: file.write(signature))
    else:
        sys.stderr.write("nbguard: the report can be signed: --sign KEY\n")
