"""Behind JupyterHub: a named server's prefix, and an identity that a cookie of the hub tells."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.hub_identity import COOKIE, LOGIN
from tests.browser.lab_server import LabServer
from tests.browser.panels import findings, open_findings
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

# "lab" is part of Lab's own addresses too.
PREFIX = "/user/anna/lab/"


@pytest.fixture
def server(start_lab: StartLab, openbao: OpenBao) -> LabServer:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/dwave/notebooks")
    return start_lab(base_url=PREFIX, token_from="hub")


def ask(server: LabServer, path: str, body: object = None, **headers: str) -> int:
    """The status of an answer to somebody without the hub's token."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.url(f"nbguard/api/{path}"), data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_owner_works_under_the_prefix(server: LabServer, context: BrowserContext, open_notebook: OpenNotebook) -> None:
    """Every request of the front end goes to this server's prefix, with the hub's cookie and without a token."""
    token = FakeTokens(seed=781).dwave()
    context.add_cookies([{"name": COOKIE, "value": server.token, "domain": "127.0.0.1", "path": PREFIX}])
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    notebook = open_notebook("hub.ipynb", code("", count=None), server=server, kernel=True)
    notebook.write(0, f'DWAVE_API_TOKEN = "{token}"')
    expect(notebook.marks(0)).to_have_text([token])
    panel = open_findings(notebook)
    expect(panel).to_contain_text("Vault: 127.0.0.1")
    findings(panel).get_by_role("button", name="Move to Vault").click()
    expect(notebook.marks(0)).to_have_count(0)
    expect(notebook.editor(0)).to_contain_text("secret(")
    notebook.write(0, "\nprint(len(DWAVE_API_TOKEN))")
    notebook.run(0)
    expect(notebook.output(0)).to_have_text(str(len(token)))
    assert notebook.save() == 200
    assert token not in server.read("hub.ipynb")
    ours = [url for url in asked if "nbguard/" in url]
    assert any("/nbguard/api/move" in url for url in ours)
    assert [url for url in ours if not url.startswith(server.url(""))] == []
    assert [url for url in asked if "token=" in url.lower()] == []


def test_others_are_sent_to_the_hub(server: LabServer, new_page: Callable[[], Page]) -> None:
    """A page goes to the hub's login; the interface answers 403 and does nothing."""
    page = new_page()
    page.goto(server.url("lab"))
    assert LOGIN in page.url
    notebook = {"path": "a.ipynb", "cells": []}
    for cookie in ("", f"{COOKIE}={'0' * 32}", f"jupyterhub-user-eve={server.token}"):
        assert ask(server, "status", Cookie=cookie) == 403
        assert ask(server, "scan", notebook, Cookie=cookie) == 403


def test_cookie_alone_does_not_write(server: LabServer) -> None:
    """A form of another site sends the cookie, and can't know the XSRF token."""
    cookie = f"{COOKIE}={server.token}"
    assert ask(server, "status", Cookie=cookie) == 200
    for route in ("scan", "move", "allow"):
        assert ask(server, route, {"path": "a.ipynb", "cells": []}, Cookie=cookie) == 403
