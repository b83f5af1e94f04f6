"""Neovim itself, as the README sets it up, where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = "import pickle, tarfile\ns = '\U0001f600\xe9'; pickle.load(f)\ntarfile.open('a').extractall()\n"
SESSION = r"""
local function said(count)
  if not vim.wait(60000, function() return #vim.diagnostic.get(0) == count end, 20) then print('never ' .. count) end
end
said(2)
for _, each in ipairs(vim.diagnostic.get(0)) do
  local line = vim.api.nvim_buf_get_lines(0, each.lnum, each.lnum + 1, false)[1]
  io.stdout:write(each.code .. ': ' .. line:sub(each.col + 1, each.end_col) .. '\n')
end
vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.aisec' }, diagnostics = {} }, apply = true })
said(1)
local line = vim.api.nvim_buf_get_lines(0, 1, 2, false)[1]
local first, last = line:find('pickle.load', 1, true)
vim.api.nvim_buf_set_text(0, 1, first - 1, 1, last, { 'print' })
said(0)
vim.cmd('wqa')
"""


@pytest.mark.skipif(shutil.which("nvim") is None, reason="there is no Neovim here")
def test_neovim_as_the_readme_sets_it_up(project: Path) -> None:
    (found,) = re.findall(r"```lua\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (project / "init.lua").write_text(found)
    (project / "session.lua").write_text(SESSION)
    (project / "a.py").write_text(CODE)
    command = project / "bin" / "jupyter-aisec"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m jupyter_aisec "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["nvim", "--headless", "--clean", "-u", "init.lua", "a.py", "-c", "luafile session.lua"],
        cwd=project,
        env=os.environ | {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}", "XDG_STATE_HOME": str(project)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert "never" not in done.stderr
    assert done.stdout.splitlines()[:2] == [
        "pickle-load: pickle.load(f)",
        "unsafe-archive-extract: tarfile.open('a').extractall()",
    ]
    fixed = CODE.replace("pickle.load(", "print(").replace("extractall()", 'extractall(filter="data")')
    assert (project / "a.py").read_text() == fixed
