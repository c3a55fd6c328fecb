"""Asks providers about the credentials of a register, for the commands that were told to: never in a hook."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nbguard.audit.live.caller import Caller
    from nbguard.audit.live.live_check import LiveCheck
    from nbguard.audit.live.suspects import Suspects
    from nbguard.audit.register import Credential, Reading, Register
    from nbguard.policy.policy_settings import Config

# So many credentials are asked about in a run; a register with more is asked in parts.
_MOST = 100
# What git and pre-commit set for their hooks.
_HOOK_MARKS = ("PRE_COMMIT", "GIT_INDEX_FILE")


def add_live_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options of asking."""
    parser.add_argument(
        "--check-live",
        action="store_true",
        help="ask the providers, over the network, which of them still work; each call is logged",
    )
    add_log_option(parser)


def add_log_option(parser: argparse.ArgumentParser) -> None:
    """Declares where the calls are logged."""
    parser.add_argument("--call-log", metavar="FILE", help="where each call is logged (default: inside .git/nbguard)")


def make_caller(config: Config, path: str | None) -> Caller:
    """What makes the calls. Raises UsageError in a hook, and where the log can't be kept."""
    from nbguard.audit.live.call_log import CallLog, call_log_path
    from nbguard.audit.live.caller import Caller

    if any(os.environ.get(mark) for mark in _HOOK_MARKS):
        raise UsageError("no provider is asked from a hook: run it by hand")
    return Caller(CallLog(path or call_log_path(config)))


def with_live(register: Register, readings: Sequence[Reading], configs: Sequence[Config], caller: Caller) -> Register:
    """The register with what the providers said."""
    from msgspec import structs

    from nbguard.audit.live.suspects import Suspects

    suspects = Suspects(register, [reading.values for reading in readings], configs)
    asked: list[Credential] = []
    left = _MOST
    for credential in register.credentials:
        live = ask_about(credential, suspects, caller) if left > 0 else None
        left -= live is not None
        asked.append(structs.replace(credential, live=live))
    sys.stderr.write(f"nbguard: asked about {_MOST - left} credentials; each call is in {caller.log.path}\n")
    return structs.replace(register, credentials=tuple(asked))


def ask_about(credential: Credential, suspects: Suspects, caller: Caller) -> LiveCheck | None:
    """What a provider says of one credential; None where no call is documented, or its value isn't here."""
    from nbguard.audit.live.live_calls import load_live_calls
    from nbguard.audit.live.live_check import LIVE
    from nbguard.audit.live.liveness import check_live

    found: LiveCheck | None = None
    for suspect in suspects.of(credential):
        found = check_live(load_live_calls()[credential.rule], suspect, caller)
        if found.state == LIVE:
            break
    return found
