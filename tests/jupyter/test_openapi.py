"""The OpenAPI file says what the server does: every route is in it, and no other."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nbguard.jupyter.routes import BASE, ROUTES
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.jupyter.contract import FILE, assert_documented, contract, operations
from tests.jupyter.notebooks import code, notebook
from tests.openbao_server import OpenBao, free_port


def test_routes_and_methods_are_those_of_the_file() -> None:
    routes = set()
    for pattern, handler in ROUTES:
        path = re.sub(r"\(\[\^/\]\+\)", "{}", pattern.removeprefix(BASE))
        own = {name for name in ("get", "put", "post", "delete", "patch", "head") if name in vars(handler)}
        routes |= {(name.upper(), path) for name in own}
    assert {(method, re.sub(r"\{\w+\}", "{}", route)) for method, route, _ in operations()} == routes


def test_every_operation_says_who_may_and_how_it_refuses() -> None:
    for method, route, operation in operations():
        assert operation["x-action"] in ("read", "write"), route
        assert "403" in operation["responses"]
        assert ("413" in operation["responses"]) == (method != "GET" or route.startswith("connector/"))


def test_the_requests_of_the_file_are_those_of_the_records() -> None:
    """Both refuse unknown fields, so a field that only one of them knows would be refused or never sent."""
    from nbguard.editing import request_records as records
    from nbguard.editing.inserting import CursorSpan, LookupRequest
    from nbguard.editing.logging_in import LoginRequest
    from nbguard.editing.secret_names import NewSecret
    from nbguard.editing.sent_notebooks import ScanRequest
    from nbguard.jupyter.connector_handler import ConnectorRequest

    schemas = contract()["components"]["schemas"]
    put = contract()["paths"]["/connector/{namespace}/{id}"]["put"]
    schemas = schemas | {"ConnectorRequest": put["requestBody"]["content"]["application/json"]["schema"]}
    named = {
        "Cell": records.RequestCell,
        "NotebookRequest": records.NotebookRequest,
        "ScanRequest": ScanRequest,
        "Place": records.Place,
        "MoveRequest": records.MoveRequest,
        "AllowRequest": records.AllowRequest,
        "ConnectorRequest": ConnectorRequest,
        "NewSecret": NewSecret,
        "LoginRequest": LoginRequest,
        "LookupRequest": LookupRequest,
        "CursorSpan": CursorSpan,
    }
    for name, record in named.items():
        assert set(schemas[name]["properties"]) == set(record.__struct_encode_fields__), name
        assert schemas[name]["additionalProperties"] is False


async def test_a_finding_and_its_waiver_have_all_the_fields_of_the_file_and_no_other(ask: Callable[..., Any]) -> None:
    """The front end's types are made from the file."""
    token = FakeTokens(31).ionq()
    source = f'IONQ_API_KEY = "{token}"  # nbguard: allow ionq-api-key reason="a made-up one"\n'
    (finding,) = (await ask("POST", "scan", notebook(code(source, "a")))).json["findings"]
    schemas = contract()["components"]["schemas"]
    assert set(finding) == set(schemas["Finding"]["properties"]) == set(schemas["Finding"]["required"])
    signed = {"signed"}  # only where signatures were verified
    assert set(finding["waived"]) == set(schemas["Waiver"]["properties"]) - signed == set(schemas["Waiver"]["required"])


def test_an_answer_with_a_field_that_the_file_doesn_t_name_is_told() -> None:
    answer: dict[str, object] = {"findings": [], "seconds": 0.1}
    assert_documented("POST", "scan", 200, json.dumps(answer).encode())
    with pytest.raises(jsonschema.ValidationError):
        assert_documented("POST", "scan", 200, json.dumps(answer | {"another": 1}).encode())


@pytest.fixture
def running(openbao: OpenBao, tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """A server as people start it: its address, its token and its log."""
    root, port, token = tmp_path / "notebooks", free_port(), "t" + os.urandom(12).hex()
    (root / ".git").mkdir(parents=True)
    (root / "nbguard.toml").write_text("[jupyter]\nsecrets_connector = true\n[vault]\nprefix = 'fuzzed'\n")
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {"nbguard": True}, "allow_unauthenticated_access": False}})
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "VAULT_"))}
    environment |= openbao.environment | {
        "JUPYTER_CONFIG_DIR": str(config), "JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_TOKEN": token,
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "PYTHONPATH": CHECKOUT, "HOME": str(tmp_path),
    }  # fmt: skip
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}", "--ServerApp.log_level=INFO"]
    log = tmp_path / "log"
    with log.open("wb") as file:
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=file, stderr=file)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"{address}/api", timeout=1):
                    break
            except OSError:
                assert time.monotonic() < until, "Jupyter Server didn't start"
                time.sleep(0.2)
        yield address, token, log
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.slow
def test_schemathesis_finds_no_answer_that_the_file_doesn_t_describe(running: tuple[str, str, Path]) -> None:
    address, token, log = running
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", str(FILE), "--url",
        f"{address}/nbguard/api", "-H", f"Authorization: token {token}", "--seed", "20261122", "--max-examples", "60",
        "--suppress-health-check", "all", "--request-timeout", "20", "--no-color",
        # Jupyter answers 403 to strangers, where schemathesis waits for 401.
        "--exclude-checks", "missing_required_header",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=log.parent, check=False)
    assert done.returncode == 0, done.stdout[-40000:] + done.stderr[-2000:]
    said = log.read_text()
    assert "Traceback" not in said, said[-4000:]
    assert "a defect in nbguard" not in said, said[-4000:]
