"""The server as an editor sees it: a process, and messages over its standard input and output."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from hvac.exceptions import InvalidPath
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from nbguard.policy.bundle import make_bundle
from nbguard.policy.policy_settings import BUNDLE_NAME
from tests.command_line import assert_no_secret, nbguard
from tests.fake_tokens import FakeTokens
from tests.lsp.client import Client, connect_to, connected, edited, text_in
from tests.openbao_server import OpenBao, free_port

TOKEN = FakeTokens(18).ionq()
pytestmark = pytest.mark.asyncio
PULLS = {"textDocument": {"diagnostic": {}}}
IMPORT = "from qiskit_ionq import IonQProvider"
CALL = f'"🎉é"; p = IonQProvider("{TOKEN}")'


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[sys.executable, "-m", "nbguard", "lsp"]),
)
async def client(lsp_client: LanguageClient):  # type: ignore[no-untyped-def]
    await lsp_client.initialize_session(types.InitializeParams(types.ClientCapabilities()))
    yield
    await lsp_client.shutdown_session()


async def test_a_client_of_the_protocols_own_library_is_told_findings(client: LanguageClient) -> None:
    item = types.TextDocumentItem("file:///tmp/a.py", "python", 1, f'IONQ_API_KEY = "{TOKEN}"\n')
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    (finding,) = client.diagnostics["file:///tmp/a.py"]
    assert (finding.code, finding.source, finding.severity) == (
        "ionq-api-key",
        "nbguard",
        types.DiagnosticSeverity.Error,
    )
    assert finding.code_description is not None
    assert finding.code_description.href.endswith("docs/rules.md")
    assert finding.range == types.Range(types.Position(0, 16), types.Position(0, 48))


async def test_a_value_is_marked_in_its_cell_in_utf_16_units_with_its_sink_and_echo(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        sources = (IMPORT, f'# é🎉\n"🎉"; k = "{TOKEN}"', "IonQProvider(k)", f'again = "{TOKEN}"')
        cells = client.open_notebook(f"file://{tmp_path}/a.ipynb", *sources)
        (finding,) = await client.findings(cells[3])
        assert text_in(f'again = "{TOKEN}"', finding["range"]) == TOKEN
        (joined,) = await client.findings(cells[1])
        related = joined["relatedInformation"]
        assert (related[0]["location"]["uri"], related[0]["message"]) == (cells[2], "it goes to IonQProvider(token=…)")
        assert TOKEN not in json.dumps(client.seen)


async def test_cells_may_come_go_and_move(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path)) as client:
        first, second = client.open_notebook(uri, IMPORT, CALL)
        await client.findings(second)
        array = {
            "start": 0,
            "deleteCount": 2,
            "cells": [{"kind": 2, "document": second}, {"kind": 2, "document": first}],
        }
        change = {"cells": {"structure": {"array": array}}}
        client.notify("notebookDocument/didChange", {"notebookDocument": {"uri": uri, "version": 2}, "change": change})
        await client.request("textDocument/hover", {"textDocument": {"uri": second}, "position": at(0, 25)})
        assert len(client.told[second]) == 1
        array = {"start": 0, "deleteCount": 1, "cells": []}
        structure = {"array": array, "didClose": [{"uri": second}]}
        change = {"cells": {"structure": structure}}
        client.notify("notebookDocument/didChange", {"notebookDocument": {"uri": uri, "version": 3}, "change": change})
        assert (
            await client.request("textDocument/hover", {"textDocument": {"uri": second}, "position": at(0, 25)}) is None
        )


async def test_hover_says_why_and_how_to_rotate_and_never_the_value(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/a.py"
        await client.open(uri, f"{IMPORT}\n{CALL}\n")
        hover = await client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": at(1, 30)})
        said = hover["contents"]["value"]
        assert "ionq-api-key" in said
        assert "To rotate it" in said
        assert_no_secret(said)
        nothing = {"textDocument": {"uri": uri}, "position": at(0, 3)}
        assert await client.request("textDocument/hover", nothing) is None


@pytest.mark.parametrize("style", ["", "env"])
async def test_a_value_moves_to_vault_and_the_edits_are_those_of_the_cells(
    tmp_path: Path, vault_environment: OpenBao, style: str
) -> None:
    async with connected(str(tmp_path)) as client:
        texts = dict(zip(client.open_notebook(f"file://{tmp_path}/a.ipynb", IMPORT, CALL, f't = "{TOKEN}"'),
                         (IMPORT, CALL, f't = "{TOKEN}"'), strict=True))  # fmt: skip
        cell = list(texts)[1]
        (finding,) = await client.findings(cell)
        actions = await client.actions(cell, finding)
        title = (
            "Move to Vault, read an environment variable (ionq-api-key)" if style else "Move to Vault (ionq-api-key)"
        )
        command = actions[title]["command"]
        answer = await client.request("workspace/executeCommand", command)
        path, _, key = answer["reference"].partition("#")
        assert vault_environment.stored(path)[key] == TOKEN
        (edit,) = client.applied
        new = edited(texts, edit)
        assert TOKEN not in "".join(new.values())
        assert ("os.environ" if style else f'secret("{answer["reference"]}")') in new[cell]
        assert TOKEN not in json.dumps(client.seen)


async def test_what_is_left_of_a_moved_value_keeps_its_name(tmp_path: Path, vault_environment: OpenBao) -> None:
    """The code that told whose it is has gone to Vault; in an output it isn't another provider's for it."""
    token = FakeTokens(182).ibm_cloud()
    call = f'p = IonQProvider(token="{token}")'
    shown = {"output_type": "stream", "name": "stdout", "text": f"IBM_CLOUD_API_KEY={token}\n"}
    notebook = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path), {"knowsOutputs": True}) as client:
        cells = client.open_notebook(notebook, IMPORT, "print(p)", call)
        client.notify("nbguard/outputs", {"uri": notebook, "cells": {cells[1]: [shown]}})
        (first,) = await client.findings(cells[2])
        await client.findings(cells[1])
        command = (await client.actions(cells[2], first))[f"Move to Vault ({first['code']})"]["command"]
        await client.request("workspace/executeCommand", command)
        texts = dict(zip(cells, (IMPORT, "print(p)", call), strict=True))
        change(client, notebook, cells[2], edited(texts, client.applied[0])[cells[2]])
        await client.until(lambda: client.told[cells[2]] == [])
        (left,) = client.told[cells[1]]
        assert left["code"] == first["code"] == "ionq-api-key"
        assert left["data"]["fingerprint"] == first["data"]["fingerprint"]
        # Opened as a text, the same value is called the same.
        (told,) = await client.open(f"file://{tmp_path}/a.py", f'IBM_CLOUD_API_KEY = "{token}"\n')
        assert told["code"] == "ionq-api-key"
        (other,) = await client.open(
            f"file://{tmp_path}/b.py", f'IBM_CLOUD_API_KEY = "{FakeTokens(183).ibm_cloud()}"\n'
        )
        assert other["code"] != "ionq-api-key"


async def test_the_findings_of_one_text_are_those_that_are_told_of_all(tmp_path: Path) -> None:
    """A client that asks for one text's gets what another is told of it, related places included."""
    sources = (f'k = "{TOKEN}"', f"{IMPORT}\nIonQProvider(k)", f'again = "{TOKEN}"', "x = 1")
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path)) as client:
        cells = client.open_notebook(uri, *sources)
        await client.findings(cells[2])
        told = [client.told.get(cell, []) for cell in cells]
    async with connected(str(tmp_path), capabilities=PULLS) as client:
        cells = client.open_notebook(uri, *sources)
        asked = [
            (await client.request("textDocument/diagnostic", {"textDocument": {"uri": cell}}))["items"]
            for cell in cells
        ]
    assert asked == told
    assert [len(one) for one in told] == [1, 0, 1, 0]


