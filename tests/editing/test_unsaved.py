"""What is read of a notebook that is being typed is what a file of it would be, however it came about."""

import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.editing.finding_records import as_answer
from nbguard.editing.request_errors import RequestError
from nbguard.editing.request_records import NotebookRequest, read_record
from nbguard.editing.unsaved import Unsaved
from nbguard.editing.workspace import Workspace
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code, markdown, notebook

TOKENS = FakeTokens(50)
IONQ, DWAVE = TOKENS.ionq(), TOKENS.dwave()
# Pieces that mean something together, wherever in the notebook they stand.
SOURCES = st.sampled_from(
    [
        "", "x = 1\n", "# %%", "import os\nfrom qiskit_ionq import IonQProvider as P\n", f'key = "{IONQ}"\n',
        'key = os.environ["IONQ_API_KEY"]\n', "P(token=key)\n", "P(key", f'P(token="{IONQ}")\n', f"{DWAVE} 🎉é\n",
        f'DWAVE_API_TOKEN = "{DWAVE}"  # nbguard: allow * reason="x"\n', "%env IONQ_API_KEY=" + IONQ, "key = other\n",
        f'other = "{IONQ}"\n', "\ud800", "a@example.com", '"""', "def f(key=key):\n    return P(key)\n", "\x00\r\n",
        f'"\\u{ord(DWAVE[0]):04x}{DWAVE[1:]}"', "!pip install qiskit\n",
    ]
)  # fmt: skip
OUTPUTS = st.lists(
    st.sampled_from(
        [
            {"output_type": "stream", "name": "stdout", "text": IONQ},
            {"output_type": "stream", "name": "stdout", "text": ["a\n", DWAVE]},
            {"output_type": "display_data", "data": {"text/html": f"<b>{IONQ}</b>", "image/png": "iVBORw0KGgo="}},
            {"output_type": "error", "ename": "E", "evalue": IONQ, "traceback": ["a", DWAVE]},
            {},
        ]
    ),
    max_size=2,
)
METADATA = st.sampled_from([{}, {"tags": ["x"]}, {"nbguard": {"allow": ["* reason='x'"]}}, {"k": DWAVE}])


@st.composite
def cells(draw: st.DrawFn) -> dict[str, Any]:
    source = "".join(draw(st.lists(SOURCES, max_size=3)))
    cell = code(source, draw(st.text("abc", min_size=1, max_size=2)))
    if draw(st.booleans()):
        return cell | {"outputs": draw(OUTPUTS), "metadata": draw(METADATA)}
    return markdown(source, cell["id"], metadata=draw(METADATA)) if draw(st.booleans()) else cell


HEADS = st.sampled_from(
    [{}, {"language": "julia"}, {"metadata": {"kernelspec": {"language": "R"}, "k": DWAVE}}, {"metadata": {}}]
)


def as_body(sent: dict[str, Any]) -> bytes:
    return json.dumps(sent).encode()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.lists(cells(), max_size=5), HEADS), min_size=1, max_size=3))
def test_a_document_is_that_of_a_file_with_these_bytes(versions: list[tuple[list[dict[str, Any]], Any]]) -> None:
    reader = Unsaved()
    for version, head in versions:
        request = read_record(as_body(notebook(*version, **head)), NotebookRequest)
        document = reader.make_document(request, "a.ipynb")
        assert document == open_document("a.ipynb", document.raw)
        assert len(json.loads(document.raw)["cells"]) == len(version)


def edit(cells_now: list[dict[str, Any]], choice: random.Random) -> list[dict[str, Any]]:
    """One change, as people make them: typing, a cell more, a cell less, cells swapped."""
    new = [dict(cell) for cell in cells_now]
    at = choice.randrange(len(new))
    what = choice.randrange(5)
    if what == 0:
        new.insert(at, code(choice.choice(["x = 1", f'key = "{IONQ}"', "P(token=key)"]), f"n{choice.randrange(99)}"))
    elif what == 1 and len(new) > 1:
        del new[at]
    elif what == 2:
        other = choice.randrange(len(new))
        new[at], new[other] = new[other], new[at]
    else:
        source = new[at]["source"]
        cut = choice.randrange(len(source) + 1)
        new[at]["source"] = source[:cut] + choice.choice(["", "=", "\n", '"', "#", "key", IONQ]) + source[cut + 1 :]
    return new


