"""Neovim, headless: it starts the server, shows what is found and makes the edits of a quick fix."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

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


# What docs/editors.md says to put into the configuration; and what answers instead of a person.
NAMES = """
vim.lsp.commands['nbguard.moveAs'] = function(command, context)
  local client, finding = vim.lsp.get_client_by_id(context.client_id), command.arguments[1]
  local function ask(arguments, done)
    client.request('workspace/executeCommand', { command = 'nbguard.move', arguments = { arguments } }, done)
  end
  ask(vim.tbl_extend('force', finding, { preview = true }), function(failed, proposed)
    if failed then return vim.notify(failed.message, vim.log.levels.ERROR) end
    vim.ui.input({ prompt = 'Store it as: ', default = proposed.reference }, function(name)
      if name then ask(vim.tbl_extend('force', finding, { reference = name }), function() end) end
    end)
  end)
end
"""
MOVING = """
local file, answer, python, title, chosen = unpack(vim.fn.json_decode(vim.env.NBGUARD_TEST))
vim.cmd('edit ' .. file)
local said = { asked = {} }
vim.ui.input = function(options, done) table.insert(said.asked, options.default); done(chosen) end
-- The question and a heading come before what can be chosen.
vim.fn.inputlist = function(choices)
  table.insert(said.asked, table.concat(choices, ' | '))
  for number, choice in ipairs(choices) do
    if choice:find(chosen, 1, true) then return number - 2 end
  end
  return 0
end
local client = vim.lsp.start_client({ name = 'nbguard', cmd = { python, '-m', 'nbguard', 'lsp' },
                                      root_dir = vim.fn.getcwd(), init_options = { askName = true } })
vim.lsp.buf_attach_client(0, client)
local function wait(holds) return vim.wait(30000, holds, 50) end
said.marked = wait(function() return #vim.diagnostic.get(0) == 1 end)
local position = { textDocument = { uri = vim.uri_from_bufnr(0) },
                   range = { start = { line = 1, character = 20 }, ['end'] = { line = 1, character = 20 } },
                   context = { diagnostics = {} } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', position, 30000)
for _, action in ipairs((answers[client] or {}).result or {}) do
  if action.title:find(title, 1, true) then
    local own = vim.lsp.commands[action.command.command]
    if own then
      own(action.command, { client_id = client, bufnr = 0 })
    else
      vim.lsp.get_client_by_id(client).request('workspace/executeCommand', action.command, function() end)
    end
  end
end
said.unmarked = wait(function() return #vim.diagnostic.get(0) == 0 end)
said.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.fn.writefile({ vim.fn.json_encode(said) }, answer)
vim.lsp.stop_client(client)
vim.cmd('qa!')
"""


@pytest.mark.slow
def test_neovim_marks_a_token_and_removes_it(tmp_path: Path) -> None:
    token = FakeTokens(184).ionq()
    said = drive(tmp_path, SCRIPT, token)
    assert said["marked"]
    assert said["place"] == [1, 18, 50]
    assert said["lines"][1] == 'p = IonQProvider("")'
    assert said["unmarked"]


@pytest.mark.slow
def test_in_neovim_the_name_is_asked_for_as_the_page_says(tmp_path: Path, vault_environment: OpenBao) -> None:
    assert NAMES.strip() in textwrap.dedent(Path(CHECKOUT, "docs", "editors.md").read_text().replace("\n    ", "\n"))
    token = FakeTokens(185).ionq()
    said = drive(tmp_path, NAMES + MOVING, token, "under a name", "team/neovim#mine")
    assert said["asked"][0].startswith("quantum/ionq/")
    assert said["unmarked"]
    assert said["lines"][-1] == 'p = IonQProvider(secret("team/neovim#mine"))'
    assert vault_environment.stored("team/neovim") == {"mine": token}


@pytest.mark.slow
def test_in_neovim_a_secret_that_is_there_is_chosen(tmp_path: Path, vault_environment: OpenBao) -> None:
    token = FakeTokens(186).ionq()
    vault_environment.store("quantum/ionq/neovim", there=token)
    said = drive(tmp_path, MOVING, token, "Use an existing secret", "quantum/ionq/neovim#there")
    assert "quantum/ionq/neovim#there" in said["asked"][0]
    assert said["unmarked"]
    assert said["lines"][-1] == 'p = IonQProvider(secret("quantum/ionq/neovim#there"))'


def drive(tmp_path: Path, lua: str, token: str, *given: str) -> dict[str, Any]:
    """What a script says that Neovim runs beside a file with a token in its second line."""
    assert shutil.which("nvim"), "Neovim is missing: apt-get install neovim"
    (tmp_path / "a.py").write_text(f'from qiskit_ionq import IonQProvider\np = IonQProvider("{token}")\n')
    script, answer = tmp_path / "drive.lua", tmp_path / "answer.json"
    script.write_text(lua)
    environment = {
        **os.environ, "NBGUARD_TEST": json.dumps([str(tmp_path / "a.py"), str(answer), sys.executable, *given]),
        "PYTHONPATH": os.pathsep.join(sys.path), "XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "-c", f"luafile {script}"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert answer.exists(), done.stderr
    logs = [path for path in tmp_path.rglob("*.log") if token in path.read_text()]
    assert logs == []
    said: dict[str, Any] = json.loads(answer.read_text())
    return said
