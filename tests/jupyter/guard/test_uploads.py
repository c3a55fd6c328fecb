"""Uploads in pieces: nothing reaches the disk before all of it was looked at, and nothing that was there is lost."""

import logging
from pathlib import Path
from typing import Any

import pytest
from tornado.web import HTTPError

from nbguard.editing.events import Events
from nbguard.editing.events.saying import GuardEvents
from nbguard.editing.workspace import Workspace
from nbguard.jupyter.guard.guard import SaveGuard
from nbguard.jupyter.guard.uploads import Uploads
from tests import notebook_builder as nb
from tests.jupyter.conftest import Answer
from tests.jupyter.guard.conftest import IONQ, Server, clean, outputs_on_disk, with_both

MODES = ["off", "warn", "strip", "block"]


async def _in_pieces(server: Server, path: str, raw: bytes, form: str = "base64", size: int = 200) -> list[Answer]:
    """Sends a file as JupyterLab does: pieces from 1 on, the last is -1."""
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    answers = []
    for number, piece in enumerate(pieces, 1):
        chunk = number if number < len(pieces) else -1
        answers.append(await server.upload(path, piece, form, chunk=chunk))
        if chunk != -1 and answers[-1].status >= 400:
            break
    return answers


@pytest.mark.parametrize("form", ["text", "base64"])
@pytest.mark.parametrize("mode", MODES)
async def test_a_notebook(server: Server, mode: str, form: str) -> None:
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    raw = nb.as_bytes(with_both())
    *first, last = await _in_pieces(server, "a.ipynb", raw, form)
    assert [answer.status for answer in first] == [201] + [201 if mode != "off" else 200] * (len(first) - 1)
    if mode == "block":
        assert last.status == 422
        assert "ionq-api-key" in last.json["message"]
        assert not server.has("a.ipynb")
    elif mode == "strip":
        assert outputs_on_disk(server.read("a.ipynb")) == []
        assert IONQ.encode() in server.read("a.ipynb")
    else:
        assert server.read("a.ipynb") == raw
    assert server.actions == {"off": [], "block": ["blocked"]}.get(mode, ["warned"])


async def test_a_clean_notebook_arrives_byte_for_byte(server: Server) -> None:
    raw = nb.as_bytes(clean() | {"metadata": {"é🎉": "x" * 5000}}, indent=2)
    answers = await _in_pieces(server, "deep.ipynb", raw, size=777)
    assert answers[-1].status == 201
    assert answers[-1].json["size"] == len(raw)
    assert server.read("deep.ipynb") == raw
    assert server.events == []


async def test_other_files_go_their_own_way(server: Server) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    raw = bytes(range(256)) * 9
    assert (await _in_pieces(server, "a.bin", raw))[-1].status == 200
    assert server.read("a.bin") == raw


async def test_what_was_there_stays_where_an_upload_is_refused_or_left(server: Server) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    before = nb.as_bytes(clean())
    server.put("a.ipynb", before)
    raw = nb.as_bytes(with_both())
    assert (await server.upload("a.ipynb", raw[:200], "base64", chunk=1)).status == 200
    assert server.read("a.ipynb") == before
    assert (await _in_pieces(server, "a.ipynb", raw))[-1].status == 422
    assert server.read("a.ipynb") == before


@pytest.mark.parametrize("chunk", [2, 3, -1, 0, -2, "2"])
async def test_a_piece_out_of_order_is_refused(server: Server, chunk: Any) -> None:
    """Jupyter would append it to whatever is there, and call no hook."""
    server.policy('[jupyter]\nsave = "block"\n')
    before = nb.as_bytes(clean())
    server.put("a.ipynb", before)
    answer = await server.upload("a.ipynb", f'IonQProvider("{IONQ}")'.encode(), chunk=chunk)
    assert answer.status == 409
    assert server.read("a.ipynb") == before


@pytest.mark.parametrize(
    "model",
    [{"content": "x"}, {"content": 1, "format": "text"}, {"content": "ä", "format": "base64"}],
)
async def test_a_piece_that_is_none_is_refused(server: Server, model: dict[str, Any]) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    answer = await server.ask("PUT", "a.ipynb", body={"type": "file", "chunk": 1} | model)
    assert answer.status == 400
    assert not server.has("a.ipynb")


def _uploads(root: Path, policy: str, most: int, clock: Any = lambda: 0.0) -> Uploads:
    (root / ".git").mkdir()
    (root / "nbguard.toml").write_text(policy)
    guard = SaveGuard(Workspace(str(root)), GuardEvents(Events(None, logging.getLogger("test"))))
    return Uploads(guard, most, clock)


def _piece(chunk: int, content: str) -> dict[str, Any]:
    return {"type": "file", "format": "text", "content": content, "chunk": chunk}


def test_what_is_too_large_to_keep_is_refused_or_let_through_whole(tmp_path: Path) -> None:
    for name, policy in (("refused", "block"), ("let", "allow")):
        (tmp_path / name).mkdir()
        uploads = _uploads(tmp_path / name, f'[jupyter]\non_error = "{policy}"\n', 10)
        assert uploads.take(_piece(1, "12345678"), "a.ipynb")[0].reply is not None
        if policy == "block":
            with pytest.raises(HTTPError, match="too large"):
                uploads.take(_piece(2, "9abc"), "a.ipynb")
            with pytest.raises(HTTPError, match="Upload the file again"):
                uploads.take(_piece(-1, "def"), "a.ipynb")
        else:
            (step,) = uploads.take(_piece(2, "9abc"), "a.ipynb")
            assert (step.model["chunk"], step.reply) == (1, None)
            assert uploads.take(_piece(3, "de"), "a.ipynb")[0].model == _piece(3, "de")
            assert uploads.take(_piece(-1, "f"), "a.ipynb")[0].model == _piece(-1, "f")
            assert uploads.take(_piece(1, "1"), "a.ipynb")[0].reply is not None  # the next one is kept again


def test_an_upload_that_was_left_is_forgotten(tmp_path: Path) -> None:
    now = [0.0]
    uploads = _uploads(tmp_path, "", 100, lambda: now[0])
    uploads.take(_piece(1, "x" * 90), "left.ipynb")
    now[0] = 3600.0
    assert uploads.take(_piece(1, "y" * 90), "a.ipynb")[0].reply is not None
    with pytest.raises(HTTPError, match="Upload the file again"):
        uploads.take(_piece(2, "x"), "left.ipynb")


def test_two_uploads_do_not_mix(tmp_path: Path) -> None:
    uploads = _uploads(tmp_path, "", 100)
    for path in ("a.ipynb", "b.ipynb"):
        uploads.take(_piece(1, path), path)
    assert uploads.take(_piece(-1, "!"), "/a.ipynb")[0].whole == b"a.ipynb!"
    assert uploads.take(_piece(-1, "?"), "b.ipynb")[0].whole == b"b.ipynb?"
    assert "a.ipynb" not in repr(uploads.take(_piece(1, "a.ipynb"), "c.ipynb"))
