"""Nobody gets in who may not, nothing large is taken in, nothing hostile runs, and no value leaks."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer

from tests.fake_tokens import FakeTokens
from tests.jupyter.contract import operations
from tests.jupyter.notebooks import code, markdown, meant, notebook
from tests.openbao_server import OpenBao

LIMIT = 300_000


class ReadOnly(Authorizer):  # type: ignore[misc]
    """Lets everybody read, and keeps what it was asked."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012 - the server makes the object

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        self.asked.append((action, resource))
        return action == "read"


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    jp_server_config["NbguardApp"] = {"max_body_size": LIMIT}
    if "read_only" in request.node.name:
        jp_server_config["ServerApp"]["authorizer_class"] = ReadOnly
    if "by_default" in request.node.name:
        del jp_server_config["ServerApp"]["allow_unauthenticated_access"]
    return jp_server_config


def a_body(method: str) -> Any:
    return notebook(code("x = 1")) if method == "POST" else {"value": "x"} if method == "PUT" else None


def a_route(route: str) -> str:
    return route.format(namespace="a", id="b")


@pytest.mark.parametrize("server", ["closed", "by_default"])
async def test_no_route_answers_a_stranger(ask: Callable[..., Any], server: str) -> None:
    for method, route, _ in operations():
        for token in (None, "token wrong", "Bearer x", "token "):
            answer = await ask(method, a_route(route), a_body(method), headers={"Authorization": token})
            assert answer.status == 403, (method, route, token)
            assert set(answer.json) == {"message", "reason"}


async def test_a_read_only_identity_may_only_look(ask: Callable[..., Any]) -> None:
    for method, route, operation in operations():
        ReadOnly.asked.clear()
        answer = await ask(method, a_route(route), a_body(method))
        assert [asked for asked in ReadOnly.asked if asked[1] == "nbguard"] == [(operation["x-action"], "nbguard")]
        assert (answer.status == 403) == (operation["x-action"] == "write"), (route, answer.body)


async def test_another_site_can_t_use_somebody_s_cookie(
    http_server_client: Any, jp_base_url: str, jp_serverapp: Any, ask: Callable[..., Any]
) -> None:
    token = jp_serverapp.identity_provider.token
    page = await http_server_client.fetch(f"{jp_base_url}api/me?token={token}")
    cookies = dict(header.split(";")[0].split("=", 1) for header in page.headers.get_list("Set-Cookie"))
    page = await http_server_client.fetch(f"{jp_base_url}login", raise_error=False)
    cookies |= dict(header.split(";")[0].split("=", 1) for header in page.headers.get_list("Set-Cookie"))
    login = "; ".join(f"{name}={value}" for name, value in cookies.items())
    mine = {"Authorization": None, "Cookie": login}
    assert (await ask("GET", "rules", headers=mine)).status == 200
    for method, route, _ in operations():
        if method == "GET":
            answer = await ask(method, a_route(route), headers=mine | {"Origin": "https://evil.example"})
            assert answer.status == 403, route
            continue
        assert (await ask(method, a_route(route), a_body(method), headers=mine)).status == 403, route
        forged = mine | {"X-XSRFToken": cookies["_xsrf"], "Origin": "https://evil.example"}
        assert (await ask(method, a_route(route), a_body(method), headers=forged)).status == 403, route
    fair = mine | {"X-XSRFToken": cookies["_xsrf"]}
    assert (await ask("POST", "scan", a_body("POST"), headers=fair)).status == 200


PATHS = (
    "../a.ipynb", "a/../../b.ipynb", "/etc/passwd", "C:/a.ipynb", "RTC:a.ipynb", "a\\..\\b.ipynb", "", ".", "..",
    "a//b", "a/./b", "a/..", "a\x00.ipynb", "\\\\host\\share", "a" * 5000,
)  # fmt: skip


async def test_no_path_leads_out_of_the_root(ask: Callable[..., Any]) -> None:
    place = {"fingerprint": "0" * 32, "cell": "a"}
    for path in PATHS:
        sent = notebook(code("x"), path=path)
        more = {"move": {"finding": place}, "allow": {"finding": place, "reason": "x"}}
        for route in ("scan", "references", "move", "allow"):
            answer = await ask("POST", route, sent | more.get(route, {}))
            assert answer.status == 400, (path, route, answer.body)
        assert (await ask("GET", "status", params={"path": path})).status == 400, path


