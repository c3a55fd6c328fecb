"""A scan that takes long: nobody else waits for it, and after a while the policy decides without it."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from tornado.web import HTTPError

from nbguard.detect.engine import Engine
from nbguard.editing import workspace
from tests.fake_tokens import FakeTokens
from tests.growth import burn
from tests.jupyter.guard.conftest import Server, clean, with_token


def slow_down(
    monkeypatch: pytest.MonkeyPatch, name: str, seconds: float, spend: Callable[[float], None] = time.sleep
) -> None:
    original = getattr(Engine, name)

    def slowly(*given: Any, **named: Any) -> Any:
        spend(seconds)
        return original(*given, **named)

    monkeypatch.setattr(Engine, name, slowly)


async def longest_pause(work: asyncio.Future[Any]) -> float:
    """The longest time in seconds that the event loop let nobody else run while some work was done."""
    longest, last = 0.0, time.monotonic()
    while not work.done():
        await asyncio.sleep(0.01)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


async def test_a_slow_scan_does_not_hold_the_server_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    await server.save("warm.ipynb", clean())
    slow_down(monkeypatch, "screen", 2.0)
    saving = asyncio.ensure_future(server.save("a.ipynb", with_token()))
    assert await longest_pause(saving) < 1.0
    assert (await saving).status == 422
    assert not server.has("a.ipynb")


LOOSER = '[jupyter]\nsave = "block"\n[[zones]]\npaths = ["scratch/"]\nsave = "off"\n'


@pytest.mark.parametrize("way", ["rename", "rename a folder", "copy a folder", "restore", "checkpoint"])
async def test_no_way_to_the_disk_holds_the_server_up(
    server: Server, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """What no hook is called for is examined on the scan thread as well, and refused by what that finds."""
    server.policy(LOOSER)
    await server.save("warm.ipynb", clean())
    for name in ("a", "b", "c"):
        server.put(f"scratch/deep/{name}.ipynb", with_token(FakeTokens(seed=ord(name)).ionq()))
    (server.root / "src").mkdir()
    manager, deed = server.app.contents_manager, None
    if way in ("restore", "checkpoint"):
        server.put("kept.ipynb", with_token())
    if way == "restore":
        checkpoint = manager.checkpoints.checkpoint_path("checkpoint", "kept.ipynb")
        server.put(os.path.relpath(checkpoint, server.root), with_token())
        server.put("kept.ipynb", clean())
        deed = manager.restore_checkpoint("checkpoint", "kept.ipynb")
    elif way == "checkpoint":
        deed = manager.create_checkpoint("kept.ipynb")
    elif way == "copy a folder":
        deed = manager.copy("scratch/deep", "src")
    else:
        old, new = ("scratch/deep/a.ipynb", "src/a.ipynb") if way == "rename" else ("scratch/deep", "src/deep")
        deed = manager.rename_file(old, new)
    slow_down(monkeypatch, "screen", 0.6)
    doing = asyncio.ensure_future(deed)
    assert await longest_pause(doing) < 0.5
    if way == "checkpoint":
        assert (await doing)["id"] == "checkpoint"
        assert not os.path.exists(manager.checkpoints.checkpoint_path("checkpoint", "kept.ipynb"))
        return
    with pytest.raises(HTTPError) as refused:
        await doing
    assert refused.value.status_code == 422
    assert not list((server.root / "src").iterdir())


@pytest.mark.parametrize(("on_error", "status"), [("block", 422), ("allow", 201)])
async def test_after_the_deadline_the_policy_decides(
    server: Server, monkeypatch: pytest.MonkeyPatch, on_error: str, status: int
) -> None:
    server.policy(f'[jupyter]\nsave = "block"\non_error = "{on_error}"\n')
    monkeypatch.setattr(workspace, "SCAN_SECONDS", 0.1)
    slow_down(monkeypatch, "_candidates", 0.3, burn)
    answer = await server.save("a.ipynb", with_token())
    assert answer.status == status
    assert "takes too long to look through" in server.saves[0]["message"]


async def test_a_file_that_changed_on_the_way_is_looked_at_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found ahead holds for those bytes only: another extension's hook may change the model after that."""
    server.policy('[jupyter]\nsave = "block"\n')

    def plant(*, model: dict[str, Any], **_: Any) -> None:
        model["content"] = with_token()

    manager = server.app.contents_manager
    guard = next(hook for hook in manager._pre_save_hooks if hook.__name__ == "nbguard_save_guard")
    monkeypatch.setattr(manager, "_pre_save_hooks", [plant, guard])
    assert (await server.save("a.ipynb", clean())).status == 422
    assert not server.has("a.ipynb")
