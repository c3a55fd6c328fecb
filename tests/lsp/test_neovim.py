"""Neovim, headless: it starts the server, shows what is found and makes the edits of a quick fix."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fake_tokens import FakeTokens

# For Debian's 0.7 on.
SCRIPT = """
local file, answer, python = unpack(vim.fn.json_decode(vim.env.NBGUARD_TEST))
vim.cmd('edit ' .. file)
local client = vim.lsp.start_client({ name = 'nbguard', cmd = { python, '-m', 'nbguard', 'lsp' },
                                      root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, client)
local function wait(holds) return vim.wait(30000, holds, 50) end
local said = { marked = wait(function() return #vim.diagnostic.get(0) == 1 end) }
local found = vim.diagnostic.get(0)[1]
said.place = found and { found.lnum, found.col, found.end_col }
said.code = found and found.code
local position = { textDocument = { uri = vim.uri_from_bufnr(0) },
                   range = { start = { line = 1, character = 20 }, ['end'] = { line = 1, character = 20 } },
                   context = { diagnostics = {} } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', position, 30000)
for _, action in ipairs((answers[client] or {}).result or {}) do
  if action.title:match('^Remove') then vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16') end
end
said.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
said.unmarked = wait(function() return #vim.diagnostic.get(0) == 0 end)
vim.fn.writefile({ vim.fn.json_encode(said) }, answer)
vim.lsp.stop_client(client)
vim.cmd('qa!')
"""


@pytest.mark.slow
def test_neovim_marks_a_token_and_removes_it(tmp_path: Path) -> None:
    assert shutil.which("nvim"), "Neovim is missing: apt-get install neovim"
    token = FakeTokens(184).ionq()
    (tmp_path / "a.py").write_text(f'from qiskit_ionq import IonQProvider\np = IonQProvider("{token}")\n')
    script, answer = tmp_path / "drive.lua", tmp_path / "answer.json"
    script.write_text(SCRIPT)
    environment = {
        **os.environ, "NBGUARD_TEST": json.dumps([str(tmp_path / "a.py"), str(answer), sys.executable]),
        "PYTHONPATH": os.pathsep.join(sys.path), "XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "-c", f"luafile {script}"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert answer.exists(), done.stderr
    said = json.loads(answer.read_text())
    assert said["marked"]
    assert said["place"] == [1, 18, 50]
    assert said["lines"][1] == 'p = IonQProvider("")'
    assert said["unmarked"]
    logs = [path for path in tmp_path.rglob("*.log") if token in path.read_text()]
    assert logs == []
