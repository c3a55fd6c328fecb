"""What the guard can't do is answered as the policy says, and never lets a file through unseen."""

import json
from typing import Any

import pytest

from nbguard.detect.engine import Engine
from nbguard.documents import reading
from nbguard.editing.events.emitting import schema_id
from tests import notebook_builder as nb
from tests.fake_tokens import FakeTokens
from tests.jupyter.guard.conftest import IONQ, Server, clean, with_output, with_token


def _break_engine(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    def fail(*_: Any) -> None:
        raise error(f"something about {IONQ}")

    monkeypatch.setattr(Engine, "screen", fail)


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, KeyError, OSError, RuntimeError])
@pytest.mark.parametrize(("on_error", "status"), [("block", 422), ("allow", 201)])
async def test_a_defect_is_answered_as_the_policy_says(
    server: Server, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], on_error: str, status: int
) -> None:
    """Jupyter itself lets a save through whatever goes wrong in a hook, and logs the error with all that is in it."""
    server.policy(f'[jupyter]\nsave = "warn"\non_error = "{on_error}"\n')
    _break_engine(monkeypatch, error)
    answer = await server.save("a.ipynb", with_token())
    assert answer.status == status
    assert server.has("a.ipynb") is (status == 201)
    assert server.actions == ["blocked" if status == 422 else "failed"]
    assert "a defect in nbguard" in server.saves[0]["message"]
    if status == 422:
        assert answer.json["reason"] == "nbguard"


@pytest.mark.parametrize(("mode", "status"), [("block", 422), ("strip", 201), ("warn", 201)])
async def test_without_on_error_a_failure_counts_as_a_finding_would(
    server: Server, monkeypatch: pytest.MonkeyPatch, mode: str, status: int
) -> None:
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    _break_engine(monkeypatch, ValueError)
    assert (await server.save("a.ipynb", clean())).status == status


