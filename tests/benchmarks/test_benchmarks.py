"""The benchmarks start, on their smallest inputs: what they print is for people, that they run is for CI."""

import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT

SMALLEST = {
    "cold_start": ("--runs", "1"),
    "detect": ("--help",),  # needs the peers
    "generic": ("--files", "3"),
    "growth": ("--pieces", "2", "--programs", "1", "--door", "strip", "--door", "lsp edit"),
    "history": ("--commits", "5", "--many", "3", "--no-peers"),
    "incremental": ("--cells", "20", "--edits", "2"),
    "jupyter": ("--cells", "20", "--edits", "2"),
    "keystrokes": ("--help",),  # needs a browser
    "large": ("--megabytes", "0.5", "--findings-megabytes", "0.02", "--runs", "1"),
    "samples": ("--notebooks", "2"),
    "strip": ("--help",),  # needs the peers
    "sweep": ("--no-workers", "--small", "1"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALLEST)
def test_a_benchmark_runs(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *SMALLEST[name]], cwd=CHECKOUT, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
