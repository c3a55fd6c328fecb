"""Names of what is stored, as far as a policy lets somebody list, and versions, on a real server."""

import pytest

from nbguard.vault import stored_names
from nbguard.vault.client import Vault
from nbguard.vault.stored_names import list_paths, list_versions
from nbguard.vault.vault_errors import ForbiddenError
from tests.openbao_server import OpenBao


@pytest.fixture
def stocked(vault_environment: OpenBao) -> OpenBao:
    for path in ("quantum/ionq/lab", "quantum/ibm/lab", "team/db", "alone"):
        vault_environment.store(path, key="x" * 20)
    return vault_environment


def may(names: str, capability: str) -> str:
    return f'path "secret/metadata/{names}" {{ capabilities = ["{capability}"] }}\n'


def test_the_policy_s_folder_comes_first(stocked: OpenBao) -> None:
    found = list_paths(Vault(), "secret", "quantum")
    assert found == ("", ("quantum/ibm/lab", "quantum/ionq/lab", "alone", "team/db"), True)


def test_who_may_list_one_folder_only_gets_that(stocked: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = (
        'path "secret/metadata/quantum/*" { capabilities = ["list"] } path "secret/data/*" { capabilities = ["read"] }'
    )
    monkeypatch.setenv("VAULT_TOKEN", stocked.token_for(policy))
    assert list_paths(Vault(), "secret", "quantum") == ("quantum", ("quantum/ibm/lab", "quantum/ionq/lab"), True)


def test_a_folder_of_somebody_else_is_passed_over(stocked: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = (
        'path "secret/metadata/*" { capabilities = ["list"] } path "secret/metadata/team/*" { capabilities = ["deny"] }'
    )
    monkeypatch.setenv("VAULT_TOKEN", stocked.token_for(policy))
    assert "team/db" not in list_paths(Vault(), "secret", "").paths


def test_who_may_list_nothing_is_told(stocked: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", stocked.token_for('path "secret/data/*" { capabilities = ["read"] }'))
    with pytest.raises(ForbiddenError, match="list"):
        list_paths(Vault(), "secret", "quantum")


def test_too_many_folders_are_said_to_be_more(stocked: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_names, "_MOST_FOLDERS", 2)
    assert not list_paths(Vault(), "secret", "quantum").whole


def test_an_empty_mount_and_kv_1(vault_environment: OpenBao) -> None:
    assert list_paths(Vault(), "secret", "quantum").paths == ()
    mount = vault_environment.mount(version=1)
    Vault().write(mount, "a/b", {"key": "x"}, 0)
    assert list_paths(Vault(), mount, "").paths == ("a/b",)
    assert list_versions(Vault(), mount, "a/b") == []


def test_versions_with_their_states(vault_environment: OpenBao) -> None:
    kv = vault_environment.root().secrets.kv.v2
    for number in range(4):
        vault_environment.store("quantum/many", key=f"value {number}")
    kv.delete_secret_versions("quantum/many", versions=[2], mount_point="secret")
    kv.destroy_secret_versions("quantum/many", versions=[1], mount_point="secret")
    found = list_versions(Vault(), "secret", "quantum/many")
    assert [(version.version, version.state) for version in found] == [
        (4, "stored"), (3, "stored"), (2, "deleted"), (1, "destroyed"),
    ]  # fmt: skip
    assert all(version.created for version in found)
    assert list_versions(Vault(), "secret", "quantum/none") == []
    # That a version will go once is no reason to call it gone.
    kv.update_metadata("quantum/many", delete_version_after="24h", mount_point="secret")
    vault_environment.store("quantum/many", key="goes tomorrow")
    assert list_versions(Vault(), "secret", "quantum/many")[0].state == "stored"