async def test_a_path_in_vault_can_be_chosen(tmp_path: Path, vault_environment: OpenBao) -> None:
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/a.py"
        (finding,) = await client.open(uri, f"{IMPORT}\n{CALL}\n")
        (named,) = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]["arguments"]
        chosen = {"command": "nbguard.move", "arguments": [named | {"path": "team/{provider}"}]}
        answer = await client.request("workspace/executeCommand", chosen)
        assert answer["reference"].startswith("team/ionq#")
        assert vault_environment.stored("team/ionq")


async def test_a_name_and_a_secret_that_is_there_can_be_chosen(tmp_path: Path, vault_environment: OpenBao) -> None:
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/a.py"
        (finding,) = await client.open(uri, f"{IMPORT}\n{CALL}\n")
        (named,) = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]["arguments"]
        vault_environment.store("team/editors", other="another value")

        def chosen(**said: object) -> dict[str, object]:
            return {"command": "nbguard.move", "arguments": [named | said]}

        wanted = {"reference": "team/editors#other", "existing": True}
        assert "another value" in await client.refused("workspace/executeCommand", chosen(**wanted))
        taken = await client.refused("workspace/executeCommand", chosen(reference="team/editors#other"))
        assert "choose another name" in taken
        assert client.applied == []
        answer = await client.request("workspace/executeCommand", chosen(**wanted, otherValue=True))
        assert answer["reference"] == "team/editors#other"
        assert vault_environment.stored("team/editors") == {"other": "another value"}


