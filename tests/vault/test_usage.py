"""References in use are found in every form that a move leaves, and the printed policies allow just enough."""

from pathlib import Path

import pytest

from nbguard.documents.reading import open_document
from nbguard.vault import lookup
from nbguard.vault.client import Vault
from nbguard.vault.plan import VaultSettings
from nbguard.vault.references import parse_reference
from nbguard.vault.usage import broken, find_uses, places_of, policy, unused
from nbguard.vault.vault_errors import ForbiddenError
from tests.openbao_server import OpenBao
from tests.vault.planted import write_notebook
from tests.vault.test_rewrite import FORMS, PROSE, VALUE, rewritten
from tests.vault.test_transaction import IONQ, move


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", ["nbguard", "hvac"])
def test_every_rewritten_form_is_found_again(form: str, style: str) -> None:
    done = rewritten(FORMS[form].replace("v1v2", "V").replace("V", VALUE), style=style)
    uses = find_uses(open_document("a.ipynb", done.raw))
    if done.done and "vault kv get" not in str(done.raw):
        assert {str(use.reference) for use in uses} == {"quantum/ionq#api_key"}
    assert form in PROSE or done.done or "v1" in FORMS[form]


def test_broken_references_are_named(vault_environment: OpenBao) -> None:
    mount = vault_environment.mount()
    vault_environment.store("a", mount, key="x")
    text = f"A=nbguard:{mount}:a#key\nB=nbguard:{mount}:a#other\nC=nbguard:{mount}:b#key\nD=nbguard:{mount}:a#key@9\n"
    uses = find_uses(open_document("x.env", text.encode()))
    problems = broken(uses, Vault())
    assert sorted(map(str, problems)) == [f"{mount}:a#key@9", f"{mount}:a#other", f"{mount}:b#key"]


def test_unused_secrets_of_this_repository_are_named(vault_environment: OpenBao) -> None:
    mount = vault_environment.mount()
    settings = VaultSettings(mount=mount, repository="mine")
    vault_environment.store("quantum/ionq/mine", mount, used="x", spare="y")
    vault_environment.store("quantum/ionq/others", mount, spare="z")
    uses = find_uses(open_document("x.env", f"A=nbguard:{mount}:quantum/ionq/mine#used".encode()))
    assert unused(uses, Vault(), settings) == [f"{mount}:quantum/ionq/mine#spare"]


@pytest.mark.parametrize("version", [1, 2])
def test_the_policies_allow_what_is_needed_and_no_more(
    version: int, tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = vault_environment.mount(version)
    settings = VaultSettings(mount=mount, repository="analysis")
    engines = {mount: version}
    first = places_of((), settings)
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for(policy(first, "developers", settings, engines)))
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})
    move([found], tmp_path, mount)
    uses = find_uses(open_document("a.ipynb", (tmp_path / "a.ipynb").read_bytes()))
    assert [str(use.reference) for use in uses] == [f"{mount}:quantum/ionq/analysis#api_key"]
    places = places_of(uses, settings)
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for(policy(places, "developers", settings, engines)))
    assert broken(uses, Vault()) == {}
    assert unused(uses, Vault(), settings) == []

    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for(policy(places, "runtime", settings, engines)))
    lookup.forget()
    assert lookup.secret(str(uses[0].reference)) == IONQ
    with pytest.raises(ForbiddenError):
        Vault().write(mount, "quantum/ionq/analysis", {"api_key": "x"}, 1)
    with pytest.raises(ForbiddenError):
        Vault().read(mount, "quantum/ionq/other")
    with pytest.raises(ForbiddenError):
        Vault().paths(mount, "quantum")
    assert parse_reference(str(uses[0].reference)) == uses[0].reference


def test_a_policy_lists_no_folder_that_merely_begins_like_ours() -> None:
    settings = VaultSettings(prefix="quantum")
    printed = policy([("secret", "quantum2/ionq/lab"), ("secret", "quantum/ionq/lab")], "developers", settings, {})
    listed = [line for line in printed.splitlines() if "/metadata/" in line and line.endswith('/" {')]
    assert listed == ['path "secret/metadata/quantum/" {', 'path "secret/metadata/quantum/ionq/" {']
