"""Revokes a credential at its provider, by the call that the provider documents for it.

  nbguard revoke 4f1c…              shows what will be sent where, and asks
  nbguard revoke 4f1c… --yes        doesn't ask
  nbguard revoke --list             for which credentials there is such a call, and what it does

The value is taken from the files and the history around here and goes to the provider's own host, nowhere else. Every
call is logged before it is made. What it was used for stops working at once: put the new one into Vault first.

Exit status: 0 revoked, 1 the provider didn't say so, 2 usage or configuration error.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from nbguard.audit.live.caller import Suspect
    from nbguard.audit.live.live_calls import LiveCall, Revocation
    from nbguard.audit.register import Credential
    from nbguard.policy.policy_settings import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.history_options import add_jobs_option
    from nbguard.cli.live_asking import add_log_option

    parser.add_argument("fingerprint", nargs="?", help="the fingerprint of the credential, 32 hexadecimal characters")
    parser.add_argument("--list", action="store_true", help="list what can be revoked so, and what that does")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repository's")
    add_log_option(parser)
    add_jobs_option(parser)


def run(options: argparse.Namespace) -> int:
    """Revokes. Raises UsageError and GitError."""
    from nbguard.audit.live.revoking import revoke_value
    from nbguard.cli.confirming import is_confirmed
    from nbguard.cli.live_asking import make_caller
    from nbguard.policy.config import load_config

    if options.list:
        return _tell_all()
    mark = options.fingerprint or ""
    if len(mark) != 32 or mark.strip("0123456789abcdef"):
        raise UsageError(f"{mark!r} is no fingerprint: 32 hexadecimal characters, as reports have them")
    config = load_config(".", options.config)
    caller = make_caller(config, options.call_log)
    credential, call, plan, suspect = _find(mark, config, options.jobs)
    host = caller.target(call, plan.host).host
    sys.stderr.write(f"{plain(credential.name)} {plain(credential.match)} goes to {plain(host)}. {plan.effect}\n")
    sys.stderr.write(f"Documented at {plan.source}\n")
    if not options.yes and not is_confirmed("Revoke it?", "nobody is there to be asked: --yes revokes it"):
        sys.stderr.write("nbguard: nothing was sent\n")
        return ExitCode.FINDINGS
    told = revoke_value(call, plan, suspect, caller)
    sys.stdout.write(f"{'revoked' if told.done else 'not revoked'}: {plain(told.reason)}\n")
    return ExitCode.CLEAN if told.done else ExitCode.FINDINGS


def _find(mark: str, config: Config, jobs: int | None) -> tuple[Credential, LiveCall, Revocation, Suspect]:
    from nbguard.audit.live.live_calls import load_live_calls
    from nbguard.audit.live.suspects import Suspects
    from nbguard.audit.register import make_register
    from nbguard.audit.repository_reading import read_repository
    from nbguard.scan.workers import jobs_from

    reading = read_repository(config, jobs_from(jobs))
    register = make_register([reading], config, _today())
    credential = next((c for c in register.credentials if mark in (c.fingerprint, *c.also)), None)
    if credential is None:
        raise UsageError(f"no credential with the fingerprint {mark} here, on disk or in the history")
    call = load_live_calls().get(credential.rule)
    plan = call.revoke if call is not None else None
    found = Suspects(register, [reading.values], [config]).of(credential)
    if call is None or plan is None or not found or (plan.only and not re.fullmatch(plan.only, found[0].value)):
        raise UsageError(f"no call is documented that revokes it: `nbguard explain {credential.rule}` says how to")
    if call.paired_with and len(found) != 1:
        raise UsageError("several key ids stand beside this secret: revoke it at the provider")
    if call.paired_with and not found[0].pair:
        raise UsageError("no key id stands beside this secret: revoke it at the provider")
    return credential, call, plan, found[0]


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _tell_all() -> int:
    from nbguard.audit.live.live_calls import load_live_calls

    for rule, call in sorted(load_live_calls().items()):
        if call.revoke is not None:
            sys.stdout.write(f"{rule:<28} {call.revoke.effect}\n{'':<28} {call.revoke.source}\n")
    return ExitCode.CLEAN