async def test_who_can_ask_for_a_name_is_offered_to_choose_one(tmp_path: Path, vault_environment: OpenBao) -> None:
    text, uri = f"{IMPORT}\n{CALL}\n", f"file://{tmp_path}/a.py"
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(uri, text)
        assert not any("under a name" in title for title in await client.actions(uri, finding))
    async with connected(str(tmp_path), options={"askName": True}) as client:
        (finding,) = await client.open(uri, text)
        titles = list(offered := await client.actions(uri, finding))
        assert titles[:2] == ["Move to Vault (ionq-api-key)", "Move to Vault under a name… (ionq-api-key)"]
        (named,) = offered[titles[1]]["command"]["arguments"]
        preview = {"command": "nbguard.move", "arguments": [named | {"preview": True}]}
        proposed = await client.request("workspace/executeCommand", preview)
        assert list(proposed) == ["reference"]
        path, key = proposed["reference"].split("#")
        assert path.startswith("quantum/ionq/")
        assert key == "api_key"
        assert client.applied == []
        with pytest.raises(InvalidPath):
            vault_environment.stored(path)
        chosen = {"command": "nbguard.move", "arguments": [named | {"reference": "team/by-name#key"}]}
        assert (await client.request("workspace/executeCommand", chosen))["reference"] == "team/by-name#key"
        assert vault_environment.stored("team/by-name") == {"key": TOKEN}
        assert 'secret("team/by-name#key")' in edited({uri: text}, client.applied[0])[uri]


async def test_a_secret_that_is_there_is_chosen_from_a_list_and_nothing_is_stored(
    tmp_path: Path, vault_environment: OpenBao
) -> None:
    """An editor that can only show buttons is asked with buttons; what isn't answered changes nothing."""
    text, uri = f"{IMPORT}\n{CALL}\n", f"file://{tmp_path}/a.py"
    title = "Use an existing secret… (ionq-api-key)"
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(uri, text)
        command = (await client.actions(uri, finding))[title]["command"]
        assert "no secret yet" in await client.refused("workspace/executeCommand", command)
        vault_environment.store("quantum/another", key="of somebody")
        vault_environment.store("quantum/ionq/lab", key=TOKEN, old="another value")
        assert await client.request("workspace/executeCommand", command) is None
        asked = questions(client)[-1]
        assert [item["title"] for item in asked["actions"]] == [
            "quantum/ionq/lab#key", "quantum/ionq/lab#old", "quantum/another#key"
        ]  # fmt: skip
        assert client.applied == []
        client.choice = "quantum/ionq/lab#old"
        # The second question is answered with the same, which isn't its button.
        assert await client.request("workspace/executeCommand", command) is None
        assert "another value" in questions(client)[-1]["message"]
        assert client.applied == []
        client.choice = "Use the one in Vault"
        (named,) = command["arguments"]
        meant = command | {"arguments": [named | {"reference": "quantum/ionq/lab#old"}]}
        assert (await client.request("workspace/executeCommand", meant))["reference"] == "quantum/ionq/lab#old"
        assert 'secret("quantum/ionq/lab#old")' in edited({uri: text}, client.applied[0])[uri]
        assert vault_environment.stored("quantum/ionq/lab") == {"key": TOKEN, "old": "another value"}
        assert TOKEN not in json.dumps(client.seen)


def questions(client: Client) -> list[dict[str, Any]]:
    """What the user was asked."""
    return [message["params"] for message in client.seen if message.get("method") == "window/showMessageRequest"]


async def test_without_vault_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_ADDR", raising=False)
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/a.py"
        (finding,) = await client.open(uri, f"{IMPORT}\n{CALL}\n")
        command = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]
        assert "VAULT_ADDR" in await client.refused("workspace/executeCommand", command)
        assert client.applied == []


