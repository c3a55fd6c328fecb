"""Files that are no notebooks, as their editors send them: the same verdict, the same actions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbguard.editing.policies import Policies
from nbguard.scan.scanner import Scanner
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code
from tests.openbao_server import OpenBao


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """What the front end makes of edits: from the end backwards, in UTF-16 units."""
    units = text.encode("utf-16-le")
    for edit in reversed(edits):
        assert edit["cell"] == ""
        units = units[: 2 * edit["from"]] + edit["insert"].encode("utf-16-le") + units[2 * edit["to"] :]
    return units.decode("utf-16-le")


async def found_in(ask: Callable[..., Any], path: str, text: str) -> list[dict[str, Any]]:
    answer = await ask("POST", "scan", {"path": path, "text": text})
    assert answer.status == 200, answer.body
    # That there is a file of this name is told beside what is in it.
    return [finding for finding in answer.json["findings"] if not finding["waived"] and finding["kind"] == "credential"]


def meant(finding: dict[str, Any]) -> dict[str, Any]:
    return {"fingerprint": finding["fingerprint"], "cell": "", "from": finding["from"], "to": finding["to"]}


async def test_a_finding_stands_where_the_editor_shows_it(ask: Callable[..., Any]) -> None:
    """In UTF-16 units of the text, behind a byte order mark and a character of two."""
    token = FakeTokens(4711).ionq()
    text = f'\ufeff# \U0001f431\nIONQ_API_KEY = "{token}"\n'
    (finding,) = await found_in(ask, "lab/a.py", text)
    start = len(text[: text.index(token)].encode("utf-16-le")) // 2
    assert (finding["from"], finding["to"]) == (start, start + len(token))
    assert (finding["cell"], finding["where"], finding["line"]) == (None, "file", 2)
    assert finding["actions"] == ["move", "env", "allow", "remove"]


@pytest.mark.parametrize("name", ["deploy.env", "a.yaml", "notes.md", "raw.ipynb"])
async def test_the_verdict_is_that_of_a_scan(ask: Callable[..., Any], jp_root_dir: Path, name: str) -> None:
    token = FakeTokens(4712).ionq()
    cell = code(f'IONQ_API_KEY = "{token}"', "a", metadata={}, outputs=[], execution_count=None)
    text = {
        "deploy.env": f"IONQ_API_KEY={token}\n",
        "a.yaml": f"\u00e9: 1\nIONQ_API_KEY: {token}\n",
        "notes.md": f'# key\n\n```python\nIONQ_API_KEY = "{token}"\n```\n',
        "raw.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1),
    }[name]
    (finding,) = await found_in(ask, name, text)
    policy = Policies(str(jp_root_dir)).policy_of(name)
    scanner = Scanner(policy.config).accepting(policy.salt, policy.baseline)
    scanned = scanner.scan_or_raise(name, text.encode())
    assert scanned.document is not None
    all_judged = scanner.judge(scanned.document, scanned.findings)
    (judged,) = [item for item in all_judged if item.record.kind == "credential"]
    assert (finding["rule"], finding["fingerprint"]) == (judged.record.rule, judged.record.fingerprint)
    assert finding["line"] == judged.record.file_line
    assert text[finding["from"] : finding["to"]] == token
    assert ("move" in finding["actions"]) == (name != "raw.ipynb")


@pytest.mark.parametrize("body", [{}, {"cells": [], "text": ""}, {"text": None}, {"text": 1}])
async def test_a_request_is_about_cells_or_a_text(ask: Callable[..., Any], body: dict[str, Any]) -> None:
    assert (await ask("POST", "scan", {"path": "a.py"} | body)).status == 400


@pytest.mark.parametrize(("name", "mark"), [("a.py", ""), ("a.py", "\ufeff"), ("deploy.env", "")])
async def test_a_value_moves_and_the_file_has_the_lookup(
    ask: Callable[..., Any], vault_environment: OpenBao, name: str, mark: str
) -> None:
    token = FakeTokens(4713).ionq()
    text = f"{mark}# \U0001f431\nIONQ_API_KEY={token if name.endswith('.env') else repr(token)}\n"
    (finding,) = await found_in(ask, name, text)
    sent = {"path": name, "text": text, "finding": meant(finding)}
    answer = await ask("POST", "move", sent)
    assert answer.status == 200, answer.body
    now = edited(text, answer.json["edits"])
    assert token not in now
    assert answer.json["reference"] in now
    assert await found_in(ask, name, now) == []
    states = (await ask("POST", "references", {"path": name, "text": now})).json["references"]
    assert [(state["state"], state["cell"]) for state in states] == [("ok", None)]
    gone = await ask("POST", "move", sent | {"text": now})
    assert gone.status == 404


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.py", 'IONQ_API_KEY = "{}"\n'), ("a.yaml", "ionq:\n  IONQ_API_KEY: {}\n"), ("a.env", "IONQ_API_KEY={}\n")],
)
async def test_an_allow_is_a_comment_that_counts(ask: Callable[..., Any], name: str, text: str) -> None:
    text = text.format(FakeTokens(4714).ionq())
    (finding,) = await found_in(ask, name, text)
    sent = {"path": name, "text": text, "finding": meant(finding), "reason": "revoked"}
    answer = await ask("POST", "allow", sent)
    assert answer.status == 200, answer.body
    now = edited(text, answer.json["edits"])
    assert "nbguard: allow" in now
    assert await found_in(ask, name, now) == []
