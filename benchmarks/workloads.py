"""What the regression check runs: files made from a seed, and a command for each kind of work."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.cold_start import make_notebook
from benchmarks.incremental import as_bytes, make_cell, make_flow, scan
from benchmarks.peers import run_measured

if TYPE_CHECKING:
    from collections.abc import Callable

_NBGUARD = (sys.executable, "-m", "nbguard")
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
}  # fmt: skip
_NOTEBOOKS, _SOURCES, _VERSIONS, _CELLS = 60, 60, 60, 500


class Workload(NamedTuple):
    """A command and the folder it runs in. ``fresh``: on a copy of that folder, as it changes files."""

    folder: str
    command: tuple[str, ...]
    fresh: bool = False

    def of(self, root: Path) -> Callable[[], float]:
        """A function that runs it and returns its CPU seconds."""

        def cost() -> float:
            folder = root / self.folder
            if self.fresh:
                shutil.rmtree(root / "copy", ignore_errors=True)
                folder = Path(shutil.copytree(folder, root / "copy"))
            return run_measured(list(self.command), folder)[1]

        return cost


# Each takes some tenths of a second. One process, so that CPU time is what the work costs.
WORKLOADS = {
    "scan-notebooks": Workload("notebooks", (*_NBGUARD, "scan", "--jobs", "1", "--only", "credentials", ".")),
    "scan-notebooks-default": Workload("notebooks", (*_NBGUARD, "scan", "--jobs", "1", ".")),
    "scan-source": Workload("source", (*_NBGUARD, "scan", "--jobs", "1", "--only", "credentials", ".")),
    "scan-source-default": Workload("source", (*_NBGUARD, "scan", "--jobs", "1", ".")),
    "history": Workload("history", (*_NBGUARD, "scan", "--jobs", "1", "--history", "--no-cache")),
    "strip": Workload("notebooks", (*_NBGUARD, "strip", "--jobs", "1", "-q", "."), fresh=True),
    "filter": Workload("filtered", ("git", "add", "--renormalize", "."), fresh=True),
    "cold-clean": Workload("cold", (*_NBGUARD, "scan", "--strip", "clean.ipynb")),
    "cold-leaking": Workload("cold", (*_NBGUARD, "scan", "--strip", "leaking.ipynb")),
}


def make_files(root: Path) -> None:
    """Writes what the workloads run on."""
    generator = random.Random(20261128)
    notebooks, source, cold = (root / name for name in ("notebooks", "source", "cold"))
    for folder in (notebooks, source, cold, root / "filtered", root / "history"):
        folder.mkdir()
    for number in range(_NOTEBOOKS):
        (notebooks / f"n{number:03d}.ipynb").write_bytes(_notebook(generator))
    for number in range(_SOURCES):
        (source / f"m{number:03d}.py").write_text(_module(generator))
    make_notebook(str(cold / "clean.ipynb"), leaking=False)
    make_notebook(str(cold / "leaking.ipynb"), leaking=True)
    _make_history(root / "history", generator)
    for path in sorted(notebooks.iterdir()):
        shutil.copy(path, root / "filtered" / path.name)
    _git(root / "filtered", "init", "-q")
    run_measured([*_NBGUARD, "install", "--filter"], root / "filtered")
    _git(root / "filtered", "add", ".")
    _git(root / "filtered", "commit", "-qm", "a", "--no-verify")


def _notebook(generator: random.Random) -> bytes:
    """A notebook with 60 cells, an output for each and six pictures in it, as lines of JSON."""
    sources = [make_cell(generator) for _ in range(60)]
    outputs = [f"{{'00': {generator.randint(0, 999)}, '11': {generator.randint(0, 999)}}}\n" for _ in sources]
    content = json.loads(as_bytes(sources, outputs))
    for cell in content["cells"][::10]:
        picture = base64.b64encode(generator.randbytes(30_000)).decode()
        shown = {"data": {"image/png": picture, "text/plain": ["<Figure size 640x480>"]}, "metadata": {}}
        cell["outputs"].append({"output_type": "display_data", **shown})
    return json.dumps(content, indent=1).encode() + b"\n"


def _module(generator: random.Random) -> str:
    """A module of some 20 kB: functions with documentation, tables of numbers, names such as token and address."""
    parts = ['"""A module."""\n\nimport numpy as np\n']
    for number in range(40):
        rows = ",\n".join(f"    ({generator.random():.6f}, {generator.randint(0, 999)}, 'row {n}')" for n in range(6))
        parts.append(
            f"\n\ndef step_{number}(state, token=None, key: str = 'a', address: int = {generator.randint(0, 9)}):\n"
            f'    """Takes a step; ``token`` is the place in the input, see `parse_{number}`."""\n'
            f"    table = [\n{rows},\n    ]\n"
            f"    if token is None:\n        raise ValueError('no token at %d' % state.position)\n"
            f"    return np.sum([value * {generator.random():.4f} for value, _, _ in table]), token\n"
        )
    return "".join(parts)


def _make_history(folder: Path, generator: random.Random) -> None:
    """A repository in which two notebooks and two modules change in turn."""
    _git(folder, "init", "-q", "-b", "main")
    stream: list[bytes] = []
    for number in range(_VERSIONS):
        name = f"f{number % 4}"
        raw = _notebook(generator) if number % 4 < 2 else _module(generator).encode()
        name += ".ipynb" if number % 4 < 2 else ".py"
        stream.append(
            f"commit refs/heads/main\ncommitter a <a@b> {1_700_000_000 + number} +0000\ndata 1\nx\n"
            f"M 100644 inline {name}\ndata {len(raw)}\n".encode()
            + raw
            + b"\n"
        )
    _git(folder, "fast-import", "--quiet", stdin=b"".join(stream))


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> None:
    environment = {**os.environ, **_GIT}
    subprocess.run(["git", *arguments], cwd=folder, input=stdin, check=True, capture_output=True, env=environment)


def measure_edits() -> float:
    """The 95th percentile of what it costs to look through 500 cells after one was edited, a hundred times that."""
    from nbguard.detect.engine import Engine

    generator = random.Random(7)
    sources = [make_cell(generator) for _ in range(_CELLS)]
    for place, source in make_flow(generator).items():
        sources[place * _CELLS // 200] = source
    outputs = [f"{{'00': {generator.randint(0, 999)}}}\n" for _ in sources]
    engine = Engine()
    engine.expect_edits()
    scan(engine, as_bytes(sources, outputs))
    times = []
    for _ in range(20):
        sources[generator.randrange(_CELLS)] = make_cell(generator)
        raw = as_bytes(sources, outputs)
        started = process_time()
        scan(engine, raw)
        times.append(process_time() - started)
    return 100 * statistics.quantiles(times, n=20)[-1]


def measure_server() -> float:
    """The 95th percentile of what the Jupyter server takes for a request after one of 500 cells was edited, from the
    request's bytes to the answer's, a hundred times that.
    """
    from benchmarks.jupyter import measure

    times = [cpu for cpu, _ in measure(_CELLS, 20, 7).times]
    return statistics.quantiles(times, n=20)[-1] / 10
