"""Protects start-up: the hook and the filter import nothing that the work at hand doesn't need."""

import json
import os
import subprocess
import sys

import pytest

from tests.fake_tokens import FakeTokens
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
    # A module costs a quarter of a millisecond, but for those that the interpreter has in it.
    assert len(modules.difference(sys.builtin_module_names)) < 125


def test_named_tuples_on_the_way_of_the_hook_are_those_that_are_made_fast(tmp_path):
    token = f"from dwave.system import DWaveSampler\nDWaveSampler(token='{FakeTokens(5).dwave()}')"
    (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(code(token))))
    script = (
        "import sys\n"
        "from nbguard.cli.main import main\n"
        "assert main(['scan', 'a.ipynb']) == 1\n"
        "slow = [c for c in tuple.__subclasses__() if c.__module__.startswith('nbguard') and hasattr(c, '_asdict')]\n"
        "print('slow:', *(f'{c.__module__}.{c.__name__}' for c in slow if c.__name__ != '_Record'))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1].strip() == "slow:"


def test_importing_the_package_imports_nothing_of_it():
    script = "import sys, nbguard; print([name for name in sys.modules if name.startswith('nbguard.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['nbguard.version']"


@pytest.mark.parametrize("thread", ["", "threading.Thread(target=lambda: (time.sleep(0.3), print('waited'))).start()"])
def test_what_is_to_be_done_at_the_end_is_done(tmp_path, thread):
    script = (
        "import atexit, sys, threading, time, weakref\n"
        "class Kept: pass\n"
        "kept = Kept(); weakref.finalize(kept, print, 'finalized')\n"
        "atexit.register(print, 'at exit')\n"
        f"{thread}\n"
        "sys.argv = ['nbguard', 'scan', '--only', 'credentials', 'none.ipynb']\n"
        "from nbguard.cli.main import run\n"
        "run()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "none.ipynb" in done.stderr
    said = done.stdout.splitlines()
    assert {"finalized", "at exit"} <= set(said)
    assert ("waited" in said) is bool(thread)
