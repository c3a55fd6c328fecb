"""Decides whether a credential still works. Only "live" is ever said for sure; all else is "unknown", with a reason.

A random control token of the same shape goes first: a server that takes it would take anything. Then the value. Where
the one is refused and the other accepted, more of both follow in random order, and each must get the same answer as
before: whoever doesn't look at the token can't keep that up.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from nbguard.audit.live.control_token import make_control
from nbguard.audit.live.live_check import LIVE, UNKNOWN, LiveCheck
from nbguard.audit.live.public_addresses import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.audit.live.caller import Caller, Suspect
    from nbguard.audit.live.guarded_request import HttpAnswer
    from nbguard.audit.live.live_calls import LiveCall

_ACCEPTED, _REFUSED, _UNCLEAR = "accepted", "refused", "unclear"
# So many more of each are sent before "live" is said.
_ROUNDS = 4


def check_live(
    call: LiveCall, suspect: Suspect, caller: Caller, shuffle: Callable[[list[bool]], None] | None = None
) -> LiveCheck:
    """Asks a provider whether a credential still works. Raises UsageError where the log can't be kept."""
    state, host, reason = UNKNOWN, call.host, ""
    try:
        target = caller.target(call)
        host = target.host
        reason = _decide(call, suspect, caller, shuffle or secrets.SystemRandom().shuffle)
        state = UNKNOWN if reason else LIVE
    except NoAnswerError as error:
        reason = str(error)
    found = LiveCheck(state, reason or f"{host} accepts it, and refuses random ones", host, call.source, caller.now())
    facts = {"call": call.name, "rule": suspect.rule, "fingerprint": suspect.fingerprint}
    caller.log.write("live-verdict", found.checked, {**facts, "host": host, "state": state, "reason": found.reason})
    return found


def _decide(call: LiveCall, suspect: Suspect, caller: Caller, shuffle: Callable[[list[bool]], None]) -> str:
    """Why it isn't known; empty where it is live."""
    if call.paired_with and not suspect.pair:
        return "its other half isn't known: no key id stands in the same file"
    if not call.is_about(suspect.value):
        return "no call is documented for this kind of it"
    first = _ask(call, suspect, caller, is_control=True)
    if first != _REFUSED:
        said = "accepts a random one, too" if first == _ACCEPTED else "doesn't refuse a random one as documented"
        return f"the server {said}"
    second = _ask(call, suspect, caller, is_control=False)
    if second == _REFUSED:
        return "refused, as a random one is: it was revoked, or belongs to another region or server"
    if second != _ACCEPTED:
        return "the server neither accepts nor refuses it as documented"
    for is_control in _order(shuffle):
        if _ask(call, suspect, caller, is_control) != (_REFUSED if is_control else _ACCEPTED):
            return "the server doesn't say the same thing twice"
    return ""


def _order(shuffle: Callable[[list[bool]], None]) -> list[bool]:
    """An order of more questions. Not one after the other: two servers behind one name answer by turns."""
    turns = [True, False] * _ROUNDS
    order = list(turns)
    while order == turns:
        shuffle(order)
    return order


def _ask(call: LiveCall, suspect: Suspect, caller: Caller, is_control: bool) -> str:
    asked = suspect._replace(value=make_control(suspect.value, call.keep)) if is_control else suspect
    target = caller.target(call)
    answer = caller.send(call, target, call.ask, asked, "control" if is_control else "value", signed=call.signed)
    if answer.status in call.refused:
        return _REFUSED
    return _ACCEPTED if answer.status == call.accepted and shows(call.shows, answer) else _UNCLEAR


def shows(wanted: str, answer: HttpAnswer) -> bool:
    """Whether an answer is whole and has what the documentation says: a key of JSON, a list ("[]"), or a text's end."""
    if wanted.startswith("</"):
        return answer.body.rstrip().endswith(wanted.encode())
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    if wanted == "[]":
        return isinstance(said, list)
    return isinstance(said, dict) and said.get(wanted) not in (None, "", [], {})