async def test_an_allow_is_a_comment_that_counts(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        texts = dict(zip(client.open_notebook(f"file://{tmp_path}/a.ipynb", IMPORT, CALL), (IMPORT, CALL), strict=True))
        cell = list(texts)[1]
        (finding,) = await client.findings(cell)
        command = (await client.actions(cell, finding))["Allow ionq-api-key…"]["command"]
        assert await client.request("workspace/executeCommand", command) is None  # nobody said why
        client.choice = "made up for an example"
        await client.request("workspace/executeCommand", command)
        new = edited(texts, client.applied[-1])[cell]
        assert "# nbguard: allow ionq-api-key" in new
        change(client, f"file://{tmp_path}/a.ipynb", cell, new)
        await client.until(lambda: client.told[cell] == [])


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [("a.yaml", "yaml", f"ionq:\n  IONQ_API_KEY: {TOKEN}\n"), ("a.toml", "toml", f'a = 1\nIONQ_API_KEY = "{TOKEN}"\n')],
)
async def test_files_are_allowed_by_a_comment_too(tmp_path: Path, name: str, language: str, text: str) -> None:
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/{name}"
        (finding,) = await client.open(uri, text, language)
        (named,) = (await client.actions(uri, finding))["Allow ionq-api-key…"]["command"]["arguments"]
        command = {"command": "nbguard.allow", "arguments": [named | {"reason": "made up"}]}
        await client.request("workspace/executeCommand", command)
        new = edited({uri: text}, client.applied[0])[uri]
        (tmp_path / name).write_text(new)
        assert nbguard("scan", name, cwd=tmp_path).status == 0


async def test_a_reason_of_several_lines_stays_a_comment(tmp_path: Path) -> None:
    """Its second line would be part of the file."""
    text = f"ionq:\n  IONQ_API_KEY: {TOKEN}\n"
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/a.yaml"
        (finding,) = await client.open(uri, text, "yaml")
        (named,) = (await client.actions(uri, finding))["Allow ionq-api-key…"]["command"]["arguments"]
        command = {"command": "nbguard.allow", "arguments": [named | {"reason": "made up\nfor: tests"}]}
        await client.request("workspace/executeCommand", command)
        new = edited({uri: text}, client.applied[0])[uri]
        assert [line for line in new.splitlines() if not line.lstrip().startswith("#")] == text.splitlines()
        assert "made up for: tests" in new


async def test_a_value_can_be_removed(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(f"file://{tmp_path}/a.ipynb", f"{IMPORT}\n{CALL}")
        (finding,) = await client.findings(cell)
        edit = (await client.actions(cell, finding))["Remove the value (ionq-api-key)"]["edit"]
        assert edited({cell: f"{IMPORT}\n{CALL}"}, edit)[cell] == f'{IMPORT}\n"🎉é"; p = IonQProvider("")'


async def test_a_table_gets_stand_ins(tmp_path: Path) -> None:
    people = ["Jane Miller", "Omar Haddad", "Lena Fischer", "Piotr Nowak", "Ana Costa", "Yuki Tanaka"]
    rows = "\n".join(
        f"{n},{name},{name.split()[1].lower()}{n}@corp-mail.net,+49 30 90182{n:03}" for n, name in enumerate(people)
    )
    source = f'data = """id,name,email,phone\n{rows}\n"""\n'
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(f"file://{tmp_path}/a.ipynb", source)
        found = await client.findings(cell)
        command = (await client.actions(cell, found[0]))["Replace sample data by stand-ins"]["command"]
        await client.request("workspace/executeCommand", command)
        new = edited({cell: source}, client.applied[0])[cell]
        assert "corp-mail.net" not in new
        assert new.startswith('data = """id,name,email,phone\n')
        assert new.count("\n") == source.count("\n")


async def test_references_say_whether_they_resolve(tmp_path: Path, vault_environment: OpenBao) -> None:
    vault_environment.store("quantum/known", api_key=TOKEN)
    source = 'a = secret("quantum/known#api_key")\nb = secret("quantum/known#other")\n'
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(f"file://{tmp_path}/a.ipynb", source)
        everything = {"start": at(0, 0), "end": at(9, 0)}
        hints = await client.request("textDocument/inlayHint", {"textDocument": {"uri": cell}, "range": everything})
        assert [hint["label"] for hint in hints] == ["✓ resolves, v1, today", "✗ nothing there, v1, today"]
        assert [hint["position"] for hint in hints] == [at(0, 33), at(1, 31)]
        hover = await client.request("textDocument/hover", {"textDocument": {"uri": cell}, "position": at(0, 20)})
        assert "resolves" in hover["contents"]["value"]
        assert TOKEN not in json.dumps(client.seen)


async def test_a_client_may_ask_for_findings_itself(tmp_path: Path) -> None:
    async with connected(str(tmp_path), capabilities=PULLS) as client:
        (cell,) = client.open_notebook(f"file://{tmp_path}/a.ipynb", f"{IMPORT}\n{CALL}")
        report = await client.request("textDocument/diagnostic", {"textDocument": {"uri": cell}})
        assert [item["code"] for item in report["items"]] == ["ionq-api-key"]
        again = {"textDocument": {"uri": cell}, "previousResultId": report["resultId"]}
        assert (await client.request("textDocument/diagnostic", again))["kind"] == "unchanged"
        assert client.told == {}


async def test_malformed_messages_end_nothing_and_nothing_of_them_is_told(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        for body in (b"{", b"[]", b'"' + TOKEN.encode() + b'"', b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"1.0","id":1}',
                     b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"x":"%s"}}' % TOKEN.encode(),
                     b'{"jsonrpc":"2.0","method":"nbguard/outputs","params":["%s"]}' % TOKEN.encode(),
                     b'{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///no",'
                     b'"version":1},"contentChanges":[{"text":"x"}]}}'):  # fmt: skip
            client.send_raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        client.send_raw(b"Nonsense: 1\r\n\r\n")
        assert await client.refused("no/such")
        assert await client.refused("workspace/executeCommand", {"command": "nbguard.move", "arguments": [TOKEN]})
        assert await client.refused("textDocument/hover", {"textDocument": TOKEN})
        uri = f"file://{tmp_path}/a.py"
        await client.open(uri, f"{IMPORT}\n{CALL}\n")
        backwards = {"range": {"start": at(9, 9), "end": at(0, 0)}, "text": "x"}
        client.notify(
            "textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [backwards]}
        )
        await client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": at(0, 0)})
        assert TOKEN not in json.dumps(client.seen)


