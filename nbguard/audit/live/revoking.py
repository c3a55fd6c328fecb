"""Revokes a credential at its provider, by the requests that the provider documents, and looks whether it worked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from nbguard.audit.live.public_addresses import NoAnswerError

if TYPE_CHECKING:
    from nbguard.audit.live.caller import Caller, Suspect
    from nbguard.audit.live.guarded_request import HttpAnswer
    from nbguard.audit.live.live_calls import LiveCall, Revocation


class Revoked(Struct, frozen=True):
    """What came of it. ``done``: the provider says that it happened, or that it will."""

    done: bool
    reason: str
    host: str
    time: str


def revoke_value(call: LiveCall, plan: Revocation, suspect: Suspect, caller: Caller) -> Revoked:
    """Revokes. The provider's word is what counts. Raises UsageError where the log can't be kept."""
    host, done, reason = plan.host, False, ""
    words: dict[str, str] = {}
    try:
        target = caller.target(call, plan.host)
        host = target.host
        for number, step in enumerate(plan.steps, 1):
            answer = caller.send(call, target, step, suspect, "revoke", words, plan.signed)
            if answer.status not in step["done"]:
                raise NoAnswerError(
                    f"{host} answered {answer.status} to step {number} of {len(plan.steps)}: it may be revoked"
                    " already, or not allowed to revoke itself"
                )
            words |= {name: _take(name, answer, host) for name in step.get("takes", ())}
        done = True
    except NoAnswerError as error:
        reason = str(error)
    told = Revoked(done, reason or plan.effect, host, caller.now())
    facts = {"call": call.name, "rule": suspect.rule, "fingerprint": suspect.fingerprint}
    caller.log.write("revoke", told.time, {**facts, "host": host, "done": done, "reason": told.reason})
    return told


def _take(name: str, answer: HttpAnswer, host: str) -> str:
    """A word of an answer that a later request needs."""
    try:
        word = json.loads(answer.body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        word = None
    if not isinstance(word, str) or not word:
        raise NoAnswerError(f"{host} didn't say what the next step needs; nothing was revoked")
    return word