async def send_raw(port: int, head: str, *chunks: bytes) -> tuple[bytes, int]:
    """What the server answers to bytes, and how many chunks it let us send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    sent = 0
    try:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            sent += 1
            await asyncio.sleep(0)
            if reader.at_eof():
                break
    except ConnectionError:
        pass
    try:
        answer = await asyncio.wait_for(reader.read(65536), 10)
    except ConnectionError:
        answer = b""
    writer.close()
    return answer, sent


async def test_a_large_body_is_refused_unread(
    jp_serverapp: Any, jp_http_port: int, jp_base_url: str, jp_auth_header: dict[str, str], jp_web_app: Any,
    http_server: Any, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    head = f"POST {jp_base_url}nbguard/api/scan HTTP/1.1\nHost: 127.0.0.1"
    login = f"\nAuthorization: {jp_auth_header['Authorization']}"
    # Nothing of the body is ever sent: the headers decide.
    answer, _ = await send_raw(jp_http_port, head + login + "\nContent-Length: 100000000")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"max_body_size" in answer
    answer, _ = await send_raw(jp_http_port, head + f"\nContent-Length: {LIMIT - 1}")
    assert answer.startswith(b"HTTP/1.1 403")
    # Without a length it is cut off on the way.
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer, sent = await send_raw(jp_http_port, head + login + "\nTransfer-Encoding: chunked", *[chunk] * 2000)
    assert answer.startswith(b"HTTP/1.1 413") or sent < 200
    assert sent < 2000
    assert "Traceback" not in caplog.text
    assert "never retrieved" not in caplog.text


SCRIPT = "<img src=x onerror=alert(1)><script>alert(1)</script>"
DEEP = b"[" * 100_000 + b"]" * 100_000


def hostile(token: str) -> dict[str, bytes]:
    """Bodies that somebody might send to break something; each holds a token."""
    name = json.dumps(token)
    cell = f'{{"cell_type":"code","id":"a","source":"IONQ_API_KEY={token}"'
    return {
        "no json": f"IONQ_API_KEY={token}".encode(),
        "half": f'{{"path":"a.ipynb","cells":[{{"source":{name}'.encode(),
        "another type": json.dumps([token]).encode(),
        "a token as a field": f'{{"path":"a.ipynb","cells":[],{name}:1}}'.encode(),
        "a token as a cell's field": f'{{"path":"a.ipynb","cells":[{cell},{name}:1}}]}}'.encode(),
        "a token as a type": f'{{"path":"a.ipynb","cells":[{{"cell_type":{name},"source":""}}]}}'.encode(),
        "a token as a path": f'{{"path":"../{token}","cells":[]}}'.encode(),
        "a token as a number": f'{{"path":"a.ipynb","cells":{name}}}'.encode(),
        "a source of no string": f'{{"path":"a.ipynb","cells":[{{"cell_type":"code","source":[{name}]}}]}}'.encode(),
        "bad outputs": f'{{"path":"a.ipynb","cells":[{cell},"outputs":[{name}]}}]}}'.encode(),
        "not utf-8": f'{{"path":"a.ipynb","cells":[{cell}}}]}}'.encode().replace(b"IONQ", b"\xff\xfeIONQ"),
        "not utf-8 in a name": f'{{"path":"a.ipynb","cells":[{cell}}}]}}'.encode().replace(
            b"IONQ_API_KEY=", b"IonQProvider(\xff\xfe_token=1, **{'\xff': 1}, token="
        ),
        "half a character": f'{{"path":"a.ipynb","cells":[{cell}}}]}}'.encode().replace(b"IONQ", b"\\ud800IONQ"),
        "nul": f'{{"path":"a.ipynb","cells":[{cell}}}]}}'.encode().replace(b"IONQ", b"\\u0000IONQ"),
        "a bad escape": f'{{"path":"a.ipynb","cells":[{cell}}}]}}'.encode().replace(b"IONQ", b"\\qIONQ"),
        "deep": b'{"path":"a.ipynb","cells":' + DEEP + b"}",
        "deep metadata": b'{"path":"a.ipynb","cells":[],"metadata":' + DEEP + b"}",
        "deep outputs": f'{{"path":"a.ipynb","cells":[{cell},"outputs":'.encode() + DEEP + b"}]}",
        "rather deep outputs": (
            f'{{"path":"a.ipynb","cells":[{cell},"outputs":[{{"data":{{"application/json":'.encode()
            + b"[" * 600 + b"]" * 600 + b"}}]}]}"
        ),
        "not a number": f'{{"path":"a.ipynb","cells":[{cell},"metadata":{{"a":NaN}}}}]}}'.encode(),
        "large number": f'{{"path":"a.ipynb","cells":[{cell},"metadata":{{"a":1e99999}}}}]}}'.encode(),
        "many cells": f'{{"path":"a.ipynb","cells":[{",".join([cell + "}"] * 2000)}]}}'.encode(),
    }  # fmt: skip


async def test_nothing_hostile_breaks_the_server_and_no_value_leaks(
    ask: Callable[..., Any], caplog: pytest.LogCaptureFixture, jp_logging_stream: Any
) -> None:
    tokens = FakeTokens(40)
    place = {"fingerprint": "0" * 32, "cell": "a", "from": 0, "to": 1}
    for name, body in hostile(token := tokens.dwave()).items():
        for route in ("scan", "references", "move", "allow"):
            sent = body
            if route in ("move", "allow") and body.endswith(b"}"):
                reason = b',"reason":"x"' if route == "allow" else b""
                sent = body[:-1] + b',"finding":' + json.dumps(place).encode() + reason + b"}"
            answer = await ask("POST", route, sent)
            assert answer.status in (200, 400, 404, 413), (name, route, answer.status, answer.body)
            assert token.encode() not in answer.body, (name, route)
    logged = caplog.text + jp_logging_stream.getvalue()
    assert token not in logged
    assert "Traceback" not in logged
    assert "defect" not in logged


async def test_markup_stays_text(ask: Callable[..., Any], http_server_client: Any) -> None:
    """Ids come back as they were, in JSON that no browser takes for a page."""
    token = FakeTokens(41).dwave()
    sent = notebook(
        code(f'k = "{token}"', SCRIPT), markdown(f"{SCRIPT} {token}", "m"), metadata={SCRIPT: {"a": SCRIPT}}
    )
    answer = await ask("POST", "scan", sent)
    assert answer.status == 200
    assert answer.json["findings"][0]["cell"]["id"] == SCRIPT
    for finding in answer.json["findings"]:
        said = {key: value for key, value in finding.items() if key != "cell"}
        assert "<" not in json.dumps(said)


async def test_answers_are_no_pages_and_not_kept(
    http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str], jp_web_app: Any
) -> None:
    for route, status in (("rules", 200), ("status?path=..", 400)):
        url = f"{jp_base_url}nbguard/api/{route}"
        answer = await http_server_client.fetch(url, headers=jp_auth_header, raise_error=False)
        assert answer.code == status
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_whole_session_leaves_no_value_in_the_logs(
    ask: Callable[..., Any], vault_environment: OpenBao, caplog: pytest.LogCaptureFixture, jp_logging_stream: Any,
    jp_root_dir: Path, tmp_path: Path,
) -> None:  # fmt: skip
    token = FakeTokens(42).ionq()
    sent = notebook(code(f'from qiskit_ionq import IonQProvider\nIonQProvider(token="{token}")', "a"))
    (finding,) = (await ask("POST", "scan", sent)).json["findings"]
    answers = [await ask("POST", "allow", sent | {"finding": meant(finding), "reason": f"old {token}"})]
    answers += [await ask("POST", "allow", sent | {"finding": meant(finding), "reason": "fine"})]
    answers += [await ask("POST", "move", sent | {"finding": meant(finding)})]
    answers += [await ask("POST", "references", sent), await ask("GET", "status")]
    assert [answer.status for answer in answers] == [422, 200, 200, 200, 200]
    assert all(token.encode() not in answer.body for answer in answers)
    assert token not in caplog.text + jp_logging_stream.getvalue()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert kept == []
