"""Whether a credential still works: only an honest server makes it "live"."""

import json
import os
import random
import string
from types import SimpleNamespace

import pytest

from nbguard.audit.live import suspects
from nbguard.audit.live.call_log import CallLog
from nbguard.audit.live.caller import Caller, Suspect
from nbguard.audit.live.live_calls import load_live_calls
from nbguard.audit.live.liveness import check_live
from nbguard.errors import UsageError
from nbguard.policy.fingerprint import Salt
from nbguard.policy.policy_settings import Config
from tests.audit.chain_reading import find_break
from tests.audit.live.stand_ins import PORTAL, StandIn, ToStandIn, as_json, hostile, http
from tests.fake_tokens import FakeTokens

IONQ = load_live_calls()["ionq-api-key"]
KNOWN = as_json({"key_id": "e06", "key_name": "first"})


@pytest.fixture
def ask(tmp_path):
    """Asks a server about a credential; gives what was found, and the way out."""
    opened = []

    def asked(answer, call=IONQ, value=None, pair="", drip=0.0, deadline=5.0, chance=None):
        server = StandIn(answer, drip)
        opened.append(server)
        network = ToStandIn(server.port, deadline)
        caller = Caller(CallLog(str(tmp_path / "calls.jsonl")), network, pause=0)
        suspect = Suspect("rule", "0" * 32, value or FakeTokens(500).ionq(), pair)
        shuffle = (chance or random.Random(1)).shuffle
        found = check_live(call, suspect, caller, shuffle)
        return found, server, network

    yield asked
    for server in opened:
        server.close()


def honest(value, accepted=KNOWN, refusal=401):
    return lambda request: http(200, accepted) if value.encode() in request else http(refusal, b"{}")


# AWS and Vault have tests of their own.
PLAIN = sorted(rule for rule, call in load_live_calls().items() if not call.signed and not call.address_from)


@pytest.mark.parametrize("rule", PLAIN)
def test_what_an_honest_server_accepts_is_live_and_what_it_refuses_is_unknown(ask, rule):
    call = load_live_calls()[rule]
    value = FakeTokens(501).of(string.ascii_letters + string.digits, 40)
    if call.only:
        value = "glpat-" + value
    body = as_json([] if call.shows == "[]" else {call.shows: "x"})
    found, server, network = ask(honest(value, body, call.refused[0]), call, value)
    assert (found.state, found.host) == ("live", call.host)
    assert set(network.hosts) == {call.host}
    assert value.encode() not in server.requests[0]
    assert sum(value.encode() in request for request in server.requests) == 5
    assert len(server.requests) == 10
    other, _, _ = ask(honest("another", body, call.refused[0]), call, value)
    assert other.state == "unknown"
    assert "refused" in other.reason


