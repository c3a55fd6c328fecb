"""A thousand credentials go to Vault: OpenBao takes some five hundred at a path, the others go to paths below it."""

from pathlib import Path

import pytest

from nbguard.documents.reading import open_document
from nbguard.vault.client import Vault
from nbguard.vault.plan import FileToMove, VaultSettings
from nbguard.vault.references import parse_reference
from nbguard.vault.shelves import MOST_CHARACTERS, MOST_KEYS
from nbguard.vault.transaction import MoveResult, carry_out, make_plan
from nbguard.vault.usage import find_uses, unused
from nbguard.vault.vault_errors import ForbiddenError, RefusedError
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao
from tests.vault.planted import find

PATH = "quantum/ionq/analysis"


@pytest.fixture
def mount(vault_environment: OpenBao) -> str:
    return vault_environment.mount()


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of each write."""
    made: list[str] = []
    write = Vault.write

    def counting(self: Vault, at: str, path: str, data: dict[str, str], expected: int) -> None:
        made.append(path)
        write(self, at, path, data, expected)

    monkeypatch.setattr(Vault, "write", counting)
    return made


def some(count: int, seed: int = 8) -> list[str]:
    tokens = FakeTokens(seed)
    return [tokens.ionq() for _ in range(count)]


def move(folder: Path, values: list[str], settings: VaultSettings) -> MoveResult:
    raw = "".join(f'f("{value}")\n' for value in values).encode()
    (folder / "a.py").write_bytes(raw)
    document = open_document("a.py", raw)
    found = [FileToMove(str(folder / "a.py"), document, find(document, dict.fromkeys(values, "ionq")))]
    vault = Vault()
    return carry_out(make_plan(found, settings, vault), settings, vault, str(folder), lambda rule, value: "fp")


def values_of(folder: Path) -> list[str]:
    """What the lookups of the file give, in their order."""
    vault = Vault()
    uses = find_uses(open_document("a.py", (folder / "a.py").read_bytes()))
    data = {path: vault.read(*path).data for path in {(use.reference.mount, use.reference.path) for use in uses}}
    return [data[use.reference.mount, use.reference.path][use.reference.key] for use in uses]


def test_a_thousand_credentials_are_stored_in_a_few_requests(tmp_path: Path, mount: str, writes: list[str]) -> None:
    values, settings = some(1000), VaultSettings(mount=mount, repository="analysis")
    moved = move(tmp_path, values, settings)
    assert not moved.plan.unstored
    assert not moved.left
    assert writes == [PATH, f"{PATH}/2", f"{PATH}/3"]
    assert values_of(tmp_path) == values
    once = (tmp_path / "a.py").read_bytes()
    move(tmp_path, values, settings)
    assert (tmp_path / "a.py").read_bytes() == once
    assert len(writes) == 3


def test_what_somebody_stored_takes_room_and_stays(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    theirs = {f"k{number}": "v" for number in range(MOST_KEYS)}
    vault_environment.store(PATH, mount, **theirs)
    values = some(2)
    move(tmp_path, values, VaultSettings(mount=mount, repository="analysis"))
    assert vault_environment.stored(PATH, mount) == theirs
    assert sorted(vault_environment.stored(f"{PATH}/2", mount).values()) == sorted(values)


def test_an_update_takes_the_place_of_what_is_there(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    theirs = {"api_key": "old"} | {f"k{number}": "v" for number in range(MOST_KEYS)}
    vault_environment.store(PATH, mount, **theirs)
    (value,) = some(1)
    move(tmp_path, [value], VaultSettings(mount=mount, repository="analysis", update=True))
    assert vault_environment.stored(PATH, mount) == theirs | {"api_key": value}


def test_long_values_have_a_path_each(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    values = [letter * (MOST_CHARACTERS - 9) for letter in "ab"]
    moved = move(tmp_path, values, VaultSettings(mount=mount, repository="analysis"))
    assert not moved.plan.unstored
    assert values_of(tmp_path) == values
    assert vault_environment.stored(f"{PATH}/2", mount) == {"api_key": values[1]}


def test_a_policy_for_one_path_keeps_the_rest_in_the_file(
    tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = '{ capabilities = ["read", "create", "update"] }'
    rules = [f'path "{mount}/{kind}/{PATH}" {may}' for kind in ("data", "metadata")]
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for("\n".join(rules)))
    values = some(MOST_KEYS + 2)
    moved = move(tmp_path, values, VaultSettings(mount=mount, repository="analysis"))
    assert [credential.value for credential, _ in moved.plan.unstored] == values[MOST_KEYS:]
    assert {type(error) for _, error in moved.plan.unstored} == {ForbiddenError}
    assert values_of(tmp_path) == values[:MOST_KEYS]
    assert all(value in (tmp_path / "a.py").read_text() for value in values[MOST_KEYS:])


def test_what_one_path_does_not_take_any_more_is_told(tmp_path: Path, mount: str) -> None:
    """Names that a person chose are never put elsewhere."""
    values = some(503)
    chosen = (("", parse_reference("quantum/mine#key")),)
    moved = move(tmp_path, values, VaultSettings(mount=mount, repository="analysis", names=chosen))
    refused = [credential.value for credential, _ in moved.plan.unstored]
    taken = values_of(tmp_path)
    assert len(taken) > MOST_KEYS
    assert sorted(taken + refused) == sorted(values)
    assert all(value in (tmp_path / "a.py").read_text() for value in refused)


@pytest.mark.parametrize("bad", [(0,), (199,), (7, 150)])
def test_what_is_refused_alone_costs_some_halvings(
    tmp_path: Path, mount: str, monkeypatch: pytest.MonkeyPatch, writes: list[str], bad: tuple[int, ...]
) -> None:
    values = some(200)
    wrong = [values[number] for number in bad]
    write = Vault.write

    def refusing(self: Vault, at: str, path: str, data: dict[str, str], expected: int) -> None:
        if not set(wrong).isdisjoint(data.values()):
            writes.append("refused")
            raise RefusedError("Vault refused the request")
        write(self, at, path, data, expected)

    monkeypatch.setattr(Vault, "write", refusing)
    moved = move(tmp_path, values, VaultSettings(mount=mount, repository="analysis"))
    assert [credential.value for credential, _ in moved.plan.unstored] == wrong
    assert values_of(tmp_path) == [value for value in values if value not in wrong]
    # Two hundred are one after eight halvings, and each has another half.
    assert len(writes) <= 17 * len(wrong)


def test_a_refused_path_is_asked_once(tmp_path: Path, mount: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refusing(self: Vault, at: str, path: str, data: dict[str, str], expected: int) -> None:
        asked.append(path)
        raise ForbiddenError("the policy lacks create")

    monkeypatch.setattr(Vault, "write", refusing)
    values = some(9)
    with pytest.raises(ForbiddenError):
        move(tmp_path, values, VaultSettings(mount=mount, repository="analysis"))
    assert asked == [PATH]


def test_what_stands_below_the_path_and_is_not_used_is_named(vault_environment: OpenBao, mount: str) -> None:
    vault_environment.store(f"{PATH}/2", mount, api_key="v")
    vault_environment.store(f"{PATH}-2", mount, api_key="somebody else's")
    settings = VaultSettings(mount=mount, repository="analysis")
    assert unused([], Vault(), settings) == [f"{mount}:{PATH}/2#api_key"]
