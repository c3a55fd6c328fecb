"""Downloads and exports, in every mode: Jupyter asks no hook for them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests import notebook_builder as nb
from tests.jupyter.conftest import Answer
from tests.jupyter.guard.conftest import IONQ, Server, clean, with_output, with_token

MODES = ["off", "warn", "strip", "block"]
Fetch = Callable[..., Any]


@pytest.fixture
def leave(jp_fetch: Fetch) -> Fetch:
    async def _leave(*place: str, method: str = "GET", body: Any = None) -> Answer:
        try:
            answer = await jp_fetch(*place, method=method, body=None if body is None else json.dumps(body))
        except HTTPClientError as error:
            return Answer(error.code, error.response.body if error.response else b"")
        return Answer(answer.code, answer.body)

    return _leave


WAYS = {
    "downloaded": ("files", "a.ipynb"),
    "exported": ("nbconvert", "script", "a.ipynb"),
}


@pytest.mark.parametrize("deed", WAYS)
@pytest.mark.parametrize("mode", MODES)
async def test_a_file_with_a_token(server: Server, leave: Fetch, mode: str, deed: str) -> None:
    """It came past the server, as git or a kernel puts files there."""
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    server.put("a.ipynb", with_token())
    answer = await leave(*WAYS[deed])
    if mode == "block":
        assert answer.status == 422
        assert f"nbguard: not {deed}, because of ionq-api-key in cell 2, line 1." in answer.body.decode()
        assert IONQ.encode() not in answer.body
        assert [(event["action"], event["deed"], event["path"]) for event in server.saves] == [
            ("blocked", deed, "a.ipynb")
        ]
        return
    assert answer.status == 200
    assert IONQ.encode() in answer.body
    told = [] if mode == "off" else [("warned", deed)]
    assert [(event["action"], event["deed"]) for event in server.saves] == told


@pytest.mark.parametrize("deed", WAYS)
@pytest.mark.parametrize("mode", MODES)
async def test_a_clean_file_leaves_as_it_is(server: Server, leave: Fetch, mode: str, deed: str) -> None:
    """Byte by byte, with its outputs, whatever a save would do with them."""
    server.policy(f'[jupyter]\nsave = "{mode}"\n')
    raw = server.put("a.ipynb", with_output()).read_bytes()
    answer = await leave(*WAYS[deed])
    assert answer.status == 200
    assert deed == "exported" or answer.body == raw
    assert server.saves == []


async def test_a_refused_download_leaves_no_refused_save(server: Server, leave: Fetch, jp_fetch: Fetch) -> None:
    """The disk is what was asked for."""
    server.policy('[jupyter]\nsave = "block"\n')
    server.put("a.ipynb", with_token())
    assert (await leave(*WAYS["downloaded"])).status == 422
    status = json.loads((await jp_fetch("nbguard", "api", "status", params={"path": "a.ipynb"})).body)
    assert status["refused"] is None


async def test_other_files_and_what_isn_t_there(server: Server, leave: Fetch) -> None:
    server.policy('[jupyter]\nsave = "block"\nalso_guard = ["*.py"]\n')
    text = f'IONQ_API_KEY = "{IONQ}"\n'.encode()
    server.put("a.txt", text)
    server.put("a.py", text)
    assert (await leave("files", "a.txt")).body == text
    assert (await leave("files", "a.py")).status == 422
    assert (await leave("files", "a.py", method="HEAD")).status == 200
    outside = ("files", "..", "..", "etc", "passwd")
    for place in (("files", "none.ipynb"), ("nbconvert", "script", "none.ipynb"), outside):
        assert (await leave(*place)).status in (403, 404)
    assert [event["path"] for event in server.saves] == ["a.py"]


async def test_a_notebook_that_comes_along_to_be_converted(server: Server, leave: Fetch) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    body = {"content": nb_of(with_token()), "name": "sent.ipynb"}
    answer = await leave("nbconvert", "script", method="POST", body=body)
    assert answer.status == 422
    assert IONQ.encode() not in answer.body
    body["content"] = nb_of(clean())
    assert (await leave("nbconvert", "script", method="POST", body=body)).status == 200


def nb_of(notebook: dict[str, Any]) -> Any:
    return json.loads(nb.as_bytes(notebook))


async def test_a_file_that_can_t_be_looked_through(server: Server, leave: Fetch) -> None:
    server.policy('[jupyter]\nsave = "block"\n')
    server.put("a.ipynb", b'{"cells": [')
    assert "couldn't be checked" in (await leave("files", "a.ipynb")).body.decode().replace("&#39;", "'")
    server.policy('[jupyter]\nsave = "block"\non_error = "allow"\n')
    assert (await leave("files", "a.ipynb")).status == 200


@pytest.mark.parametrize("way", WAYS.values())
async def test_a_stranger_learns_nothing(
    server: Server, http_server_client: Any, jp_base_url: str, way: tuple[str, ...]
) -> None:
    """Neither the file nor that there is something in it."""
    server.policy('[jupyter]\nsave = "block"\n')
    server.put("a.ipynb", with_token())
    answer = await http_server_client.fetch(jp_base_url + "/".join(way), raise_error=False, follow_redirects=False)
    assert answer.code in (302, 403)
    assert server.saves == []