async def test_what_comes_too_early_twice_or_too_late_is_answered(tmp_path: Path) -> None:
    opened = {"rootUri": None, "processId": None, "capabilities": {}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nbguard", "lsp", stdin=-1, stdout=-1, stderr=-1, limit=1 << 26,
    )  # fmt: skip
    client = Client(process)

    async def code(method: str, params: Any = None) -> int | None:
        message = await asyncio.wait_for(client.ask(method, params), 30)
        number: int | None = message.get("error", {}).get("code")
        return number

    try:
        for early in ("textDocument/hover", "nbguard/status", "shutdown"):
            assert await code(early, {"textDocument": {"uri": "file:///a.py"}, "position": at(0, 0)}) == -32002
        client.notify("textDocument/didClose", {"textDocument": {"uri": "file:///a.py"}})
        assert [await code("initialize", opened), await code("initialize", opened)] == [None, -32600]
        assert [await code("shutdown"), await code("shutdown"), await code("nbguard/status")] == [None, -32600, -32600]
        client.notify("exit")
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert not [message for message in client.seen if message.get("method") == "window/logMessage"]
    finally:
        if process.returncode is None:
            process.kill()


async def test_what_is_gone_is_told_to_have_no_findings_and_told_again_when_it_is_back(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path)) as client:
        _, second = client.open_notebook(uri, IMPORT, CALL)
        await client.findings(second)
        for version, change in enumerate(
            (
                {"array": {"start": 1, "deleteCount": 1, "cells": []}, "didClose": [{"uri": second}]},
                {
                    "array": {"start": 1, "deleteCount": 0, "cells": [{"kind": 2, "document": second}]},
                    "didOpen": [{"uri": second, "languageId": "python", "version": 1, "text": CALL}],
                },
            ),
            2,
        ):
            notebook = {"uri": uri, "version": version}
            changed = {"notebookDocument": notebook, "change": {"cells": {"structure": change}}}
            client.notify("notebookDocument/didChange", changed)
            await client.until(lambda wanted=version - 2: len(client.told[second]) == wanted)
        # A client may leave out the cells of what it closes.
        client.notify("notebookDocument/didClose", {"notebookDocument": {"uri": uri}, "cellTextDocuments": []})
        await client.until(lambda: client.told[second] == [])


