"""``secret()`` finds a value where the design says, in its order, and the value keeps out of sight."""

import copy
import pickle
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest

from nbguard.errors import UsageError
from nbguard.vault import lookup
from nbguard.vault.lookup import secret
from nbguard.vault.vault_errors import (
    ForbiddenError,
    LoginError,
    NoAddressError,
    NoNamespaceError,
    NoSuchKeyError,
    NoSuchPathError,
    TlsError,
    UnreachableError,
    VaultError,
)
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao, free_port

VALUE = FakeTokens().ionq()


def test_reads_kv_version_2(vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/ionq", api_key=VALUE)
    assert secret("quantum/ionq#api_key") == VALUE


def test_reads_kv_version_1(vault_environment: OpenBao) -> None:
    mount = vault_environment.mount(version=1)
    vault_environment.root().secrets.kv.v1.create_or_update_secret(
        "quantum/ionq", {"api_key": VALUE}, mount_point=mount
    )
    assert secret(f"{mount}:quantum/ionq#api_key") == VALUE


def test_reads_a_given_version(vault_environment: OpenBao) -> None:
    mount = vault_environment.mount()
    vault_environment.store("a", mount, key="first")
    vault_environment.store("a", mount, key="second")
    assert (secret(f"{mount}:a#key@1"), secret(f"{mount}:a#key")) == ("first", "second")


def test_files_go_before_vault(vault_environment: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault_environment.store("quantum/files", api_key="from vault", other="from vault")
    (tmp_path / "quantum/files").mkdir(parents=True)
    (tmp_path / "quantum/files/api_key").write_text(VALUE + "\n")
    monkeypatch.setenv("NBGUARD_SECRETS_DIR", str(tmp_path))
    assert secret("quantum/files#api_key") == VALUE
    assert secret("quantum/files#other") == "from vault"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quantum/ionq/api_key", VALUE),
        ("quantum-ionq-api_key", VALUE + "\n"),
        ("quantum/ionq.json", f'{{"api_key": "{VALUE}"}}'),
        ("quantum/ionq", f'{{"api_key": "{VALUE}", "other": 1}}'),
    ],
)
def test_reads_every_layout_of_rendered_files(
    name: str, content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAULT_ADDR", raising=False)
    monkeypatch.setenv("NBGUARD_SECRETS_DIR", str(tmp_path))
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(content)
    assert secret("quantum/ionq#api_key") == VALUE


def test_asks_vault_once_for_all_keys_of_a_path(vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/once", a="1", b="2")
    assert secret("quantum/once#a") == "1"
    vault_environment.store("quantum/once", a="x", b="y")
    assert secret("quantum/once#b") == "2"
    lookup.forget()
    assert secret("quantum/once#b") == "y"


def test_twenty_threads_get_the_same_value(vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/threads", key=VALUE)
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(secret("quantum/threads#key"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [VALUE] * 20


def test_the_async_variant_gives_the_same(vault_environment: OpenBao) -> None:
    import asyncio

    vault_environment.store("quantum/async", key=VALUE)
    assert asyncio.run(lookup.secret_async("quantum/async#key")) == VALUE


def test_the_value_keeps_out_of_repr_pickles_and_tracebacks(vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/quiet", key=VALUE)
    value = secret("quantum/quiet#key")
    assert isinstance(value, str)
    assert f"{value}" == VALUE
    assert repr(value) == "<secret quantum/quiet#key>"
    assert VALUE not in repr([value, {"a": value}])
    pickled = pickle.dumps(value)
    assert VALUE.encode() not in pickled
    assert pickle.loads(pickled) == VALUE
    assert copy.deepcopy(value) is value
    try:
        {}[value]
    except KeyError:
        assert VALUE not in traceback.format_exc()


def test_hvac_is_not_imported_before_the_first_lookup() -> None:
    code = "import sys, nbguard; nbguard.secret; print('hvac' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_no_address(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_ADDR")
    with pytest.raises(NoAddressError, match=r"VAULT_ADDR isn't set: .*`nbguard vault local start`"):
        secret("quantum/ionq#api_key")


def test_no_token(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    with pytest.raises(LoginError, match="VAULT_TOKEN"):
        secret("quantum/ionq#api_key")


def test_nobody_listens(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(UnreachableError, match="no answer from Vault"):
        secret("quantum/ionq#api_key")


def test_no_tls_where_tls_is_asked_for(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", vault_environment.address.replace("http:", "https:"))
    with pytest.raises(TlsError, match="VAULT_CACERT"):
        secret("quantum/ionq#api_key")


def test_no_such_path_and_no_such_key(vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/there", api_key=VALUE)
    with pytest.raises(NoSuchPathError, match="secret/quantum/nowhere"):
        secret("quantum/nowhere#api_key")
    with pytest.raises(NoSuchKeyError, match="no key 'token'; its keys: api_key") as caught:
        secret("quantum/there#token")
    assert VALUE not in str(caught.value)


def test_a_deleted_secret_is_no_such_path(vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/deleted", api_key=VALUE)
    vault_environment.root().secrets.kv.v2.delete_latest_version_of_secret("quantum/deleted", mount_point="secret")
    with pytest.raises(NoSuchPathError):
        secret("quantum/deleted#api_key")


def test_a_missing_permission_names_the_policy_path(
    vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault_environment.store("quantum/closed", api_key=VALUE)
    token = vault_environment.token_for('path "secret/data/quantum/open" { capabilities = ["read"] }')
    monkeypatch.setenv("VAULT_TOKEN", token)
    with pytest.raises(ForbiddenError, match="read on secret/data/quantum/closed") as caught:
        secret("quantum/closed#api_key")
    assert token not in str(caught.value)


def told(reference: str, monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[type[BaseException], str]:
    """What a person reads where these variables are wrong; never a value of them that is secret."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(VaultError) as caught:
        secret(reference)
    assert VALUE not in str(caught.value)
    return caught.type, str(caught.value)


def test_a_wrong_token_is_not_taken_for_a_lacking_policy(
    vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, text = told("quantum/ionq#api_key", monkeypatch, VAULT_TOKEN="wrong-" + VALUE)
    assert kind is LoginError
    assert "it isn't valid, or it ended" in text


def test_a_lacking_policy_is_not_taken_for_a_wrong_token(
    vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault_environment.root()
    root.sys.create_or_update_policy("narrow", 'path "secret/data/quantum/open" { capabilities = ["read"] }')
    made = root.auth.token.create(policies=["narrow"], no_default_policy=True)
    kind, text = told("quantum/closed#api_key", monkeypatch, VAULT_TOKEN=made["auth"]["client_token"])
    assert kind is ForbiddenError
    assert "the policy lacks read on secret/data/quantum/closed" in text
    assert "leaves" not in text
    _, text = told("secret/data/quantum/open#api_key", monkeypatch, VAULT_TOKEN=made["auth"]["client_token"])
    assert text.endswith("a reference leaves secret/data/ out: quantum/open#KEY")
    assert "no mount" not in text


def test_a_mount_that_is_not_there_is_named(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, text = told("nomount:quantum/ionq#api_key", monkeypatch)
    assert kind is NoSuchPathError
    assert text.startswith("Vault has no mount nomount; its mounts: ")
    assert "secret" in text
    token = vault_environment.token_for('path "secret/data/quantum/*" { capabilities = ["read"] }')
    kind, text = told("nomount:quantum/ionq#api_key", monkeypatch, VAULT_TOKEN=token)
    assert kind is ForbiddenError
    assert text.endswith("or there is no mount nomount"), "a policy can't tell whether it is there"


def test_a_namespace_that_is_not_there_is_named(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Vault has no namespace 'nope': set VAULT_NAMESPACE right"
    assert told("quantum/ionq#api_key", monkeypatch, VAULT_NAMESPACE="nope") == (NoNamespaceError, text)
    monkeypatch.delenv("VAULT_TOKEN")
    assert told("quantum/ionq#api_key", monkeypatch, VAULT_ROLE_ID="r", VAULT_SECRET_ID="s")[1] == text


def test_the_address_of_the_web_page_is_told_from_a_lost_answer(
    vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, text = told("quantum/ionq#api_key", monkeypatch, VAULT_ADDR=f"{vault_environment.address}/ui")
    assert kind is NoAddressError
    assert "without /ui" in text


@pytest.mark.parametrize("flaw", ["\n", " ", "\r\nX-Other: 1", "é"])
def test_a_token_that_cannot_be_one_is_named_at_once(
    vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flaw: str
) -> None:
    kind, text = told("quantum/ionq#api_key", monkeypatch, VAULT_TOKEN=VALUE + flaw)
    assert kind is LoginError
    assert text.startswith("VAULT_TOKEN holds a line break, a space or ")
    (tmp_path / "sink").write_text(f"{VALUE}{flaw}{VALUE}\n")
    monkeypatch.delenv("VAULT_TOKEN")
    text = told("quantum/ionq#api_key", monkeypatch, VAULT_TOKEN_FILE=str(tmp_path / "sink"))[1]
    assert text.startswith("the file with Vault's token holds")


def test_the_token_file_of_the_vault_command_is_used(
    vault_environment: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault_environment.store("quantum/home", key=VALUE)
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".vault-token").write_text(vault_environment.token + "\n")
    assert secret("quantum/home#key") == VALUE


def test_approle_logs_in(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    root = vault_environment.root()
    vault_environment.store("quantum/approle", key=VALUE)
    if "approle/" not in root.sys.list_auth_methods()["data"]:
        root.sys.enable_auth_method("approle")
    root.sys.create_or_update_policy("runtime", 'path "secret/data/quantum/*" { capabilities = ["read"] }')
    root.auth.approle.create_or_update_approle("notebooks", token_policies=["runtime"])
    role = root.auth.approle.read_role_id("notebooks")["data"]["role_id"]
    made = root.auth.approle.generate_secret_id("notebooks")["data"]["secret_id"]
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_ROLE_ID", role)
    monkeypatch.setenv("VAULT_SECRET_ID", made)
    assert secret("quantum/approle#key") == VALUE
    lookup.forget()
    monkeypatch.setenv("VAULT_SECRET_ID", "wrong")
    with pytest.raises(LoginError, match="refused the approle login"):
        secret("quantum/approle#key")


def test_a_value_is_no_reference(vault_environment: OpenBao) -> None:
    with pytest.raises(UsageError):
        secret(VALUE)


def test_every_error_is_one_line_and_exits_with_3() -> None:
    for kind in VaultError.__subclasses__():
        assert kind("x").exit_code == 3