@settings(max_examples=25, deadline=None)
@given(st.lists(cells(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_scanning_while_typing_gives_the_verdict_of_a_scan_of_the_whole(
    first: list[dict[str, Any]], choice: random.Random
) -> None:
    """Values go from cell to cell, so what was kept of other cells must never decide."""
    typing = Workspace(FOLDER)
    version = first
    try:
        for _ in range(6):
            request = read_record(as_body(notebook(*version)), NotebookRequest)
            # On one thread, as on a server: what the parser keeps, it keeps by thread.
            kept = typing.wait_for_scan_thread(answers, typing, request)
            fresh = Workspace(FOLDER)
            whole = fresh.wait_for_scan_thread(answers, fresh, request)
            fresh.close()
            assert kept == whole
            version = edit(version, choice)
    finally:
        typing.close()


def answers(workspace: Workspace, request: NotebookRequest) -> list[dict[str, Any]]:
    return [as_answer(judged) for judged in workspace.scan(request)[1]]


@pytest.fixture(autouse=True, scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    global FOLDER
    folder = tmp_path_factory.mktemp("repository")
    (folder / ".git").mkdir()
    FOLDER = str(folder)


FOLDER = ""


@pytest.mark.parametrize("seed", range(6))
def test_the_verdict_is_that_of_the_command_on_the_saved_file(seed: int, tmp_path: Any) -> None:
    choice, made = random.Random(seed), FakeTokens(60 + seed)
    token, other = made.ionq(), made.dwave()
    sources = [
        "from qiskit_ionq import IonQProvider", f'"🎉"; key = "{token}"', "p = IonQProvider(token=key)",
        f'DWAVE_API_TOKEN = "{other}"  # nbguard: allow dwave-api-token reason="x"', f'"""\n{other}\n"""', "x = 1",
        "%pip install qiskit", "print(key)",
    ]  # fmt: skip
    choice.shuffle(sources)
    made_of = [code(source, f"c{number}", outputs=[], metadata={}) for number, source in enumerate(sources)]
    made_of[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": token}]
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "nbguard.toml").write_text(
        'salt = "s"\n[[zones]]\npaths = ["sub/"]\nprofile = "enterprise"\n[zones.severity]\nionq-api-key = "low"\n'
    )
    file = {"cells": [cell | {"execution_count": None} for cell in made_of], "metadata": {}, "nbformat": 4}
    (tmp_path / "sub" / "a.ipynb").write_text(json.dumps(file | {"nbformat_minor": 5}))
    run = nbguard("scan", "sub/a.ipynb", "--format", "json", cwd=tmp_path)
    workspace = Workspace(str(tmp_path))
    request = read_record(as_body(notebook(*made_of, path="sub/a.ipynb")), NotebookRequest)
    said = workspace.wait_for_scan_thread(answers, workspace, request)
    workspace.close()
    told = json.loads(run.out)["findings"]
    assert told
    shared = set(told[0]) - {"file_line"}

    def comparable(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = [{key: finding[key] for key in shared} for finding in findings]
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    assert comparable(msgspec.to_builtins(said)) == comparable(told)


@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ('{"cell_type":"code"}', "source, at cells[1]"),
        ('{"cell_type":"code","source":1}', "string, at cells[1].source"),
        ('{"cell_type":"code","source":"","outputs":{}}', "list, at cells[1].outputs"),
        ('{"cell_type":"code","source":"","outputs":[1]}', "cells[1]"),
        ('{"cell_type":"chart","source":""}', "cells[1].cell_type"),
        ('{"cell_type":"code","source":"","more":1}', "cells[1]"),
        ("3", "cells[1]"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(cell: str, where: str) -> None:
    body = f'{{"path":"a.ipynb","cells":[{{"cell_type":"code","source":"x"}},{cell}]}}'.encode()
    with pytest.raises(RequestError) as caught:
        Unsaved().make_document(read_record(body, NotebookRequest), "a.ipynb")
    assert caught.value.status == 400
    assert where in str(caught.value)


def test_half_a_character_keeps_the_places_of_the_others() -> None:
    source = f'a = "\ud800"; b = "\\\\ud800 \ud83d\ude00 {DWAVE}"'
    workspace = Workspace(FOLDER)
    request = read_record(as_body(notebook(code(source, "\udc00"))), NotebookRequest)
    (finding,) = workspace.wait_for_scan_thread(answers, workspace, request)
    workspace.close()
    units = source.encode("utf-16-le", "surrogatepass")
    assert units[2 * finding["from"] : 2 * finding["to"]].decode("utf-16-le") == DWAVE
