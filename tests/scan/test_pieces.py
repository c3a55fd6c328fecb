"""A token that an output shows cut short is a piece of the whole one, and never stands in its place."""

import json
import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

_WORD = string.ascii_letters + string.digits


def _token(prefix: str, length: int) -> str:
    return prefix + "".join(random.Random(prefix).choices(_WORD, k=length))


def _notebook(path: Path, source: str, text: str) -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    cell = {"cell_type": "code", "id": "a", "execution_count": 1, "metadata": {}, "source": source, "outputs": outputs}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def _found(folder: Path) -> list[tuple[str, str, int]]:
    """File, place and length of each credential."""
    command = [sys.executable, "-m", "nbguard", "scan", "--format", "json", "--exit-zero", "--only", "credentials", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    findings = json.loads(done.stdout)["findings"]
    return [(one["path"], one["where"], int(one["match"].rpartition("(")[2].rstrip(")"))) for one in findings]


@pytest.mark.parametrize(("prefix", "length", "shown"), [("sk_live_51", 97, 47), ("hvs.", 90, 40)])
@pytest.mark.parametrize("rest", ["...", "…", "\n", ""])
@pytest.mark.parametrize("apart", [False, True])
def test_the_whole_token_is_found_beside_its_piece(
    tmp_path: Path, prefix: str, length: int, shown: int, rest: str, apart: bool
) -> None:
    token = _token(prefix, length)
    piece = f"0  {token[:shown]}{rest}"
    if apart:
        (tmp_path / "a.py").write_text(f'tok = "{token}"\n')
        _notebook(tmp_path / "o.ipynb", "go()", piece)
    else:
        _notebook(tmp_path / "a.ipynb", f'tok = "{token}"\ndf', piece)
    found = _found(tmp_path)
    assert [size for _, where, size in found if where != "output"] == [len(token)]
    assert [size for _, where, size in found if where == "output"] == [shown]
