"""What the language server costs while somebody types in a large notebook, and how soon it answers.

    python -m benchmarks.lsp [--cells 500] [--edits 100] [--seed 7]

A real server over standard input and output. Start: from the process's beginning to the answer of `initialize`; the
best of three. Each edit is a line in one cell; its cost is the processor time that the server takes from the change to
the answer of a request for findings. Memory is what the server holds at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.incremental import make_cell, make_flow
from tests.lsp.client import Client, connected


async def start(folder: str) -> tuple[float, float]:
    """Seconds until the first answer: on the clock, and of the server's processor time."""
    began = perf_counter()
    async with connected(folder) as client:
        wall = perf_counter() - began
        times = psutil.Process(client.pid).cpu_times()
        return wall, times.user + times.system


async def measure(folder: str, cells: int, edits: int, seed: int) -> tuple[list[float], list[float], float]:
    """Milliseconds of processor time and of wall time for each edit, and megabytes at the end."""
    generator = random.Random(seed)
    sources = [make_cell(generator) for _ in range(cells)]
    for place, source in make_flow(generator).items():
        sources[place * cells // 200] = source
    cpu, wall = [], []
    uri = f"file://{folder}/a.ipynb"
    async with connected(folder, {"delay": 0}, {"textDocument": {"diagnostic": {}}}) as client:
        names = client.open_notebook(uri, *sources)
        await client.request("textDocument/diagnostic", {"textDocument": {"uri": names[0]}})
        process = psutil.Process(client.pid)
        for number in range(edits):
            cell = generator.randrange(cells)
            before, began = processor_time(process), perf_counter()
            await edit(client, uri, names[cell], number)
            wall.append(1000 * (perf_counter() - began))
            cpu.append(1000 * (processor_time(process) - before))
        memory = process.memory_info().rss / 1e6
    return cpu, wall, memory


def processor_time(process: psutil.Process) -> float:
    """Seconds that all threads of a process have run: in nanoseconds where the system counts so, else in steps."""
    try:
        counted = [task.read_text() for task in Path(f"/proc/{process.pid}/task").glob("*/schedstat")]
    except OSError:
        counted = []
    if not counted:
        return sum(process.cpu_times()[:2])
    return sum(int(line.split()[0]) for line in counted) / 1e9


async def edit(client: Client, uri: str, cell: str, number: int) -> None:
    """Puts a line at a cell's beginning and asks for its findings."""
    start = {"line": 0, "character": 0}
    change = {"range": {"start": start, "end": start}, "text": f"# edit {number}\n"}
    content = {"document": {"uri": cell, "version": number + 2}, "changes": [change]}
    document = {"uri": uri, "version": number + 2}
    changed = {"cells": {"textContent": [content]}}
    client.notify("notebookDocument/didChange", {"notebookDocument": document, "change": changed})
    await client.request("textDocument/diagnostic", {"textDocument": {"uri": cell}})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = min(asyncio.run(start(folder)) for _ in range(3))
        print(f"start  {1000 * wall:.0f} ms, {1000 * cpu:.0f} ms of processor time")
        times, waits, memory = asyncio.run(measure(folder, options.cells, options.edits, options.seed))
    print(f"{options.cells} cells, {options.edits} edits, {memory:.0f} MB")
    # Where there is no schedstat, processor time is counted in steps of 10 ms and single edits say little.
    for name, series in (("CPU", times), ("wall", waits)):
        p95 = statistics.quantiles(series, n=20)[-1]
        print(
            f"{name:4}  mean {statistics.mean(series):.1f} ms  p50 {statistics.median(series):.1f} ms  p95 {p95:.1f} ms"
        )


if __name__ == "__main__":
    main()
