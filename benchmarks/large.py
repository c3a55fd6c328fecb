"""Large files: one notebook of many megabytes, and a file in which everything is a finding.

    python -m benchmarks.large [--megabytes 84] [--findings-megabytes 1] [--runs 3] [--seed 5]

The notebook has what large ones have: figures as base64, tables as HTML and text, logs, code, and two tokens. Its scan
is given as a multiple of `json.load` of the same file (CPU time of whole processes, the median of runs that take
turns) and its memory as a multiple of the file (the peak of the resident set). Files of findings are made in several
ways: a token of its own in each line, the same token again and again, rows about people; they are given in seconds for
each megabyte. Exit status 1 where a goal is missed with ``--hold``.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.incremental import make_cell, make_flow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_TIME, MOST_MEMORY, MOST_SECONDS = 2.5, 3.0, 5.0
_HEXADECIMAL = "0123456789abcdef"
_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_FIRST = ("Anna", "Boris", "Clara", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_LAST = ("Keller", "Novak", "Rossi", "Jensen", "Silva", "Weber", "Dubois", "Larsson", "Haas", "Koch")


class Run(NamedTuple):
    """What a process came to: CPU seconds, the peak of its memory in bytes, and its output."""

    seconds: float
    memory: int
    output: str


# A child's peak counts what its parent had when it was started: this parent is small.
_LAUNCHER = """
import json, os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, _, usage = os.wait4(child, 0)
print("\\n" + json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
"""


def run(command: list[str], folder: Path) -> Run:
    """Runs a command, which is one process."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *command], cwd=folder, capture_output=True, text=True, check=True
    )
    output, _, usage = done.stdout.strip().rpartition("\n")
    seconds, memory = json.loads(usage)
    return Run(seconds, memory * (1 if sys.platform == "darwin" else 1024), output)


def _outputs(generator: random.Random) -> Iterator[dict[str, Any]]:
    """Outputs without an end: a figure, a table, a log, and so on."""
    while True:
        picture = base64.encodebytes(generator.randbytes(generator.randrange(20_000, 300_000))).decode()
        figure = {"image/png": picture, "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
        yield {"data": figure, "metadata": {}, "output_type": "display_data"}
        count = generator.randrange(20, 400)
        rows = [[f"run {n}", *(f"{generator.random():.6f}" for _ in range(8))] for n in range(count)]
        html = ["  <tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows]
        plain = ["  ".join(cell.rjust(10) for cell in row) + "\n" for row in rows]
        table = {"text/html": ["<table border='1' class='dataframe'>\n", *html, "</table>"], "text/plain": plain}
        yield {"data": table, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}
        count = generator.randrange(20, 900)
        log = [f"[{n:05d}] shots={generator.randrange(4096)} fidelity={generator.random():.4f}\n" for n in range(count)]
        yield {"name": "stdout", "output_type": "stream", "text": log}


def _cell(number: int, source: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell{number:06}",
        "metadata": {},
        "outputs": outputs,
        "source": source.splitlines(keepends=True),
    }


def make_notebook(path: Path, size: int, seed: int) -> None:
    """A notebook of about that many bytes."""
    generator = random.Random(seed)
    flow = [source for _, source in sorted(make_flow(generator).items())]
    outputs = _outputs(generator)
    cells: list[dict[str, Any]] = []
    total = 0
    while total < size:
        source = flow.pop(0) if flow and total > size * (6 - len(flow)) / 8 else make_cell(generator)
        cells.append(_cell(len(cells), source, [next(outputs) for _ in range(generator.randrange(3))]))
        total += len(json.dumps(cells[-1], indent=1))
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, file, indent=1)


def _tokens(generator: random.Random) -> str:
    return f"sampler = DWaveSampler(token='DEV-{''.join(generator.choices(_HEXADECIMAL, k=40))}')\n"


def _passwords(generator: random.Random) -> str:
    return f'db_password = "{"".join(generator.choices(_ALPHANUMERIC, k=20))}"\n'


def _people(generator: random.Random) -> str:
    first, last = generator.choice(_FIRST), generator.choice(_LAST)
    address = f"{first}.{last}{generator.randrange(10**4)}@gmx.de".lower()
    return (
        f"{first} {last},{address},+49 30 {generator.randrange(10**6, 10**7)},{generator.randrange(1940, 2004)}-05-17\n"
    )


def _repeated(generator: random.Random) -> str:
    token = random.Random(1).choices(_HEXADECIMAL, k=40)
    return f"client_{generator.randrange(10**6)} = DWaveSampler(token='DEV-{''.join(token)}')\n"


FULL: dict[str, tuple[str, str, Callable[[random.Random], str]]] = {
    "tokens": ("tokens.py", "", _tokens),
    "passwords": ("passwords.py", "", _passwords),
    "one token": ("repeated.py", "", _repeated),
    "people": ("people.csv", "name,email,phone,date_of_birth\n", _people),
}


def make_full(folder: Path, name: str, size: int, seed: int, *, notebook: bool = False) -> Path:
    """A file of about that many bytes, each line of which is a finding; ``notebook``: in cells of twenty lines."""
    file, head, line = FULL[name]
    generator = random.Random(seed)
    lines, total = [head] if head else [], 0
    while total < size:
        lines.append(line(generator))
        total += len(lines[-1])
    if not notebook:
        (folder / file).write_text("".join(lines), encoding="utf-8")
        return folder / file
    cells = [_cell(at, "".join(lines[at : at + 20]), []) for at in range(0, len(lines), 20)]
    path = folder / f"{file}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def scan_of(path: Path) -> list[str]:
    """The command that scans one file, however large."""
    return [sys.executable, "-m", "nbguard", "scan", "--no-cache", "--exit-zero", "--format", "json", "--jobs", "1",
            "--config", "large.toml", path.name]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=84)
    parser.add_argument("--findings-megabytes", type=float, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--hold", action="store_true", help="exit status 1 where a goal is missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "large.toml").write_text("max_file_size = 1000000000\n")
        missed = _notebook(folder, options) + _findings(folder, options)
    return int(missed > 0 and options.hold)


