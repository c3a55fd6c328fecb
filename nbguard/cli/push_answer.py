"""What somebody is told whose push was refused: what is in it, where, and what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config
    from nbguard.repository.history import Selection
    from nbguard.scan.gate import Gate

# What has happened to a push that is refused.
_SO_FAR = {"pre-push": "nothing left this machine", "pre-receive": "the server took nothing"}


def judge_push(selection: Selection, config: Config, door: str, gate: Gate | None = None) -> int:
    """Scans a push and returns the exit status; a push that is refused is explained on standard error.

    ``door`` is ``pre-push`` or ``pre-receive``. With a ``gate``, allows count that stood before the push.
    """
    from nbguard.cli.event_telling import tell_events
    from nbguard.report.situation import Telling, find_situation
    from nbguard.report.writing import write_report
    from nbguard.scan.history_scan import HistoryScan

    # No cache: a hook of a server writes nowhere but where git lets it.
    outcome = HistoryScan(".", config, frozenset(), gate=gate).run(selection).result
    if outcome.exit_code == ExitCode.CLEAN:
        tell_events(outcome.report, config, door)
        return ExitCode.CLEAN
    situation = find_situation(door, config)
    stood = gate is not None and gate.stood_before is not None
    telling = Telling(situation=situation._replace(new_allows=not stood))
    sys.stderr.write(f"nbguard: push refused; {_SO_FAR[door]}.\n\n")
    if config.bundle:
        sys.stderr.write(f"nbguard: under the policy of {config.bundle}\n")
    write_report(outcome.report, "text", sys.stderr, telling)
    tell_events(outcome.report, config, door)
    return outcome.exit_code