async def test_a_text_closed_while_it_is_scanned_and_opened_again_has_its_own_findings(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.py"
    lines = "\n".join(f"x{n} = compute({n!r}, 'value-{n}')" for n in range(20_000))
    async with connected(str(tmp_path)) as client:
        for text in (f'{lines}\nIONQ_API_KEY = "{TOKEN}"\n', f'IONQ_API_KEY = "{TOKEN}"\n'):
            item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            client.notify("textDocument/didOpen", {"textDocument": item})
            await client.request("nbguard/status")
            if text.startswith("x0"):
                client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        hover = {"textDocument": {"uri": uri}, "position": at(0, 18)}
        assert await client.request("textDocument/hover", hover)
        assert [finding["range"]["start"] for finding in client.told[uri]] == [at(0, 16)]


async def test_a_notebook_that_is_open_as_text_too_stays_known_when_that_is_closed(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path)) as client:
        _, cell = client.open_notebook(uri, IMPORT, CALL)
        (finding,) = await client.findings(cell)
        item = {"uri": uri, "languageId": "json", "version": 1, "text": "{}"}
        client.notify("textDocument/didOpen", {"textDocument": item})
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert await client.actions(cell, finding)


async def test_a_client_that_asks_for_findings_is_told_to_ask_again_when_the_policy_changes(tmp_path: Path) -> None:
    can = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    async with connected(str(tmp_path), None, can) as client:
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        await client.until(lambda: [m for m in client.seen if m.get("method") == "workspace/diagnostic/refresh"])


POLICY_FILES = (
    "nbguard.toml", "pyproject.toml", ".nbguard-policy.toml", ".nbguard-baseline.jsonl", ".nbguard-approvals.jsonl",
    ".nbguard-salt",
)  # fmt: skip


@pytest.mark.parametrize("name", POLICY_FILES)
async def test_every_file_of_a_policy_holds_from_when_it_is_saved(tmp_path: Path, name: str) -> None:
    can = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    async with connected(str(tmp_path), None, can) as client:
        client.notify("textDocument/didSave", {"textDocument": {"uri": f"file://{tmp_path}/{name}"}})
        await client.until(lambda: [m for m in client.seen if m.get("method") == "workspace/diagnostic/refresh"])


async def test_a_client_is_asked_to_watch_every_file_of_a_policy(tmp_path: Path) -> None:
    can = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
    async with connected(str(tmp_path), None, can) as client:
        asked = "client/registerCapability"
        await client.until(lambda: [m for m in client.seen if m.get("method") == asked])
        (message,) = (m for m in client.seen if m.get("method") == asked)
    (registration,) = message["params"]["registrations"]
    watched = {watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]}
    assert watched == {f"**/{name}" for name in POLICY_FILES}


async def test_a_finding_in_a_file_says_what_can_be_done_about_it(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(f"file://{tmp_path}/a.py", f"{IMPORT}\n{CALL}\n")
    assert finding["data"]["actions"] == ["move", "env", "allow", "remove"]


async def test_a_request_may_be_cancelled(tmp_path: Path) -> None:
    async with connected(str(tmp_path), {"delay": 2000}) as client:
        uri = f"file://{tmp_path}/a.py"
        text = "\n".join(f"x{n} = compute({n!r}, 'value-{n}')" for n in range(20_000))
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        answer = client.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": at(0, 0)})
        client.notify("$/cancelRequest", {"id": client._number})
        message = await asyncio.wait_for(answer, 20)
        assert message.get("error", {}).get("code") == -32800 or message.get("result", 0) is None


async def test_changes_in_a_row_are_scanned_once_and_a_question_does_not_wait_for_the_delay(tmp_path: Path) -> None:
    async with connected(str(tmp_path), {"delay": 10_000}) as client:
        uri = f"file://{tmp_path}/a.py"
        await client.open(uri, f'IONQ_API_KEY = "{TOKEN}"\n')
        before = len(client.seen)
        for number in range(20):
            start = {"start": at(0, 0), "end": at(0, 0)}
            client.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": number + 2},
                    "contentChanges": [{"range": start, "text": "#\n"}],
                },
            )
        await client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": at(20, 20)})
        told = [message for message in client.seen[before:] if message.get("method", "").endswith("publishDiagnostics")]
        assert [message["params"]["version"] for message in told] == [21]
        assert client.told[uri][0]["range"]["start"] == at(20, 16)


