"""``secrets``, ``secrets/versions`` and ``lookup`` with a real Vault: names only, and never a value."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code, notebook
from tests.openbao_server import OpenBao, free_port

Ask = Callable[..., Any]


async def test_names_are_listed_with_version_and_date(ask: Ask, vault_environment: OpenBao) -> None:
    value = FakeTokens(61).ionq()
    vault_environment.store("quantum/ionq/lab", api_key="first", **{"not a name": "x"})
    vault_environment.store("quantum/ionq/lab", api_key=value)
    vault_environment.store("team/db", password=value, user=value)
    answer = await ask("GET", "secrets", params={"path": "a.ipynb"})
    assert answer.status == 200, answer.body
    assert value.encode() not in answer.body
    found = answer.json
    assert (found["mount"], found["folder"], found["left_out"], found["whole"]) == ("secret", "quantum", 0, True)
    assert found["vault"]["authenticated"] is True
    first, second = found["secrets"]
    assert first["keys"] == [{"key": "api_key", "reference": "quantum/ionq/lab#api_key"}]
    assert (first["path"], first["state"], first["version"]) == ("quantum/ionq/lab", "ok", 2)
    assert first["created"]
    assert [key["reference"] for key in second["keys"]] == ["team/db#password", "team/db#user"]


async def test_a_search_narrows_what_vault_is_asked_for(
    ask: Ask, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbguard.editing.secret_names.MOST_SHOWN", 2)
    for name in ("ionq/a", "ionq/b", "ionq/c", "ibm/a"):
        vault_environment.store(f"quantum/{name}", api_key="x" * 20)
    found = (await ask("GET", "secrets", params={"search": "IonQ  quantum"})).json
    assert [secret["path"] for secret in found["secrets"]] == ["quantum/ionq/a", "quantum/ionq/b"]
    assert found["left_out"] == 1


async def test_what_somebody_may_list_and_not_read_says_so(
    ask: Ask, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault_environment.store("quantum/theirs", key="x" * 20)
    monkeypatch.setenv(
        "VAULT_TOKEN", vault_environment.token_for('path "secret/metadata/*" { capabilities = ["list"] }')
    )
    (secret,) = (await ask("GET", "secrets")).json["secrets"]
    assert (secret["state"], secret["keys"]) == ("denied", [])
    assert "quantum/theirs" in secret["reason"]
    monkeypatch.setenv("VAULT_TOKEN", vault_environment.token_for('path "secret/data/*" { capabilities = ["read"] }'))
    found = (await ask("GET", "secrets")).json
    assert found["secrets"] == []
    assert "the policy lacks list" in found["reason"]


async def test_vault_down_unknown_token_and_no_vault_are_told(
    ask: Ask, vault_environment: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hvs.nobody")
    found = (await ask("GET", "secrets")).json
    assert (found["vault"]["reachable"], found["vault"]["authenticated"]) == (True, False)
    assert "log in again" in found["reason"]
    monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{free_port()}")
    found = (await ask("GET", "secrets")).json
    assert found["vault"]["reachable"] is False
    assert "is it running" in found["reason"]
    monkeypatch.delenv("VAULT_ADDR")
    monkeypatch.setenv("NBGUARD_LOCAL_VAULT", str(tmp_path / "none"))
    found = (await ask("GET", "secrets")).json
    assert found["vault"]["configured"] is False
    assert found["secrets"] == []


async def test_asking_again_sees_what_changed(ask: Ask, vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/again", key="x" * 20)
    assert (await ask("GET", "secrets")).json["secrets"][0]["version"] == 1
    vault_environment.store("quantum/again", key="y" * 20)
    assert (await ask("GET", "secrets")).json["secrets"][0]["version"] == 1
    assert (await ask("GET", "secrets", params={"again": "1"})).json["secrets"][0]["version"] == 2


async def test_a_new_secret_is_stored_beside_others_and_shown_nowhere(
    ask: Ask, vault_environment: OpenBao, caplog: pytest.LogCaptureFixture
) -> None:
    value = FakeTokens(62).ionq()
    vault_environment.store("quantum/new", other="x" * 20)
    assert len((await ask("GET", "secrets")).json["secrets"][0]["keys"]) == 1
    answer = await ask("POST", "secrets", {"reference": "quantum/new#api_key", "value": value})
    assert (answer.status, answer.json) == (200, {"reference": "quantum/new#api_key"})
    assert vault_environment.stored("quantum/new") == {"other": "x" * 20, "api_key": value}
    # What was known of the path holds no more.
    assert len((await ask("GET", "secrets")).json["secrets"][0]["keys"]) == 2
    assert value not in caplog.text


async def test_a_name_that_is_taken_is_refused_and_the_same_value_isn_t(ask: Ask, vault_environment: OpenBao) -> None:
    value = FakeTokens(63).ionq()
    vault_environment.store("quantum/taken", api_key="x" * 20)
    body = {"reference": "quantum/taken#api_key", "value": value}
    answer = await ask("POST", "secrets", body)
    assert (answer.status, answer.json["reason"]) == (409, "taken")
    assert value.encode() not in answer.body
    assert vault_environment.stored("quantum/taken") == {"api_key": "x" * 20}
    assert (await ask("POST", "secrets", body | {"value": "x" * 20})).status == 200


@pytest.mark.parametrize("name", ["no key", "a/../b#key", "a#key@2", "#key", "x" * 600, ""])
async def test_a_name_that_is_none_is_refused_without_the_value(
    ask: Ask, vault_environment: OpenBao, name: str
) -> None:
    value = FakeTokens(64).ionq()
    answer = await ask("POST", "secrets", {"reference": name, "value": value})
    assert answer.status in (400, 422)
    assert value.encode() not in answer.body
    # Whoever mixes the fields up has pasted the value as the name.
    answer = await ask("POST", "secrets", {"reference": value, "value": "x"})
    assert answer.status == 422
    assert value.encode() not in answer.body


async def test_versions_are_told(ask: Ask, vault_environment: OpenBao) -> None:
    for number in range(3):
        vault_environment.store("quantum/versions", key=f"value {number}")
    answer = await ask("GET", "secrets/versions", params={"reference": "quantum/versions#key"})
    assert [version["version"] for version in answer.json["versions"]] == [3, 2, 1]
    assert all("." not in version["created"] for version in answer.json["versions"])
    assert (await ask("GET", "secrets/versions", params={"reference": "nothing"})).status == 400
    assert (await ask("GET", "secrets/versions")).status == 400


async def test_a_lookup_goes_to_the_cursor_with_its_import_once(ask: Ask) -> None:
    """Offsets are UTF-16 units, as browsers count."""
    first, second = '"🎉"; a = \n', "b = \n"
    sent = notebook(code(first, "a"), code(second, "b"))
    place = {"cell": "a", "from": 10, "to": 10}
    answer = await ask("POST", "lookup", sent | {"reference": "quantum/ionq#api_key", "at": place})
    assert answer.status == 200, answer.body
    assert answer.json["variable"] is None
    edited = edit(first, [one for one in answer.json["edits"] if one["cell"] == "a"])
    assert edited == 'from nbguard import secret\n\n"🎉"; a = secret("quantum/ionq#api_key")\n'
    sent = notebook(code(edited, "a"), code(second, "b"))
    answer = await ask("POST", "lookup", sent | {"reference": "quantum/ibm#t", "at": {"cell": "b", "from": 4, "to": 4}})
    assert answer.json["edits"] == [{"cell": "b", "from": 4, "to": 4, "insert": 'secret("quantum/ibm#t")'}]


async def test_a_lookup_in_a_file_that_begins_with_a_mark(ask: Ask) -> None:
    text = "\ufefftoken: \n"
    place = {"cell": "", "from": 8, "to": 8}
    answer = await ask(
        "POST", "lookup", {"path": "a.yaml", "text": text, "reference": "quantum/ionq#api_key", "at": place}
    )
    assert answer.json["edits"] == [{"cell": "", "from": 8, "to": 8, "insert": "nbguard:quantum/ionq#api_key"}]


async def test_a_place_for_no_lookup_is_told(ask: Ask) -> None:
    sent = notebook(code('key = "abc"', "a"))
    for place, status in (
        ({"cell": "a", "from": 8, "to": 8}, 409),
        ({"cell": "b", "from": 0, "to": 0}, 409),
        ({"cell": "a", "from": 99, "to": 99}, 409),
        ({"cell": "a", "from": 3, "to": 1}, 409),
    ):
        answer = await ask("POST", "lookup", sent | {"reference": "quantum/ionq#api_key", "at": place})
        assert answer.status == status, answer.body
        assert answer.json["message"]


def edit(text: str, edits: list[dict[str, Any]]) -> str:
    raw = text.encode("utf-16-le")
    for change in sorted(edits, key=lambda change: -change["from"]):
        raw = raw[: 2 * change["from"]] + change["insert"].encode("utf-16-le") + raw[2 * change["to"] :]
    return raw.decode("utf-16-le")
