"""``POST move``: into a real Vault first, and only then the edits."""

from collections.abc import Callable
from typing import Any

from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import apply_edits, code, meant, notebook
from tests.openbao_server import OpenBao


async def test_a_value_is_stored_before_there_is_an_answer(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    token = FakeTokens(2).ionq()
    sent = notebook(
        code("# Gerät 🎉\nfrom qiskit_ionq import IonQProvider", "a"),
        code(f'"🎉"; p = IonQProvider(token="{token}")', "b"),
        code(f'again = "{token}"', "c", outputs=[{"output_type": "stream", "name": "stdout", "text": token}]),
    )
    (finding, *_) = (await ask("POST", "scan", sent)).json["findings"]
    answer = await ask("POST", "move", sent | {"finding": meant(finding)})
    assert answer.status == 200, answer.body
    assert token.encode() not in answer.body
    path, _, key = answer.json["reference"].partition("#")
    assert vault_environment.stored(path)[key] == token
    assert answer.json["version"] == 1
    assert answer.json["mount"] == "secret"
    assert answer.json["variable"] is None
    new = apply_edits(sent, answer.json["edits"])
    assert new["cells"][0]["source"] == sent["cells"][0]["source"] or "from nbguard" in new["cells"][0]["source"]
    sources = [cell["source"] for cell in new["cells"]]
    assert f'IonQProvider(token=secret("{path}#{key}"))' in sources[1]
    assert sources[2] == f'again = secret("{path}#{key}")'
    assert sum("from nbguard import secret" in source for source in sources) == 1
    assert answer.json["left"] == [{"cell": "c", "reason": "the value is also in the cell's output; clear it"}]
    assert [f["where"] for f in (await ask("POST", "scan", new)).json["findings"]] == []
