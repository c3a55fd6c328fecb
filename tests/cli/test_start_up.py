"""Protects start-up: the hook and the filter import nothing that the work at hand doesn't need."""

import json
import os
import subprocess
import sys

import pytest

from tests.notebook_builder import as_bytes, code, notebook, stream

# Over bare Python's 10 ms each of these costs 10 to 120 ms.
HEAVY = {
    "click", "dataclasses", "detect_secrets", "git", "hvac", "hyperscan", "jsonschema", "logging", "msgspec",
    "nbformat", "pathlib", "phonenumbers", "requests", "rich", "stdnum", "subprocess", "tomllib", "tree_sitter",
    "urllib.request", "yaml", "asyncio", "typing_extensions",
}  # fmt: skip

CLEAN = as_bytes(notebook(*(code(f"x_{n} = sum(range({n}))\nprint(x_{n})", stream("1\n")) for n in range(60))))


def imported(tmp_path, *arguments) -> set[str]:
    """The modules that a run of nbguard imports, over those that a bare interpreter does."""
    script = (
        "import sys; before = set(sys.modules)\n"
        "from nbguard.cli.main import main\n"
        "status = main(sys.argv[2:])\n"
        "import json; json.dump([int(status), sorted(set(sys.modules) - before)], open(sys.argv[1], 'w'))\n"
    )
    answer = tmp_path / "modules.json"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run(
        [sys.executable, "-c", script, str(answer), *arguments], cwd=tmp_path, env=environment, check=True,
        capture_output=True,
    )  # fmt: skip
    status, modules = json.loads(answer.read_text())
    assert status == 0
    return set(modules)


@pytest.mark.parametrize("arguments", [["scan"], ["scan", "--strip"], ["strip"]])
def test_a_clean_notebook_imports_nothing_heavy(tmp_path, arguments):
    assert 15_000 < len(CLEAN) < 30_000
    (tmp_path / "a.ipynb").write_bytes(CLEAN.replace(b'"outputs": [', b'"outputs": ['))
    if arguments[-1] in ("--strip", "strip"):
        (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(*(code(f"x = {n}", count=None) for n in range(120)))))
    modules = imported(tmp_path, *arguments, "a.ipynb")
    assert not modules & HEAVY
    # A module costs a quarter of a millisecond; those that keep regexes compiled save ten times what they cost.
    assert len(modules) < 128


def test_importing_the_package_imports_nothing_of_it():
    script = "import sys, nbguard; print([name for name in sys.modules if name.startswith('nbguard.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['nbguard.version']"
