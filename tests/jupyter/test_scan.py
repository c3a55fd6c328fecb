"""``POST scan``: the same verdict as the command, and where it stands in the editor."""

from collections.abc import Callable
from typing import Any

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