HOSTILE = {
    "always 200": (lambda _: http(200, KNOWN), "accepts a random one"),
    "always 403": (lambda _: http(403, b"{}"), "refused, as a random one is"),
    "captive portal": (lambda _: http(200, PORTAL, "Content-Type: text/html"), "doesn't refuse a random one"),
    "redirect": (lambda _: http(302, b"", "Location: https://example.com/"), "sends us elsewhere"),
    "half an answer": (lambda _: http(401, b"{}", length=50), "no whole answer"),
    "no HTTP": (lambda _: b"SSH-2.0-OpenSSH\r\n", "no whole answer"),
    "cut": (lambda _: None, "no whole answer"),
    "endless": (lambda _: http(401, b" " * 1_000_000), "no whole answer"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_server_that_looks_at_no_token_makes_nothing_live(ask, name):
    answer, why = HOSTILE[name]
    found, _, _ = ask(answer)
    assert found.state == "unknown"
    assert why in found.reason


def test_a_slow_server_is_given_up_at_the_deadline(ask):
    found, server, _ = ask(lambda _: http(401, b"{}" * 200), drip=0.02, deadline=0.3)
    assert found.state == "unknown"
    assert "no answer within 0.3 seconds" in found.reason
    assert len(server.requests) == 1


def test_half_of_what_a_server_accepts_is_not_live(ask):
    """The control is refused; the answer about the value breaks off inside of its JSON."""
    value = FakeTokens(502).ionq()
    found, _, _ = ask(honest(value, KNOWN[:-4]), value=value)
    assert (found.state, found.reason) == ("unknown", "the server neither accepts nor refuses it as documented")


def test_a_busy_server_is_left_alone(ask, tmp_path):
    server = StandIn(lambda _: http(429, b""))
    caller = Caller(CallLog(str(tmp_path / "calls.jsonl")), ToStandIn(server.port), pause=0)
    for _ in range(3):
        found = check_live(IONQ, Suspect("r", "0" * 32, FakeTokens(503).ionq()), caller)
        assert found.state == "unknown"
    assert len(server.requests) == 1
    assert "left alone" in found.reason
    server.close()


def test_there_is_a_pause_between_two_calls_to_a_host(tmp_path):
    value, waited = FakeTokens(504).ionq(), []
    server = StandIn(honest(value))
    caller = Caller(CallLog(str(tmp_path / "calls.jsonl")), ToStandIn(server.port), pause=60, sleep=waited.append)
    assert check_live(IONQ, Suspect("r", "0" * 32, value), caller).state == "live"
    assert len(waited) == 9
    assert min(waited) > 50
    server.close()


def test_every_call_is_an_event_in_a_chain_and_no_event_holds_a_value(ask, tmp_path):
    value = FakeTokens(505).ionq()
    ask(honest(value), value=value)
    ask(honest("another"), value=value)
    lines = (tmp_path / "calls.jsonl").read_text().splitlines()
    assert find_break(lines) == 0
    events = [json.loads(line) for line in lines]
    assert [event["kind"] for event in events] == ["live-call"] * 10 + ["live-verdict"] + ["live-call"] * 2 + [
        "live-verdict"
    ]
    assert [event["facts"]["what"] for event in events[:2]] == ["control", "value"]
    assert {event["facts"]["host"] for event in events} == {"api.ionq.co"}
    assert value not in "".join(lines)


@pytest.mark.parametrize("content", ["hello", '{"a": 1}\n', "\x00\n"])
def test_no_call_without_a_log(tmp_path, content):
    (tmp_path / "log").write_text(content)
    with pytest.raises(UsageError, match="no call is made"):
        CallLog(str(tmp_path / "log"))
    with pytest.raises(UsageError, match="no call is made"):
        CallLog(str(tmp_path))


def test_a_log_that_fails_later_says_nothing_of_calls_that_were_made(tmp_path):
    log = CallLog(str(tmp_path / "log"))
    os.unlink(log.path)
    os.mkdir(log.path)
    with pytest.raises(UsageError) as told:
        log.write("revoke", "2026-03-01T08:00:00Z", {"done": True})
    assert "no call was made" not in str(told.value)


def test_the_salt_is_read_once_for_all_values(tmp_path, monkeypatch):
    reads = []
    monkeypatch.setattr(suspects, "find_salt", lambda config: reads.append(config) or Salt(b"x" * 16, "file"))
    register = SimpleNamespace(credentials=[SimpleNamespace(rule=f"rule-{n}") for n in range(5)])
    suspects.Suspects(register, [frozenset(map(str, range(20)))], [Config(str(tmp_path))])
    assert len(reads) == 1


def false_live(ask, seeds):
    found = {}
    for seed in seeds:
        chance = random.Random(seed)
        answer, drip = hostile(chance, KNOWN)
        result, server, _ = ask(answer, drip=drip, deadline=0.5, chance=chance)
        server.close()
        if result.state != "unknown":
            found[seed] = result.reason
    return found


def test_no_hostile_server_makes_anything_live(ask):
    assert false_live(ask, range(60)) == {}


@pytest.mark.slow
def test_no_hostile_server_of_a_thousand_makes_anything_live(ask):
    assert false_live(ask, range(1000)) == {}
