"""Strips the same notebooks with nbguard, nbstripout, nb-clean and nbstripout-fast, in one run, and prints CPU times.

    python -m benchmarks.strip [--rounds 5] [--big] [--keep FOLDER]

The notebooks are made here, from a fixed seed, sized like public ones: 200 of them, 34 MB, most of it pictures. The
peers are installed with pip into an environment of their own. Times are CPU seconds (user + system) of the whole
process tree; tools take turns, and each number is the median over the rounds.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
PEERS = ("nbstripout", "nb-clean>=5", "nbstripout-fast")


class Cost(NamedTuple):
    """What a command took: CPU seconds, and the peak memory of its largest process in megabytes."""

    seconds: float
    megabytes: float


def make_notebook(choices: random.Random, cells: int, picture_bytes: int = 13_000) -> dict[str, Any]:
    """A notebook as people have them: prose, code, printed lines, tables, figures."""
    made: list[dict[str, Any]] = []
    for number in range(cells):
        if choices.random() < 0.4:
            source = ["# Étude\n", *("a line of prose about the circuit\n" for _ in range(choices.randrange(1, 9)))]
            made.append({"cell_type": "markdown", "id": f"m{number}", "metadata": {}, "source": source})
            continue
        metadata: dict[str, Any] = {"scrolled": True, "tags": ["plot"]} if choices.random() < 0.2 else {}
        source = [
            f"value_{n} = run(circuit, shots={choices.randrange(9999)})\n" for n in range(choices.randrange(1, 12))
        ]
        outputs = [_make_output(choices, picture_bytes) for _ in range(choices.randrange(3))]
        made.append(
            {
                "cell_type": "code",
                "execution_count": number,
                "id": f"c{number}",
                "metadata": metadata,
                "outputs": outputs,
                "source": source,
            }
        )
    language = {"name": "python", "version": "3.11.2"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": made,
        "metadata": {"kernelspec": kernel, "language_info": language},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _make_output(choices: random.Random, picture_bytes: int) -> dict[str, Any]:
    kind = choices.random()
    if kind < 0.35:
        lines = [f"step {n}: energy {choices.random()}\n" for n in range(choices.randrange(1, 40))]
        return {"name": "stdout", "output_type": "stream", "text": lines}
    if kind < 0.65:
        picture = base64.b64encode(choices.randbytes(int(choices.expovariate(1 / picture_bytes)))).decode()
        data = {"image/png": picture + "\n", "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
        return {"data": data, "metadata": {"needs_background": "light"}, "output_type": "display_data"}
    rows = [f"  <tr><td>{n}</td><td>{choices.random()}</td></tr>\n" for n in range(choices.randrange(2, 40))]
    data = {"text/html": ["<table>\n", *rows, "</table>"], "text/plain": [f"{choices.random()}"]}
    return {"data": data, "execution_count": choices.randrange(99), "metadata": {}, "output_type": "execute_result"}


def write_notebooks(folder: Path, count: int, cells: int = 0, picture_bytes: int = 13_000) -> int:
    """Writes notebooks of so many cells (0: of any length) as nbformat lays them out; returns their size in bytes."""
    # In a process of its own: what a command's peak memory is said to be includes what its parent had at its start.
    if os.fork() == 0:
        _write_all(folder, count, cells, picture_bytes)
        os._exit(0)
    if os.wait()[1]:
        raise SystemExit("the notebooks could not be made")
    return sum(path.stat().st_size for path in folder.iterdir())


def _write_all(folder: Path, count: int, cells: int, picture_bytes: int) -> None:
    folder.mkdir(parents=True)
    choices = random.Random(20261122)
    for number in range(count):
        notebook = make_notebook(choices, cells or choices.randrange(5, 75), picture_bytes)
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / f"n{number:03}.ipynb").write_bytes(text.encode())


def measure(command: list[str], folder: Path, source: Path | None = None) -> Cost:
    """Runs a command and says what it took."""
    with open(source or os.devnull, "rb") as standard_input, open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, cwd=folder, stdin=standard_input, stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} failed with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def install_peers(folder: Path) -> Path:
    """Installs the peers into an environment of their own and returns its folder of programs."""
    if not (folder / "bin" / "nb-clean").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *PEERS], check=True)
    return folder / "bin"


def strip_in_place(tools: dict[str, list[str]], notebooks: Path, work: Path, rounds: int) -> None:
    """All notebooks in one process, in place; start-up is measured on a clean one and taken off."""
    names = sorted(path.name for path in notebooks.iterdir())
    clean = work / "clean" / "clean.ipynb"
    write_notebooks(work / "clean", 1, 2)
    subprocess.run([*tools["nb-clean"], (work / "clean" / "n000.ipynb")], check=True)
    (work / "clean" / "n000.ipynb").rename(clean)
    whole: dict[str, list[float]] = {name: [] for name in tools}
    start: dict[str, list[float]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, command in tools.items():
            copy = work / "copy"
            shutil.copytree(notebooks, copy)
            whole[name].append(measure([*command, *names], copy).seconds)
            shutil.rmtree(copy)
            start[name].append(measure([*command, clean.name], clean.parent).seconds)
    reference = statistics.median(whole["nb-clean"]) - statistics.median(start["nb-clean"])
    for name in tools:
        total, first = statistics.median(whole[name]), statistics.median(start[name])
        net = total - first
        print(f"  {name:16} {total:7.3f} s   start {first:.3f}   net {net:7.3f}   {net / reference:6.2f} x nb-clean")


def filter_in_git(filters: dict[str, dict[str, str]], notebooks: Path, work: Path, rounds: int) -> None:
    """`git add` of all notebooks, then `git status` after each was touched."""
    adds: dict[str, list[float]] = {name: [] for name in filters}
    looks: dict[str, list[float]] = {name: [] for name in filters}
    for number in range(rounds):
        for name, settings in filters.items():
            if name == "nbstripout" and number:
                continue  # 16 s each
            copy = work / "repository"
            shutil.copytree(notebooks, copy)
            subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
            for key, value in settings.items():
                subprocess.run(["git", "config", f"filter.x.{key}", value], cwd=copy, check=True)
            if settings:
                (copy / ".git" / "info" / "attributes").write_text("*.ipynb filter=x\n")
            adds[name].append(measure(["git", "add", "."], copy).seconds)
            time.sleep(1.1)  # git looks into files that are as new as its index anyway
            for path in copy.glob("*.ipynb"):
                path.touch()
            looks[name].append(measure(["git", "status"], copy).seconds)
            shutil.rmtree(copy)
    add, look = statistics.median(adds["nb-clean"]), statistics.median(looks["nb-clean"])
    for name in filters:
        added, looked = statistics.median(adds[name]), statistics.median(looks[name])
        ratios = f"{added / add:5.2f} and {looked / look:5.2f} x nb-clean"
        print(f"  {name:16} add {added:7.3f} s   status {looked:7.3f} s   {ratios}")


def strip_a_big_one(tools: dict[str, list[str]], work: Path, rounds: int) -> None:
    """A notebook of 120 MB."""
    size = write_notebooks(work / "big", 1, 2200, 200_000)
    print(f"one notebook of {size / 1e6:.0f} MB")
    for name, command in tools.items():
        costs = []
        for _ in range(min(rounds, 3)):
            copy = work / "copy"
            shutil.copytree(work / "big", copy)
            costs.append(measure([*command, "n000.ipynb"], copy))
            shutil.rmtree(copy)
        memory = max(cost.megabytes for cost in costs)
        seconds = statistics.median(cost.seconds for cost in costs)
        print(f"  {name:16} {seconds:7.3f} s   peak {memory:6.0f} MB = {memory * 1e6 / size:.2f} x the file")


def main() -> None:
    """Makes the notebooks, installs the peers, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--big", action="store_true", help="one notebook of 120 MB, too")
    parser.add_argument("--keep", type=Path, help="where to keep the peers' environment between runs")
    given = parser.parse_args()
    os.environ |= {"PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        programs = install_peers((given.keep or work / "peers").absolute())
        tools = {
            "nbguard": [sys.executable, "-m", "nbguard", "strip", "-q"],
            "nb-clean": [str(programs / "nb-clean"), "clean", "-m", "--"],
            "nbstripout-fast": [str(programs / "nbstripout-fast")],
            "nbstripout": [str(programs / "nbstripout")],
        }
        start = ROOT / "nbguard" / "cli" / "filter_start.py"
        filters = {
            "no filter": {},
            "cat": {"clean": "cat"},
            "nbguard": {"process": f"'{sys.executable}' -I -S '{start}' process"},
            "nb-clean": {"clean": f"'{programs / 'nb-clean'}' clean"},
            "nbstripout-fast": {"clean": f"'{programs / 'nbstripout-fast'}'"},
            "nbstripout": {"clean": f"'{programs / 'nbstripout'}'"},
        }
        size = write_notebooks(work / "notebooks", 200)
        print(f"200 notebooks, {size / 1e6:.1f} MB, in place, one process; medians of {given.rounds}")
        strip_in_place(tools, work / "notebooks", work, given.rounds)
        size = write_notebooks(work / "forty", 100, 40)
        print(f"git filter, 100 notebooks of 40 cells, {size / 1e6:.1f} MB")
        filter_in_git(filters, work / "forty", work, given.rounds)
        if given.big:
            strip_a_big_one(tools, work, given.rounds)


if __name__ == "__main__":
    main()
