"""A credential leaves a file only after Vault holds it, and the rewritten notebook gets it from there."""

import json
import os
from pathlib import Path

import pytest

from nbguard.vault import journal
from nbguard.vault.client import Vault
from nbguard.vault.plan import FileToMove, VaultSettings
from nbguard.vault.transaction import MoveResult, carry_out, make_plan
from nbguard.vault.vault_errors import ForbiddenError, RefusedError, UnreachableError
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao, free_port
from tests.vault.planted import sources_of, write_notebook

TOKENS = FakeTokens(5)
IONQ, IONQ2, DWAVE = TOKENS.ionq(), TOKENS.ionq(), TOKENS.dwave()


def move(found: list[FileToMove], root: Path, mount: str, vault: Vault | None = None, **settings: object) -> MoveResult:
    chosen = VaultSettings(mount=mount, repository="analysis")._replace(**settings)  # type: ignore[arg-type]
    vault = vault or Vault()
    plan = make_plan(found, chosen, vault)
    return carry_out(plan, chosen, vault, str(root), lambda rule, value: f"fp-{rule}-{len(value)}")


@pytest.fixture
def mount(vault_environment: OpenBao) -> str:
    return vault_environment.mount()


def test_moves_a_value_and_puts_a_lookup_in_its_place(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'p = IonQProvider("{IONQ}")\n', values={IONQ: "ionq"})
    moved = move([found], tmp_path, mount)
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": IONQ}
    raw = (tmp_path / "a.ipynb").read_bytes()
    assert sources_of(raw) == [
        f'from nbguard import secret\n\np = IonQProvider(secret("{mount}:quantum/ionq/analysis#api_key"))\n'
    ]
    assert moved.changed == (found.file,)
    assert not moved.left
    assert not moved.failed


def test_the_secret_says_where_it_came_from(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    move([write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})], tmp_path, mount)
    metadata = vault_environment.root().secrets.kv.v2.read_secret_metadata("quantum/ionq/analysis", mount_point=mount)
    note = metadata["data"]["custom_metadata"]["api_key"]
    assert note.startswith("ionq-api-key; moved from analysis by nbguard; 20")


def test_a_second_run_changes_nothing(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    path = tmp_path / "a.ipynb"
    source = f'p = IonQProvider("{IONQ}")\n'
    move([write_notebook(path, source, values={IONQ: "ionq"})], tmp_path, mount)
    once = path.read_bytes()
    again = write_notebook(tmp_path / "a.ipynb", source, values={IONQ: "ionq"})
    move([again], tmp_path, mount)
    assert path.read_bytes() == once
    versions = vault_environment.root().secrets.kv.v2.read_secret_metadata("quantum/ionq/analysis", mount_point=mount)
    assert versions["data"]["current_version"] == 1


def test_the_same_value_in_two_files_is_stored_once(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    found = [write_notebook(tmp_path / name, f'p("{IONQ}")', values={IONQ: "ionq"}) for name in ("a.ipynb", "b.ipynb")]
    moved = move(found, tmp_path, mount)
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": IONQ}
    assert len(moved.changed) == 2
    assert len(moved.plan.credentials) == 1


def test_two_values_of_one_provider_get_two_keys(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    values = {IONQ: "ionq", IONQ2: "ionq", DWAVE: "dwave"}
    found = write_notebook(tmp_path / "a.ipynb", f'a, b = p("{IONQ}"), p("{IONQ2}")\nd("{DWAVE}")', values=values)
    move([found], tmp_path, mount)
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": IONQ, "api_key_2": IONQ2}
    assert DWAVE in vault_environment.stored("quantum/dwave/analysis", mount).values()


def test_a_different_value_in_vault_is_kept(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    vault_environment.store("quantum/ionq/analysis", mount, api_key="somebody's", other="kept")
    move([write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})], tmp_path, mount)
    stored = vault_environment.stored("quantum/ionq/analysis", mount)
    assert stored == {"api_key": "somebody's", "other": "kept", "api_key_2": IONQ}


def test_update_makes_a_new_version(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    vault_environment.store("quantum/ionq/analysis", mount, api_key="old", other="kept")
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})
    move([found], tmp_path, mount, update=True)
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": IONQ, "other": "kept"}
    old = vault_environment.root().secrets.kv.v2.read_secret_version(
        "quantum/ionq/analysis", version=1, mount_point=mount, raise_on_deleted_version=True
    )
    assert old["data"]["data"]["api_key"] == "old"


def test_kv_version_1_works_too(tmp_path: Path, vault_environment: OpenBao) -> None:
    mount = vault_environment.mount(version=1)
    move([write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})], tmp_path, mount)
    client = vault_environment.root()
    assert client.secrets.kv.v1.read_secret("quantum/ionq/analysis", mount_point=mount)["data"] == {"api_key": IONQ}
    assert IONQ not in (tmp_path / "a.ipynb").read_text()


