"""AWS's signature and Vault's tokens: a stand-in that knows the secret checks the one, a real server the other."""

import hashlib
import hmac
import json
import random
import re
from datetime import UTC, datetime

import pytest

from nbguard.audit.live.aws_signature import KeyPair, signed_headers
from nbguard.audit.live.call_log import CallLog
from nbguard.audit.live.caller import Caller, Suspect
from nbguard.audit.live.live_calls import load_live_calls
from nbguard.audit.live.liveness import check_live
from nbguard.audit.live.revoking import revoke_value
from tests.audit.live.stand_ins import StandIn, ToStandIn, as_json, http
from tests.fake_tokens import FakeTokens
from tests.openbao_server import openbao  # noqa: F401

CALLS = load_live_calls()
STS = CALLS["aws-secret-access-key"]
IDENTITY = b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"


def test_the_signature_is_the_one_that_aws_documents():
    """The signing key that the documentation publishes, and with it the text that it says is to be signed."""
    secret = "wJalrXUtnFEMI/K7MDENG+" + "bPxRfiCYEXAMPLEKEY"
    key = ("AWS4" + secret).encode()
    for part in ("20150830", "us-east-1", "iam", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
    pair = KeyPair("AKI" + "AIOSFODNN7EXAMPLE", secret)
    made = signed_headers(pair, "iam", "iam.amazonaws.com", b"Action=A", datetime(2015, 8, 30, 12, 36, tzinfo=UTC))
    given = made["Authorization"].rpartition("=")[2]
    lines = ("POST", "/", "", "content-type:application/x-www-form-urlencoded", "host:iam.amazonaws.com")
    more = ("x-amz-date:20150830T123600Z", "", "content-type;host;x-amz-date", hashlib.sha256(b"Action=A").hexdigest())
    canonical = "\n".join((*lines, *more))
    text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
    text += hashlib.sha256(canonical.encode()).hexdigest()
    assert given == hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def aws(key_id, secret):
    """Checks signatures as AWS does, by making them again."""

    def answer(request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        moment = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        service = re.search("/us-east-1/([a-z]+)/", headers["Authorization"])[1]
        host = headers["Host"].partition(":")[0]
        right = signed_headers(KeyPair(key_id, secret), service, host, body, moment)
        if headers["Authorization"] != right["Authorization"]:
            return http(403, b"<ErrorResponse><Code>SignatureDoesNotMatch</Code></ErrorResponse>")
        return http(200, IDENTITY if b"GetCallerIdentity" in body else b"<UpdateAccessKeyResponse/>")

    return answer


def caller(tmp_path, server, **environment):
    return Caller(CallLog(str(tmp_path / "calls")), ToStandIn(server.port), pause=0, environment=environment)


def test_an_access_key_is_live_where_its_signature_is_right_and_is_made_inactive(tmp_path):
    tokens = FakeTokens(510)
    key_id, secret = tokens.aws_access_key(), tokens.aws_secret_key()
    server = StandIn(aws(key_id, secret))
    asking = caller(tmp_path, server)
    good = Suspect("aws-secret-access-key", "0" * 32, secret, key_id)
    assert check_live(STS, good, asking).state == "live"
    assert check_live(STS, good._replace(value=tokens.aws_secret_key()), asking).state == "unknown"
    assert check_live(STS, good._replace(pair=""), asking).state == "unknown"
    told = revoke_value(STS, STS.revoke, good, asking)
    assert told.done, told.reason
    assert told.host == "iam.amazonaws.com"
    assert f"AccessKeyId={key_id}&Status=Inactive".encode() in server.requests[-1]
    assert all(secret.encode() not in request for request in server.requests)
    server.close()


def ibm(value):
    def answer(request: bytes) -> bytes:
        first = request.partition(b"\r\n")[0]
        if first.startswith(b"POST /identity/token"):
            known = f"apikey={value}".encode() in request
            return http(200, as_json({"access_token": "short"})) if known else http(400, as_json({"errorCode": "x"}))
        if b"Authorization: Bearer short" not in request:
            return http(401, b"{}")
        if first.startswith(b"GET /v1/apikeys/details"):
            return http(200, as_json({"id": "ApiKey-1/2"}))
        return http(204) if first == b"DELETE /v1/apikeys/ApiKey-1%2F2 HTTP/1.1" else http(404, b"{}")

    return answer


def test_a_key_of_ibm_cloud_is_deleted_in_three_steps(tmp_path):
    value = FakeTokens(511).ibm_cloud()
    server = StandIn(ibm(value))
    call = CALLS["ibm-cloud-api-key"]
    suspect = Suspect("ibm-cloud-api-key", "0" * 32, value)
    assert check_live(call, suspect, caller(tmp_path, server)).state == "live"
    assert revoke_value(call, call.revoke, suspect, caller(tmp_path, server)).done
    other = suspect._replace(value=FakeTokens(512).ibm_cloud())
    refused = revoke_value(call, call.revoke, other, caller(tmp_path, server))
    assert not refused.done
    assert "answered 400 to step 1 of 3" in refused.reason
    events = [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]
    assert [event["facts"]["done"] for event in events if event["kind"] == "revoke"] == [True, False]
    assert value not in (tmp_path / "calls").read_text()
    server.close()


@pytest.mark.parametrize("rule", ["github-token", "gitlab-token"])
def test_a_token_is_revoked_by_itself_or_not_at_all(tmp_path, rule):
    call, value = CALLS[rule], FakeTokens(513).github()
    server = StandIn(lambda request: http(call.revoke.steps[0]["done"][0]) if value.encode() in request else http(401))
    assert revoke_value(call, call.revoke, Suspect(rule, "0" * 32, value), caller(tmp_path, server)).done
    assert not revoke_value(call, call.revoke, Suspect(rule, "0" * 32, "other"), caller(tmp_path, server)).done
    server.close()


def test_a_token_of_vault_is_live_on_the_server_that_the_operator_names_until_it_is_revoked(tmp_path, openbao):  # noqa: F811
    call = CALLS["vault-token"]
    suspect = Suspect("vault-token", "0" * 32, openbao.token_for('path "secret/*" { capabilities = ["read"] }'))
    asking = Caller(CallLog(str(tmp_path / "calls")), pause=0, environment={"VAULT_ADDR": openbao.address})
    shuffle = random.Random(1).shuffle
    assert check_live(call, suspect, asking, shuffle).state == "live"
    assert revoke_value(call, call.revoke, suspect, asking).done
    gone = check_live(call, suspect, asking, shuffle)
    assert gone.state == "unknown"
    assert "refused" in gone.reason
    assert suspect.value not in (tmp_path / "calls").read_text()


@pytest.mark.parametrize("address", ["", "ftp://a", "https://", "https://a:port", "https://a/ui"])
def test_without_an_address_of_vault_nobody_is_asked(tmp_path, address):
    asking = Caller(CallLog(str(tmp_path / "calls")), pause=0, environment={"VAULT_ADDR": address})
    found = check_live(CALLS["vault-token"], Suspect("vault-token", "0" * 32, "hvs." + "a" * 30), asking)
    assert found.state == "unknown"
    assert "VAULT_ADDR" in found.reason