async def test_a_failure_where_nothing_is_guarded_is_none(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.policy('[jupyter]\nsave = "off"\non_error = "block"\n')
    _break_engine(monkeypatch, ValueError)
    assert (await server.save("a.ipynb", clean())).status == 201
    assert server.events == []


async def test_a_guard_that_fails_says_so_until_it_works_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that can't be read is no fault of the guard's."""
    beats: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        beats.append(data)

    server.app.event_logger.add_listener(schema_id=schema_id("heartbeat"), listener=listen)
    server.policy('[jupyter]\nsave = "block"\n')
    assert (await server.upload("bad.ipynb", b"{")).status == 422
    with monkeypatch.context() as broken:
        _break_engine(broken, RuntimeError)
        for _ in range(2):
            assert (await server.save("a.ipynb", with_token())).status == 422
    assert [beat["state"] for beat in beats] == ["failing"]
    assert "a defect in nbguard" in beats[0]["reason"]
    # That it refuses what it should is work as well.
    assert (await server.save("a.ipynb", with_token())).status == 422
    assert [beat["state"] for beat in beats] == ["failing", "on"]
    server.policy("[[[")
    assert (await server.save("a.ipynb", clean())).status in (201, 422)
    server.policy('[jupyter]\nsave = "block"\n')
    assert (await server.save("a.ipynb", clean())).status in (200, 201)
    assert [beat["state"] for beat in beats] == ["failing", "on", "failing", "on"]


BROKEN = [
    '[jupyter]\nsave = "{}"\nnonsense = 1\n',
    '[jupyter]\nsave = "{}"\n[[[\n',
    'disable = ["no-such"]\n[jupyter]\nsave = "{}"',
]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize(("mode", "status"), [("block", 422), ("warn", 201)])
async def test_a_configuration_that_was_broken_from_the_start(
    server: Server, text: str, mode: str, status: int
) -> None:
    server.policy(text.format(mode))
    answer = await server.save("a.ipynb", clean())
    assert answer.status == status
    assert "nbguard.toml" in server.saves[0]["message"]
    assert server.actions == ["blocked" if status == 422 else "failed"]


@pytest.mark.parametrize("first", ["block", "warn"])
async def test_a_configuration_that_breaks_leaves_what_held_before(server: Server, first: str) -> None:
    server.policy(f'[jupyter]\nsave = "{first}"\n')
    assert (await server.save("a.ipynb", clean())).status == 201
    server.policy("nonsense = [")
    assert (await server.save("a.ipynb", clean())).status == (422 if first == "block" else 200)
    server.policy(f'[jupyter]\nsave = "{first}"\n')
    assert (await server.save("a.ipynb", clean())).status == 200


async def test_the_configuration_itself_can_be_mended_in_jupyter(server: Server) -> None:
    server.policy('profile = "enterprise"\nnonsense = [')
    assert (await server.save("a.ipynb", clean())).status == 422
    assert (await server.upload("nbguard.toml", b'profile = "enterprise"\n')).status == 200
    assert (await server.save("a.ipynb", clean())).status == 201


@pytest.mark.parametrize(("mode", "status"), [("block", 422), ("strip", 201), ("warn", 201)])
async def test_a_notebook_that_is_none(server: Server, mode: str, status: int) -> None:
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    answer = await server.upload("a.ipynb", b'{"cells": [')
    assert answer.status == status
    assert server.actions == ["blocked" if status == 422 else "failed"]


async def test_an_unreadable_notebook_is_let_through_where_a_scan_would(server: Server) -> None:
    server.policy('allow_unreadable = true\n[jupyter]\nsave = "block"\n')
    assert (await server.upload("a.ipynb", b'{"cells": [')).status == 201
    assert server.events == []


async def test_a_token_in_an_unreadable_notebook_is_one(server: Server) -> None:
    server.policy('allow_unreadable = true\n[jupyter]\nsave = "block"\n')
    whole = nb.as_bytes(nb.notebook(nb.code(f"token = '{FakeTokens(2).dwave()}'")))
    answer = await server.upload("a.ipynb", whole[:-10])
    assert answer.status == 422
    assert "dwave" in answer.json["message"]


async def test_contradicting_options_of_strip_are_a_failure(server: Server) -> None:
    server.policy('[jupyter]\nsave = "strip"\non_error = "block"\n[strip]\nkeep_output = true\nmax_size = "5K"\n')
    answer = await server.save("a.ipynb", with_output())
    assert answer.status == 422
    assert "choose one" in answer.json["message"]


@pytest.mark.parametrize("content", [[], {"cells": 1}, {"nbformat": 4}, "text", 3, {"nbformat": 4, "metadata": None}])
async def test_a_model_that_is_no_notebook_writes_nothing_unseen(server: Server, content: Any) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    answer = await server.ask("PUT", "a.ipynb", body={"type": "notebook", "content": content})
    assert answer.status >= 400
    assert not server.has("a.ipynb")


@pytest.mark.parametrize(
    "model",
    [
        {"type": "file", "format": "base64", "content": "ä"},
        {"type": "file", "format": "text", "content": ["a"]},
        {"type": "file", "format": "text", "content": "\ud800"},
        {"type": "file", "content": "{}"},
        {"type": "other", "content": "x"},
    ],
)
async def test_a_model_that_can_not_be_written_is_an_error(server: Server, model: dict[str, Any]) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    assert (await server.ask("PUT", "a.ipynb", body=model)).status >= 400
    assert not server.has("a.ipynb")


async def test_a_file_beyond_the_size_limit_is_a_failure(server: Server) -> None:
    server.policy('max_file_size = "10kB"\n[jupyter]\nsave = "block"\n')
    answer = await server.save("a.ipynb", nb.notebook(nb.code("x = 1\n" * 5000)))
    assert answer.status == 422
    assert "too large" in answer.json["message"]


async def test_old_and_odd_notebooks_are_looked_at_as_they_are_written(server: Server) -> None:
    """Format 3 has worksheets, and NaN is no JSON: nbformat writes both."""
    server.policy('[jupyter]\nsave = "block"\n')
    source = f'from qiskit_ionq import IonQProvider\nIonQProvider("{IONQ}")'
    cell = {"cell_type": "code", "input": source, "language": "python", "metadata": {}, "outputs": []}
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    assert (await server.save("old.ipynb", old)).status == 422
    odd = with_token()
    odd["cells"][0]["outputs"] = [nb.result(application__json={"x": float("nan")})]
    assert (await server.save("odd.ipynb", odd)).status == 422
    assert json.loads(json.dumps(odd))  # the odd one is what was meant


async def test_a_broken_checker_is_a_failure_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> str:
        raise ValueError(IONQ)

    monkeypatch.setattr(reading.NotebookChecker, "find_problem", fail)
    server.policy('[jupyter]\nsave = "block"\n')
    assert (await server.save("a.ipynb", clean())).status == 422
