"""What a scan costs the Jupyter server while somebody types: everything between a request's bytes and its answer's.

    python -m benchmarks.jupyter [--cells 500] [--edits 200] [--seed 7] [--outputs 0.5]

The notebook is the one of benchmarks/incremental.py: two credentials go through several cells to their calls. The
front end sends all cells each time; each time another cell was edited, by one line or wholly. Half of the cells have
an output. Prints the 50th and the 95th percentile and the worst in milliseconds, of CPU time (what it costs) and of
wall time (what one waits, on this machine with whatever else it does). The first request, which loads the rules and
parses every cell, is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import tempfile
from time import perf_counter, process_time
from typing import Any, NamedTuple

import msgspec

from benchmarks.incremental import make_cell, make_flow
from nbguard.editing.finding_records import as_answer
from nbguard.editing.request_records import NotebookRequest, read_record
from nbguard.editing.workspace import Workspace


def answer(workspace: Workspace, body: bytes) -> bytes:
    """What the handler of ``POST scan`` does."""
    request = read_record(body, NotebookRequest)
    return msgspec.json.encode({"findings": [as_answer(judged) for judged in workspace.scan(request)[1]]})


def as_body(sources: list[str], outputs: list[list[dict[str, Any]]]) -> bytes:
    cells = [
        {"id": f"cell{number:04d}", "cell_type": "code", "source": source, "outputs": output, "metadata": {}}
        for number, (source, output) in enumerate(zip(sources, outputs, strict=True))
    ]
    body = {"path": "a.ipynb", "cells": cells, "metadata": {"kernelspec": {"language": "python"}}}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


class Edits(NamedTuple):
    """Milliseconds of processor time and of wall time for each edit, those of the first request, and a body's bytes."""

    times: list[tuple[float, float]]
    first: float
    size: int


def measure(cells: int, edits: int, seed: int, outputs_of: float = 0.5) -> Edits:
    """Edits one cell after the other; each time the two credentials have to be found."""
    generator = random.Random(seed)
    sources = [make_cell(generator) for _ in range(cells)]
    flow = {place * cells // 200: source for place, source in make_flow(generator).items()}
    for place, source in flow.items():
        # The other cells have a loop over keys.
        sources[place] = re.sub(r"\bkey\b", "ionq_key", source)
    places = list(flow)
    outputs: list[list[dict[str, Any]]] = [
        [{"output_type": "stream", "name": "stdout", "text": f"{{'00': {generator.randint(0, 999)}, '11': 24}}\n" * 4}]
        if generator.random() < outputs_of
        else []
        for _ in sources
    ]
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, ".git"))
        workspace = Workspace(folder)
        started = perf_counter()
        first = json.loads(answer(workspace, as_body(sources, outputs)))
        cold = 1000 * (perf_counter() - started)
        assert len(first["findings"]) == 2, first
        times = []
        for number in range(edits):
            cell = generator.choice(places) if number % 10 == 0 else generator.randrange(cells)
            if cell in places or number % 2:
                sources[cell] += f"# edit {number}\n"
            else:
                sources[cell] = make_cell(generator)
            body = as_body(sources, outputs)
            started, cpu = perf_counter(), process_time()
            said = answer(workspace, body)
            times.append((1000 * (process_time() - cpu), 1000 * (perf_counter() - started)))
            assert len(json.loads(said)["findings"]) == 2
        workspace.close()
    return Edits(times, cold, len(body))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--outputs", type=float, default=0.5, help="the part of the cells that has an output")
    options = parser.parse_args()
    times, cold, size = measure(options.cells, options.edits, options.seed, options.outputs)
    print(f"{options.cells} cells, {size // 1000} kB, {options.edits} edits; the first request took {cold:.0f} ms")
    for name, series in zip(("CPU", "wall"), zip(*times, strict=True), strict=True):
        p95 = statistics.quantiles(series, n=20)[-1]
        print(f"{name:4}  p50 {statistics.median(series):.1f} ms  p95 {p95:.1f} ms  worst {max(series):.1f} ms")


if __name__ == "__main__":
    main()
