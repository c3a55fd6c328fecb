"""Every login, against the server's own methods: a workload needs no configuration but its environment."""

import base64
import datetime
import json
import os
import threading
import time
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import hvac
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nbguard.vault import lookup
from nbguard.vault.client import Vault, _seconds
from nbguard.vault.lookup import secret
from nbguard.vault.vault_errors import LoginError, SealedError, TlsError
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

VALUE = FakeTokens(11).ionq()
READ = 'path "secret/data/quantum/*" { capabilities = ["read"] }'


@pytest.fixture
def server(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> OpenBao:
    """The server holds a value, a policy that reads it, and nobody is logged in."""
    vault_environment.store("quantum/login", key=VALUE)
    vault_environment.root().sys.create_or_update_policy("reader", READ)
    monkeypatch.delenv("VAULT_TOKEN")
    return vault_environment


def enable(server: OpenBao, method: str, path: str | None = None) -> None:
    if f"{path or method}/" not in server.root().sys.list_auth_methods()["data"]:
        server.root().sys.enable_auth_method(method, path=path)


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(key: ec.EllipticCurvePrivateKey, **claims: Any) -> str:
    """A JWT signed with ES256 (RFC 7515, RFC 7518 section 3.4)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    head = encode(json.dumps({"alg": "ES256", "typ": "JWT"}).encode())
    body = encode(json.dumps({"iat": int(time.time()), "exp": int(time.time()) + 300, **claims}).encode())
    r, s = decode_dss_signature(key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256())))
    return f"{head}.{body}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture
def jwt_key(server: OpenBao) -> ec.EllipticCurvePrivateKey:
    enable(server, "jwt")
    key = ec.generate_private_key(ec.SECP256R1())
    root = server.root()
    root.auth.jwt.configure(jwt_validation_pubkeys=[pem(key)])
    root.auth.jwt.create_role(
        "ci", user_claim="sub", allowed_redirect_uris=[], role_type="jwt",
        bound_audiences=["vault"], token_policies=["reader"],
    )  # fmt: skip
    return key


def test_a_jwt_of_gitlab_or_a_hub(
    jwt_key: ec.EllipticCurvePrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_ID_TOKEN", sign(jwt_key, sub="project:1", aud="vault"))
    monkeypatch.setenv("VAULT_AUTH_ROLE", "ci")
    assert secret("quantum/login#key") == VALUE
    (tmp_path / "jwt").write_text(sign(jwt_key, sub="hub-user", aud="vault"))
    monkeypatch.delenv("VAULT_ID_TOKEN")
    monkeypatch.setenv("VAULT_ID_TOKEN_FILE", str(tmp_path / "jwt"))
    lookup.forget()
    assert secret("quantum/login#key") == VALUE


def test_a_jwt_of_somebody_else_is_refused(
    jwt_key: ec.EllipticCurvePrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign(ec.generate_private_key(ec.SECP256R1()), sub="x", aud="vault")
    monkeypatch.setenv("VAULT_ID_TOKEN", token)
    monkeypatch.setenv("VAULT_AUTH_ROLE", "ci")
    with pytest.raises(LoginError, match="refused the jwt login") as caught:
        secret("quantum/login#key")
    assert token not in str(caught.value)


class _Answering(BaseHTTPRequestHandler):
    """Gives the test's answer to whatever is asked."""

    answer: Any = None
    status, kind = 200, "application/json"

    def do_GET(self) -> None:
        self._reply(type(self).answer(self))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.body = json.loads(self.rfile.read(length) or b"{}")
        self._reply(type(self).answer(self))

    def _reply(self, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Any]:
    handler = type("Handler", (_Answering,), {})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    handler.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()


def test_the_identity_of_a_github_job(
    jwt_key: ec.EllipticCurvePrivateKey, web: Any, monkeypatch: pytest.MonkeyPatch, server: OpenBao
) -> None:
    def answer(request: Any) -> dict[str, str]:
        assert request.headers["Authorization"] == "bearer job-token"
        assert "audience=" in request.path
        return {"value": sign(jwt_key, sub="repo:a/b", aud="vault")}

    web.answer = answer
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{web.address}/token?v=1")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job-token")
    monkeypatch.setenv("VAULT_AUTH_ROLE", "ci")
    assert secret("quantum/login#key") == VALUE