def _notebook(folder: Path, options: argparse.Namespace) -> int:
    path = folder / "large.ipynb"
    make_notebook(path, int(options.megabytes * 1e6), options.seed)
    size = path.stat().st_size
    load = [sys.executable, "-c", f"import json; json.load(open({path.name!r}, encoding='utf-8'))"]
    loads, scans = [], []
    for _ in range(options.runs):
        loads.append(run(load, folder))
        scans.append(run(scan_of(path), folder))
    summary = json.loads(scans[0].output)["summary"]
    seconds = statistics.median(one.seconds for one in scans)
    times = seconds / statistics.median(one.seconds for one in loads)
    memory = max(one.memory for one in scans) / size
    print(f"a notebook of {size / 1e6:.1f} MB, {summary['findings']} findings, {summary['skipped']} not scanned")
    print(f"  scan  {seconds:6.2f} s  {times:5.2f} x json.load (goal {MOST_TIME})  {memory:5.2f} x the file in memory"
          f" (goal {MOST_MEMORY}; json.load {max(one.memory for one in loads) / size:.2f})")  # fmt: skip
    return int(times > MOST_TIME) + int(memory > MOST_MEMORY)


def _findings(folder: Path, options: argparse.Namespace) -> int:
    missed = 0
    print("files of findings, seconds for each MB")
    for name in FULL:
        for notebook in (False, True):
            path = make_full(folder, name, int(options.findings_megabytes * 1e6), options.seed, notebook=notebook)
            done = run(scan_of(path), folder)
            seconds = done.seconds / (path.stat().st_size / 1e6)
            found = json.loads(done.output)["summary"]["findings"]
            print(f"  {path.name:<22} {found:7} findings  {seconds:6.2f} (goal {MOST_SECONDS})  "
                  f"{done.memory / 1e6:5.0f} MB of memory", flush=True)  # fmt: skip
            missed += seconds > MOST_SECONDS
    return missed


if __name__ == "__main__":
    sys.exit(main())
