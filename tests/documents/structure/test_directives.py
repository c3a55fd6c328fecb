"""The directives of servers' configuration that hold a password."""

from __future__ import annotations

import pytest

from nbguard.detect.engine import Engine, Scope
from nbguard.documents.reading import open_document

V = "q7Rb2xKd9LwT4mZs"
SCOPE = Scope(frozenset(("credential",)))
FAST, EXHAUSTIVE = Engine(SCOPE), Engine(SCOPE._replace(exhaustive=True))

DIRECTIVES = [
    "requirepass {}",
    "masterauth {}",
    "sentinel auth-pass mymaster {}",
    "user ann on >{} ~* +@all",
    "rootpw {}",
    "bindpw {}",
    "  stats auth svc:{}",
    "  user svc insecure-password {}",
    "remote_password {}",
    "  auth_pass {}",
    "neighbor 10.0.0.1 password {}",
    "enable password {}",
    '  password "{}";',
    "env.mysqlpassword {}",
    ': PSK "{}"',
    "rocommunity {} 10.0.0.0/8",
    "createUser ann SHA {} AES",
    "createUser -e 0x8000000001020304 ann SHA-256 {} AES",
    "SQLConnectInfo db@localhost svc {}",
    "default_pass = {}",
]
NONE = [
    "requirepass foobared",
    "requirepass ${REDIS_PASSWORD}",
    "password required pam_unix.so",
    "the password is remembered",
    "auth sufficient pam_permit.so",
    "auth_pass $AUTH_PASS",
    "turn on >/dev/null2",
    "rocommunity public",
    "service password-encryption",
    "forgot password recovery",
]


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
@pytest.mark.parametrize("directive", DIRECTIVES)
def test_a_servers_password_is_found(directive: str, engine: Engine) -> None:
    text = "# the lab's server\n" + directive.format(V) + "\nport 6379\n"
    findings = engine.detect(open_document("server.conf", text.encode()))
    assert [(finding.value, text[finding.start : finding.end]) for finding in findings] == [(V, V)]


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
@pytest.mark.parametrize("line", NONE)
def test_what_holds_no_password_is_silent(line: str, engine: Engine) -> None:
    assert not list(engine.detect(open_document("server.conf", f"{line}\n".encode())))


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_both_passphrases_of_an_snmp_user_are_found(engine: Engine) -> None:
    other = "mZ4sT9wLd2xKb7Rq"
    text = f'createUser -e 0x8000000001020304 ann SHA-256 "{V}" AES "{other}"\n'
    assert [found.value for found in engine.detect(open_document("snmpd.conf", text.encode()))] == [V, other]
