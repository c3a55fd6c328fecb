"""`nbguard vault put`: the new value after a rotation gets where the lookups find it, and is shown nowhere."""

import io

import pytest

from nbguard.cli.main import main
from nbguard.vault.client import Vault
from nbguard.vault.lookup import secret
from nbguard.vault.references import parse_reference
from nbguard.vault.storing import replace_value
from nbguard.vault.vault_errors import ConflictError
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(41)
OLD, NEW, OTHER = TOKENS.ionq(), TOKENS.ionq(), TOKENS.dwave()


@pytest.fixture
def mount(vault_environment: OpenBao) -> str:
    name = vault_environment.mount()
    Vault().write(name, "quantum/ionq", {"api_key": OLD, "url": OTHER}, 0)
    return name


def give(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_new_value_takes_the_place_of_the_old_one_and_what_stands_beside_it_stays(
    mount: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(f"{NEW}\n", monkeypatch)
    assert main(["vault", "put", f"{mount}:quantum/ionq#api_key"]) == 0
    shown = capsys.readouterr()
    assert "version 2" in shown.out
    assert not any(value in shown.out + shown.err for value in (OLD, NEW, OTHER))
    assert secret(f"{mount}:quantum/ionq#api_key") == NEW
    assert secret(f"{mount}:quantum/ionq#api_key@1") == OLD
    assert secret(f"{mount}:quantum/ionq#url") == OTHER


def test_the_same_value_again_makes_no_version(mount: str) -> None:
    reference = parse_reference(f"{mount}:quantum/ionq#api_key")
    assert replace_value(Vault(), reference, OLD) == 1


def test_a_path_that_is_new_begins_with_version_one(mount: str) -> None:
    reference = parse_reference(f"{mount}:quantum/dwave#token")
    assert replace_value(Vault(), reference, OTHER) == 1
    assert secret(f"{mount}:quantum/dwave#token") == OTHER


def test_what_somebody_else_writes_meanwhile_stays(mount: str) -> None:
    class Busy(Vault):
        """Somebody else adds a key between our reading and our writing, once."""

        interrupted = False

        def write(self, mount: str, path: str, data: object, expected: int) -> None:
            if not self.interrupted:
                self.interrupted = True
                Vault().write(mount, path, {"api_key": OLD, "url": OTHER, "more": "x"}, expected)
            super().write(mount, path, data, expected)  # type: ignore[arg-type]

    assert replace_value(Busy(), parse_reference(f"{mount}:quantum/ionq#api_key"), NEW) == 3
    assert Vault().read(mount, "quantum/ionq").data == {"api_key": NEW, "url": OTHER, "more": "x"}


def test_it_gives_up_where_others_write_all_the_time(mount: str) -> None:
    class Refused(Vault):
        def write(self, mount: str, path: str, data: object, expected: int) -> None:
            raise ConflictError("changed")

    with pytest.raises(ConflictError, match="try again"):
        replace_value(Refused(), parse_reference(f"{mount}:quantum/ionq#api_key"), NEW)
    assert Vault().read(mount, "quantum/ionq").data["api_key"] == OLD


@pytest.mark.parametrize(("given", "reference"), [("", "quantum/ionq#api_key"), (NEW, "quantum/ionq#api_key@3")])
def test_nothing_to_store_or_a_version_is_refused_before_vault_is_asked(
    given: str, reference: str, mount: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(given, monkeypatch)
    assert main(["vault", "put", f"{mount}:{reference}"]) == 2
    shown = capsys.readouterr()
    assert NEW not in shown.out + shown.err
    assert secret(f"{mount}:quantum/ionq#api_key") == OLD


def test_a_value_pasted_as_the_reference_is_not_repeated(
    vault_environment: OpenBao, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vault", "put", NEW]) == 2
    shown = capsys.readouterr()
    assert NEW not in shown.out + shown.err
