"""``POST move``: into a real Vault first, and only then the edits."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import hvac
import pytest

from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import apply_edits, code, meant, notebook
from tests.openbao_server import OpenBao, free_port


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
    reason = "the value is also in the cell's output; clear it"
    assert answer.json["left"] == [{"cell": "c", "output": 0, "reason": reason}]
    assert [f["where"] for f in (await ask("POST", "scan", new)).json["findings"]] == []


def a_notebook(token: str, path: str = "a.ipynb") -> dict[str, Any]:
    return notebook(code(f'from qiskit_ionq import IonQProvider\nIonQProvider(token="{token}")', "a"), path=path)


async def finding_in(ask: Callable[..., Any], sent: dict[str, Any]) -> dict[str, Any]:
    (finding, *_) = (await ask("POST", "scan", sent)).json["findings"]
    return meant(finding)


async def test_code_that_is_generated_runs_and_gets_the_value(
    ask: Callable[..., Any], vault_environment: OpenBao
) -> None:
    for style in ("nbguard", "env", "hvac"):
        token = FakeTokens(70).ionq() + style
        sent = notebook(code(f'IONQ_API_KEY = "{token}"', "a"))
        answer = await ask("POST", "move", sent | {"finding": await finding_in(ask, sent), "style": style})
        assert answer.status == 200, answer.body
        new = apply_edits(sent, answer.json["edits"])["cells"][0]["source"]
        variable = answer.json["variable"]
        assert (variable is not None) == (style == "env")
        environment = os.environ | vault_environment.environment | ({variable: token} if variable else {})
        check = f"{new}\nassert IONQ_API_KEY == {token!r}\n"
        done = subprocess.run(
            [sys.executable, "-c", check], env=environment | {"PYTHONPATH": CHECKOUT}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr[-300:]


async def test_what_changed_meanwhile_is_not_moved(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    tokens = FakeTokens(71)
    sent = a_notebook(tokens.ionq(), "conflict/a.ipynb")
    finding = await finding_in(ask, sent)
    before = vault_paths(vault_environment)
    shifted = sent | {"cells": [sent["cells"][0] | {"source": "# a line\n" + sent["cells"][0]["source"]}]}
    assert (await ask("POST", "move", shifted | {"finding": finding})).status == 409
    gone = a_notebook(tokens.ionq(), "conflict/a.ipynb")
    assert (await ask("POST", "move", gone | {"finding": finding})).status == 404
    twice = sent | {"cells": sent["cells"] * 2}
    assert (await ask("POST", "move", twice | {"finding": finding})).status == 422
    assert vault_paths(vault_environment) == before


async def test_what_can_t_be_rewritten_is_not_stored(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    before = vault_paths(vault_environment)
    for source in (
        f'%%perl\nmy $x = "{FakeTokens(72).dwave()}";',
        f'x = "{FakeTokens(73).dwave()}"  # nbguard: allow * reason="x"',
    ):
        sent = notebook(code(source, "a"))
        answer = await ask("POST", "move", sent | {"finding": await finding_in(ask, sent)})
        assert answer.status == 422, source
        assert answer.json["message"]
    assert vault_paths(vault_environment) == before


async def test_moves_at_the_same_time_lose_nothing(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    tokens = [FakeTokens(80 + number).ionq() for number in range(6)]
    sent = [a_notebook(token, f"n{number}.ipynb") for number, token in enumerate(tokens)]
    findings = [await finding_in(ask, one) for one in sent]
    moves = [ask("POST", "move", one | {"finding": finding}) for one, finding in zip(sent, findings, strict=True)]
    answers = await asyncio.gather(*moves)
    assert [answer.status for answer in answers] == [200] * len(tokens), [answer.body for answer in answers]
    references = [answer.json["reference"] for answer in answers]
    assert len(set(references)) == len(tokens)
    for reference, token in zip(references, tokens, strict=True):
        path, _, key = reference.partition("#")
        assert vault_environment.stored(path)[key] == token


async def test_without_vault_nothing_is_edited_and_the_answer_says_what_to_do(
    ask: Callable[..., Any], openbao: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = a_notebook(FakeTokens(90).ionq())
    asked = sent | {"finding": await finding_in(ask, sent)}

    async def refusal() -> tuple[int, str, str]:
        answer = await ask("POST", "move", asked)
        assert "edits" not in answer.json
        return answer.status, answer.json["reason"], answer.json["message"]

    status, reason, message = await refusal()
    assert (status, reason) == (503, "vault-unconfigured")
    assert "VAULT_ADDR" in message
    monkeypatch.setenv("HOME", openbao.home)
    monkeypatch.setenv("VAULT_ADDR", openbao.address)
    status, reason, message = await refusal()
    assert (status, reason) == (502, "vault-refused")
    assert "VAULT_TOKEN" in message
    monkeypatch.setenv("VAULT_TOKEN", openbao.token_for('path "secret/data/other/*" { capabilities = ["read"] }'))
    status, reason, message = await refusal()
    assert (status, reason) == (502, "vault-refused")
    assert "policy" in message
    monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{free_port()}")
    status, reason, message = await refusal()
    assert (status, reason) == (503, "vault-unreachable")


async def test_a_sealed_vault_is_named_as_such(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    server = OpenBao()
    try:
        sent = a_notebook(FakeTokens(91).ionq())
        asked = sent | {"finding": await finding_in(ask, sent)}
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.root().sys.seal()
        answer = await ask("POST", "move", asked, request_timeout=60)
        assert (answer.status, answer.json["reason"]) == (503, "vault-unreachable")
        assert "sealed" in answer.json["message"]
    finally:
        server.close()


def vault_paths(server: OpenBao) -> list[str]:
    from nbguard.vault.client import Vault

    return Vault(server.environment).paths("secret", "")


async def test_what_is_left_of_a_moved_value_keeps_its_name(
    ask: Callable[..., Any], vault_environment: OpenBao
) -> None:
    """The code that told whose it is has gone to Vault; the same value in an output isn't another provider's for it."""
    token = FakeTokens(79).ibm_cloud()
    shown = [{"output_type": "stream", "name": "stdout", "text": f"IBM_CLOUD_API_KEY={token}"}]
    sent = notebook(
        code(f'from qiskit_ionq import IonQProvider\np = IonQProvider(token="{token}")', "a"),
        code("print(p)", "b", outputs=shown),
    )
    alone = {**sent, "cells": sent["cells"][1:]}
    (before,) = [found for found in (await ask("POST", "scan", alone)).json["findings"] if found["waived"] is None]
    first = (await ask("POST", "scan", sent)).json["findings"][0]
    assert before["rule"] != first["rule"]
    answer = await ask("POST", "move", sent | {"finding": meant(first)})
    assert answer.status == 200, answer.body
    new = apply_edits(sent, answer.json["edits"])
    (left,) = (await ask("POST", "scan", new)).json["findings"]
    assert (left["where"], left["output"]) == ("output", 0)
    same = ("rule", "provider", "provider_name", "severity", "fingerprint", "message", "rotation")
    assert {name: left[name] for name in same} == {name: first[name] for name in same}
    # Another value is called what it is.
    other = [{**shown[0], "text": f"IBM_CLOUD_API_KEY={FakeTokens(80).ibm_cloud()}"}]
    (found,) = (await ask("POST", "scan", notebook(code("x", "b", outputs=other)))).json["findings"]
    assert found["rule"] == before["rule"]


async def test_a_reference_is_known_as_soon_as_it_is_written(
    ask: Callable[..., Any],
    vault_environment: OpenBao,
) -> None:
    """Whatever was known of the path before, or of the key at it, was before."""
    tokens = FakeTokens(81)
    for _ in range(2):
        sent = a_notebook(tokens.ionq(), "known/a.ipynb")
        plan = await ask("POST", "move", sent | {"finding": await finding_in(ask, sent)})
        path = plan.json["reference"].partition("#")[0]
        later = notebook(code("; ".join(f'secret("{path}#api_key_{number}")' for number in range(2, 40)), "a"))
        known = (await ask("POST", "references", later)).json["references"]
        sent = a_notebook(tokens.ionq(), "known/a.ipynb")
        moved = await ask("POST", "move", sent | {"finding": await finding_in(ask, sent)})
        assert moved.status == 200, moved.body
        assert moved.json["reference"] != plan.json["reference"]
        new = apply_edits(sent, moved.json["edits"])
        (reference,) = (await ask("POST", "references", new)).json["references"]
        assert (reference["state"], reference["reference"]) == ("ok", moved.json["reference"])
        assert "missing" in {item["state"] for item in known if item["reference"] == moved.json["reference"]}


async def test_a_name_is_proposed_and_nothing_is_stored(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    sent = a_notebook(FakeTokens(90).ionq() + "p", "names/preview.ipynb")
    finding = await finding_in(ask, sent)
    answer = await ask("POST", "move", sent | {"finding": finding, "preview": True})
    assert answer.status == 200, answer.body
    assert answer.json["reference"].startswith("quantum/ionq/")
    assert (answer.json["edits"], answer.json["version"]) == ([], 0)
    chosen = {"finding": finding, "preview": True, "reference": "team/preview#mine"}
    assert (await ask("POST", "move", sent | chosen)).json["reference"] == "team/preview#mine"
    with pytest.raises(hvac.exceptions.InvalidPath):
        vault_environment.stored("team/preview")


async def test_a_chosen_name_is_taken_or_refused(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    first, second = FakeTokens(91).ionq(), FakeTokens(92).ionq()
    sent = a_notebook(first)
    finding = await finding_in(ask, sent)
    answer = await ask("POST", "move", sent | {"finding": finding, "reference": "team/chosen#mine"})
    assert answer.status == 200, answer.body
    assert answer.json["reference"] == "team/chosen#mine"
    assert vault_environment.stored("team/chosen") == {"mine": first}
    assert 'secret("team/chosen#mine")' in apply_edits(sent, answer.json["edits"])["cells"][0]["source"]
    other = a_notebook(second)
    answer = await ask(
        "POST", "move", other | {"finding": await finding_in(ask, other), "reference": "team/chosen#mine"}
    )
    assert (answer.status, answer.json["reason"]) == (409, "taken")
    assert vault_environment.stored("team/chosen") == {"mine": first}
    for wrong in ("no reference", "team/chosen#mine@3", "elsewhere:team/chosen#mine"):
        answer = await ask("POST", "move", other | {"finding": await finding_in(ask, other), "reference": wrong})
        assert (answer.status, answer.json["reason"]) == (422, "reference"), wrong
    answer = await ask("POST", "move", other | {"finding": await finding_in(ask, other), "existing": True})
    assert (answer.status, answer.json["reason"]) == (422, "reference")


async def test_an_existing_secret_is_compared_and_never_written(
    ask: Callable[..., Any], vault_environment: OpenBao
) -> None:
    here, there = FakeTokens(93).ionq(), FakeTokens(94).ionq()
    vault_environment.store("team/existing", same=here, rotated=there)
    sent = a_notebook(here)
    finding = await finding_in(ask, sent)
    wanted = sent | {"finding": finding, "existing": True}
    answer = await ask("POST", "move", wanted | {"reference": "team/existing#same"})
    assert (answer.status, answer.json["version"]) == (200, 1), answer.body
    assert 'secret("team/existing#same")' in apply_edits(sent, answer.json["edits"])["cells"][0]["source"]
    answer = await ask("POST", "move", wanted | {"reference": "team/existing#rotated"})
    assert (answer.status, answer.json["reason"]) == (409, "other-value")
    assert not any(value in answer.body.decode() for value in (here, there))
    answer = await ask("POST", "move", wanted | {"reference": "team/existing#rotated", "other_value": True})
    assert answer.status == 200, answer.body
    assert 'secret("team/existing#rotated")' in apply_edits(sent, answer.json["edits"])["cells"][0]["source"]
    answer = await ask("POST", "move", wanted | {"reference": "team/existing#none"})
    assert (answer.status, answer.json["reason"]) == (422, "reference")
    assert vault_environment.stored("team/existing") == {"same": here, "rotated": there}
