"""The scanners of an editor look only at what is near an edit, of a notebook that comes again after each."""

import pytest

from nbguard.detect import screening_memory
from nbguard.editing.policies import Policies
from nbguard.editing.scanners import Scanners
from tests.notebook_builder import as_bytes, code, notebook

CELL = "counts = {'00': 512}\nfor key, value in counts.items():\n    print(key, token_of(value))\n" * 40


def test_an_edit_asks_anew_near_the_changed_cell_only(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    scanners, policy = Scanners(), Policies(str(tmp_path)).policy_of("a.ipynb")
    asked: list[int] = []
    real = screening_memory.split_by_bytes
    monkeypatch.setattr(screening_memory, "split_by_bytes", lambda *given: asked.append(given[2]) or real(*given))
    cells = [code(CELL + str(number)) for number in range(60)]
    scanners.scanner_for(policy).scan("a.ipynb", as_bytes(notebook(*cells)))
    first = len(asked)
    asked.clear()
    cells[30] = code(CELL + "x = 1")
    scanners.scanner_for(policy).scan("a.ipynb", as_bytes(notebook(*cells)))
    assert 0 < len(asked) < first / 3
