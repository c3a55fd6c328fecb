"""A notebook of marimo runs after a move: a cell sees what other cells bind, and nothing from outside of them."""

import ast
import builtins
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nbguard.vault import lookup
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(1660)
FIRST, SECOND, THIRD = (TOKENS.ionq() for _ in range(3))
NOTEBOOK = """import marimo

__generated_with = "0.9.0"
app = marimo.App(width="medium")


@app.cell
def _(IonQProvider):
    first = IonQProvider("{first}")
    return (first,)


@app.cell(hide_code=True)
def _():
    from qiskit_ionq import IonQProvider
    return (IonQProvider,)


@app.cell
def _(IonQProvider):
    second = IonQProvider("{second}")
    return (second,)


if __name__ == "__main__":
    app.run()
"""


def run_cells(text: str) -> dict[str, Any]:
    """Runs a notebook as marimo does: each cell by itself, after those that bind what it reads, in one namespace.

    A name that two cells bind is an error there, and so is one that none does.
    """
    cells = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and any("cell" in ast.unparse(mark) for mark in node.decorator_list):
            body = [statement for statement in node.body if not isinstance(statement, ast.Return)]
            names = [name for statement in body for name in ast.walk(statement)]
            bound = {name.id for name in names if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
            bound |= {
                one.asname or one.name for name in names if isinstance(name, ast.ImportFrom) for one in name.names
            }
            bound |= {one.asname or one.name for name in names if isinstance(name, ast.Import) for one in name.names}
            read = {name.id for name in names if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)}
            cells.append((bound, read - bound, compile(ast.Module(body, []), "cell", "exec")))
    every = [name for bound, _, _ in cells for name in bound]
    assert len(every) == len(set(every)), "two cells bind one name"
    space: dict[str, Any] = {}
    lookup.forget()
    while cells:
        known = {*space, *dir(builtins)}
        ready = next((cell for cell in cells if cell[1] <= known), None)
        assert ready is not None, "a cell reads what no cell binds"
        exec(ready[2], space)
        cells.remove(ready)
    return space


@pytest.fixture
def notebook(tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(sys.modules, "qiskit_ionq", SimpleNamespace(IonQProvider=lambda token: token))
    path = tmp_path / "n.py"
    path.write_text(NOTEBOOK.format(first=FIRST, second=SECOND))
    return path


@pytest.mark.parametrize("style", ["nbguard", "hvac"])
def test_it_runs_after_a_move_and_after_another(notebook: Path, style: str) -> None:
    assert run_cells(notebook.read_text())["first"] == FIRST
    nbguard("vault", "move", "--yes", "--style", style, "n.py", cwd=notebook.parent)
    space = run_cells(notebook.read_text())
    assert (space["first"], space["second"]) == (FIRST, SECOND)
    more = f'@app.cell\ndef _(IonQProvider):\n    third = IonQProvider("{THIRD}")\n    return (third,)\n\n\nif __name__'
    notebook.write_text(notebook.read_text().replace("if __name__", more))
    nbguard("vault", "move", "--yes", "--style", style, "n.py", cwd=notebook.parent)
    assert run_cells(notebook.read_text())["third"] == THIRD
    assert notebook.read_text().count("import secret" if style == "nbguard" else "import hvac") == 1


def test_what_a_cell_imports_already_is_not_imported_again(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "@app.cell\ndef _():\n    import os\n    return (os,)\n\n\nif __name__"
    notebook.write_text(notebook.read_text().replace("if __name__", cell))
    nbguard("vault", "move", "--yes", "--style", "env", "n.py", cwd=notebook.parent)
    for name, value in zip(re.findall(r'environ\["(\w+)"\]', notebook.read_text()), (FIRST, SECOND), strict=True):
        monkeypatch.setenv(name, value)
    assert run_cells(notebook.read_text())["second"] == SECOND


def test_a_cell_s_import_is_laid_out_as_marimo_does(notebook: Path) -> None:
    nbguard("vault", "move", "--yes", "n.py", cwd=notebook.parent)
    before, cell, after = notebook.read_text().partition(
        "\n\n@app.cell\ndef _():\n    from nbguard import secret\n    return (secret,)\n\n\n@app.cell\n"
    )
    assert cell
    assert before.endswith('marimo.App(width="medium")\n')
    assert after.startswith("def _(IonQProvider):\n    first = ")
