"""Says whether nbguard got slower: what its work costs, as a multiple of a loop that runs on the machine meanwhile.

    python -m benchmarks.regression             all of it; exit status 1 where a limit is passed
    python -m benchmarks.regression --only cold-clean --only strip
    python -m benchmarks.regression --measure   the figures only

A unit of CPU is what the calibration loop takes: Python's own work on strings, dicts and a regex, no nbguard in it. It
runs before and after each measurement, so a slow or busy machine slows both. The limits stand in
``benchmarks/limits.toml``. A figure is the median of several ratios; one over its limit is measured again, longer, and
the least of everything decides: other work on the machine only ever adds, and work that got slower is slower each time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers import run_measured
from benchmarks.workloads import WORKLOADS, make_files, measure_edits, measure_server

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Path(__file__).with_name("limits.toml")
_RUNS, _MORE = 3, 6
_IN_PROCESS = {"edited-cell": measure_edits, "server-edited-cell": measure_server}

# What a unit is. Some 0.1 s.
_CALIBRATION = """
import re
words = [f"name_{n % 977} = value[{n}] + {n * 7 % 1013}" for n in range(30000)]
seen = {}
pattern = re.compile(r"name_(\\d+) = value\\[(\\d+)\\]")
for word in words:
    found = pattern.match(word)
    seen[found[1]] = seen.get(found[1], 0) + len(word.upper().encode())
for n in range(300000):
    seen["sum"] = seen.get("sum", 0) ^ n
"""


def calibrate(folder: Path) -> float:
    """CPU seconds of the loop, in a process of its own."""
    return run_measured([sys.executable, "-c", _CALIBRATION], folder)[1]


def measure(cost: Callable[[], float], folder: Path, runs: int) -> list[float]:
    """The ratios of some runs: each between two runs of the loop."""
    ratios = []
    before = calibrate(folder)
    for _ in range(runs):
        seconds = cost()
        after = calibrate(folder)
        ratios.append(seconds / ((before + after) / 2))
        before = after
    return ratios


def main() -> int:
    limits: dict[str, float] = tomllib.loads(LIMITS.read_text())["limits"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=sorted(limits), help="measure this only (repeatable)")
    parser.add_argument("--measure", action="store_true", help="hold nothing against the limits")
    options = parser.parse_args()
    # The first run of each command leaves its byte code behind, as it does where people work.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    status = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_files(folder)
        for name in options.only or limits:
            cost = _IN_PROCESS[name] if name in _IN_PROCESS else WORKLOADS[name].of(folder)
            cost()  # writes what is cached
            ratios = measure(cost, folder, _RUNS)
            limit = limits[name]
            is_slower = statistics.median(ratios) > limit and not options.measure
            if is_slower:
                ratios += measure(cost, folder, _MORE)
                is_slower = min(ratios) > limit
            median = statistics.median(ratios)
            verdict = "" if options.measure else "SLOWER" if is_slower else "ok"
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
            print(f"{name:22} {median:7.2f} units ({spread})  limit {limit:6.2f}  {verdict}", flush=True)
            status |= is_slower
    return status


if __name__ == "__main__":
    sys.exit(main())