def test_a_value_that_cannot_be_stored_does_not_stop_the_others(
    tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {IONQ: "ionq", DWAVE: "dwave"}
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")\nq("{DWAVE}")', values=values)
    may = '{ capabilities = ["read", "create", "update"] }'
    rules = [f'path "{mount}/{kind}/quantum/ionq/*" {may}' for kind in ("data", "metadata")]
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for("\n".join(rules)))
    moved = move([found], tmp_path, mount)
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": IONQ}
    assert [credential.value == DWAVE for credential, _ in moved.plan.unstored] == [True]
    assert isinstance(moved.plan.unstored[0][1], ForbiddenError)
    (source,) = sources_of((tmp_path / "a.ipynb").read_bytes())
    assert IONQ not in source
    assert f'q("{DWAVE}")' in source


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_one_value_of_a_path_that_is_refused_stays_alone(
    tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    values = [IONQ, IONQ2, TOKENS.ionq()]
    source = "\n".join(f'p("{value}")' for value in values)
    found = write_notebook(tmp_path / "a.ipynb", source, values=dict.fromkeys(values, "ionq"))
    write = Vault.write

    def refusing(self: Vault, at: str, path: str, data: dict[str, str], expected: int) -> None:
        if values[refused] in data.values():
            raise RefusedError("Vault refused the request")
        write(self, at, path, data, expected)

    monkeypatch.setattr(Vault, "write", refusing)
    moved = move([found], tmp_path, mount)
    kept = {value for number, value in enumerate(values) if number != refused}
    assert set(vault_environment.stored("quantum/ionq/analysis", mount).values()) == kept
    assert [credential.value for credential, _ in moved.plan.unstored] == [values[refused]]
    (after,) = sources_of((tmp_path / "a.ipynb").read_bytes())
    assert [value in after for value in values] == [number == refused for number in range(3)]


def test_no_permission_leaves_the_file_untouched(
    tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})
    token = vault_environment.token_for(f'path "{mount}/data/*" {{ capabilities = ["read"] }}')
    monkeypatch.setenv("VAULT_TOKEN", token)
    with pytest.raises(ForbiddenError, match=f"create, update on {mount}/data/quantum/ionq/analysis") as caught:
        move([found], tmp_path, mount)
    assert IONQ not in str(caught.value)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw


def test_a_server_that_is_down_leaves_the_file_untouched(
    tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})
    monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(UnreachableError):
        move([found], tmp_path, mount)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, vault_environment: OpenBao, mount: str
) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})
    other = write_notebook(tmp_path / "b.ipynb", f'p("{IONQ}")', values={IONQ: "ionq"})
    (tmp_path / "a.ipynb").write_bytes(found.document.raw + b"\n")
    moved = move([found, other], tmp_path, mount)
    assert [path for path, _ in moved.failed] == [found.file]
    assert moved.changed == (other.file,)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw + b"\n"
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": IONQ}


def test_outputs_and_prose_lose_the_value_too(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    from nbguard.documents.reading import open_document
    from tests.notebook_builder import as_bytes, code, error, markdown, notebook, stream
    from tests.vault.planted import find

    raw = as_bytes(
        notebook(
            code(f'p("{IONQ}")', stream(f"token {IONQ}\n"), error("E", f"bad {IONQ}", f"line {IONQ}", "end")),
            markdown(f"The key is `{IONQ}`."),
            note={"key": IONQ},
        )
    )
    (tmp_path / "a.ipynb").write_bytes(raw)
    document = open_document("a.ipynb", raw)
    found = FileToMove(str(tmp_path / "a.ipynb"), document, find(document, {IONQ: "ionq"}))
    assert len(found.findings) == 6
    move([found], tmp_path, mount)
    text = (tmp_path / "a.ipynb").read_text()
    assert IONQ not in text
    assert text.count(f"nbguard:{mount}:quantum/ionq/analysis#api_key") == 5
    json.loads(text)


def test_the_journal_holds_references_and_no_value(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    os.makedirs(tmp_path / ".git")
    found = write_notebook(
        tmp_path / "a.ipynb", f'p("x " "{IONQ}")\nq = "{IONQ[:9]}" + "{IONQ[9:]}"', values={IONQ: "ionq"}
    )
    move([found], tmp_path, mount)
    written = (tmp_path / ".git/nbguard/journal.jsonl").read_text()
    assert IONQ not in written
    ((entry, state),) = journal.read(str(tmp_path))
    assert state == "done"
    assert entry.file == "a.ipynb"
    assert entry.secrets[0].reference == f"{mount}:quantum/ionq/analysis#api_key@1"


def test_the_cleaned_notebook_runs_and_gets_the_value(
    tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbclient
    import nbformat

    path = tmp_path / "a.ipynb"
    (tmp_path / "provider.py").write_text(
        "class IonQProvider:\n    def __init__(self, token):\n        self.token = token\n"
    )
    sources = [
        "from provider import IonQProvider\nimport hashlib\n",
        f'token = "{IONQ}"\nprovider = IonQProvider(token)\n',
        f"%env IONQ_KEY={IONQ}\nimport os\n",
        f'header = {{"Authorization": f"apiKey {IONQ}"}}\n',
        'seen = (provider.token, os.environ["IONQ_KEY"], header["Authorization"].split()[1])\n'
        "print([hashlib.sha256(s.encode()).hexdigest() for s in seen])\ntoken",
    ]
    move([write_notebook(path, *sources, values={IONQ: "ionq"})], tmp_path, mount)
    assert IONQ not in path.read_text()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), os.getcwd())))
    document = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(document, timeout=60, kernel_name="python3").execute()
    from hashlib import sha256

    expected = sha256(IONQ.encode()).hexdigest()
    assert document.cells[-1].outputs[0].text.strip() == str([expected] * 3)
    assert IONQ not in nbformat.writes(document)
