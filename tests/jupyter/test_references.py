"""``POST references``: whether they resolve, with a real Vault, and never with a value."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbguard.editing import resolving
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code, markdown, notebook
from tests.openbao_server import OpenBao


async def states(ask: Callable[..., Any], *sources: str) -> list[dict[str, Any]]:
    answer = await ask("POST", "references", notebook(*[code(source) for source in sources]))
    assert answer.status == 200, answer.body
    return list(answer.json["references"])


async def test_each_reference_is_told_where_it_stands(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    value = FakeTokens(20).ionq()
    vault_environment.store("jupyter-a/ionq", api_key=value)
    vault_environment.store("jupyter-a/ionq", api_key=value + "2")
    source = '"🎉"; token = secret("jupyter-a/ionq#api_key")'
    sent = notebook(code(source, "a"), markdown("nbguard:jupyter-a/ionq#api_key@1", "b"))
    answer = await ask("POST", "references", sent)
    assert answer.status == 200, answer.body
    assert value.encode() not in answer.body
    first, second = answer.json["references"]
    units = source.encode("utf-16-le")
    assert units[2 * first["from"] : 2 * first["to"]].decode("utf-16-le") == first["reference"]
    assert (first["cell"], first["reference"], first["mount"]) == ("a", "jupyter-a/ionq#api_key", "secret")
    assert (first["state"], first["version"], first["reason"]) == ("ok", 2, None)
    assert time.strptime(first["created"], "%Y-%m-%dT%H:%M:%SZ")
    assert (second["cell"], second["state"], second["version"]) == ("b", "ok", 1)


async def test_what_doesn_t_resolve_says_why(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    vault_environment.store("jupyter-b/ionq", api_key="x" * 20)
    vault_environment.store("jupyter-b/gone", api_key="x" * 20)
    vault_environment.root().secrets.kv.v2.delete_latest_version_of_secret("jupyter-b/gone", mount_point="secret")
    found = await states(
        ask,
        'secret("jupyter-b/ionq#other")',
        'secret("jupyter-b/nothing#api_key")',
        'secret("jupyter-b/gone#api_key")',
        'secret("jupyter-b/ionq#api_key@7")',
    )
    assert [item["state"] for item in found] == ["missing", "missing", "deleted", "missing"]
    assert all(item["reason"] for item in found)


async def test_a_policy_that_lacks_the_path_is_denied(
    ask: Callable[..., Any], vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = 'path "secret/data/jupyter-c/mine" { capabilities = ["read"] }'
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for(policy))
    vault_environment.store("jupyter-c/mine", key="x" * 20)
    found = await states(ask, 'secret("jupyter-c/mine#key")', 'secret("jupyter-c/other#key")')
    assert [item["state"] for item in found] == ["ok", "denied"]
    assert "jupyter-c/other" in found[1]["reason"]


async def test_without_a_vault_they_are_unconfigured(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/nonexistent")
    (found,) = await states(ask, 'secret("a/b#c")')
    assert found["state"] == "unconfigured"
    assert "VAULT_ADDR" in found["reason"]


@pytest.fixture
def down() -> Iterator[list[str]]:
    """What looks like a Vault and hangs up at once: its address, and beyond it a sign for each time it was called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = [f"http://127.0.0.1:{server.getsockname()[1]}"]

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()
                    seen.append("called")

        threading.Thread(target=hang_up, daemon=True).start()
        yield seen
        server.shutdown(socket.SHUT_RDWR)


async def test_a_vault_that_is_down_is_left_alone_for_a_while(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, down: list[str]
) -> None:
    monkeypatch.setattr(resolving, "_BAD_FOR", 3600)
    monkeypatch.setenv("VAULT_ADDR", down[0])
    monkeypatch.setenv("VAULT_TOKEN", "t")
    found = await states(ask, *[f'secret("a/b{number}#c")' for number in range(200)])
    assert {item["state"] for item in found} == {"unreachable"}
    called = len(down)
    assert called > 1
    (found,) = await states(ask, 'secret("a/new#c")')
    assert found["state"] == "unreachable"
    assert len(down) == called


async def test_rendered_files_go_first(
    ask: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rendered" / "team" / "ionq"
    folder.mkdir(parents=True)
    (folder / "api_key").write_text("x" * 20)
    monkeypatch.setenv("NBGUARD_SECRETS_DIR", str(tmp_path / "rendered"))
    found = await states(ask, 'secret("team/ionq#api_key")', 'secret("team/ionq#other")')
    assert [item["state"] for item in found] == ["ok", "unconfigured"]


async def test_answers_are_kept_until_the_vault_changes(
    ask: Callable[..., Any], vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault_environment.store("jupyter-d/ionq", api_key="x" * 20)
    assert [item["state"] for item in await states(ask, 'secret("jupyter-d/ionq#api_key")')] == ["ok"]
    vault_environment.store("jupyter-d/ionq", api_key="y" * 20)
    assert [item["version"] for item in await states(ask, 'secret("jupyter-d/ionq#api_key")')] == [1]
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for('path "secret/*" { capabilities = ["read"] }'))
    assert [item["version"] for item in await states(ask, 'secret("jupyter-d/ionq#api_key")')] == [2]


HVAC = "import hvac\nx = client.secrets.kv.v2.read_secret_version(path='{}', mount_point='{}')['data']['data']['k']"


async def test_a_notebook_can_t_have_vault_asked_for_anything(
    ask: Callable[..., Any], vault_environment: OpenBao
) -> None:
    """Somebody else's notebook is opened, and its references are looked up with the token of whoever opens it."""
    vault_environment.store("jupyter-h/a", k="x" * 20)
    vault_environment.root().write("cubbyhole/x", k="x" * 20)
    plain = HVAC.format("jupyter-h/a", "secret")
    outside = [("../../cubbyhole/x", "secret"), ("x", "secret/../cubbyhole"), ("jupyter-h/a?version=1", "secret")]
    found = await states(ask, plain, *[HVAC.format(*place) for place in outside])
    assert [(item["reference"], item["state"]) for item in found] == [("jupyter-h/a#k", "ok")]
    # Of other engines nothing is read: a database's would make a user each time.
    found = await states(ask, 'secret("cubbyhole:x#nothing")', 'secret("auth/token:lookup-self#id")')
    assert [item["state"] for item in found] == ["ok", "ok"]
    assert all(item["reason"].startswith("not tried") for item in found)


async def test_no_more_paths_are_asked_for_than_somebody_writes(
    ask: Callable[..., Any], vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbguard.editing.resolving._MOST_PATHS", 3)
    vault_environment.store("jupyter-m/a", **{f"k{number}": "x" * 20 for number in range(9)})
    many = [f'secret("jupyter-m/{number}#k")' for number in range(3)]
    found = await states(ask, *many, *many, 'secret("jupyter-m/a#k1")')
    assert [item["state"] for item in found] == ["missing"] * 6 + ["unreachable"]
    assert found[-1]["reason"].startswith("not looked up")
    found = await states(ask, *[f'secret("jupyter-m/a#k{number}")' for number in range(9)])
    assert [item["state"] for item in found] == ["ok"] * 9
