"""What one cold run costs, as a multiple of ``python -c pass`` and next to the peers, on one notebook of 20 kB.

    python -m benchmarks.cold_start [--runs 15] [--peer NAME=COMMAND ...]

CPU time (user + system) of the whole process, the median of the runs; the commands take turns, so that a machine
that gets slower in the middle does so for all of them. A peer's COMMAND gets the notebook's path appended.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile


def cpu_milliseconds(command: list[str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def make_notebook(path: str, leaking: bool) -> None:
    """A notebook of about 20 kB as a physicist writes it; with a D-Wave token in it if ``leaking``."""
    generator = random.Random(20261122)
    cells: list[dict[str, object]] = []
    for number in range(42):
        lines = [f"angle_{n} = {generator.random():.6f}  # rad\n" for n in range(8)]
        lines.append(f"counts = simulate(circuit, shots={generator.randint(1, 4096)})\n")
        if leaking and number == 21:
            token = "DEV-" + "".join(generator.choice("0123456789abcdef") for _ in range(40))
            lines += ["from dwave.system import DWaveSampler\n", f"sampler = DWaveSampler(token='{token}')\n"]
        text = [f"{{'{n:03b}': {generator.randint(0, 999)}}}\n" for n in range(8)]
        cells.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell{number:04d}",
                "metadata": {},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": text}] if number % 3 == 0 else [],
                "source": lines,
            }
        )
    with open(path, "w") as file:
        json.dump({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, file, indent=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    options = parser.parse_args()
    nbguard = [sys.executable, "-m", "nbguard"]
    with tempfile.TemporaryDirectory() as folder:
        make_notebook(os.path.join(folder, "clean.ipynb"), leaking=False)
        make_notebook(os.path.join(folder, "leaking.ipynb"), leaking=True)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "nbguard scan, clean": [*nbguard, "scan", "clean.ipynb"],
            "nbguard hook, clean": [*nbguard, "scan", "--strip", "clean.ipynb"],
            "nbguard hook, leaking": [*nbguard, "scan", "--strip", "leaking.ipynb"],
            "nbguard strip": [*nbguard, "strip", "clean.ipynb"],
        }
        for peer in options.peer:
            name, _, command = peer.partition("=")
            commands[name] = [*shlex.split(command), "clean.ipynb"]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.runs + 1):  # the first round warms the caches and isn't counted
            for name, command in commands.items():
                times[name].append(cpu_milliseconds(command, folder))
        floor = statistics.median(times["python -c pass"][1:])
        size = os.path.getsize(os.path.join(folder, "clean.ipynb"))
        print(f"one notebook of {size / 1000:.0f} kB, {options.runs} runs, CPU time")
        for name, values in times.items():
            median = statistics.median(values[1:])
            print(f"  {name:<24} {median:7.1f} ms   {median / floor:5.1f} x python -c pass")


if __name__ == "__main__":
    main()
