"""``POST scan``: the same verdict as the command, and where it stands in the editor."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbguard.detect.dataflow.unit import Unit
from nbguard.documents import positions
from nbguard.editing import workspace
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code, notebook


async def test_a_token_is_found_where_the_editor_shows_it(ask: Callable[..., Any]) -> None:
    token = FakeTokens(1).ionq()
    source = f'name = "🎉é"; IonQProvider(token="{token}")\n'
    answer = await ask(
        "POST", "scan", notebook(code("import qiskit_ionq\nfrom qiskit_ionq import IonQProvider"), code(source, "b"))
    )
    assert answer.status == 200, answer.body
    (finding,) = answer.json["findings"]
    assert finding["rule"] == "ionq-api-key"
    assert finding["cell"] == {"index": 1, "id": "b", "type": "code"}
    units = source.encode("utf-16-le")
    assert units[2 * finding["from"] : 2 * finding["to"]].decode("utf-16-le") == token
    assert token.encode() not in answer.body
    assert finding["provider_name"] == "IonQ"
    assert finding["rotation"]["steps"]
    assert finding["actions"] == ["move", "env", "allow", "remove"]


async def test_page_to_rotate_at_is_an_address_that_can_be_followed(ask: Callable[..., Any]) -> None:
    """A remark behind an address in the catalogue is for readers of the catalogue."""
    source = f'from dwave.system import DWaveSampler\nDWaveSampler(token="{FakeTokens(2).dwave()}")'
    answer = await ask("POST", "scan", notebook(code(source)))
    assert answer.json["findings"][0]["rotation"]["url"] == "https://support.dwavesys.com"


@pytest.mark.slow
async def test_texts_are_let_go_when_nobody_types(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that was taken out of a notebook isn't kept in the server's memory for days."""
    monkeypatch.setattr(workspace, "FORGET_AFTER", 0.1)
    token = FakeTokens(3).ionq() + "x" * 8
    await ask("POST", "scan", notebook(code(f'"é"; IONQ_API_KEY = "{token}"', "a")))

    def kept() -> bool:
        gc.collect()
        return any(isinstance(thing, Unit) and token in thing.source for thing in gc.get_objects())

    async with asyncio.timeout(60):
        while kept() or positions.line_index.cache_info().currsize:
            await asyncio.sleep(0.1)


async def test_a_change_travels_alone_and_is_judged_with_the_rest(ask: Callable[..., Any]) -> None:
    """What was sent before needn't be again; once it isn't known any more, the answer says so."""
    token = FakeTokens(4).ionq()
    whole = notebook(code("from qiskit_ionq import IonQProvider", "a"), code("1 + 1", "b")) | {"base": ""}
    first = await ask("POST", "scan", whole)
    assert first.json["findings"] == []
    changed = whole | {"cells": [[0, 1], code(f'IonQProvider("{token}")', "b")], "base": first.json["base"]}
    second = await ask("POST", "scan", changed)
    (finding,) = second.json["findings"]
    assert finding["rule"] == "ionq-api-key"
    assert finding["cell"] == {"index": 1, "id": "b", "type": "code"}
    again = await ask("POST", "scan", changed)
    assert (again.status, again.json["reason"]) == (409, "base")
    without = {name: value for name, value in whole.items() if name != "base"}
    assert "base" not in (await ask("POST", "scan", without)).json


async def test_findings_in_outputs_say_in_which(ask: Callable[..., Any]) -> None:
    token = FakeTokens(12).dwave()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "fine"},
        {"output_type": "execute_result", "data": {"text/plain": ["a\n", token]}, "metadata": {}},
    ]
    (finding,) = (await ask("POST", "scan", notebook(code("x", "a", outputs=outputs)))).json["findings"]
    assert (finding["where"], finding["output"], finding["from"], finding["to"]) == ("output", 1, None, None)
    assert finding["actions"] == ["allow", "clear-output"]


async def test_a_configuration_counts_from_the_next_request_on(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    sent = notebook(code(f"IONQ_API_KEY = '{FakeTokens(13).ionq()}'", "a"), path="sub/a.ipynb")
    (finding,) = (await ask("POST", "scan", sent)).json["findings"]
    assert finding["severity"] == "high"
    (jp_root_dir / "nbguard.toml").write_text('[severity]\nionq-api-key = "low"\n')
    (finding,) = (await ask("POST", "scan", sent)).json["findings"]
    assert finding["severity"] == "low"
    (jp_root_dir / ".nbguard-salt").write_text("other")
    (salted,) = (await ask("POST", "scan", sent)).json["findings"]
    assert salted["fingerprint"] != finding["fingerprint"]
    (jp_root_dir / "nbguard.toml").write_text('disable = ["no-such-rule"]\n')
    answer = await ask("POST", "scan", sent)
    assert answer.status == 422
    assert "no-such-rule" in answer.json["message"]


async def test_a_notebook_of_another_language_is_read_as_such(ask: Callable[..., Any]) -> None:
    source = f'ENV["IONQ_API_KEY"] = "{FakeTokens(14).ionq()}"'
    for head in ({"language": "julia"}, {"metadata": {"kernelspec": {"language": "julia"}}}):
        (finding,) = (await ask("POST", "scan", notebook(code(source, "a"), **head))).json["findings"]
        assert finding["rule"] == "ionq-api-key"