async def test_the_policy_of_each_root_holds_for_what_is_below_it(tmp_path: Path) -> None:
    for name, policy in (("loose", 'disable = ["ionq-api-key"]'), ("usual", "")):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / "nbguard.toml").write_text(policy)
    async with connected(str(tmp_path / "loose")) as client:
        usual = f"file://{tmp_path}/usual/a.py"
        assert len(await client.open(usual, f"{IMPORT}\n{CALL}\n")) == 1
        loose = f"file://{tmp_path}/loose/a.py"
        item = {"uri": loose, "languageId": "python", "version": 1, "text": f"{IMPORT}\n{CALL}\n"}
        client.notify("textDocument/didOpen", {"textDocument": item})
        await client.request("textDocument/hover", {"textDocument": {"uri": loose}, "position": at(0, 0)})
        assert client.told.get(loose, []) == []
        (tmp_path / "loose" / "nbguard.toml").write_text("")
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        assert len(await client.findings(loose)) == 1


@pytest.mark.parametrize("name", ["Untitled-1.ipynb?jupyter-notebook", "Untitled-1"])
async def test_what_has_no_file_yet_goes_by_the_policy_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text('[jupyter]\nsave = "block"\n')
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(f"untitled:{name}", f"{IMPORT}\n{CALL}")
        (finding,) = await client.findings(cell)
        assert (await client.request("nbguard/beforeSave", {"uri": f"untitled:{name}"}))["refuse"] is True
        (named,) = (await client.actions(cell, finding))["Move to Vault (ionq-api-key)"]["command"]["arguments"]
        preview = {"command": "nbguard.move", "arguments": [named | {"preview": True}]}
        said = await client.request("workspace/executeCommand", preview)
        assert said == {"reference": f"quantum/ionq/{tmp_path.name}#api_key"}
        (text,) = await client.open("untitled:Untitled-2", f"{IMPORT}\n{CALL}\n")
        assert text["code"] == "ionq-api-key"


async def test_a_broken_policy_is_told_where_one_looks(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text("no = = toml")
    async with connected(str(tmp_path)) as client:
        (told,) = await client.open(f"file://{tmp_path}/a.py", "x = 1\n")
        assert told["code"] == "not-scanned"
        assert "nbguard.toml" in told["message"]


async def test_in_a_workspace_that_is_not_trusted_the_policy_can_only_be_stricter(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text(
        'profile = "relaxed"\ndisable = ["credential"]\nexclude = ["**"]\nfail_on = "critical"\n'
    )
    async with connected(str(tmp_path), {"trusted": False}) as client:
        uri = f"file://{tmp_path}/a.py"
        (finding,) = await client.open(uri, f"{IMPORT}\n{CALL}\n")
        actions = await client.actions(uri, finding)
        assert not [title for title in actions if title.startswith("Move")]
        (named,) = actions["Allow ionq-api-key…"]["command"]["arguments"]
        assert "trust" in await client.refused(
            "workspace/executeCommand", {"command": "nbguard.move", "arguments": [named]}
        )
        client.notify("workspace/didChangeConfiguration", {"settings": {"nbguard": {"trusted": True}}})
        await client.until(lambda: client.told[uri] == [])


async def test_outputs_that_a_client_tells_are_scanned_and_decide_a_save(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text('[jupyter]\nsave = "block"\n')
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path), {"knowsOutputs": True}) as client:
        _, second = client.open_notebook(uri, IMPORT, "p = IonQProvider(k)\nprint(k)")
        assert (await client.request("nbguard/beforeSave", {"uri": uri}))["refuse"] is False
        output = {"output_type": "stream", "name": "stdout", "text": f"IONQ_API_KEY={TOKEN}\n"}
        client.notify("nbguard/outputs", {"uri": uri, "cells": {second: [output]}})
        (finding,) = await client.findings(second)
        assert finding["range"]["start"] == at(0, 0)
        assert finding["data"]["output"] == 0
        assert "Clear the cell's output" in await client.actions(second, finding)
        said = await client.request("nbguard/beforeSave", {"uri": uri})
        assert (said["mode"], said["refuse"]) == ("block", True)
        assert "ionq-api-key in an output of cell 2" in said["message"]
        summary = [message["params"] for message in client.seen if message.get("method") == "nbguard/findings"][-1]
        assert summary["cells"][second]["outputs"][0]["output"] == 0
        client.notify("nbguard/outputs", {"uri": uri, "cells": {second: []}})
        await client.until(lambda: client.told[second] == [])


@pytest.mark.parametrize(
    ("policy", "outputs"),
    [
        ('[jupyter]\nsave = "block"\non_error = "block"\n', [None]),
        ('[jupyter]\nsave = "block"\nno = = toml', []),
        ('no_such_key = 1\n[jupyter]\nsave = "block"\n', []),
    ],
)
async def test_what_cannot_be_scanned_is_refused_where_the_policy_blocks(
    tmp_path: Path, policy: str, outputs: list[None]
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text(policy)
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path), {"knowsOutputs": True}) as client:
        (cell,) = client.open_notebook(uri, "x = 1")
        client.notify("nbguard/outputs", {"uri": uri, "cells": {cell: outputs}})
        said = await client.request("nbguard/beforeSave", {"uri": uri})
        assert (said["mode"], said["refuse"]) == ("block", True)
        assert said["message"]


