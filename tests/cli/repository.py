"""A real git repository with a notebook and a script that hold the same kind of token."""

import contextlib
import io
import subprocess
from pathlib import Path

from nbguard.cli.main import main
from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

_TOKENS = FakeTokens(11)
FIRST, SECOND = _TOKENS.dwave(), _TOKENS.dwave()
SOURCE = "from dwave.system import DWaveSampler\nsampler = DWaveSampler(token='{}')\n"


def make_repository(folder: Path) -> Path:
    """``a.ipynb`` holds the first token in source and output, ``lib/b.py`` the second."""
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    cell = code(SOURCE.format(FIRST), stream(f"{FIRST}\n"))
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(cell)))
    (folder / "lib").mkdir()
    (folder / "lib" / "b.py").write_text(SOURCE.format(SECOND))
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


def nbguard(folder: Path, *arguments: str, status: int = 0) -> str:
    """Runs a command in a folder, in this process, and gives back what it printed; no secret may be in it."""
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            got = main(arguments)
        except SystemExit as end:
            got = end.code
    assert got == status, printed.getvalue()
    assert_no_secret(printed.getvalue())
    return printed.getvalue()
