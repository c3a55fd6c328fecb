"""``POST allow``: afterwards the finding counts as allowed, the code means the same, and nothing else comes back."""

import ast
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import apply_edits, code, markdown, meant, notebook

TOMORROW = (datetime.date.today() + datetime.timedelta(days=1)).isoformat()


async def allow_first(ask: Callable[..., Any], sent: dict[str, Any], **given: Any) -> tuple[Any, dict[str, Any]]:
    """Allows the first finding that counts; the answer, and the notebook as the front end makes it."""
    findings = (await ask("POST", "scan", sent)).json["findings"]
    finding = next(finding for finding in findings if finding["waived"] is None)
    answer = await ask("POST", "allow", sent | {"finding": meant(finding), "reason": "a test account"} | given)
    if answer.status != 200:
        return answer, sent
    new = apply_edits(sent, answer.json["edits"])
    for item in answer.json["metadata"]:
        cell = next(cell for cell in new["cells"] if cell["id"] == item["cell"])
        cell["metadata"] = cell.get("metadata", {}) | {"nbguard": item["nbguard"]}
    return answer, new


async def still_open(ask: Callable[..., Any], sent: dict[str, Any]) -> list[str]:
    findings = (await ask("POST", "scan", sent)).json["findings"]
    return [finding["rule"] for finding in findings if finding["waived"] is None]


CALL = 'from qiskit_ionq import IonQProvider\nIonQProvider(token="{}")'
CODE = {
    "a call": CALL,
    "an indented line": "if True:\n    p = IonQProvider(\n        token='{}',\n    )\n",
    "a long line": CALL + "  # " + "x" * 130,
    "the last line of a string of many": 'IONQ_API_KEY = """\n{}"""\n',
    "a string of many lines": 'config = """\nIONQ_API_KEY={}\n"""\n',
    "a line that goes on": 'from qiskit_ionq import IonQProvider\np = 1 + \\\n  IonQProvider(token="{}").x\n',
    "a magic": "%env IONQ_API_KEY={}\n",
    "a shell line": "!IONQ_API_KEY={} python x.py\n",
    "a cell magic": "%%bash\nexport IONQ_API_KEY={}\n",
    "a comment": "# IONQ_API_KEY = '{}'\n",
    "half-typed code": 'from qiskit_ionq import IonQProvider\nIonQProvider(token="{}"',
    "no line end, and an emoji": 'x = "🎉"; IONQ_API_KEY = "{}"',
}


@pytest.mark.parametrize("source", CODE.values(), ids=CODE)
async def test_what_is_allowed_is_found_no_more(ask: Callable[..., Any], source: str) -> None:
    source = source.format(FakeTokens(4).dwave())
    sent = notebook(code(source, "a"), code("IBM = 1", "b"))
    answer, new = await allow_first(ask, sent)
    assert answer.status == 200, answer.body
    assert await still_open(ask, new) == []
    assert len(answer.json["edits"]) + len(answer.json["metadata"]) == 1
    try:
        before = ast.dump(ast.parse(source))
    except SyntaxError:
        return
    assert ast.dump(ast.parse(new["cells"][0]["source"])) == before


async def test_a_token_in_an_output_is_allowed_in_the_metadata_beside_what_is_there(ask: Callable[..., Any]) -> None:
    text = FakeTokens(5).dwave()
    output = {"output_type": "stream", "name": "stdout", "text": text}
    metadata = {"tags": ["x"], "nbguard": {"other": 1, "allow": ["ionq-api-key reason='old'"]}}
    answer, new = await allow_first(ask, notebook(code("print(x)", "a", outputs=[output], metadata=metadata)))
    assert answer.status == 200, answer.body
    assert answer.json["edits"] == []
    (item,) = answer.json["metadata"]
    assert item["nbguard"]["other"] == 1
    assert item["nbguard"]["allow"][0] == "ionq-api-key reason='old'"
    assert item["nbguard"]["allow"][1]["reason"] == "a test account"
    assert await still_open(ask, new) == []


async def test_markdown_gets_metadata(ask: Callable[..., Any]) -> None:
    answer, new = await allow_first(ask, notebook(markdown(f"my key: {FakeTokens(6).dwave()}", "m")))
    assert answer.json["edits"] == []
    assert await still_open(ask, new) == []


async def test_allows_beside_each_other_don_t_undo_each_other(ask: Callable[..., Any]) -> None:
    tokens = FakeTokens(7)
    source = f'IONQ_API_KEY = "{tokens.ionq()}"; DWAVE_API_TOKEN = "{tokens.dwave()}"\n'
    sent = notebook(code(source, "a"))
    for _ in range(2):
        answer, sent = await allow_first(ask, sent)
        assert answer.status == 200, answer.body
    assert await still_open(ask, sent) == []


@pytest.mark.parametrize("reason", ['it\'s "fine" --> ok', "line\nbreak\u2028x", "*/ --%> ' \"", "ünï 🎉"])
async def test_any_reason_can_be_given(ask: Callable[..., Any], reason: str) -> None:
    sent = notebook(code(CALL.format(FakeTokens(8).ionq()), "a"))
    answer, new = await allow_first(ask, sent, reason=reason)
    assert answer.status == 200, answer.body
    assert await still_open(ask, new) == []


async def test_a_reason_doesn_t_repeat_the_value(ask: Callable[..., Any]) -> None:
    token = FakeTokens(9).ionq()
    answer, _ = await allow_first(ask, notebook(code(CALL.format(token), "a")), reason=f"{token} is old")
    assert answer.status == 422
    assert token.encode() not in answer.body


async def test_the_policy_is_heard(ask: Callable[..., Any], jp_root_dir: Path) -> None:
    (jp_root_dir / "nbguard.toml").write_text('profile = "enterprise"\n')
    sent = notebook(code(CALL.format(FakeTokens(10).ionq()), "a"))
    answer, _ = await allow_first(ask, sent, approved_by="the security team", expires=TOMORROW)
    assert answer.status == 422
    assert "nbguard approve" in answer.json["message"]
    (jp_root_dir / "nbguard.toml").write_text('profile = "enterprise"\n[waivers]\nrequire_signature = false\n')
    answer, _ = await allow_first(ask, sent)
    assert answer.status == 422
    assert "an approver" in answer.json["message"]
    answer, _ = await allow_first(ask, sent, approved_by="sec", expires="2020-01-01")
    assert answer.status == 422
    answer, new = await allow_first(ask, sent, approved_by="the security team", expires=TOMORROW)
    assert answer.status == 200, answer.body
    assert await still_open(ask, new) == []
    (jp_root_dir / "nbguard.toml").write_text("[waivers]\ninline = false\n")
    answer, _ = await allow_first(ask, sent)
    assert answer.status == 422
    assert "baseline" in answer.json["message"]