async def test_what_cannot_be_scanned_is_told_where_the_policy_does_not_block(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text("no = = toml")
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path)) as client:
        client.open_notebook(uri, "x = 1")
        said = await client.request("nbguard/beforeSave", {"uri": uri})
        assert (said["mode"], said["refuse"]) == ("warn", False)
        assert "nbguard.toml" in said["message"]


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ("no = = toml", "nbguard.toml"),
        ("no_such_key = 1\n", "no_such_key"),
        ('rules = ["../pack.toml"]\n', "rules must name a file inside"),
        ('baseline = "broken.json"\n', "broken.json"),
        ('baseline = "../outside.json"\n', "baseline must name a file inside"),
        ('enable = ["hygene"]\n', "hygene"),
    ],
)
async def test_a_fault_of_a_policy_that_is_not_trusted_does_not_end_the_scan(
    tmp_path: Path, policy: str, fault: str
) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (root / "nbguard.toml").write_text(policy)
    (root / "broken.json").write_text("{")
    async with connected(str(root), {"trusted": False}) as client:
        told = await client.open(f"file://{root}/a.py", f"{IMPORT}\n{CALL}\n")
        assert [one["code"] for one in told] == ["policy-fault", "ionq-api-key"]
        assert fault in told[0]["message"]


async def test_a_policy_that_is_not_trusted_still_blocks_where_it_has_a_fault(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "nbguard.toml").write_text('no_such_key = 1\n[jupyter]\nsave = "block"\n')
    uri = f"file://{tmp_path}/a.ipynb"
    async with connected(str(tmp_path), {"trusted": False}) as client:
        client.open_notebook(uri, "x = 1")
        said = await client.request("nbguard/beforeSave", {"uri": uri})
        assert (said["mode"], said["refuse"]) == ("block", True)
        assert "no_such_key" in said["message"]


async def test_it_says_whose_policy_judges(tmp_path: Path) -> None:
    bundle = make_bundle(b"", "security@example.org", "7", "2026-06-01", lambda _: "")
    async with connected(str(tmp_path)) as client:
        assert (await client.request("nbguard/status"))["bundle"] is None
        (tmp_path / BUNDLE_NAME).write_bytes(bundle)
        said = await client.request("nbguard/status")
        assert said["bundle"].startswith("security@example.org, version 7 of 2026-06-01 ")
        (tmp_path / BUNDLE_NAME).write_bytes(bundle.replace(b"7", b"8"))
        said = await client.request("nbguard/status")
        assert (said["bundle"], BUNDLE_NAME in said["policyFault"] or said["bundle"] is None) == (None, True)


async def test_it_listens_on_loopback(tmp_path: Path) -> None:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "nbguard", "lsp", "--tcp", str(port)], cwd=tmp_path)
    try:
        reader, writer = await connect_to(port)
        body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"processId":null}}'
        writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert b"Content-Length" in await asyncio.wait_for(reader.readline(), 20)
        listening = Path("/proc/net/tcp").read_text() if os.path.exists("/proc/net/tcp") else ""
        assert f"00000000:{port:04X}" not in listening
        writer.close()
    finally:
        server.terminate()
        server.wait(20)


async def test_help_says_how_to_start_it_and_a_port_that_is_none_is_refused() -> None:
    said = nbguard("lsp", "--help")
    assert "--tcp" in said.out
    refused = nbguard("lsp", "--tcp", "99999999")
    assert refused.status == 2
    assert "port" in refused.err


def at(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def change(client: Client, notebook: str, cell: str, text: str) -> None:
    content = {"document": {"uri": cell, "version": 9}, "changes": [{"text": text}]}
    params = {"notebookDocument": {"uri": notebook, "version": 9}, "change": {"cells": {"textContent": [content]}}}
    client.notify("notebookDocument/didChange", params)
