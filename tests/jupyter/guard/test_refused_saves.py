"""What `GET status` says of a file while the disk hasn't what was asked to be saved: every door, every mode."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from nbguard.jupyter.guard.refused_saves import Refusals
from tests import notebook_builder as nb
from tests.command_line import assert_no_secret
from tests.jupyter.guard.conftest import Server, clean, with_both, with_token

BLOCK = '[jupyter]\nsave = "block"\n'
Refused = Callable[[str], Any]


@pytest.fixture
def refused(ask: Callable[..., Any], server: Server) -> Refused:
    async def of(path: str) -> Any:
        answer = await ask("GET", "status", params={"path": path})
        assert_no_secret(json.dumps(answer.json))
        return answer.json["refused"]

    return of


def _in_pieces(raw: bytes) -> list[dict[str, Any]]:
    half = len(raw) // 2
    return [{"raw": raw[:half], "chunk": 1}, {"raw": raw[half:], "chunk": -1}]


async def _send(server: Server, door: str, path: str, content: dict[str, Any]) -> int:
    """Through one of the doors by which somebody asks for other bytes on the disk; the last answer's status."""
    raw = nb.as_bytes(content)
    if door == "save":
        return (await server.save(path, content)).status
    if door == "pieces":
        return [(await server.upload(path, form="base64", **piece)).status for piece in _in_pieces(raw)][-1]
    return (await server.upload(path, raw, door)).status


@pytest.mark.parametrize("door", ["save", "text", "base64", "pieces"])
@pytest.mark.parametrize("mode", ["off", "warn", "strip", "block"])
async def test_refused_until_a_save_works(server: Server, refused: Refused, mode: str, door: str) -> None:
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    assert (await server.save("a.ipynb", clean())).status == 201
    assert await refused("a.ipynb") is None
    status = await _send(server, door, "a.ipynb", with_both())
    said = await refused("a.ipynb")
    if mode != "block":
        assert status in (200, 201)
        assert said is None
        return
    assert status == 422
    assert said["findings"] == 1
    assert said["reason"].startswith("nbguard: not ")
    assert "ionq-api-key in cell 2, line 1" in said["reason"]
    began = datetime.fromisoformat(said["since"])
    assert abs((datetime.now(UTC) - began).total_seconds()) < 120
    # It goes on: the first refusal counts, and the last reason.
    assert await _send(server, door, "a.ipynb", with_token()) == 422
    assert (await refused("a.ipynb"))["since"] == said["since"]
    assert await refused("b.ipynb") is None
    assert await _send(server, "save", "a.ipynb", clean()) == 200
    assert await refused("a.ipynb") is None
    assert server.actions[-1] == "over"


async def test_what_could_not_be_checked_is_a_refusal_too(server: Server, refused: Refused) -> None:
    server.policy('[jupyter]\nsave = "warn"\non_error = "block"\n')
    assert (await server.upload("a.ipynb", b'{"cells": 1}')).status == 422
    said = await refused("a.ipynb")
    assert said["findings"] == 0
    assert "couldn't be checked" in said["reason"]
    assert (await server.save("a.ipynb", clean())).status == 201
    assert await refused("a.ipynb") is None


async def test_it_goes_along_with_the_file_and_ends_with_it(server: Server, refused: Refused) -> None:
    server.policy(BLOCK)
    for name in ("lab/a.ipynb", "lab/b.ipynb", "labs.ipynb"):
        server.put(name, clean())
        assert (await server.save(name, with_token())).status == 422
    assert (await server.rename("lab/a.ipynb", "lab/c.ipynb")).status == 200
    assert await refused("lab/a.ipynb") is None
    assert await refused("lab/c.ipynb")
    assert (await server.rename("lab", "room")).status == 200
    assert await refused("lab/c.ipynb") is None
    assert await refused("room/c.ipynb")
    assert (await server.ask("DELETE", "room", "c.ipynb")).status == 204
    assert await refused("room/c.ipynb") is None
    assert await refused("room/b.ipynb")
    assert await refused("labs.ipynb")


async def test_a_checkpoint_that_is_restored_is_what_was_asked_for(server: Server, refused: Refused) -> None:
    server.policy(BLOCK)
    await server.save("a.ipynb", clean())
    made = await server.ask("POST", "a.ipynb", "checkpoints")
    assert (await server.save("a.ipynb", with_token())).status == 422
    assert await refused("a.ipynb")
    assert (await server.ask("POST", "a.ipynb", "checkpoints", made.json["id"])).status == 204
    assert await refused("a.ipynb") is None


async def test_a_copy_and_a_rename_leave_no_file_behind(server: Server, refused: Refused) -> None:
    """What is refused then is no save: the file that is there is as it was asked for, and another there isn't."""
    server.policy(BLOCK)
    server.put("a.ipynb", with_token())
    server.put("a.txt", with_token())
    answer = await server.copy("a.ipynb")
    assert answer.status == 422
    assert answer.json["message"].startswith("nbguard: not copied")
    assert (await server.rename("a.txt", "b.ipynb")).status == 422
    for name in ("a.ipynb", "a-Copy1.ipynb", "a.txt", "b.ipynb"):
        assert await refused(name) is None
    assert [event["deed"] for event in server.saves] == ["copied", "renamed"]


def test_what_is_kept_is_bounded_and_ends_once() -> None:
    over: list[str] = []
    refusals = Refusals(over.append, lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    for number in range(10_050):
        refusals.refused(f"/{number}.ipynb", "saved", "nbguard: not saved", 1)
    assert refusals.of("49.ipynb") is None
    assert refusals.of("50.ipynb") == ("2026-01-02T03:04:05Z", "nbguard: not saved", 1)
    refusals.written("/50.ipynb/")
    refusals.written("50.ipynb")
    assert over == ["50.ipynb"]
