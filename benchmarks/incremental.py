"""What it costs to scan a notebook again after one cell was edited, in process: what an editor waits for.

    python -m benchmarks.incremental [--cells 200] [--edits 200] [--seed 7]

The notebook has a credential of IBM Quantum and one of IonQ, each of which goes through several cells to its call.
Every edit changes another cell (one in ten is a cell of the flow); then the new bytes are screened, read and looked
through by the engine that did so before. Prints the 50th and the 95th percentile and the worst in milliseconds, of
CPU time (what it costs) and of wall time (what one waits, on this machine with whatever else it does).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document

if TYPE_CHECKING:
    from nbguard.detect.finding import Finding

_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def make_flow(generator: random.Random) -> dict[int, str]:
    """The cells through which the two credentials go, by their place among 200."""
    ibm = "".join(generator.choices(_ALPHANUMERIC, k=44))
    ionq = "".join(generator.choices(_ALPHANUMERIC, k=32))
    return {
        3: "from qiskit_ibm_runtime import QiskitRuntimeService\nfrom qiskit_ionq import IonQProvider\n",
        9: f"settings = {{'channel': 'ibm_quantum_platform', 'token': '{ibm}'}}\n",
        40: f"first, second = ('{ionq[:16]}', '{ionq[16:]}')\n",
        80: "key = first + second\ndef connect(value):\n    return IonQProvider(token=value)\n",
        120: "provider = connect(key)\n",
        150: "service = QiskitRuntimeService(**settings)\n",
    }


def make_cell(generator: random.Random) -> str:
    """A cell as a physicist writes it."""
    lines = [f"theta_{n} = {generator.random():.6f} * np.pi" for n in range(generator.randint(2, 6))]
    lines += [
        f"qc = QuantumCircuit({generator.randint(2, 9)})",
        "for qubit in range(qc.num_qubits):",
        f"    qc.rx(theta_{generator.randint(0, 1)}, qubit)  # token of the ring: {generator.randint(0, 9)}",
        f"counts = backend.run(transpile(qc, backend), shots={generator.randint(1, 4096)}).result().get_counts()",
        f"results['run {generator.randint(0, 999)}'] = {{key: value / 1024 for key, value in counts.items()}}",
    ]
    return "\n".join(lines) + "\n"


def as_bytes(sources: list[str], outputs: list[str]) -> bytes:
    """The notebook as it is on disk."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": number,
            "id": f"cell{number:04d}",
            "metadata": {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": output.splitlines(keepends=True)}],
            "source": source.splitlines(keepends=True),
        }
        for number, (source, output) in enumerate(zip(sources, outputs, strict=True))
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def scan(engine: Engine, raw: bytes) -> list[Finding]:
    """One scan as every door does it."""
    screening = engine.screen(raw, "a.ipynb")
    return engine.detect(open_document("a.ipynb", raw), screening) if screening is not None else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=("credentials",), help="leave sample data out")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    sources = [make_cell(generator) for _ in range(options.cells)]
    flow = make_flow(generator)
    for place, source in flow.items():
        sources[place * options.cells // 200] = source
    outputs = [f"{{'00': {generator.randint(0, 999)}, '11': {generator.randint(0, 999)}}}\n" for _ in sources]
    engine = Engine(Scope(frozenset(("credential",)))) if options.only else Engine()
    started = perf_counter()
    first = scan(engine, as_bytes(sources, outputs))
    cold = 1000 * (perf_counter() - started)
    assert len(first) == 2, [finding.rule for finding in first]
    times = []
    places = [place * options.cells // 200 for place in flow]
    for number in range(options.edits):
        cell = generator.choice(places) if number % 10 == 0 else generator.randrange(options.cells)
        if cell in places:
            sources[cell] += f"# edit {number}\n"
        else:
            sources[cell] = make_cell(generator)
        raw = as_bytes(sources, outputs)
        started, cpu = perf_counter(), process_time()
        found = scan(engine, raw)
        times.append((1000 * (process_time() - cpu), 1000 * (perf_counter() - started)))
        assert {finding.provider for finding in found} == {finding.provider for finding in first}
    print(f"{options.cells} cells, {len(raw) // 1000} kB, {options.edits} edits; the first scan took {cold:.0f} ms")
    for name, series in zip(("CPU", "wall"), zip(*times, strict=True), strict=True):
        p95 = statistics.quantiles(series, n=20)[-1]
        print(f"{name:4}  p50 {statistics.median(series):.1f} ms  p95 {p95:.1f} ms  worst {max(series):.1f} ms")


if __name__ == "__main__":
    main()