def test_a_pod_of_kubernetes(server: OpenBao, web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vault asks Kubernetes who the pod is; the test plays that one call (TokenReview)."""
    key = ec.generate_private_key(ec.SECP256R1())
    claims = {"kubernetes.io": {"namespace": "lab", "serviceaccount": {"name": "notebook", "uid": "u"}}}
    subject = "system:serviceaccount:lab:notebook"
    user = {"username": subject, "uid": "u", "groups": ["system:serviceaccounts"]}
    web.answer = lambda request: {
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
        "status": {"authenticated": True, "user": user},
    }  # fmt: skip
    enable(server, "kubernetes")
    root = server.root()
    ca = certificate("cluster", authority=True)[1].public_bytes(serialization.Encoding.PEM).decode()
    config = {"kubernetes_host": web.address, "kubernetes_ca_cert": ca, "disable_local_ca_jwt": True}
    root.write_data("auth/kubernetes/config", data={**config, "token_reviewer_jwt": sign(key, sub="r", **claims)})
    role = {"bound_service_account_names": ["notebook"], "bound_service_account_namespaces": ["lab"]}
    root.write_data("auth/kubernetes/role/notebook", data={**role, "token_policies": ["reader"]})
    (tmp_path / "token").write_text(sign(key, sub=subject, iss="kubernetes/serviceaccount", **claims))
    monkeypatch.setenv("VAULT_KUBERNETES_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("VAULT_AUTH_ROLE", "notebook")
    assert secret("quantum/login#key") == VALUE


def test_name_and_password(server: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    enable(server, "userpass")
    server.root().auth.userpass.create_or_update_user("anna", password="pw-" + VALUE, policies="reader")
    monkeypatch.setenv("VAULT_USERNAME", "anna")
    monkeypatch.setenv("VAULT_PASSWORD", "pw-" + VALUE)
    assert secret("quantum/login#key") == VALUE
    lookup.forget()
    monkeypatch.setenv("VAULT_PASSWORD", "wrong")
    with pytest.raises(LoginError):
        secret("quantum/login#key")


def test_a_login_that_ended_is_done_again(server: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    enable(server, "userpass")
    server.root().auth.userpass.create_or_update_user("bob", password="pw", policies="reader")
    monkeypatch.setenv("VAULT_USERNAME", "bob")
    monkeypatch.setenv("VAULT_PASSWORD", "pw")
    server.store("quantum/login2", key="later")
    assert secret("quantum/login#key") == VALUE
    assert lookup._vault is not None
    client, _ = lookup._vault._connect()
    server.root().auth.token.revoke(client.token)
    assert secret("quantum/login2#key") == "later"


def test_a_login_that_ended_costs_no_attempt(server: OpenBao) -> None:
    enable(server, "userpass")
    server.root().auth.userpass.create_or_update_user("bob", password="pw", policies="reader")
    environment = {"VAULT_ADDR": os.environ["VAULT_ADDR"], "VAULT_USERNAME": "bob", "VAULT_PASSWORD": "pw"}
    vault = Vault(environment, attempts=1)
    assert vault.read("secret", "quantum/login").data == {"key": VALUE}
    server.root().auth.token.revoke(vault.own_token())
    assert vault.read("secret", "quantum/login").data == {"key": VALUE}


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("", 10), ("60", 60), ("30s", 30), ("500ms", 1), ("1500ms", 2), ("2m", 120), ("1m30s", 90), ("1h", 3600),
     ("0", 1), ("soon", 10), ("-5", 10), ("inf", 10), ("5x", 10)],
)  # fmt: skip
def test_a_time_limit_is_read_as_vaults_own_tools_do(written: str, seconds: int) -> None:
    assert _seconds(written) == seconds


def test_a_token_file_of_other_bytes_is_named_without_them(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"hvs.\xff\xfe" + VALUE.encode())
    environment = {"VAULT_ADDR": "https://127.0.0.1:1", "VAULT_TOKEN_FILE": str(tmp_path / "token")}
    vault = Vault(environment)
    assert not vault.needs_login
    with pytest.raises(LoginError, match="the file with Vault's token holds") as caught:
        vault.check_login()
    assert VALUE not in str(caught.value)


def test_a_page_that_refuses_the_login_is_a_refused_login(web: Any) -> None:
    """A gateway in front of Vault answers with a page, not in Vault's JSON."""
    web.answer, web.status, web.kind = lambda _: "no", 403, "text/html"
    environment = {"VAULT_ADDR": web.address, "VAULT_USERNAME": "bob", "VAULT_PASSWORD": VALUE}
    with pytest.raises(LoginError, match="refused the userpass login") as caught:
        Vault(environment, attempts=1).check_login()
    assert VALUE not in str(caught.value)


def test_the_method_can_be_named(server: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "stale")
    enable(server, "userpass")
    server.root().auth.userpass.create_or_update_user("anna", password="pw", policies="reader")
    monkeypatch.setenv("VAULT_USERNAME", "anna")
    monkeypatch.setenv("VAULT_PASSWORD", "pw")
    with pytest.raises(LoginError, match="doesn't accept the token"):
        secret("quantum/login#key")
    monkeypatch.setenv("VAULT_AUTH_METHOD", "userpass")
    assert secret("quantum/login#key") == VALUE
    lookup.forget()
    monkeypatch.setenv("VAULT_AUTH_METHOD", "cert")
    with pytest.raises(LoginError, match="VAULT_AUTH_METHOD is cert"):
        secret("quantum/login#key")


def test_namespaces(server: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    root = server.root()
    root.write_data("sys/namespaces/lab", data={})
    inside = type(root)(url=server.address, token=server.token, namespace="lab")
    inside.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            inside.secrets.kv.v2.create_or_update_secret("quantum/ns", {"key": VALUE}, mount_point="secret")
            break
        except hvac.exceptions.VaultError:
            time.sleep(0.1)
    monkeypatch.setenv("VAULT_TOKEN", server.token)
    monkeypatch.setenv("VAULT_NAMESPACE", "lab")
    assert secret("quantum/ns#key") == VALUE


def certificate(name: str, signer: Any = None, authority: bool = False) -> tuple[Any, Any]:
    """A key and a certificate for ``name``, signed by ``signer`` (key and certificate) or by itself."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(signer[1].subject if signer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )  # fmt: skip
    if not authority:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(usage, critical=False)
    return key, builder.sign(signer[0] if signer else key, hashes.SHA256())


def save(folder: Path, name: str, pair: tuple[Any, Any]) -> tuple[Path, Path]:
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / f"{name}.key").write_bytes(pair[0].private_bytes(serialization.Encoding.PEM, form, none))
    (folder / f"{name}.pem").write_bytes(pair[1].public_bytes(serialization.Encoding.PEM))
    return folder / f"{name}.key", folder / f"{name}.pem"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server with a TLS listener and storage in memory, initialised and unsealed."""
    from tests.openbao_server import ProductionOpenBao

    folder = tmp_path_factory.mktemp("tls")
    authority = certificate("test authority", authority=True)
    _, ca = save(folder, "ca", authority)
    key, cert = save(folder, "server", certificate("127.0.0.1", authority))
    save(folder, "client", certificate("notebook", authority))
    server = ProductionOpenBao(str(folder), str(key), str(cert), str(ca))
    yield server
    server.close()


def test_tls_with_the_authority_of_the_environment(tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in tls.environment.items():
        monkeypatch.setenv(name, value)
    tls.root().secrets.kv.v2.create_or_update_secret("quantum/tls", {"key": VALUE}, mount_point="secret")
    assert secret("quantum/tls#key") == VALUE


def test_an_unknown_authority_is_a_tls_error(tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in tls.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("VAULT_CACERT")
    with pytest.raises(TlsError, match="VAULT_CACERT"):
        secret("quantum/tls#key")


def test_whoever_skips_the_check_is_not_told_of_it_at_each_request(tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in tls.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("VAULT_CACERT")
    monkeypatch.setenv("VAULT_SKIP_VERIFY", "1")
    tls.root().secrets.kv.v2.create_or_update_secret("quantum/skipped", {"key": VALUE}, mount_point="secret")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert secret("quantum/skipped#key") == VALUE
    assert [str(warning.message) for warning in told] == []


def test_a_missing_authority_file_is_a_tls_error(tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in tls.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VAULT_CACERT", "/nowhere/ca.pem")
    with pytest.raises(TlsError, match="can't be read"):
        secret("quantum/tls#key")


def test_a_client_certificate(tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tls.root()
    root.secrets.kv.v2.create_or_update_secret("quantum/cert", {"key": VALUE}, mount_point="secret")
    root.sys.create_or_update_policy("reader", READ)
    root.sys.enable_auth_method("cert")
    root.write_data("auth/cert/certs/notebook", data={
        "certificate": Path(tls.folder, "ca.pem").read_text(), "token_policies": "reader",
    })  # fmt: skip
    for name, value in tls.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_CLIENT_CERT", str(Path(tls.folder, "client.pem")))
    monkeypatch.setenv("VAULT_CLIENT_KEY", str(Path(tls.folder, "client.key")))
    assert secret("quantum/cert#key") == VALUE


def test_a_sealed_server_says_so(tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in tls.environment.items():
        monkeypatch.setenv(name, value)
    tls.root().sys.seal()
    try:
        with pytest.raises(SealedError, match="sealed"):
            secret("quantum/tls#key")
    finally:
        tls.unseal()
